"""Arrays of numbers, from whatever came: lists, other libraries' tensors, columns of tables."""

from collections.abc import Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.core import Tracer

from metrax.core.checks import DELETED, MetraxError, MetraxTypeError, describe
from metrax.kernels.hashing import as_word


def as_array(
    name: str, value: Any, *, nearest: bool = False, clip: bool = False, ids: bool = False
) -> Array | np.ndarray:
    """A numeric array from an array, a number or nested lists of numbers.

    Where 64-bit types are off, 64-bit integers come as int32, uint32 or float32, whichever holds
    them; JAX would take 2^32 + 1 for 1. With ``nearest``, float32 may round them; with ``clip``,
    they stop at int32's ends; of ``ids``, which are only compared, a hash in 32 bits will do.
    """
    array = value if isinstance(value, jax.Array) else _read(name, value)
    if isinstance(array, jax.Array) and not isinstance(array, Tracer) and array.is_deleted():
        raise MetraxError(f"{name}: got {describe(array)} that was deleted; {DELETED}")
    if not _is_numeric(array.dtype):
        more = "; list(x) reads an iterator" if isinstance(value, Iterator) else ""
        raise MetraxTypeError(
            f"{name}: got {type(value).__name__} of dtype {array.dtype}; pass numbers or booleans"
            f"{more}"
        )
    if jnp.issubdtype(array.dtype, jnp.complexfloating):
        raise MetraxTypeError(
            f"{name}: got complex numbers ({array.dtype}); pass the real part or the magnitude"
        )
    wide = array.dtype.kind in "iu" and jax.dtypes.canonicalize_dtype(array.dtype) != array.dtype
    if wide and clip and not isinstance(array, Tracer):
        ends = np.iinfo(np.int32)
        return np.clip(np.asarray(array), ends.min, ends.max).astype(np.int32)
    if wide and ids and not isinstance(array, Tracer):
        return as_word(np.asarray(array))
    if wide and not isinstance(array, Tracer):
        return _narrowed(name, np.asarray(array), nearest)
    # Files and other libraries hold numbers in an order of bytes that JAX does not take.
    return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))


def _read(name: str, value: Any) -> Array | np.ndarray:
    """The array in what is none of JAX's."""
    leaves = jax.tree.leaves(value) if isinstance(value, list | tuple) else [value]
    _refuse_masks(name, leaves)
    # A list that came through `jit` holds tracers, which NumPy cannot read.
    traced = any(isinstance(x, jax.Array) for x in leaves)
    try:
        if (wrapped := getattr(value, "__jax_array__", None)) is not None:
            return wrapped()
        return jnp.asarray(value) if traced else np.asarray(value)
    except Exception as error:  # an `__array__` is anybody's
        theirs = any(hasattr(x, "__array__") and not isinstance(x, np.ndarray) for x in leaves)
        advice = (
            "pass an array; a tensor that requires grad, or lies on another device, is one once "
            "it is detached: x.detach().cpu().numpy()"
            if theirs and not traced
            else "pass an array, a number or nested lists of one shape"
        )
        raise MetraxTypeError(
            f"{name}: got a {type(value).__name__} that is no array ({error}); {advice}"
        ) from error


def _is_numeric(dtype: np.dtype) -> bool:
    if jnp.issubdtype(dtype, jax.dtypes.extended):  # keys of jax.random
        return False
    # NumPy counts differences of times among the integers, and has floats that JAX has not.
    strange = np.issubdtype(dtype, np.timedelta64) or dtype.type in (np.longdouble, np.clongdouble)
    return not strange and (jnp.issubdtype(dtype, jnp.number) or jnp.issubdtype(dtype, jnp.bool_))


def _refuse_masks(name: str, leaves: list[Any]) -> None:
    # NumPy would read what lies under the mask.
    for x in leaves:
        if isinstance(x, np.ma.MaskedArray) and np.ma.getmaskarray(x).any():
            raise MetraxTypeError(
                f"{name}: got a masked array; pass its data and give what is masked weight zero, "
                "such as x.filled(0) and w=~np.ma.getmaskarray(x)"
            )


def _narrowed(name: str, x: np.ndarray, nearest: bool) -> np.ndarray:
    """64-bit integers in the first 32-bit dtype that holds them all."""
    low, high = (int(x.min()), int(x.max())) if x.size else (0, 0)
    for dtype in (np.int32, np.uint32):
        if np.iinfo(dtype).min <= low and high <= np.iinfo(dtype).max:
            return x.astype(dtype)
    size = np.abs(x).astype(np.uint64)
    lowest_bit = np.maximum(size & (~size + np.uint64(1)), np.uint64(1))
    rounds = size // lowest_bit >= 1 << 24
    if not nearest and rounds.any():
        raise MetraxError(
            f"{name}: got {x.dtype} numbers such as {x[rounds].flat[0]}, which float32 rounds; "
            "take an offset off them, pass floats if rounding does no harm, or turn on 64-bit "
            "types with jax.config.update('jax_enable_x64', True)"
        )
    return x.astype(np.float32)
