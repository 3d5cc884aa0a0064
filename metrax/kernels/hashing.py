"""Numbers that look random and depend on an example's number alone: blocks, and Poisson draws.

References:
  Appleby, MurmurHash3, its finalizer; Chamandy et al., "Estimating uncertainty for massive data
  streams", 2012, for Poisson draws from hashes.
"""

import itertools
import math
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array

GOLDEN = 0x9E3779B9
"""The golden ratio's fraction of 2^32; its multiples are spread evenly."""


def as_word(ids: Any) -> Any:
    """Integers of any dtype, NumPy's or JAX's, as uint32; those within 32 bits as they are."""
    if ids.dtype.itemsize < 8:
        return (
            ids.astype(np.uint32) if ids.dtype != bool else ids.astype(np.int32).astype(np.uint32)
        )
    high = (ids >> 32).astype(np.uint32)
    # A negative number's upper half is its sign, which its lower half has already.
    high = high + (ids < 0).astype(np.uint32)
    return ids.astype(np.uint32) ^ (high * np.uint32(GOLDEN))


def mixed(x: Array) -> Array:
    """Words of which each bit depends on every bit of those given."""
    x = (x ^ (x >> 16)) * jnp.uint32(0x85EBCA6B)
    x = (x ^ (x >> 13)) * jnp.uint32(0xC2B2AE35)
    return x ^ (x >> 16)


def block_of(ids: Array, blocks: int) -> Array:
    """The block of each number: those that follow each other fill all blocks evenly."""
    n = jnp.uint32(blocks)
    return ((ids % n + mixed(ids // n + jnp.uint32(GOLDEN)) % n) % n).astype(jnp.int32)


def _thresholds() -> np.ndarray:
    """Where the Poisson distribution's steps are, of 2^32."""
    chances = itertools.accumulate(math.exp(-1) / math.factorial(k) for k in range(13))
    return np.array([min(2**32 - 1, round(p * 2**32)) for p in chances], np.uint32)


THRESHOLDS = _thresholds()


def poisson_draws(ids: Array, replicates: int, seed: int) -> Array:
    """How often each replicate has each example, ``[R, *ids]``: Poisson of mean 1, as float32."""
    each = mixed(ids + jnp.uint32(seed * GOLDEN % 2**32))
    numbers = jnp.arange(1, replicates + 1, dtype=jnp.uint32) * jnp.uint32(GOLDEN)
    words = mixed(each[None] ^ mixed(numbers).reshape(-1, *(1,) * ids.ndim))
    return sum((words >= x).astype(jnp.float32) for x in map(jnp.uint32, THRESHOLDS))  # pyright: ignore[reportReturnType]
