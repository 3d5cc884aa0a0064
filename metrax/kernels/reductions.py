"""Variadic reductions: several arrays in one pass, whose axes lie within shards."""

from collections.abc import Callable, Sequence

import numpy as np
from jax import Array, lax

from metrax.kernels.pairs import Pair, add_loosely, renormalize

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


def sum_integers(*arrays: Array, axes: Sequence[int]) -> list[Array]:
    """The sums of integer arrays over ``axes``, in one pass."""
    return reduce_each(arrays, axes, add_each(lax.add))


def partial_pairs(arrays: Sequence[Array], axes: Sequence[int]) -> list[Pair]:
    """The sums of some thousand elements over ``axes`` of float arrays, in one pass."""
    sums = [y for x in arrays for y in (x, lax.full_like(x, 0))]
    # The error term only collects; renormalising at every step is 3 x slower.
    sums = reduce_each(sums, axes, add_each(add_loosely, width=2))
    return [renormalize(hi, lo) for hi, lo in zip(sums[::2], sums[1::2], strict=True)]
