"""How axes are cut into rows that lie within shards, and rows into blocks.

Under automatic sharding nobody knows here which axes are sharded. Axes that are never joined, and
cut at multiples of a power of two, as shards are, stay where they lie; what is left to do across
rows must be plain sums and maxima, for which XLA exchanges one partial result of each device.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jax import Array, lax

MAX_ROWS = 1 << 8
"""Rows of an axis for sums; on more devices, those that share one exchange what they have of it."""

LEAST_ROW = 1 << 6
"""Elements that are worth a partial sum of their own."""

CLASS_ROWS = 1 << 4
"""Rows of axes among which the batch's is not."""

LEAST_RUN = 1 << 9
"""Elements of the last axis that stay beside each other, for CPUs to add them in vectors."""


class Cut(NamedTuple):
    """Axes cut in two: ``outer[i]`` pieces of ``inner[i]`` elements of ``axes[i]``."""

    axes: tuple[int, ...]
    rows: tuple[int, ...]
    outer: tuple[int, ...]
    inner: tuple[int, ...]

    @property
    def across(self) -> tuple[int, ...]:
        """The axes of pieces, of an array that was cut."""
        return tuple(axis + i for i, axis in enumerate(self.axes))

    @property
    def within(self) -> tuple[int, ...]:
        """The axes of what is in a piece, of an array that was cut."""
        return tuple(axis + i + 1 for i, axis in enumerate(self.axes))

    @property
    def folded(self) -> tuple[int, ...]:
        """The axes of pieces, of an array of which each piece has been reduced."""
        return self.axes

    def __call__(self, x: Array, fill: float = 0) -> Array:
        """The array with its axes cut, the last of each row's pieces filled up."""
        for axis, rows, outer, inner in reversed(list(zip(*self, strict=True))):
            before, after = x.shape[:axis], x.shape[axis + 1 :]
            if x.shape[axis] != outer * inner:
                x = x.reshape(*before, rows, x.shape[axis] // rows, *after)
                padding = [(0, 0, 0)] * x.ndim
                padding[axis + 1] = (0, outer // rows * inner - x.shape[axis + 1], 0)
                x = lax.pad(x, np.asarray(fill, x.dtype), padding)
            x = x.reshape(*before, outer, inner, *after)
        return x


def cut_for_sums(shape: Sequence[int], axes: Sequence[int], block: int | None = None) -> Cut:
    """As many rows as devices may ask for, of as many elements as are worth it."""
    elements = math.prod(shape[i] for i in axes)
    most = (MAX_ROWS if 0 in axes else CLASS_ROWS) << 2 * (len(axes) > 1)
    run = LEAST_RUN if len(axes) > 1 and len(shape) - 1 in axes else 1
    rows = min(most, elements // LEAST_ROW)
    return cut(shape, axes, rows=rows, block=max(1, elements) if block is None else block, run=run)


def cut(shape: Sequence[int], axes: Sequence[int], *, rows: int, block: int, run: int = 1) -> Cut:
    """Cut axes into about ``rows`` rows in all, and rows into blocks of about ``block`` elements.

    Rows are as many in each axis, as far as its length is a multiple of powers of two, and the last
    axis's no shorter than ``run``.
    """
    axes = tuple(sorted(axes))
    count = _rows(shape, axes, rows, run)
    inner = [shape[i] // n for i, n in zip(axes, count, strict=True)]
    outer = list(count)
    if math.prod(inner) > block:
        # CPUs add what lies along the last axis in vectors.
        short = axes[-1] == len(shape) - 1 and inner[-1] <= block and math.prod(inner[:-1]) > 1
        long = max(range(len(axes) - short), key=lambda i: inner[i])
        most = max(1, block * inner[long] // math.prod(inner))
        blocks, inner[long] = _blocks(inner[long], most)
        outer[long] *= blocks
    return Cut(axes, tuple(count), tuple(outer), tuple(inner))


def _rows(shape: Sequence[int], axes: tuple[int, ...], total: int, run: int) -> list[int]:
    rows = dict.fromkeys(axes, 1)

    def divides(i: int) -> bool:
        least = run if i == len(shape) - 1 else 1
        return shape[i] % (2 * rows[i]) == 0 and shape[i] >= 2 * rows[i] * least

    while math.prod(rows.values()) < total and any(map(divides, axes)):
        rows[min(filter(divides, axes), key=lambda i: rows[i])] *= 2
    return [rows[i] for i in axes]


def _blocks(length: int, most: int) -> tuple[int, int]:
    """How many blocks, and how long they are."""
    least = max(1, -(-length // most))
    # What is filled up is asked for every element whether it is there.
    blocks = next((k for k in range(least, 4 * least) if length % k == 0), least)
    return blocks, -(-length // blocks)
