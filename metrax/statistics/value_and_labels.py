"""The mean of a function's values, and how often each label is."""

from collections.abc import Mapping
from typing import Any

import jax.numpy as jnp
from jax import Array

from metrax.accumulators.mean import Mean
from metrax.accumulators.sum import Sum
from metrax.core.checks import MetraxError, as_labels, describe
from metrax.core.domains import Domain
from metrax.core.probabilities import as_elements, as_rows, domains, has_classes
from metrax.core.state import State
from metrax.kernels.arithmetic import safe_divide
from metrax.kernels.limbs import sum_rows
from metrax.kernels.pairs import Pair, add_pairs
from metrax.statistics.weighted_mean import WeightedMean


class ValueAndLabelsState(State):
    r"""$\sum w f$ and $\sum w$, and $\sum w$ of each class, ``[C]``; of label 1 alone if binary.

    Attributes:
      values: the mean of the function.
      labels: the weight of the classes.

    Example:
      >>> import metrax
      >>> state = metrax.D2Brier().observe([0, 1, 1], [0.5, 0.5, 1.0])
      >>> round(float(state.values.mean), 6), float(state.labels.value)
      (0.333333, 2.0)
    """

    values: Mean
    labels: Sum

    def shares(self) -> tuple[Array, Array]:
        """The share of each class, and of all others, each from its own digits, ``[C]``."""
        ones, n = self.labels.pair, self.values.weight.pair
        if not ones[0].ndim:
            both = (add_pairs(n, (-ones[0], -ones[1])), ones)
            ones = jnp.stack([x[0] for x in both]), jnp.stack([x[1] for x in both])
        total = sum_rows(ones, [0])
        spread: Pair = tuple(jnp.broadcast_to(x, ones[0].shape) for x in total)  # pyright: ignore[reportAssignmentType]
        others = sum(add_pairs(spread, (-ones[0], -ones[1])))
        return tuple(safe_divide(x, sum(spread)) for x in (sum(ones), others))  # pyright: ignore


class ValueAndLabels(WeightedMean):
    r"""$\sum w f$ and $\sum w$ of a function of probabilities, and the weight of each class.

    It takes what :class:`WeightedMean` takes.

    Args:
      num_classes: the length of the last axis of ``y_pred`` if that holds classes.

    Raises:
      MetraxError: when shapes do not fit.
      MetraxTypeError: when the function returns no array of real numbers.

    Example:
      >>> import metrax
      >>> def squared(y_true, y_pred):
      ...     return (y_true - y_pred) ** 2
      >>> statistic = metrax.statistics.ValueAndLabels(squared)
      >>> state = statistic.observe({"y_true": [0., 1.], "y_pred": [0.5, 0.5], "w": None})
      >>> float(state.values.mean), float(state.labels.value)
      (0.25, 1.0)
    """

    num_classes: int | None = None

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        logits = bool(dict(self.kwargs).get("from_logits"))
        return domains(inputs, self.num_classes, logits)

    def init(self) -> Any:
        classes = () if self.num_classes is None else (self.num_classes,)
        return ValueAndLabelsState(
            Mean.zeros((), self.accumulates), Sum.zeros(classes, self.accumulates)
        )

    def contribute(self, y_true: Array, y_pred: Array) -> Any:
        classes = has_classes(y_true, y_pred, self.num_classes)
        if classes and self.num_classes is None:
            raise MetraxError(
                f"y_pred: got {describe(y_pred)} for y_true {describe(y_true)}; expected "
                "probabilities of label 1, of one shape with the labels, or num_classes="
                f"{y_pred.shape[-1]} for a metric that takes classes"
            )
        values = Mean.each(self._values(self._float(y_true), self._float(y_pred)))
        if not classes:
            true, _ = as_elements(y_true, y_pred)
            return ValueAndLabelsState(values, Sum.each(true.astype(self.accumulates)))
        rows = as_rows(y_true, y_pred, self.num_classes)
        if not rows.sparse:
            return ValueAndLabelsState(values, Sum.each(rows.targets(), keep=-1))
        classes = rows.pred.shape[-1]
        return ValueAndLabelsState(values, Sum.each(1, at=as_labels(rows.true), shape=classes))
