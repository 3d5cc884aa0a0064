"""Sums of rows that have an address, and of replicates of rows."""

import math
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


def by_cell(one: "Taken", x: Array | None) -> Pair:
    """The weighted sum of ``x`` in each cell; of the weights themselves for None."""
    row, w = one.row, one.row.w
    cells = math.prod(row.out)
    assert one.places is not None
    if x is not None and x.dtype == bool:
        # Only where it is true.
        own = x if w is None else weighted(jnp.broadcast_to(w, row.shape), x)
        x, w = None, own
    if x is None and row.at and row.group is None and row.keep <= 1:
        labels = row.kept[0] if row.keep else None
        return _shaped(_histogram(numbers(row), math.prod(row.cells), w, row, labels), row)
    if x is None or row.told("exact", False):
        at = jnp.broadcast_to(one.places, row.shape)
        w = w if x is None else weighted(None if w is None else jnp.broadcast_to(w, x.shape), x)
        return _shaped(_histogram(at, cells, w, row, None), row)
    values = weighted(None if w is None else jnp.broadcast_to(w, x.shape), x)
    # What goes to one cell is added before it is sent there.
    alike = [i for i in row.summed if i and one.places.shape[i] == 1]
    places = one.places.squeeze(alike)
    values = values.sum(alike) if alike else values
    at = jnp.broadcast_to(places, values.shape)
    return _shaped(sum_cells(at, cells, values, row.among), row)


def _histogram(at: Array, cells: int, w: Array | None, row: Rows, labels: int | None) -> Pair:
    if w is not None and w.dtype == bool:
        at, w = jnp.where(jnp.broadcast_to(w, at.shape), at, -1), None
    w = None if w is None else jnp.broadcast_to(w, at.shape)
    return histogram(at, cells, w, row.dtype, labels=labels, among=row.among)


def _shaped(pair: Pair, row: Rows) -> Pair:
    hi, lo = pair
    return hi.reshape(row.out), lo.reshape(row.out)


def drawn(one: "Taken", x: Array | None) -> Pair:
    """The same for each replicate, ``[R, *out]``."""
    row, draws = one.row, one.draws
    assert draws is not None
    x = jnp.ones(row.shape, row.dtype) if x is None else x.astype(row.dtype)
    x = weighted(one.weights, x)
    draws = draws.astype(row.dtype)
    if one.places is None:
        pair = sum_draws(draws, x.sum(tuple(i for i in row.summed if i)))
    else:
        at = jnp.broadcast_to(one.places, x.shape)
        pair = sum_draws_by_cell(draws, at, math.prod(row.out), x)
    return jax.tree.map(lambda a: a.reshape(-1, *row.out), pair)
