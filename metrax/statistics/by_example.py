"""Scores themselves with their sides: one slot for each example of a data set."""

from collections.abc import Mapping

import jax.numpy as jnp
from jax import Array

from metrax.accumulators.extremes import Max
from metrax.accumulators.slots import Slots
from metrax.core.checks import MetraxError, as_labels, describe
from metrax.core.domains import Domain
from metrax.core.state import State
from metrax.kernels.arithmetic import promote
from metrax.statistics.scored import Scored


class Beyond(Max):
    """By how many slots too few there are: the largest number seen, less that of the last slot."""

    def _lost(self) -> Array:
        return jnp.maximum(self.value, 0)


class ByExampleState(State):
    """Sides and scores by the number of their example.

    Attributes:
      slots: sides and scores, ``[..., num_examples]``.
      beyond: how many more slots there should be; not above 0 if all fit.

    Example:
      >>> import metrax
      >>> auroc = metrax.AUROC(by_example=4)
      >>> state = auroc.observe([0, 1, 1], [0.25, 0.75, 0.75], index=[0, 2, 2])
      >>> int(state.slots.seen.sum()), float(state.beyond.value)
      (2, -1.0)
    """

    slots: Slots
    beyond: Beyond


class ByExample(Scored):
    """The sides and scores themselves, in a slot for each example of the data set.

    ``index`` says which example is which, from 0 on; an example that comes again counts once.
    Negative numbers are no example's.

    Args:
      num_classes: C, if each entry of the last axis has slots of its own.
      class_id: if given, only this entry of the last axis counts.
      by_class: whether each class is a side of its own.
      num_examples: how many slots there are.

    Example:
      >>> import metrax
      >>> statistic = metrax.statistics.ByExample(num_examples=4)
      >>> batch = {"y_true": [0, 1, 1], "y_pred": [0.25, 0.75, 0.75], "w": None}
      >>> state = statistic.observe({**batch, "index": [0, 2, 2]})
      >>> state.slots.seen.tolist()
      [True, False, True, False]
    """

    num_examples: int = 1

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        hint = "number the examples from 0 on; padding may be -1"
        index = Domain(-1, self.num_examples - 1, whole=True, hint=hint)
        return {**super().domains(**inputs), "index": index}

    def init(self) -> ByExampleState:
        shape, dtype = (*self._lead, self.num_examples), self.accumulates
        columns = [jnp.full(shape, -jnp.inf, dtype) for _ in range(3)]
        return ByExampleState(Slots(tuple(columns[:2]), columns[2]), Beyond.empty((), dtype))

    def contribute(self, y_true: Array, y_pred: Array, *, index: Array) -> ByExampleState:
        side, scores = self._sides(y_true, y_pred)
        shape = scores.shape if self.num_classes is None else scores.shape[:-1]
        if index.shape != shape:
            raise MetraxError(
                f"index: got {describe(index)} for scores of shape {scores.shape}; expected shape "
                f"{shape}, a number for each example"
            )
        (scores,) = promote(scores)
        index = _whole(index)
        at = jnp.where(index < self.num_examples, index, -1)
        return ByExampleState(
            Slots.each(
                side.astype(scores.dtype), scores, at=at, shape=self.num_examples, keep=self._kept
            ),
            Beyond.each(index - (self.num_examples - 1)),
        )


def _whole(index: Array) -> Array:
    """Numbers of examples as int32: the largest for what is beyond, -1 for what is not whole."""
    most = jnp.iinfo(jnp.int32).max
    if jnp.issubdtype(index.dtype, jnp.floating):
        return jnp.where(index >= 2.0**30, most, as_labels(index))
    if index.dtype.itemsize > 4 or index.dtype == jnp.uint32:
        low = jnp.minimum(index, jnp.asarray(most, index.dtype))
        return jnp.where(index < 0, -1, low.astype(jnp.int32))
    return index.astype(jnp.int32)
