"""How many predictions are one of several labels that are all right."""

from collections.abc import Mapping
from typing import ClassVar

import jax.numpy as jnp
from jax import Array

from metrax.accumulators.mean import Mean
from metrax.core.checks import MetraxError, as_labels, describe, needs_axis
from metrax.core.domains import NUMBERS, Domain, labels
from metrax.core.statistic import Statistic
from metrax.kernels.arithmetic import promote
from metrax.kernels.highest import first_highest


class AnyLabel(Statistic):
    """The weight of the examples predicted as one of their labels, and of all that have one.

    Args:
      sparse_y_true: whether ``y_true`` holds lists of class indices, ``[B, ..., M]``, filled up
        with negative numbers; otherwise rows of labels 0 and 1, ``[B, ..., C]``.

    Example:
      >>> from metrax import statistics
      >>> statistic = statistics.AnyLabel(sparse_y_true=True)
      >>> inputs = {"y_true": [[0, 2], [1, -1]], "y_pred": [2, 0], "w": [1., 3.]}
      >>> float(statistic.observe(inputs).mean)
      0.25
    """

    aligned: ClassVar[bool] = False  # labels beside rows of scores

    sparse_y_true: bool = False

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        y_true, y_pred = inputs["y_true"], inputs["y_pred"]
        rows = y_pred.ndim >= y_true.ndim
        classes = y_pred.shape[-1] if rows else y_true.shape[-1] if not self.sparse_y_true else None
        last = Domain().high if classes is None else classes - 1
        several = Domain(high=last) if self.sparse_y_true else Domain(0, 1)
        one = Domain(0, whole=True) if classes is None else labels(classes)
        return {
            "y_true": several._replace(whole=True, axis=-1),
            "y_pred": NUMBERS.lacking(-1) if rows else one,
        }

    def init(self) -> Mean:
        return Mean.zeros((), self.accumulates)

    def _label_inputs(self) -> tuple[str, ...]:
        return ("y_true", "y_pred")

    def contribute(self, y_true: Array, y_pred: Array) -> Mean:
        needs_axis("y_true", y_true, -1)
        rows = y_pred.ndim == y_true.ndim and (self.sparse_y_true or y_pred.shape == y_true.shape)
        chosen = first_highest(promote(y_pred)[0]) if rows else as_labels(y_pred)
        if chosen.shape != y_true.shape[:-1]:
            raise MetraxError(
                f"y_true and y_pred: got {describe(y_true)} and {describe(y_pred)}; expected a "
                f"label of shape {y_true.shape[:-1]} for each row of y_true, or scores: a row of "
                "as many classes"
            )
        if self.sparse_y_true:
            listed = as_labels(y_true)
            found = listed == jnp.broadcast_to(chosen[..., None], listed.shape)
            right = jnp.any(found & (listed >= 0), axis=-1)
            return Mean.each(right, w=jnp.any(listed >= 0, axis=-1))
        inside = (chosen >= 0) & (chosen < y_true.shape[-1])
        at = jnp.where(inside, chosen, 0)[..., None]
        right = inside & (jnp.take_along_axis(y_true, at, axis=-1)[..., 0] > 0)
        return Mean.each(right, w=jnp.any(y_true > 0, axis=-1))
