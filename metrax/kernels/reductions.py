"""Variadic reductions: several arrays in one pass, and how axes are cut for them."""

import math
from collections.abc import Callable, Sequence

import numpy as np
from jax import Array, lax

from metrax.kernels.pairs import Pair, add_pairs

MAX_ROWS = 1 << 12
"""An axis is cut at multiples of its largest power of two up to this, as shards are."""

GPU_TILES = 16
"""Bytes of all arrays' elements together in one reduction on GPUs; arrays come in even numbers."""


def reduce_each(arrays: Sequence[Array], axes: Sequence[int], add: Callable) -> list[Array]:
    """Each array reduced over ``axes`` by a step on all of them, whose neutral value is 0.

    In one reduction; in several on GPUs where the last axis stays, for there XLA holds a tile of
    each array in shared memory, and refuses what does not fit.
    """
    zero = np.zeros((), arrays[0].dtype)
    most = GPU_TILES // zero.itemsize

    def together(*some: Array) -> list[Array]:
        return list(lax.reduce(some, (zero,) * len(some), add, tuple(axes)))

    def apart(*all_: Array) -> list[Array]:
        return [x for i in range(0, len(all_), most) for x in together(*all_[i : i + most])]

    if len(arrays) <= most or arrays[0].ndim - 1 in axes:
        return together(*arrays)
    return lax.platform_dependent(*arrays, cuda=apart, rocm=apart, default=together)


def add_each(add: Callable, width: int = 1) -> Callable:
    """A reduction's step on many arrays from ``add`` on one, or on ``width`` of them together."""

    def add_all(left: Sequence[Array], right: Sequence[Array]) -> tuple[Array, ...]:
        if width == 1:
            return tuple(add(a, b) for a, b in zip(left, right, strict=True))
        starts = range(0, len(left), width)
        return tuple(x for i in starts for x in add(left[i : i + width], right[i : i + width]))

    return add_all


def sum_integers(*arrays: Array, axis: int) -> list[Array]:
    """The sums of integer arrays along an axis, in one pass."""
    return reduce_each(arrays, (axis,), add_each(lax.add))


def fold_pairs(x: Pair, axes: Sequence[int]) -> Pair:
    """The sum of many pairs over ``axes``."""
    hi, lo = reduce_each(x, axes, add_each(add_pairs, width=2))
    return hi, lo


def split_axis(
    x: Array, axis: int, block: int, *, fill: float = 0, min_rows: int = MAX_ROWS
) -> Array:
    """One axis cut into three, ``(rows, blocks, at most block)``, padded with ``fill`` at the end.

    Rows come first and hold the powers of two in the axis's length, so that an axis sharded over
    devices stays where it is: a cut that crosses shards would gather the whole array.
    """
    n = x.shape[axis]
    rows = math.gcd(n, max(min_rows, 1 << math.ceil(math.log2(max(1, n / block)))))
    length = n // rows
    least = max(1, -(-length // block))
    # What is filled up is asked for every element whether it is there.
    blocks = next((k for k in range(least, 4 * least) if length % k == 0), least)
    block = -(-length // blocks)
    x = x.reshape(*x.shape[:axis], rows, length, *x.shape[axis + 1 :])
    padding = [(0, 0, 0)] * x.ndim
    padding[axis + 1] = (0, blocks * block - length, 0)
    x = lax.pad(x, np.asarray(fill, x.dtype), padding)
    return x.reshape(*x.shape[: axis + 1], blocks, block, *x.shape[axis + 2 :])
