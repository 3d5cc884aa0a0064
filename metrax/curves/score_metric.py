"""What metrics of scores share: how scores are kept, classes, averages, bounds."""

import dataclasses
import functools
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Literal, final

import jax
import jax.numpy as jnp
from jax import Array

from metrax.core.calls import require_state
from metrax.core.checks import SAID_OF_STATES, MetraxError, at_least, blame
from metrax.core.docstrings import share_arguments
from metrax.core.doubts import Doubt
from metrax.core.refused import lost_is_nan
from metrax.core.sharding import replicated
from metrax.core.statistic import Statistic
from metrax.core.typed import NumberedPairMetric
from metrax.core.typing import ValueT
from metrax.curves.bounds import Certified
from metrax.curves.cumulated import Curve, ScoreState, curve_of
from metrax.kernels.arithmetic import safe_divide
from metrax.kernels.float_bits import GRIDS
from metrax.statistics.by_example import ByExample
from metrax.statistics.kept_scores import KeptScores
from metrax.statistics.score_histogram import ScoreHistogram

RAISES = "  MetraxError: when shapes do not fit or an argument is out of range."

Average = Literal["macro", "weighted", "micro"] | None


class ScoreMetric(NumberedPairMetric[ScoreState, ValueT], ABC):
    """A metric of positives' and negatives' scores, whatever they are; base of all curves.

    Args:
      num_classes: C, if the last axis of ``y_pred`` holds classes, each beside all others; without
        it all elements are one stream.
      bits: of the float by which scores are counted, 10 to 24; a class's state has
        ``2**(bits + 1)`` cells.
      grid: ``"float"`` for any scores. ``"probability"`` for such from 0 to 1: a tenth of the
        cells, as fine, and symmetric about 1/2; from ``2**-25`` down nothing is told apart.
      exact: keep the scores of so many examples instead; NaN if there are more.
      by_example: keep the scores of so many examples, each in the slot that ``index=`` of
        ``update`` says, from 0 on: an example that comes twice counts once, and one whose number
        is negative not at all. NaN if one is beyond the last slot.
      name: defaults to the class's in snake case.
      dtype: dtype of the value.
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        share_arguments(cls, RAISES)

    num_classes: int | None = dataclasses.field(default=None, kw_only=True)
    bits: int = dataclasses.field(default=16, kw_only=True)
    grid: Literal["float", "probability"] = dataclasses.field(default="float", kw_only=True)
    exact: int | None = dataclasses.field(default=None, kw_only=True)
    by_example: int | None = dataclasses.field(default=None, kw_only=True)

    def validate(self) -> None:
        at_least(1, num_classes=self.num_classes, exact=self.exact, by_example=self.by_example)
        if not 10 <= self.bits <= 24:
            raise MetraxError(f"bits: got {self.bits}; expected 10 to 24")
        if None not in (self.exact, self.by_example):
            raise MetraxError(
                f"exact: got {self.exact} beside by_example={self.by_example}; expected one of them"
            )

    @property
    def statistic(self) -> Statistic:
        shared = self._scored()
        if self.exact is not None:
            return KeptScores(**shared, capacity=self.exact)
        if self.by_example is not None:
            return ByExample(**shared, num_examples=self.by_example)
        return ScoreHistogram(**shared, bits=self.bits, grid=self.grid)

    def _scored(self) -> dict[str, Any]:
        """What the statistic is told, however it keeps the scores; a hook."""
        return {"num_classes": self.num_classes}

    def _curve(self, state: ScoreState, **more: Any) -> Curve:
        return curve_of(state, GRIDS[self.grid](self.bits), **more)


class CertifiedMetric(ScoreMetric[Array], ABC):
    """A number, or one for each class, that a curve's buckets bound; base of all of them.

    Args:
      average: of the classes: ``"macro"``, ``"weighted"`` by their positives, ``"micro"`` (all in
        one stream) or None for a vector. Without ``num_classes`` it is ignored.
      absent: classes never positive or never negative are left out of the average (``"skip"``;
        0 if all are), count as 0 (``"zero"``), or are NaN (``"nan"``).
      tolerance: the widest interval that :func:`metrax.checked` lets pass; None for any.
    """

    value_range: ClassVar[tuple[float, float]] = (0.0, 1.0)

    average: Average = dataclasses.field(default="macro", kw_only=True)
    absent: Literal["zero", "skip", "nan"] = dataclasses.field(default="skip", kw_only=True)
    tolerance: float | None = dataclasses.field(default=0.01, kw_only=True)

    @abstractmethod
    def _measure(self, curve: Curve) -> Certified:
        """The number of each curve, with bounds; a hook."""

    def validate(self) -> None:
        super().validate()
        if self.tolerance is not None and not self.tolerance >= 0:
            raise MetraxError(f"tolerance: got {self.tolerance}; expected a number of 0 or more")

    def read(self, state: ScoreState) -> Array:
        return self._certified(state).value

    @final
    def bounds(self, state: ScoreState) -> tuple[Array, Array]:
        """From where to where the value is that a float64 computation has from all the scores.

        Both have the shape of the value. They are rounded outwards, and as near to each other as
        float32's rounding where all scores were on the grid, or were kept themselves.
        """
        with blame(self):
            require_state(state, "bounds")
            with SAID_OF_STATES:
                return _bounds(self, state)

    def _certified(self, state: ScoreState) -> Certified:
        """The value and its bounds, of all classes together."""
        curve = self._curve(state, pooled=self._pooled)
        found = self._settled(self._measure(curve), curve)
        if self.num_classes is None or self._pooled:
            found = found.map(lambda x: self._shown(x, curve.both))
        else:
            found = found.map(lambda x: self._averaged(x, curve.both, curve.positives[..., 0]))
        # A weight that is no number: comparisons with sums of it would hide it.
        lost = ~jnp.all(jnp.isfinite(curve.positives + curve.negatives))
        return found.map(lambda x: jnp.where(lost, jnp.nan, x))

    def _settled(self, found: Certified, curve: Curve) -> Certified:
        """With bounds for rounding and for known ties, too; a hook."""
        curve = curve._replace(noise=curve.noise * self._magnified)
        return found.settled(curve, *self.value_range)

    @property
    def _magnified(self) -> float:
        """What the rounding of a rate is multiplied by; a hook."""
        return 1

    @property
    def _pooled(self) -> bool:
        return self.num_classes is not None and self.average == "micro"

    def _shown(self, values: Array, both: Array) -> Array:
        return jnp.where(both, values, jnp.nan) if self.absent == "nan" else values

    def _averaged(self, values: Array, both: Array, support: Array) -> Array:
        """One value of those of all classes."""
        values = self._shown(values, both)
        if self.average is None:
            return values
        weights = support if self.average == "weighted" else jnp.ones_like(values)
        weights = jnp.where(both, weights, 0) if self.absent == "skip" else weights
        return safe_divide(jnp.sum(weights * values), jnp.sum(weights))

    def _doubts(self, state: ScoreState) -> Mapping[str, Doubt]:
        found = {}
        if self.absent != "nan":
            found |= _lacking(self._curve(state, pooled=self._pooled).both)
        if self.tolerance is not None:
            found |= _wide(*self.bounds(state), tolerance=self.tolerance)
        return found


def _lacking(both: Array) -> dict[str, Doubt]:
    """What to say of labels that were never positive or never negative."""
    lacking = ~both
    if not both.ndim:
        text = "compute: got positives alone or negatives alone; expected both in the data"
        return {text: Doubt(lacking)}
    lacking = lacking.reshape(both.shape[0], -1).any(-1)
    count, first = jnp.sum(lacking, dtype=jnp.int32), jnp.argmax(lacking)
    text = (
        "compute: got label {first} (and {others} more such labels) that was never positive or "
        "never negative; expected both of each label: pass absent='nan' to see which"
    )
    return {text: Doubt(count > 0, {"first": first, "others": jnp.maximum(count - 1, 0)})}


def _wide(low: Array, high: Array, tolerance: float) -> dict[str, Doubt]:
    """What to say of a value that the buckets do not tell well enough."""
    low, high = jnp.ravel(low), jnp.ravel(high)
    at = jnp.argmax(high - low)
    text = (
        "compute: got a value from {low:.6g} to {high:.6g}, as far as the scores' buckets tell; "
        f"expected it within tolerance={tolerance:g}: pass more bits, such as bits=20, or "
        "exact=n, or a larger tolerance"
    )
    return {text: Doubt(high[at] - low[at] > tolerance, {"low": low[at], "high": high[at]})}


@functools.partial(jax.jit, static_argnums=0)
def _bounds(metric: CertifiedMetric, state: Any) -> tuple[Array, Array]:
    metric._check_state(state)

    def bounds(state: Any) -> tuple[Array, Array]:
        found = metric._certified(state)
        return lost_is_nan(state, (found.low, found.high))

    return replicated(bounds, state)
