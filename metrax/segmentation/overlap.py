"""Losses of overlapping masks, from totals over all data."""

import math
from typing import ClassVar

import jax.numpy as jnp
from jax import Array

from metrax.core.checks import MetraxError
from metrax.core.statistic import Statistic
from metrax.core.typed import PairMetric
from metrax.kernels.arithmetic import safe_divide
from metrax.statistics.overlap import Overlap, OverlapState


class TverskyLoss(PairMetric[OverlapState, Array]):
    r"""One minus the overlap of all masks over itself and the weighted errors.

    $$1 - \frac{tp}{tp + \alpha\,fp + \beta\,fn}, \qquad tp = \sum w\,y \hat y,\;
    fp = \sum w\,(1 - y)\,\hat y,\; fn = \sum w\,y\,(1 - \hat y)$$

    ``update(state, y_true, y_pred, w=None)`` takes masks or probabilities of one shape. The value
    is from 0 to 1: 1 where nothing overlaps, empty masks among that, and 0 without data. One batch
    gives Keras's pooled loss; several give that of all their elements, whatever the split, where
    Keras averages the losses of batches. For the mean of each example's own loss wrap the function:
    ``metrax.MeanMetricWrapper(metrax.functional.tversky, axis=(1, 2))``.

    Args:
      alpha: weight of false positives. (Keras 3.15 applies it to false negatives, against its own
        documentation.)
      beta: weight of false negatives.
      name: defaults to ``"tversky"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes differ, or a factor is below 0 or infinite.

    Example:
      >>> import metrax
      >>> float(metrax.TverskyLoss(alpha=0.2, beta=1.0)([[1., 1., 0.]], [[1., 0., 0.]]))
      0.5

    References:
      Salehi, Erdogmus and Gholipour, "Tversky loss function for image segmentation using 3D fully
      convolutional deep networks", 2017; ``keras.losses.Tversky``.
    """

    aliases: ClassVar[tuple[str, ...]] = ("Tversky",)
    higher_is_better: ClassVar[bool | None] = False
    value_range: ClassVar[tuple[float, float]] = (0, 1)

    alpha: float = 0.5
    beta: float = 0.5

    def validate(self) -> None:
        for name, factor in (("alpha", self.alpha), ("beta", self.beta)):
            if not 0 <= factor < math.inf:
                raise MetraxError(f"{name}: got {factor}; expected a finite number of 0 or more")

    @classmethod
    def _default_name(cls) -> str:
        return "tversky"

    @property
    def statistic(self) -> Statistic:
        return Overlap()

    def read(self, state: OverlapState) -> Array:
        return _loss(state, self.alpha, self.beta)


class DiceLoss(PairMetric[OverlapState, Array]):
    r"""One minus the overlap of all masks over the mean of their sizes.

    $$1 - \frac{2 \sum w\,y \hat y}{\sum w\,y + \sum w\,\hat y}$$

    ``update(state, y_true, y_pred, w=None)`` takes masks or probabilities of one shape. The value
    is from 0 to 1: 1 where nothing overlaps, empty masks among that, and 0 without data. One batch
    gives Keras's pooled loss; several give that of all their elements, whatever the split, where
    Keras averages the losses of batches. For the mean of each example's own loss wrap the function:
    ``metrax.MeanMetricWrapper(metrax.functional.dice, axis=(1, 2))``.

    Args:
      name: defaults to ``"dice"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes differ.

    Example:
      >>> import metrax
      >>> float(metrax.DiceLoss()([[1., 1., 0.], [0., 0., 1.]], [[1., 0., 0.], [0., 0., 1.]]))
      0.20000000298023224

    References:
      https://en.wikipedia.org/wiki/Dice-S%C3%B8rensen_coefficient; ``keras.losses.Dice``.
    """

    higher_is_better: ClassVar[bool | None] = False
    value_range: ClassVar[tuple[float, float]] = (0, 1)

    @classmethod
    def _default_name(cls) -> str:
        return "dice"

    @property
    def statistic(self) -> Statistic:
        return Overlap()

    def read(self, state: OverlapState) -> Array:
        return _loss(state, 0.5, 0.5)


def _loss(state: OverlapState, alpha: float, beta: float) -> Array:
    errors = alpha * state.fp.value + beta * state.fn.value
    total = state.tp.total.value + errors
    # As its function is, 1 where both masks are empty; without data 0, as every metric.
    empty = (state.tp.weight.value != 0).astype(total.dtype)
    return jnp.where(total == 0, empty, safe_divide(errors, total))
