"""``Combinator``: a metric that users make of another one."""

from abc import ABC
from collections.abc import Mapping, Sequence
from typing import Any

from metrax.core.checks import MetraxTypeError
from metrax.core.metric import Metric
from metrax.core.part import Part
from metrax.core.statistic import Statistic
from metrax.core.typing import StateT, ValueT
from metrax.core.wrapper import Wrapper
from metrax.storage.registry import get


class Combinator(Wrapper[StateT, ValueT], ABC):
    """A wrapper with arguments of its own; ``metric`` is what :func:`metrax.get` takes.

    Its name is the inner metric's unless one is given.
    """

    metric: Metric

    def _fill(self) -> None:
        object.__setattr__(self, "metric", get(self.metric))
        if self.name is None:
            object.__setattr__(self, "name", self.metric.name)
        super()._fill()

    def _defaults(self) -> dict[str, Any]:
        return {**super()._defaults(), "name": self.metric.name}

    def _named_beside(
        self, own: str, args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The inner metric's inputs by name, one of this metric's own, and the weights last."""
        rest = {name: x for name, x in kwargs.items() if name != own}
        inputs = self.metric._named(args, rest)
        w = inputs.pop("w", None)
        return {**inputs, own: kwargs.get(own), "w": w}


class OfRows(Combinator[StateT, ValueT], ABC):
    """A combinator that accumulates what the inner statistic's rows come to, in another way."""

    _observed, _updated, _initial = Metric._observed, Metric._updated, Metric._initial

    @property
    def statistic(self) -> Statistic:
        return self._statistic

    @property
    def inputs(self) -> tuple[str, ...]:
        """The arrays that ``update`` takes before ``w``, as the statistic names them."""
        return self._statistic._inputs

    _check_state = Metric._check_state

    def validate(self) -> None:
        if not isinstance(self.metric._statistic, Statistic):
            raise MetraxTypeError(
                f"{type(self).__name__}: metric: got {self.metric}, whose state is no sum over "
                f"examples; put this one inside: metrax.{type(self.metric).__name__}"
                f"(metrax.{type(self).__name__}(...), ...)"
            )

    def _added(self, part: Part, names: tuple[str, ...]) -> Part:
        """A part around which this needs more inputs."""
        return part._replace(outputs=(*part.outputs, *names))
