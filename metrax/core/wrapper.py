"""``Wrapper``: a metric around another one."""

import dataclasses
import functools
from abc import ABC
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from jax import Array

from metrax.core.domains import Domain
from metrax.core.doubts import Doubt
from metrax.core.metric import Metric
from metrax.core.part import Part
from metrax.core.statistic import Statistic
from metrax.core.typing import StateT, ValueT


class Wrapper(Metric[StateT, ValueT], ABC):
    """A metric that does what the metric inside does; base of all combinators of one metric.

    A subclass declares the field ``metric`` first, and overrides what it does differently. What it
    looks at in the data goes into :meth:`_look`, in a state into :meth:`_inspect`; both are called
    inside collections too.
    """

    if TYPE_CHECKING:
        metric: Metric

    @property
    def inputs(self) -> tuple[str, ...]:  # pyright: ignore[reportIncompatibleVariableOverride]
        """The arrays that the metric inside takes before ``w``, in order."""
        return self.metric.inputs

    @property
    def higher_is_better(self) -> Any:
        return self.metric.higher_is_better

    @property
    def value_range(self) -> Any:
        return self.metric.value_range

    @property
    def statistic(self) -> Statistic:
        return self.metric.statistic

    @functools.cached_property
    def _statistic(self) -> Statistic:
        return self.metric._statistic

    def read(self, state: Any) -> Any:
        return self.metric.read(state)

    def _value(self, parts: Sequence[Any]) -> Any:
        return self.metric._value(parts)

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        return self.metric.domains(**inputs)

    def _held(self, state: Any) -> tuple[Metric, Any] | None:
        return self.metric, state

    def _inspect(self, state: Any) -> None:
        self.metric._inspect(state)

    def _doubts(self, state: Any) -> Mapping[str, Doubt]:
        return self.metric._doubts(state)

    def _named(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        return self.metric._named(args, kwargs)

    def _look(self, inputs: Mapping[str, Any]) -> None:
        self.metric._look(inputs)

    def _next(self, name: str, state: Any) -> Any:
        return self.metric._next(name, state)

    @property
    def _one_part(self) -> Part:
        return self._around(self.metric._one_part)

    def _initial(self) -> Any:
        return self.metric._initial()

    def _observed(self, inputs: Mapping[str, Any]) -> Any:
        return self.metric._observed(inputs)

    def _updated(self, state: Any, inputs: Mapping[str, Any]) -> Any:
        return self.metric._updated(state, inputs)

    def _check_state(self, state: Any) -> None:
        self.metric._check_state(state)

    def _around(self, part: Part) -> Part:
        """A part of the metric inside, with what this does around it."""
        metric = part.metric
        if metric is self.metric:
            return part._replace(metric=self)
        around = dataclasses.replace(self, metric=metric, name=metric.name, dtype=metric.dtype)
        return part._replace(metric=around)

    @functools.cached_property
    def _parts(self) -> tuple[Part, ...]:
        return tuple(self._around(part) for part in self.metric._parts)

    @functools.cached_property
    def _keys(self) -> tuple[str, ...]:
        return self.metric._keys
