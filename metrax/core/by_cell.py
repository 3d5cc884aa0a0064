"""Sums of rows that have an address, and of replicates of rows."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp
from jax import Array

from metrax.core.rows import Rows, numbers
from metrax.core.weights import weighted
from metrax.kernels.cells import sum_cells, sum_draws, sum_draws_by_cell
from metrax.kernels.histogram import histogram
from metrax.kernels.pairs import Pair

if TYPE_CHECKING:
    from metrax.core.reduce import Taken

COUNTED = 1 << 24
"""Up to so many a float32 counts."""


def by_cell(one: "Taken", asked: Sequence[Array | None]) -> list[Pair]:
    """The weighted sums of arrays in each cell; of the weights themselves for None."""
    row = one.row
    values = [x for x in asked if x is not None]
    if not values or row.told("exact", False):
        return [_exact(one, x) for x in asked]
    w = None if row.w is None else jnp.broadcast_to(row.w, row.shape)
    counts = [(w is None and x is None) or _is_many(x, w) for x in asked]
    rest = [x for x, counted in zip(asked, counts, strict=True) if not counted]
    sums = iter(_plain(one, [_weighed(w, x) for x in rest]) if rest else ())
    pairs = zip(asked, counts, strict=True)
    return [_exact(one, x) if counted else next(sums) for x, counted in pairs]


def _is_many(x: Array | None, w: Array | None) -> bool:
    """Whether booleans are to be counted of which there may be more than a float32 counts."""
    some = [y for y in (x, w) if y is not None]
    return all(y.dtype == bool and y.size > COUNTED for y in some)


def _weighed(w: Array | None, x: Array | None) -> Array:
    found = w if x is None else weighted(w, x)
    assert found is not None  # without weights they are counted
    return found


def _plain(one: "Taken", arrays: Sequence[Array]) -> list[Pair]:
    """The sums of arrays in each cell, as float32 rounds them."""
    row = one.row
    assert one.places is not None
    # What goes to one cell is added before it is sent there.
    alike = [i for i in row.summed if i and one.places.shape[i] == 1]
    places = one.places.squeeze(alike)
    arrays = [x.astype(row.dtype) for x in arrays]
    arrays = [x.sum(alike) if alike else x for x in arrays]
    at = jnp.broadcast_to(places, arrays[0].shape)
    sums = sum_cells(at, math.prod(row.out), arrays, row.among, of=math.prod(row.shape))
    return [_shaped(x, row) for x in sums]


def _exact(one: "Taken", x: Array | None) -> Pair:
    """Counts, and sums of which no addition may round."""
    row, w = one.row, one.row.w
    assert one.places is not None
    if x is None and row.at and row.group is None and row.keep <= 1:
        labels = row.kept[0] if row.keep else None
        return _shaped(_histogram(numbers(row), math.prod(row.cells), w, row, labels), row)
    at = jnp.broadcast_to(one.places, row.shape)
    if x is not None:
        w = weighted(None if w is None else jnp.broadcast_to(w, x.shape), x)
    return _shaped(_histogram(at, math.prod(row.out), w, row, None), row)


def _histogram(at: Array, cells: int, w: Array | None, row: Rows, labels: int | None) -> Pair:
    if w is not None and w.dtype == bool:
        at, w = jnp.where(jnp.broadcast_to(w, at.shape), at, -1), None
    w = None if w is None else jnp.broadcast_to(w, at.shape)
    return histogram(at, cells, w, row.dtype, labels=labels, among=row.among)


def _shaped(pair: Pair, row: Rows) -> Pair:
    hi, lo = pair
    return hi.reshape(row.out), lo.reshape(row.out)


def drawn(one: "Taken", asked: Sequence[Array | None]) -> list[Pair]:
    """The same for each replicate, ``[R, *out]``."""
    return [_drawn(one, x) for x in asked]


def _drawn(one: "Taken", x: Array | None) -> Pair:
    row, draws = one.row, one.draws
    assert draws is not None
    if not math.prod(row.shape):
        none = jnp.zeros((len(draws), *row.out), row.dtype)
        return none, none
    x = jnp.ones(row.shape, row.dtype) if x is None else x.astype(row.dtype)
    x = weighted(one.weights, x)
    draws = draws.astype(row.dtype)
    if one.places is None:
        pair = sum_draws(draws, x.sum(tuple(i for i in row.summed if i)))
    else:
        at = jnp.broadcast_to(one.places, x.shape)
        pair = sum_draws_by_cell(draws, at, math.prod(row.out), x)
    return jax.tree.map(lambda a: a.reshape(-1, *row.out), pair)
