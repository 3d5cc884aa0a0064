"""Promotion to floats that are wide enough, and division that knows zero."""

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array


def default_float() -> np.dtype:
    """JAX's float dtype: float32, or float64 where 64-bit types are on."""
    return np.dtype(jax.dtypes.canonicalize_dtype(float))


def at_least_float32(*dtypes: np.dtype) -> np.dtype:
    """The wider of float32 and float64 that holds all of these."""
    # Not `jnp.promote_types`, which refuses where the user has set strict promotion.
    return np.dtype(np.float64 if max(d.itemsize for d in dtypes) > 4 else np.float32)


def promote(*arrays: Array) -> tuple[Array, ...]:
    """The arrays in one float dtype of at least 32 bits; integers and booleans become floats.

    Args:
      *arrays: of any dtypes of real numbers.

    Example:
      >>> import jax.numpy as jnp
      >>> from metrax import building
      >>> labels, scores = building.promote(jnp.array([0, 1]), jnp.array([.2, .7], jnp.bfloat16))
      >>> labels.dtype.name, scores.dtype.name
      ('float32', 'float32')
    """
    floats = [x.dtype for x in arrays if jnp.issubdtype(x.dtype, jnp.floating)]
    dtype = at_least_float32(*floats) if floats else default_float()
    return tuple(x.astype(dtype) for x in arrays)


def safe_divide(numerator: Array, denominator: Array) -> Array:
    """``numerator / denominator``, and 0 where the denominator is 0. Safe to differentiate.

    Args:
      numerator: an array.
      denominator: one that broadcasts with it.

    Example:
      >>> import jax.numpy as jnp
      >>> from metrax import building
      >>> building.safe_divide(jnp.array([1., 1.]), jnp.array([2., 0.])).tolist()
      [0.5, 0.0]
    """
    zero = denominator == 0
    return jnp.where(zero, 0, numerator / jnp.where(zero, 1, denominator))
