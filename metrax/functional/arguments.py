"""How the functions take their arguments and average their values."""

from collections.abc import Callable

import jax.numpy as jnp
from jax import Array
from jax.sharding import PartitionSpec

from metrax.core.arrays import as_array
from metrax.core.checks import MetraxError, describe, same_shape
from metrax.core.sharding import automatic, spec_of
from metrax.core.typing import ArrayLike
from metrax.kernels.arithmetic import promote


def arrays(y_true: ArrayLike, y_pred: ArrayLike) -> tuple[Array, Array]:
    """Both arguments as JAX arrays, in the dtypes they came in."""
    return jnp.asarray(as_array("y_true", y_true)), jnp.asarray(as_array("y_pred", y_pred))


def floats(y_true: ArrayLike, y_pred: ArrayLike) -> tuple[Array, ...]:
    """Both arguments in one shape and in one float dtype of at least 32 bits."""
    return promote(*same_shape(*arrays(y_true, y_pred)))


def mean_over(values: Array, axis: int = -1) -> Array:
    """The mean of the elements' values over one axis."""
    if not -values.ndim <= axis < values.ndim:
        raise MetraxError(
            f"y_true and y_pred: got {describe(values)}, which has no axis {axis}; pass arrays "
            "that have it, such as [[1., 2.]] for one example of two elements"
        )
    return jnp.mean(values, axis=axis)


def along(axis: int, fn: Callable[..., Array], *rows: Array) -> Array:
    """``fn`` of rows along an axis of the last array, which it reduces.

    It may gather and slice, also where the rows are sharded over ``Explicit`` axes of a mesh.
    """
    spec = list(spec_of(rows[-1]))
    del spec[axis]
    return automatic(fn, *rows, specs=PartitionSpec(*spec))
