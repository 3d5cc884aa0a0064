"""Values of a stream with the step at which each was: the latest, the best, the extremes."""

import math
from abc import ABC
from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from metrax import accumulators as acc
from metrax.accumulators.stepped import Stepped
from metrax.core.alike import check_alike
from metrax.core.checks import MetraxError, describe
from metrax.core.domains import STEPS, Domain
from metrax.core.state import is_accumulator
from metrax.core.typed import SteppedMetric
from metrax.core.typing import StateT, ValueT


class AtStep(NamedTuple):
    """A value and the step at which it was, -1 before any."""

    value: Array
    step: Array


class Range(NamedTuple):
    """The smallest and the largest value, and the steps at which they were."""

    lowest: Array
    lowest_step: Array
    highest: Array
    highest_step: Array


class Stepwise(SteppedMetric[StateT, ValueT], ABC):
    """A metric of one value a step; base of those that remember steps."""

    higher_is_better: ClassVar[bool | None] = None
    value_range: ClassVar[tuple[float, float]] = (-math.inf, math.inf)

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        return {"step": STEPS} if "step" in inputs else {}

    def _next(self, name: str, state: Any) -> Array:
        parts = jax.tree.leaves(state, is_leaf=is_accumulator)
        if not all(isinstance(part, Stepped) for part in parts):
            check_alike(state, self._initial())
        return jnp.max(jnp.stack([part.step for part in parts])) + 1

    def _step(self, values: Array, step: Array | None) -> Array:
        """The step of each value; the first if none is known."""
        step = jnp.zeros((), jnp.int32) if step is None else step
        if values.ndim and step.shape != values.shape:
            raise MetraxError(
                f"values: got {describe(values)} of one step; expected one number, or step= with "
                "a number for each"
            )
        return step


class Last(Stepwise[acc.Latest, AtStep]):
    r"""The latest value of a stream, and its step.

    $$v_i \text{ at } t_i, \qquad i = \arg\max_j\, t_j$$

    ``update(state, value, step=None)`` takes one number: a learning rate, the norm of a gradient, a
    validation score. Without a step it is one more than the latest before. Several values at once,
    of any shape, need steps of that shape. States merge by step: the value of the latest one; of
    several at one step the largest. No data give 0 at step -1. Steps are whole numbers from 0,
    exact to 2^31; what is at a step below 0 is left out.

    Without ``step`` an update depends on the updates before it, so merging the states of two halves
    of a stream is not the state of the whole; with it, it is.

    Args:
      name: defaults to ``"last"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: for several values at one step.
      MetraxTypeError: for a step that is no integer.

    Example:
      >>> import metrax
      >>> rate = metrax.Last()
      >>> state = rate.update(rate.init(), 0.1, step=100)
      >>> state = rate.update(state, 0.05)
      >>> rate.compute(state)
      AtStep(value=Array(0.05, dtype=float32), step=Array(101, dtype=int32))

    References:
      The last value by step, as experiment trackers show it.
    """

    def contribute(self, values: Array, *, step: Array | None = None) -> Any:
        return acc.Latest.each(values, self._step(values, step))

    def read(self, state: acc.Latest) -> AtStep:
        return AtStep(state.value, state.step)


class BestSoFar(Stepwise[acc.Highest, AtStep]):
    r"""The best value of a stream, and the step at which it first was.

    $$\max_i v_i \text{ at } \min \{t_j : v_j = \max_i v_i\}$$

    Where lower is better, the minimum stands for the maximum.

    ``update(state, value, step=None)`` as :class:`Last`: one number, or values and steps of one
    shape. NaN is never best while there is another number. Merging keeps the better one, of equals
    the earlier. No data give 0 at step -1.

    Args:
      higher_is_better: the direction, such as the ``higher_is_better`` of the metric whose values
        these are.
      name: defaults to ``"best_so_far"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: for several values at one step.
      MetraxTypeError: for a step that is no integer.

    Example:
      >>> import metrax
      >>> best = metrax.BestSoFar(higher_is_better=False)
      >>> state = best.init()
      >>> for epoch, loss in enumerate([0.9, 0.4, 0.6]):
      ...     state = best.update(state, loss, step=epoch)
      >>> {name: round(float(x), 6) for name, x in best.compute(state)._asdict().items()}
      {'value': 0.4, 'step': 1.0}

    References:
      Keras 3, ``keras.callbacks.EarlyStopping``, its ``best`` and ``best_epoch``.
    """

    higher_is_better: bool  # pyright: ignore[reportIncompatibleVariableOverride]

    def contribute(self, values: Array, *, step: Array | None = None) -> Any:
        kind = acc.Highest if self.higher_is_better else acc.Lowest
        return kind.each(values, self._step(values, step))

    def read(self, state: acc.Highest) -> AtStep:
        return AtStep(state.value, state.step)


class Extremes(Stepwise[dict[str, Any], Range]):
    r"""The smallest and the largest value of a stream, and the steps at which they first were.

    $$\min_i v_i, \qquad \max_i v_i$$

    ``update(state, value, step=None)`` as :class:`Last`: one number, or values and steps of one
    shape. NaN counts only if there is nothing else; no data give 0 at step -1.

    Args:
      name: defaults to ``"extremes"``.
      dtype: dtype of the values.

    Raises:
      MetraxError: for several values at one step.
      MetraxTypeError: for a step that is no integer.

    Example:
      >>> import metrax
      >>> norms = metrax.Extremes()
      >>> found = norms([3., 1., 8.], step=[0, 1, 2])
      >>> float(found.lowest), int(found.lowest_step), float(found.highest), int(found.highest_step)
      (1.0, 1, 8.0, 2)

    References:
      ``numpy.argmax`` and ``numpy.argmin`` over a stream.
    """

    def contribute(self, values: Array, *, step: Array | None = None) -> Any:
        step = self._step(values, step)
        lowest, highest = acc.Lowest.each(values, step), acc.Highest.each(values, step)
        return {"lowest": lowest, "highest": highest}

    def read(self, state: dict[str, Any]) -> Range:
        low, high = state["lowest"], state["highest"]
        return Range(low.value, low.step, high.value, high.step)
