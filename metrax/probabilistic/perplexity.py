"""Perplexity of a language model."""

import math
from collections.abc import Mapping
from typing import ClassVar

import jax.numpy as jnp
from jax import Array

from metrax.accumulators.mean import Mean as Total
from metrax.core.checks import Classes
from metrax.core.domains import Domain
from metrax.core.statistic import Statistic
from metrax.core.typed import PairMetric
from metrax.probabilistic.crossentropy import SparseCategoricalCrossentropy


class Perplexity(PairMetric[Total, Array]):
    r"""Perplexity, $\exp\bigl(\frac{\sum_i -w_i \log \hat p_{i, y_i}}{\sum_i w_i}\bigr)$.

    ``update(state, y_true, y_pred, w=None)`` takes class indices ``[B, ...]`` and probabilities or
    logits ``[B, ..., C]``, as :class:`SparseCategoricalCrossentropy`, whose state it shares: the
    mean is over all tokens of all batches, not of batches' means. 1 is perfect, C that of a uniform
    guess; no data give 0. A label that is no class makes the value NaN, unless its weight is 0 or
    it is ``ignore_class``.

    Args:
      from_logits: whether ``y_pred`` holds logits.
      ignore_class: label whose tokens do not count, such as that of padding, or several.
      axis: the class axis of ``y_pred``.
      name: defaults to ``"perplexity"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes do not fit.

    Example:
      >>> import jax.numpy as jnp
      >>> import metrax
      >>> perplexity = metrax.Perplexity(from_logits=True, ignore_class=-1)
      >>> round(float(perplexity([[3, 0, -1]], jnp.zeros((1, 3, 8)))), 5)
      8.0

    References:
      keras-hub, ``keras_hub.metrics.Perplexity``; https://en.wikipedia.org/wiki/Perplexity.
    """

    higher_is_better: ClassVar[bool | None] = False
    value_range: ClassVar[tuple[float, float]] = (1, math.inf)

    from_logits: bool = False
    ignore_class: Classes = None
    axis: int = -1

    @property
    def _loss(self) -> SparseCategoricalCrossentropy:
        return SparseCategoricalCrossentropy(self.from_logits, self.ignore_class, self.axis)

    @property
    def statistic(self) -> Statistic:
        return self._loss.statistic

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        return self._loss.domains(**inputs)

    def read(self, state: Total) -> Array:
        return jnp.where(state.weight.value == 0, 0, jnp.exp(state.mean))
