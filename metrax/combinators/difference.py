"""``Difference`` and ``Ratio``: two metrics on one stream, compared with their uncertainty."""

import functools
import math
from abc import ABC
from typing import TYPE_CHECKING, Any, ClassVar

from metrax.combinators.composed import composed
from metrax.combinators.estimated import UNBOUNDED, Estimated, Method
from metrax.core.metric import Metric
from metrax.core.wrapper import Wrapper
from metrax.storage.registry import get


class OfTwo(Wrapper[Any, Any], ABC):
    """A metric made of two, which :func:`metrax.get` takes."""

    a: Metric
    b: Metric


class Compared(Estimated, OfTwo, ABC):
    """The interval of a number made of two metrics; base of differences and ratios."""

    _sign: ClassVar[str]

    def _fill(self) -> None:
        for name in ("a", "b"):
            object.__setattr__(self, name, get(getattr(self, name)))
        super()._fill()

    @functools.cached_property
    def metric(self) -> Metric:  # pyright: ignore[reportIncompatibleVariableOverride]
        """The arithmetic of the two."""
        return composed(self._sign, self.a, self.b)

    @property
    def higher_is_better(self) -> None:
        """A comparison has no better direction of its own."""
        return None

    @property
    def value_range(self) -> tuple[float, float]:
        """What the ranges of the two values come to."""
        ranges = (self.a.value_range, self.b.value_range)
        if not all(isinstance(x, tuple) for x in ranges):
            return UNBOUNDED
        return self._between(*ranges)

    def _between(self, a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
        """The range of the number, from those of the two; a hook."""
        return UNBOUNDED


class Difference(Compared):
    r"""How much higher one metric is than another on the same stream, $a - b$.

    For two models the metrics are routed to their outputs. The comparison is paired: what makes
    both better or worse at once cancels, so its interval is narrower than two intervals beside each
    other would say. ``compute`` gives an :class:`Estimate`; all else is as in :class:`Interval`,
    whose arguments it takes. Two metrics of one state of counts, such as precision and recall, are
    compared by its gradient. Else both keep the states of ``blocks`` blocks: 64 of a default AUROC
    are 64 MiB a model. No data: 0.

    Args:
      a: a metric, routed or not.
      b: another one, of the same shape of value.
      level: the chance that the interval holds the truth.
      method: ``"auto"``, ``"delta"``, ``"jackknife"`` or ``"bootstrap"``.
      clusters: whether examples come in clusters.
      blocks: how many states of each the jackknife keeps.
      replicates: how many the bootstrap draws.
      seed: of the bootstrap's draws.
      name: defaults to ``"difference"``.

    Raises:
      MetraxTypeError: when a metric has several values by name, as collections have.

    Example:
      >>> import metrax
      >>> better = metrax.Difference(metrax.MeanAbsoluteError().on("y", "new"),
      ...                            metrax.MeanAbsoluteError().on("y", "old"))
      >>> found = better(y=[1., 2., 3., 4.], new=[1., 2., 4., 4.], old=[2., 2., 5., 5.])
      >>> float(found.value), bool(found.high < 0)
      (-0.75, False)

    References:
      Miller, "Adding error bars to evals", 2024.
    """

    if TYPE_CHECKING:  # without the metric inside, which is made of the two

        def __init__(
            self,
            a: Metric,
            b: Metric,
            level: float = 0.95,
            method: Method = "auto",
            clusters: bool = False,
            blocks: int = 64,
            replicates: int = 200,
            seed: int = 0,
            *,
            name: str | None = None,
            dtype: str | None = None,
        ) -> None: ...

    _sign: ClassVar[str] = "-"

    def _between(self, a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
        return a[0] - b[1], a[1] - b[0]


class Ratio(Compared):
    r"""How many times as high one metric is as another on the same stream, $a / b$.

    As :class:`Difference` is, and with its arguments; $0/0$ is 0. Of values that are not negative
    the interval is symmetric on the logarithm's scale. No data: 0.

    Args:
      a: a metric, routed or not.
      b: another one, of the same shape of value.
      level: the chance that the interval holds the truth.
      method: ``"auto"``, ``"delta"``, ``"jackknife"`` or ``"bootstrap"``.
      clusters: whether examples come in clusters.
      blocks: how many states of each the jackknife keeps.
      replicates: how many the bootstrap draws.
      seed: of the bootstrap's draws.
      name: defaults to ``"ratio"``.

    Raises:
      MetraxTypeError: when a metric has several values by name, as collections have.

    Example:
      >>> import metrax
      >>> times = metrax.Ratio(metrax.MeanAbsoluteError().on("y", "new"),
      ...                      metrax.MeanAbsoluteError().on("y", "old"))
      >>> float(times(y=[1., 2., 3., 4.], new=[1., 2., 4., 4.], old=[2., 2., 5., 5.]).value)
      0.25

    References:
      Fieller, "Some problems in interval estimation", 1954, of ratios.
    """

    if TYPE_CHECKING:  # without the metric inside, which is made of the two

        def __init__(
            self,
            a: Metric,
            b: Metric,
            level: float = 0.95,
            method: Method = "auto",
            clusters: bool = False,
            blocks: int = 64,
            replicates: int = 200,
            seed: int = 0,
            *,
            name: str | None = None,
            dtype: str | None = None,
        ) -> None: ...

    _sign: ClassVar[str] = "/"

    def _between(self, a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
        return (0.0, math.inf) if min(a[0], b[0]) >= 0 else UNBOUNDED
