"""Sums over all rows that have no address: which of them share a pass."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import jax.numpy as jnp
from jax import Array

from metrax.core.rows import Rows
from metrax.core.weights import weighted
from metrax.kernels.pairs import Pair, integer_pair, multiply_pairs
from metrax.kernels.sums import PLAIN_LIMIT, count, sum_pairs


def add_whole(
    rows: Mapping[int, Rows], asked: Mapping[int, Sequence[Array | None]]
) -> dict[int, list[Pair]]:
    """The weighted sums that rows ask for; None asks for the weight itself.

    Several arrays of one statistic share a pass; what different statistics ask for does not, for
    a pass over many arrays is scalar code on CPUs, which an `exp` in one of them makes slow.
    """
    answers: dict[int, list[Any]] = {i: [None] * len(xs) for i, xs in asked.items()}
    together: dict[Any, list[tuple[int, int]]] = {}
    for i, xs in asked.items():
        row = rows[i]
        key = (row.scope, row.shape, row.keep, id(row.w), row.told("exact", False))
        together.setdefault(key, []).extend((i, j) for j in range(len(xs)))
    for owners in together.values():
        row = rows[owners[0][0]]
        arrays = {id(asked[i][j]): asked[i][j] for i, j in owners}
        sums = _sums_of(row, list(arrays.values()))
        for i, j in owners:
            answers[i][j] = _spread(sums[id(asked[i][j])], row.kept)
    return answers


def _spread(pair: Pair, kept: tuple[int, ...]) -> Pair:
    """A pair of the axes kept, which a weight that lacks them does not have."""
    hi, lo = pair
    if hi.shape == kept:  # tracing a broadcast takes longer than asking
        return pair
    return jnp.broadcast_to(hi, kept), jnp.broadcast_to(lo, kept)


def _sums_of(row: Rows, arrays: list[Array | None]) -> dict[int, Pair]:
    """The sums of distinct arrays, by id."""
    exact = row.told("exact", False)
    several = [x for x in arrays if x is not None and x.dtype != bool]
    sums: dict[int, Pair] = {}
    if len(several) > 1:
        w = None if row.w is None else jnp.broadcast_to(row.w.astype(row.dtype), row.shape)
        shared: list[Array | None] = [*several]
        if w is not None and any(x is None for x in arrays):
            shared.append(None)
        values = [w if x is None else weighted(w, x) for x in shared]
        pairs = sum_pairs(*values, axes=row.summed, exact=exact)  # pyright: ignore[reportArgumentType]
        sums |= {id(x): pair for x, pair in zip(shared, pairs, strict=True)}
    for x in arrays:
        if id(x) not in sums:
            sums[id(x)] = _weight(row) if x is None else _total(row, x, exact)
    return sums


def _total(row: Rows, x: Array, exact: bool) -> Pair:
    """The weighted sum; what shares a weight is added before it is weighed, if it may round."""
    if row.w is None:
        return _added(row, x, row.summed, exact)
    lacking = [i for i in row.summed if row.w.shape[i] != row.shape[i]]
    shared = [i for i in range(x.ndim) if i not in lacking]
    if exact or not lacking:
        return _added(row, weighted(jnp.broadcast_to(row.w, x.shape), x), row.summed, exact)
    hi, lo = _added(row, x, tuple(lacking), exact)
    w = jnp.broadcast_to(row.w.squeeze(lacking), tuple(row.shape[i] for i in shared))
    axes = tuple(range(len(shared) - row.keep))
    return _added(row, weighted(w, hi + lo), axes, exact=row.count > PLAIN_LIMIT)


def _weight(row: Rows) -> Pair:
    """The total weight of the rows, each weight as often as it is shared."""
    if row.w is None:
        return integer_pair(row.count, row.dtype)
    # Ones and zeros are counted exactly, other weights may round as float32 does.
    weight = _added(row, row.w, row.summed, exact=False)
    shared = row.count // max(1, math.prod(row.w.shape[i] for i in row.summed))
    if shared == 1:
        return weight
    factor = integer_pair(shared, row.dtype)
    hi, lo = (jnp.broadcast_to(x, weight[0].shape) for x in factor)
    return multiply_pairs(weight, (hi, lo))


def _added(row: Rows, x: Array, axes: tuple[int, ...], exact: bool) -> Pair:
    if x.dtype == bool:
        return integer_pair(count(x, axes), row.dtype)
    (pair,) = sum_pairs(x, axes=axes, exact=exact)
    return pair
