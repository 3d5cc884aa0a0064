"""``Windowed`` and ``Decayed``: a metric over the latest updates."""

import functools
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from metrax.accumulators.rings import Decaying, Ring, unfading
from metrax.combinators.combinator import Combinator
from metrax.core.alike import check_alike
from metrax.core.checks import MetraxError, MetraxTypeError, at_least, describe
from metrax.core.doubts import Doubt
from metrax.core.merge import merge_stacked
from metrax.core.metric import Metric
from metrax.core.part import COUNTED, Part
from metrax.core.process import Accumulated, Process
from metrax.core.state import one_state
from metrax.core.typing import StateT


class BySteps(Process, ABC):
    """A state of the metric inside, and the step of what it holds."""

    statistic: Accumulated

    @property
    def _inputs(self) -> tuple[str, ...]:
        return (*self.statistic._inputs, "step")

    @property
    def _extra(self) -> dict[str, bool]:
        return {**self.statistic._extra, "step": True}

    def init(self) -> Any:
        return one_state(self._nothing(self.statistic.init()))

    def observe(self, inputs: Mapping[str, Any]) -> Any:
        step, seen = self._seen(inputs)
        return one_state(_put(self, None, step, seen))

    def update(self, state: Any, inputs: Mapping[str, Any]) -> Any:
        step, seen = self._seen(inputs)
        return one_state(_put(self, state, step, seen))

    def _seen(self, inputs: Mapping[str, Any]) -> tuple[Array, Any]:
        rest = {name: x for name, x in inputs.items() if name != "step"}
        step = jnp.asarray(0 if inputs.get("step") is None else inputs["step"])
        if step.ndim or not jnp.issubdtype(step.dtype, jnp.integer):
            raise MetraxTypeError(f"step: got {describe(step)}; expected one integer, from 0")
        return step.astype(jnp.int32), self.statistic.observe(rest)

    @abstractmethod
    def _nothing(self, like: Any) -> Any:
        """What holds no step yet, for states like this one; a hook."""

    @abstractmethod
    def _with(self, state: Any, step: Array, seen: Any) -> Any:
        """A state with that of one more step; a hook."""


@functools.partial(jax.jit, static_argnums=0)
def _put(process: BySteps, state: Any, step: Array, seen: Any) -> Any:
    return process._with(process._nothing(seen) if state is None else state, step, seen)


class Windows(BySteps):
    """The states of the latest ``n`` steps."""

    n: int

    def _nothing(self, like: Any) -> Ring:
        return Ring.of_nothing(like, self.n)

    def _with(self, state: Ring, step: Array, seen: Any) -> Ring:
        return state.put(step, seen)


class Fading(BySteps):
    """A state that forgets: what is ``half_life`` steps old counts half."""

    half_life: float

    def _nothing(self, like: Any) -> Decaying:
        for part in unfading(like):
            raise MetraxError(
                f"Decayed: got a metric whose state holds a {type(part).__name__}, which cannot "
                "count less; expected one of sums, means or moments, or metrax.Windowed(metric, n)"
            )
        none = Ring.of_nothing(like, 1).within(1)
        dtype = jax.tree.leaves(like)[0].dtype
        return Decaying(
            jnp.full((), -1, jnp.int32),
            jnp.full((), 1 / self.half_life, dtype),
            jax.tree.map(lambda x: x[0], none),
        )

    def _with(self, state: Decaying, step: Array, seen: Any) -> Decaying:
        return state.combine(Decaying(step, state.rate, seen))


class Recent(Combinator[StateT, Any], ABC):
    """A metric over the latest updates; base of those that look back by steps."""

    _observed, _updated = Metric._observed, Metric._updated
    _initial, _check_state = Metric._initial, Metric._check_state

    def validate(self) -> None:
        if "step" in self.metric._statistic._inputs:
            raise MetraxTypeError(
                f"{type(self).__name__}: metric: got {self.metric}, which takes steps itself; "
                "expected one that does not"
            )

    @property
    def inputs(self) -> tuple[str, ...]:
        """The arrays that the metric inside takes, and ``step``."""
        return self._statistic._inputs

    def _named(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        return self._named_beside("step", args, kwargs)

    def _around(self, part: Part) -> Part:
        part = super()._around(part)
        return part._replace(outputs=(*part.outputs, "step"))

    @functools.cached_property
    def _counters(self) -> tuple[tuple[str, Part, str], ...]:
        part = Part("", self, self.inputs, "w", optional_w=True)
        return tuple(("", part, name) for name in COUNTED if name in self._statistic._extra)

    def _next(self, name: str, state: Any) -> Array:
        if name != "step":
            return self.metric._next(name, self._recent(state))
        if not isinstance(state, Ring | Decaying):
            check_alike(state, self._initial())
        return jnp.max(state.step) + 1

    def _held(self, state: Any) -> tuple[Metric, Any]:
        return self.metric, one_state(self._recent(state))

    def _inspect(self, state: Any) -> None:
        self.metric._inspect(self._recent(state))

    def _doubts(self, state: Any) -> Mapping[str, Doubt]:
        return self.metric._doubts(self._recent(state))

    def read(self, state: Any) -> Any:
        return self.metric._read_as_dtype(self._recent(state))

    @abstractmethod
    def _recent(self, state: Any) -> Any:
        """The state of the metric inside; a hook."""


class Windowed(Recent[Ring]):
    """A metric over the last ``n`` updates, exactly.

    ``update`` takes what the metric takes and, by keyword, ``step``; without it an update is one
    step after the latest; at a step below 0 it is left out. Each step's data are a state of their
    own in a ring of ``n``, so what is older than ``n`` steps leaves no trace, and nothing is
    subtracted. An update touches one slot. States merge by step, the data of one step together:
    with ``step`` shards that started apart line up; without it those do that made as many updates.
    ``compute`` merges the ring.

    Without ``step`` an update depends on the updates before it, so merging the states of two halves
    of a stream is not the state of the whole; with it, it is.

    Args:
      metric: any metric, collections included.
      n: how many steps; the state is that of the metric ``n`` times.
      name: defaults to the metric's.

    Raises:
      MetraxError: when ``n`` is below 1.
      MetraxTypeError: when ``step`` is no integer, or the metric takes steps itself.

    Example:
      >>> import metrax
      >>> recent = metrax.Windowed(metrax.Mean(), 2)
      >>> state = recent.init()
      >>> for value in [100., 3., 5.]:
      ...     state = recent.update(state, value)
      >>> float(recent.compute(state))
      4.0

    References:
      torchmetrics, ``torchmetrics.wrappers.Running``; torcheval's windowed metrics.
    """

    n: int

    def validate(self) -> None:
        super().validate()
        at_least(1, n=self.n)

    @functools.cached_property
    def _statistic(self) -> Windows:  # pyright: ignore[reportIncompatibleVariableOverride]
        return Windows(self.metric._statistic, self.n)

    def _recent(self, state: Ring) -> Any:
        return merge_stacked(state.within(self.n))


class Decayed(Recent[Decaying]):
    r"""A metric in which older updates count less: by $2^{-a/h}$ after $a$ steps of half-life $h$.

    ``update`` takes what the metric takes and, by keyword, ``step``; without it an update is one
    step after the latest; at a step below 0 it is left out. The whole state fades, counts and sums
    alike, so the value is that of the data with such weights. States merge by step: the older one
    fades until the other's.

    Without ``step`` an update depends on the updates before it, as with :class:`Windowed`.

    Args:
      metric: any metric whose state is sums, means or moments; no extremes, no buffers.
      half_life: after how many steps an update counts half.
      name: defaults to the metric's.

    Raises:
      MetraxError: when ``half_life`` is not above 0, or the metric's state cannot fade.
      MetraxTypeError: when ``step`` is no integer, or the metric takes steps itself.

    Example:
      >>> import metrax
      >>> smooth = metrax.Decayed(metrax.Mean(), half_life=1)
      >>> state = smooth.init()
      >>> for value in [4., 1.]:
      ...     state = smooth.update(state, value)
      >>> float(smooth.compute(state))                    # (4 / 2 + 1) / (1 / 2 + 1)
      2.0

    References:
      pandas, ``DataFrame.ewm(halflife=...)`` with ``adjust=True``.
    """

    half_life: float

    def validate(self) -> None:
        super().validate()
        if not self.half_life > 0:
            raise MetraxError(f"half_life: got {self.half_life}; expected a number above 0")

    @functools.cached_property
    def _statistic(self) -> Fading:  # pyright: ignore[reportIncompatibleVariableOverride]
        return Fading(self.metric._statistic, self.half_life)

    def _recent(self, state: Decaying) -> Any:
        return state.states
