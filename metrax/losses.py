"""Keras's loss functions, to be minimised, as ``metrax.losses``.

They are the functions of :mod:`metrax.functional`, but for one: a loss is lower for the better
prediction, so ``cosine_similarity`` is negative here, as ``keras.losses.cosine_similarity`` is,
and positive there, as the metric ``CosineSimilarity`` is.
"""

from jax import Array

from metrax import functional
from metrax.core.typing import ArrayLike
from metrax.functional import binary_crossentropy as binary_crossentropy
from metrax.functional import binary_focal_crossentropy as binary_focal_crossentropy
from metrax.functional import categorical_crossentropy as categorical_crossentropy
from metrax.functional import categorical_focal_crossentropy as categorical_focal_crossentropy
from metrax.functional import categorical_hinge as categorical_hinge
from metrax.functional import dice as dice
from metrax.functional import hinge as hinge
from metrax.functional import huber as huber
from metrax.functional import kl_divergence as kl_divergence
from metrax.functional import log_cosh as log_cosh
from metrax.functional import mean_absolute_error as mean_absolute_error
from metrax.functional import mean_absolute_percentage_error as mean_absolute_percentage_error
from metrax.functional import mean_squared_error as mean_squared_error
from metrax.functional import mean_squared_logarithmic_error as mean_squared_logarithmic_error
from metrax.functional import poisson as poisson
from metrax.functional import sparse_categorical_crossentropy as sparse_categorical_crossentropy
from metrax.functional import squared_hinge as squared_hinge
from metrax.functional import tversky as tversky


def cosine_similarity(y_true: ArrayLike, y_pred: ArrayLike, axis: int = -1) -> Array:
    r"""Negative cosine of two vectors' angle, $-\frac{y \cdot \hat y}{\|y\|\,\|\hat y\|}$.

    Args:
      y_true: vectors along ``axis``, ``[B, ..., D]``.
      y_pred: vectors of the same shape.
      axis: the axis of the vectors' components.

    Returns:
      Values in [-1, 1], without that axis; -1 for parallel vectors, 0 where either is zero.

    Raises:
      MetraxError: when the shapes differ or there is no axis beside the batch axis.

    Example:
      >>> from metrax import losses
      >>> y_true, y_pred = [[0., 1.], [1., 1.], [1., 1.]], [[1., 0.], [1., 1.], [-1., -1.]]
      >>> losses.cosine_similarity(y_true, y_pred, axis=1).round(3).tolist()
      [-0.0, -1.0, 1.0]

    References:
      Keras 3, ``keras.losses.cosine_similarity``.
    """
    return -functional.cosine_similarity(y_true, y_pred, axis)
