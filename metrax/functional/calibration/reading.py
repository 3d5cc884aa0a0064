"""How numbers are read beside forecasts of them."""

from jax import Array

from metrax.core.checks import MetraxError, describe, needs_axis
from metrax.core.typing import ArrayLike
from metrax.functional.arguments import arrays
from metrax.kernels.arithmetic import promote


def observed_beside(
    y_true: ArrayLike, y_pred: ArrayLike, what: str, size: int | None = None
) -> tuple[Array, Array]:
    """Numbers ``[B, ...]`` and forecasts of them with one axis more, in one float dtype.

    Args:
      y_true: the numbers; a last axis of one is squeezed.
      y_pred: the forecasts.
      what: what their last axis holds, for messages.
      size: how long it must be.
    """
    true, pred = arrays(y_true, y_pred)
    length = pred.shape[needs_axis("y_pred", pred, -1)]
    if size not in (None, length):
        raise MetraxError(f"y_pred: got {describe(pred)}; expected a last axis of {size}: {what}")
    if true.ndim == pred.ndim and true.shape[-1] == 1:
        true = true[..., 0]
    if true.shape != pred.shape[:-1]:
        raise MetraxError(
            f"y_true: got {describe(true)} for y_pred {describe(pred)}; expected shape "
            f"{pred.shape[:-1]}, a number for each forecast, whose last axis holds {what}"
        )
    true, pred = promote(true, pred)
    return true, pred
