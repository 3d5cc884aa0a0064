"""Rows into a state: of a large one, only the cells that the rows touch are read and written."""

import dataclasses
import math
from typing import Any

import jax
import jax.numpy as jnp

from metrax.core.merge import merge
from metrax.core.reduce import reduce
from metrax.core.rows import Rows, is_rows, places
from metrax.core.state import Accumulator, accumulators, one_state, replace_accumulators
from metrax.kernels.cells import ranked

LARGE = 1 << 12
"""Cells of a state that may be worth finding those that a batch touches."""

CELLS_A_ROW = 256
"""Cells for each row from which on sorting the rows costs less than passing over the state."""


def is_large(state: Any) -> bool:
    """Whether some accumulator of a state is so large that a batch may touch a part of it."""
    leaves = jax.tree.leaves(state)
    return any(getattr(x, "size", 0) >= LARGE for x in leaves)


COUNTED_CELLS_A_ROW = 16
"""The same where rows are only counted, and not sorted."""

MOST_COUNTED = 1 << 22
"""Rows of which a float32 counts those of one cell, and half its own rounding error."""


def is_sparse(row: Rows) -> bool:
    """Whether finding the cells that rows touch costs less than passing over the state."""
    rows = math.prod(row.shape)
    a_row = COUNTED_CELLS_A_ROW if is_counted(row) else CELLS_A_ROW
    return rows > 0 and row.scattered and math.prod(row.out) >= max(LARGE, a_row * rows)


def is_counted(row: Rows) -> bool:
    """Whether rows add ones to sums, which are exact in any order."""
    ones = row.data == (None,) and (row.w is None or row.w.dtype == bool)
    known = "_with_ones" in vars(row.kind)  # one that combines otherwise has none
    return ones and known and math.prod(row.shape) <= MOST_COUNTED


def into(state: Any, tree: Any, stacked: int = 0) -> Any:
    """``merge(state, reduce(tree))`` bit for bit."""
    rows = jax.tree.leaves(tree, is_leaf=is_rows)
    parts = [part for _, part in accumulators(state)]
    none = [i for i, row in enumerate(rows) if not math.prod(row.shape)]
    sparse = [i for i, row in enumerate(rows) if is_sparse(row)]
    if not (none or sparse) or not _alike(parts, rows):
        return merge(state, one_state(reduce(tree), stacked))
    dense = [i for i in range(len(rows)) if i not in sparse and i not in none]
    seen = one_state(reduce([rows[i] for i in dense]), stacked)
    new = dict(zip(dense, merge([parts[i] for i in dense], seen), strict=True)) if dense else {}
    new |= {i: _touched(parts[i], rows[i]) for i in sparse} | {i: parts[i] for i in none}
    return replace_accumulators(state, [new[i] for i in range(len(parts))])


def _alike(parts: list[Accumulator], rows: list[Rows]) -> bool:
    """Whether the state is what the rows would make."""
    return len(parts) == len(rows) and all(
        type(part) is row.kind
        and part.elementwise
        and all(x.shape == row.out and x.dtype == row.dtype for x in jax.tree.leaves(part))
        for part, row in zip(parts, rows, strict=True)
    )


def _touched(old: Any, row: Rows) -> Any:
    """The accumulator with the rows' cells combined, where they are."""
    if is_counted(row):
        return _counted(old, row)
    cells = math.prod(row.out)
    rank, which = ranked(places(row), cells)
    own = dataclasses.replace(
        row, at=(rank,), cells=which.shape, keep=0, group=None, groups=(), among=cells
    )
    new = reduce(own)
    flat = jax.tree.map(lambda x: x.reshape(-1), old)
    seen = jax.tree.map(
        lambda x: x.at[which].get(mode="fill", fill_value=old.neutral, **_ASCENDING), flat
    )
    both = seen.combine(new)
    return jax.tree.map(
        lambda x, y, z: x.at[which].set(y, mode="drop", **_ASCENDING).reshape(z.shape),
        flat,
        both,
        old,
    )


def _counted(old: Any, row: Rows) -> Any:
    """The same where ones are added, in any order."""
    at = jnp.broadcast_to(places(row), row.shape)
    at = at if row.w is None else jnp.where(jnp.broadcast_to(row.w, row.shape), at, -1)
    return old._with_ones(at.reshape(-1))


_ASCENDING: dict[str, Any] = {"unique_indices": True, "indices_are_sorted": True}
