"""How many elements, or examples in all their elements, are predicted exactly."""

from collections.abc import Mapping
from typing import ClassVar

import jax.numpy as jnp
from jax import Array

from metrax.accumulators.mean import Mean
from metrax.core.checks import Classes, as_labels, is_one_of, same_shape
from metrax.core.domains import BINARY, PROBABILITIES, Domain
from metrax.core.statistic import Statistic
from metrax.kernels.arithmetic import promote
from metrax.statistics.class_labels import class_domains, class_labels


class Matches(Statistic):
    """The weight of what is predicted exactly, and of all.

    Args:
      num_classes: if given, inputs are of one class each: labels, one-hot rows, rows of scores.
        Without, they have one shape: labels, or if predictions are floats, labels 0 and 1 and
        scores.
      threshold: a score strictly above it is label 1.
      ignore_class: elements whose true label is this one, or one of these, count neither way.
      whole: whether an example is one match, if all of its elements are; else each element.

    Example:
      >>> from metrax import statistics
      >>> inputs = {"y_true": [[0, 1], [1, 1]], "y_pred": [[0, 1], [1, 0]], "w": [1., 1.]}
      >>> float(statistics.Matches(whole=True).observe(inputs).mean)
      0.5
    """

    aligned: ClassVar[bool] = False  # labels beside rows of scores

    num_classes: int | None = None
    threshold: float = 0.5
    ignore_class: Classes = None
    whole: bool = False

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        if self.num_classes is not None:
            return class_domains(self.num_classes, self.ignore_class, **inputs)
        if not jnp.issubdtype(inputs["y_pred"].dtype, jnp.floating):
            whole = Domain(whole=True)
            return {"y_true": whole, "y_pred": whole}
        also = (x,) if isinstance(x := self.ignore_class, int) else tuple(x or ())
        return {"y_true": BINARY._replace(also=also), "y_pred": PROBABILITIES}

    def init(self) -> Mean:
        return Mean.zeros((), self.accumulates)

    def _label_inputs(self) -> tuple[str, ...]:
        return ("y_true", "y_pred")

    def contribute(self, y_true: Array, y_pred: Array) -> Mean:
        right, known = self._matches(y_true, y_pred)
        if not self.whole or right.ndim < 2:
            return Mean.each(right, w=known)
        axes = tuple(range(1, right.ndim))
        if known is None:
            return Mean.each(jnp.all(right, axis=axes))
        return Mean.each(jnp.all(right | ~known, axis=axes), w=jnp.any(known, axis=axes))

    def _matches(self, y_true: Array, y_pred: Array) -> tuple[Array, Array | None]:
        """Which elements are right, and which count; None if all do."""
        if self.num_classes is not None:
            true, pred = class_labels(y_true, y_pred, self.num_classes, self.ignore_class)
            known = (true >= 0) & (true < self.num_classes)
            return (true == pred) & known, known
        y_true, y_pred = same_shape(y_true, y_pred)
        known = None if self.ignore_class is None else ~is_one_of(y_true, self.ignore_class)
        if jnp.issubdtype(y_pred.dtype, jnp.floating):
            (scores,) = promote(y_pred)
            y_pred = jnp.where(jnp.isnan(scores), -1, (scores > self.threshold).astype(jnp.int32))
        return as_labels(y_true) == as_labels(y_pred), known
