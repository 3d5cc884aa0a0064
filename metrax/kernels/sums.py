"""Sums of many elements, and counts: what shares a pass, on which platform, is decided here.

An *exact* sum carries the rounding error of every addition along, so 2^26 ones sum to 2^26. XLA on
CPUs compiles that to scalar code, ten times as slow as its own sum and with no vectorised `exp` or
`log` in it; so values that were rounded already are added plainly within a batch, where its error,
2e-7 at most on whatever data, does not grow with their number (`tests/core/test_sums.py`). Before
jaxlib 0.10.2 it was up to 2e-4, and on other platforms, where memory is the limit, it has not been
measured: there they carry too.
"""

import functools
import math
import re
from collections.abc import Callable, Sequence
from importlib import metadata
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from metrax.kernels import fixed_point
from metrax.kernels.cuts import LEAST_RUN, cut, cut_for_sums
from metrax.kernels.devices import one_device
from metrax.kernels.limbs import sum_rows
from metrax.kernels.pairs import Pair, add_pairs
from metrax.kernels.reductions import add_each, partial_pairs, reduce_each, sum_integers

JAXLIB = tuple(map(int, re.findall(r"\d+", metadata.version("jaxlib"))[:3]))

ACCURATE = (0, 10, 2)
"""The first jaxlib whose own sums on CPUs err by float32's rounding."""

BLOCK = 1 << 13
"""Elements added to a pair before it is renormalised."""

PLAIN_BLOCK = 1 << 5
"""Elements of several arrays added one after the other, before XLA's own sum takes over."""

PLAIN_LIMIT = 1 << 24
"""Elements of one array added plainly; as many ones are the most that float32 counts."""

PLAIN_ROWS = 1 << 12
"""Rows of an axis of which elements are added one after the other."""

ONE_LOOP = 1 << 9
"""Up to this many running sums, one loop over all runs as fast as two and compiles sooner."""

BYTES = 4
"""Counts up to 255 that an int32 holds beside each other."""


def sum_pairs(*arrays: Array, axes: Sequence[int] | None = None, exact: bool = True) -> list[Pair]:
    """The sums of arrays of one shape over ``axes`` (all by default), as pairs.

    Several arrays are added in one pass, where sibling ``jnp.sum`` would read, and often write,
    them once each; let no ``exp`` or ``log`` into that pass. One array is XLA's own reduction.

    Without ``exact`` sums may be off by about 1e-7 of the sum of magnitudes; counts, of up to 2^31
    elements that are 0 or 1, are not.
    """
    shape = arrays[0].shape
    axes = tuple(range(len(shape))) if axes is None else tuple(axes)
    kept = tuple(n for i, n in enumerate(shape) if i not in axes)
    if math.prod(kept) == 1:
        # A trailing axis of one element would make a column of the array.
        arrays = tuple(x.reshape([n for i, n in enumerate(shape) if i in axes]) for x in arrays)
        axes = tuple(range(len(axes)))
    carry = functools.partial(_carrying, axes=axes)
    if exact and len(arrays) == 1 and _worth_integers(arrays[0], axes):
        add = by_platform(_in_integers, carry)
    elif exact or JAXLIB < ACCURATE:
        add = carry
    else:
        add = by_platform(functools.partial(_plain, axes=axes), carry)
    sums = add(*arrays)
    return [(hi.reshape(kept), lo.reshape(kept)) for hi, lo in sums]


def count(mask: Array, axes: Sequence[int] | None = None) -> Array:
    """How many are true over ``axes`` (all by default), as int32."""
    axes = tuple(range(mask.ndim)) if axes is None else tuple(axes)
    if not axes:
        return mask.astype(jnp.int32)
    # A single reduction XLA on CPUs leaves to a library, and writes the mask out for it. So misses
    # are counted too, and are used, in a way that changes nothing.
    if one_device():
        ones, last = mask.astype(jnp.int32), max(axes)
        hits, misses = sum_integers(ones, 1 - ones, axes=(last,))
        return jnp.sum(
            hits + jnp.minimum(misses, 0), axis=[i for i in axes if i != last], dtype=jnp.int32
        )
    rows = cut_for_sums(mask.shape, axes)
    ones = rows(mask).astype(jnp.int32)
    hits, misses = sum_integers(ones, 1 - ones, axes=rows.within)
    return jnp.sum(hits + jnp.minimum(misses, 0), axis=rows.folded, dtype=jnp.int32)


def count_each(*masks: Array, axes: Sequence[int]) -> list[Array]:
    """How many are true over ``axes`` of each mask, as int32.

    One variadic reduction; sibling sums, of booleans above all, write the masks out as integers.
    """
    rows = cut_for_sums(masks[0].shape, axes)
    counts = sum_integers(*(rows(mask).astype(jnp.int32) for mask in masks), axes=rows.within)
    return [jnp.sum(n, axis=rows.folded, dtype=jnp.int32) for n in counts]


def count_columns(index: Array, bins: int) -> Array:
    """How often each number in ``[0, bins)`` is in each column of ``[..., columns]``, as int32.

    Four counts are bytes of one integer, so that few integers are added, which CPUs do in vectors.
    """
    before = index.shape[:-1]
    axes = tuple(range(len(before)))
    long = (max(axes, key=lambda i: before[i]),) if axes else ()
    most = PLAIN_ROWS if index.size else 1
    rows = cut(index.shape, long, rows=most, block=255)
    index = rows(index, fill=-1)
    counts: list[Array] = []
    for first in range(0, bins, BYTES):
        byte = index - first
        ours = (byte >= 0) & (byte < min(BYTES, bins - first))
        ones = lax.shift_left(jnp.ones_like(byte), 8 * (byte & 3))
        words = jnp.sum(jnp.where(ours, ones, 0), axis=rows.within, dtype=jnp.int32)
        for i in range(min(BYTES, bins - first)):
            counts.append(jnp.sum((words >> (8 * i)) & 255, axis=axes, dtype=jnp.int32))
    return jnp.stack(counts, axis=-1)


def running_sums(x: Pair) -> Pair:
    """The sums of the first one, two, ... of all pairs along the last axis.

    A loop, or two shorter ones: blocks side by side, step by step, then what is before each.
    ``lax.associative_scan`` unrolls itself into a program that compiles for seconds.
    """
    *rest, n = x[0].shape
    block = n if n <= ONE_LOOP else math.isqrt(n)
    blocks = -(-n // max(1, block))
    padding = [(0, 0, 0)] * len(rest) + [(0, blocks * block - n, 0)]
    cut = (lax.pad(y, np.zeros((), y.dtype), padding) for y in x)
    stacked = jnp.stack([y.reshape(*rest, blocks, block) for y in cut])
    totals, (within, _) = _scan(jnp.moveaxis(stacked, -1, 0))
    if blocks > 1:
        _, (_, before) = _scan(jnp.moveaxis(totals, -1, 0))
        before = jnp.broadcast_to(jnp.moveaxis(before, 0, -1), within.shape)
        within = jnp.stack(add_pairs((within[:, 0], within[:, 1]), (before[:, 0], before[:, 1])), 1)
    hi, lo = jnp.moveaxis(within, 0, -1).reshape(2, *rest, blocks * block)[..., :n]
    return hi, lo


def _scan(pairs: Array) -> tuple[Array, tuple[Array, Array]]:
    """The sum of stacked pairs along the first axis, and the sums with and before each of them."""

    def step(total: Array, pair: Array) -> tuple[Array, tuple[Array, Array]]:
        after = jnp.stack(add_pairs((total[0], total[1]), (pair[0], pair[1])))
        return after, (after, total)

    return lax.scan(step, jnp.zeros_like(pairs[0]), pairs)


def by_platform(cpu: Callable[..., Any], other: Callable[..., Any]) -> Callable[..., Any]:
    """A function of arrays that is one thing on CPUs and another elsewhere."""
    return lambda *arrays: lax.platform_dependent(*arrays, cpu=cpu, default=other)


def _plain(*arrays: Array, axes: tuple[int, ...]) -> list[Pair]:
    shape = arrays[0].shape
    elements = math.prod(shape[i] for i in axes)
    if len(arrays) == 1 and elements <= PLAIN_LIMIT:
        return [_without_error(jnp.sum(arrays[0], axis=axes))]
    if len(arrays) == 1:
        halves = cut(shape, axes, rows=2 * elements // PLAIN_LIMIT, block=PLAIN_LIMIT)
        sums = jnp.sum(halves(arrays[0]), axis=halves.within)
        return _carrying(sums, axes=halves.folded)
    if elements <= PLAIN_BLOCK:
        return [_without_error(x) for x in reduce_each(arrays, axes, add_each(lax.add))]
    long = max(axes, key=lambda i: shape[i])
    outer = (*(i for i in axes if i < long), long, *(i + 1 for i in axes if i >= long))
    parts = [reduce_each(part, (long + 2,), add_each(lax.add)) for part in _short(arrays, long)]
    if elements <= PLAIN_LIMIT:
        sums = [[_without_error(jnp.sum(x, axis=outer)) for x in part] for part in parts]
    else:
        sums = [_carrying(*part, axes=outer) for part in parts]
    return [functools.reduce(add_pairs, xs) for xs in zip(*sums, strict=True)]


def _worth_integers(x: Array, axes: tuple[int, ...]) -> bool:
    """Whether all of an array of float32 is to be added, and enough of it along its last axis."""
    if x.dtype != np.float32 or len(axes) != x.ndim or x.size <= BLOCK:
        return False
    return x.ndim == 1 or x.shape[-1] >= LEAST_RUN


def _in_integers(x: Array) -> list[Pair]:
    rows = cut_for_sums(x.shape, range(x.ndim), fixed_point.BLOCK)
    x = rows(x)
    sums = fixed_point.sums_in_integers(x, rows.within)
    hi, lo = lax.cond(
        jnp.sum(sums.unknown) == 0,
        lambda _: sums.pair,
        lambda x: tuple(y[None] for y in partial_pairs([x], rows.within)[0]),
        x,
    )
    return [sum_rows((hi[0], lo[0]), rows.folded)]


def _without_error(total: Array) -> Pair:
    return total, jnp.zeros_like(total)


def _short(arrays: Sequence[Array], axis: int) -> list[list[Array]]:
    """The arrays with one axis cut into ``(rows, blocks, elements)``, and what that leaves over.

    Longer blocks would round sums of equal numbers off all in one direction; filling the last one
    up would have every element ask whether it is there.
    """
    n = arrays[0].shape[axis]
    rows = math.gcd(n, PLAIN_ROWS)
    length = n // rows
    block = max(d for d in range(1, PLAIN_BLOCK + 1) if length % d == 0)
    block = block if 2 * block > PLAIN_BLOCK else min(PLAIN_BLOCK, length)
    whole = length - length % block

    def cut(x: Array, start: int, stop: int, size: int) -> Array:
        x = x.reshape(*x.shape[:axis], rows, length, *x.shape[axis + 1 :])
        x = lax.slice_in_dim(x, start, stop, axis=axis + 1)
        return x.reshape(*x.shape[: axis + 1], -1, size, *x.shape[axis + 2 :])

    ends = [(0, whole, block)] + [(whole, length, length - whole)] * (whole < length)
    return [[cut(x, *end) for x in arrays] for end in ends]


def _carrying(*arrays: Array, axes: tuple[int, ...]) -> list[Pair]:
    rows = cut_for_sums(arrays[0].shape, axes, BLOCK)
    pairs = partial_pairs([rows(x) for x in arrays], rows.within)
    his, los = (jnp.stack(x) for x in zip(*pairs, strict=True))
    his, los = sum_rows((his, los), [i + 1 for i in rows.folded])
    return list(zip(his, los, strict=True))
