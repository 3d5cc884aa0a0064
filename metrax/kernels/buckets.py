"""Finding the bucket of a score between thresholds, exactly."""

import functools
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array

FEW_THRESHOLDS = 4
"""Up to this many thresholds, comparing with each is cheaper than finding the bucket."""

GRID_SIZES = tuple(1 << i for i in range(4, 14))
"""Cells of the grids that are tried; the largest table still fits the nearest cache."""


def bucket(scores: Array, thresholds: tuple[float, ...]) -> Array:
    """How many of the ascending thresholds each score exceeds, as int32; a NaN exceeds none.

    Args:
      scores: floats, any shape.
      thresholds: ascending; they are compared in the dtype of the scores.

    Example:
      >>> import jax.numpy as jnp
      >>> from metrax import building
      >>> building.bucket(jnp.array([0.1, 0.5, 0.9]), (0.0, 0.5, 1.0)).tolist()
      [1, 1, 2]
    """
    t = np.asarray(thresholds, scores.dtype)
    if len(t) <= FEW_THRESHOLDS:
        return sum((scores > x).astype(jnp.int32) for x in t)  # pyright: ignore[reportReturnType]
    grid = _grid(thresholds, scores.dtype)
    cell = _cell(jnp.where(scores > 0, jnp.minimum(scores, 1), 0), grid.size).astype(jnp.int32)
    count = cell if grid.before is None else _look_up(grid.before, cell)
    # A binary search among the cell's thresholds. Later cells' are larger than the score.
    table = np.concatenate([t, np.full(1 << grid.steps, np.nan, t.dtype)])
    for step in reversed(range(grid.steps)):
        exceeds = scores > _look_up(table, count + ((1 << step) - 1))
        count += exceeds.astype(jnp.int32) << step
    return count


class _Grid(NamedTuple):
    """Cells over [0, 1] that narrow down which thresholds a score is to be compared with.

    ``before`` holds how many thresholds lie in earlier cells, None for as many as there are cells;
    with ``steps`` comparisons each one of a cell's thresholds can be told from the others.
    """

    size: int
    before: np.ndarray | None
    steps: int


@functools.lru_cache
def _grid(thresholds: tuple[float, ...], dtype: np.dtype) -> _Grid:
    """The grid of the thresholds' own spacing, or the one that takes the fewest comparisons."""
    if is_even(thresholds):
        return _Grid(len(thresholds) - 1, None, 1)
    grids = [_grid_of_size(thresholds, dtype, size) for size in GRID_SIZES]
    return min(grids, key=lambda grid: grid.steps)


def _grid_of_size(thresholds: tuple[float, ...], dtype: np.dtype, size: int) -> _Grid:
    cells = _cell(np.clip(np.asarray(thresholds, dtype), 0, 1), size).astype(np.int32)
    before = np.searchsorted(cells, np.arange(size + 1)).astype(np.int32)
    return _Grid(size, before, int(np.bincount(cells).max()).bit_length())


def _cell(x, size: int):
    # A power of two scales exactly, so NumPy, which places the thresholds, and XLA, which may fuse
    # the addition with the product, round alike. On even grids thresholds are amid their cells.
    return x * x.dtype.type(size) + x.dtype.type(0.5)


def _look_up(table: np.ndarray, i: Array) -> Array:
    at = jnp.asarray(table).at[i]
    return at.get(mode="promise_in_bounds", wrap_negative_indices=False)


@functools.lru_cache
def is_even(thresholds: tuple[float, ...]) -> bool:
    """Whether the thresholds lie on an even grid over [0, 1], its ends there or outside."""
    grid = np.linspace(0, 1, len(thresholds))
    off = np.abs(np.asarray(thresholds) - grid)[1:-1]
    return thresholds[0] <= 0 and thresholds[-1] >= 1 and bool(np.all(off * len(grid) < 1e-3))
