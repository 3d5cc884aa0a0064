"""Rows to states: weighed, added up, in as few passes as the platform's kernels find fastest.

An accumulator says how it is made of sums: ``added`` is a generator that yields lists of arrays
(None for the weight itself) and is sent their weighted sums, as pairs. All that is asked for in one
round, by whichever rows, is taken together; moments ask twice, the second time about the mean.
"""

import functools
import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array, lax

from metrax.core.by_cell import by_cell, drawn
from metrax.core.checks import MetraxError, MetraxTypeError
from metrax.core.fold import fold
from metrax.core.rows import Rows, is_rows, places
from metrax.core.weights import is_zero
from metrax.core.whole import add_whole
from metrax.kernels.cells import doublings
from metrax.kernels.pairs import Pair

Asked = list[Array | None]

Add = Callable[[Mapping[int, Rows], Mapping[int, Asked]], dict[int, list[Pair]]]


def reduce(tree: Any, draws: Array | None = None, add: Add = add_whole) -> Any:
    """The state of all rows in a tree of them.

    Args:
      tree: rows, or a tree of them, as ``contribute`` returns.
      draws: ``[R, B]``, how often each of R replicates has each example; then states are stacked.
      add: what adds up rows without an address.
    """
    rows, structure = jax.tree.flatten(tree, is_leaf=is_rows)
    taken = [Taken(row, draws) for row in rows]
    done: list[Any] = [row.kind.added(one, *row.data) for row, one in zip(rows, taken, strict=True)]
    answers: dict[int, Any] = {i: None for i, x in enumerate(done) if inspect.isgenerator(x)}
    while answers:
        asked: dict[int, Asked] = {}
        for i, answer in answers.items():
            try:
                asked[i] = done[i].send(answer)
            except StopIteration as stop:
                done[i] = stop.value
        answers = _take(taken, asked, add)
    return jax.tree.unflatten(structure, done)


class Taken:
    """Rows that are being reduced: what an accumulator's ``added`` may ask about them."""

    def __init__(self, row: Rows, draws: Array | None = None) -> None:
        self.row = row
        self.draws = draws

    @functools.cached_property
    def weights(self) -> Array | None:
        """The weight of each row; None for one everywhere."""
        return None if self.row.w is None else jnp.broadcast_to(self.row.w, self.row.shape)

    @functools.cached_property
    def absent(self) -> Array | None:
        """Where a row's weight is 0; None for nowhere."""
        return None if self.weights is None else is_zero(self.weights)

    @functools.cached_property
    def places(self) -> Array | None:
        """The number of each row's cell among all; None if there are none."""
        return places(self.row) if self.row.scattered else None

    def centre(self, means: Array) -> Array:
        """About where the means are: of all replicates together, if there are several."""
        return means if self.draws is None else means.mean(0)

    def beside(self, x: Array, centre: Array) -> Array:
        """How far each row's value is from its cell's centre, 0 where the weight is 0."""
        if self.places is not None:
            at = jnp.broadcast_to(self.places, x.shape)
            # Or every row would work its centre out again.
            known = lax.optimization_barrier(centre.reshape(-1))
            centre = known.at[at].get(mode="fill", fill_value=0)
        d = x - jnp.broadcast_to(centre, x.shape)
        return d if self.absent is None else jnp.where(self.absent, 0, d)

    def extreme(self, x: Array, neutral: float) -> Array:
        """The largest of the values with weight, the smallest where ``neutral`` is above 0."""
        if self.draws is not None:
            raise MetraxTypeError(
                f"{self.row.kind.__name__}: got draws, and an extreme has no replicates; expected "
                "sums, means or moments"
            )
        none = jnp.asarray(neutral, x.dtype)
        x = x if self.absent is None else jnp.where(self.absent, none, x)
        if self.places is None:
            find = jnp.max if neutral < 0 else jnp.min
            return find(x, axis=self.row.summed, initial=neutral)
        cells = jnp.full(math.prod(self.row.out), none).at[jnp.broadcast_to(self.places, x.shape)]
        put = cells.max if neutral < 0 else cells.min
        return put(x, mode="drop", wrap_negative_indices=False).reshape(self.row.out)

    def folded(self, parts: Any) -> Any:
        """Any accumulator, from one for each row: a tree of combinations, or by cell a scan."""
        if self.draws is not None:
            raise MetraxTypeError(
                f"{self.row.kind.__name__}: got draws, and what is not made of sums has no "
                "replicates; expected sums, means or moments"
            )
        if self.places is not None and self.row.keep and not self.row.kind.elementwise:
            raise MetraxTypeError(
                f"{self.row.kind.__name__}: got cells or groups beside the axes kept, and it is "
                "not elementwise, so its elements do not combine on their own; expected either"
            )
        parts = self._inert(parts)
        if self.places is not None:
            return _folded_by_cell(parts, self.row, jnp.broadcast_to(self.places, self.row.shape))
        lead = math.prod(self.row.shape[i] for i in self.row.summed)
        parts = jax.tree.map(lambda x: x.reshape(lead, *self.row.kept), parts)
        if lead == 0:
            return _empty(parts, self.row.kept)
        return fold([parts])[0]

    def _inert(self, parts: Any) -> Any:
        """Lifted rows, of which those of weight zero are as no data is, if that is known."""
        if any(x.shape != self.row.shape for x in jax.tree.leaves(parts)):
            shapes = [x.shape for x in jax.tree.leaves(parts)]
            raise MetraxError(
                f"{self.row.kind.__name__}.lift returned arrays of shapes {shapes} for rows of "
                f"shape {self.row.shape}; expected that shape, a number for each row in each field"
            )
        absent = self.absent
        if absent is None:
            return parts
        try:
            none = _empty(parts, self.row.shape)
        except MetraxTypeError:  # then it has no metric's state either
            return parts
        return jax.tree.map(lambda x, y: jnp.where(absent, y, x), parts, none)


def _folded_by_cell(parts: Any, row: Rows, at: Array) -> Any:
    """Sorted by cell, then a segmented scan, whose one step is compiled once."""
    at, cells = at.reshape(-1), math.prod(row.out)
    order = jnp.argsort(at)
    key = at[order]
    # In `shard_map`, what is alike everywhere varies once it is among cells that do.
    parts = jax.tree.map(lambda x: jnp.where(key >= 0, *(x.reshape(-1)[order],) * 2), parts)
    place = lax.iota(jnp.int32, at.size)

    def double(k: Array, parts: Any) -> Any:
        before = place - lax.shift_left(jnp.int32(1), k.astype(jnp.int32))
        same = (before >= 0) & (key[jnp.maximum(before, 0)] == key)
        both = jax.tree.map(lambda x: x[jnp.maximum(before, 0)], parts).combine(parts)
        return jax.tree.map(lambda new, x: jnp.where(same, new, x), both, parts)

    runs = parts if not at.size else lax.fori_loop(0, doublings(at.size), double, parts)
    ends = jnp.concatenate([key[1:] != key[:-1], jnp.ones(min(1, at.size), bool)])
    last = jnp.where((key >= 0) & ends, key, cells)

    def put(empty: Array, x: Array) -> Array:
        return empty.at[last].set(x, mode="drop").reshape(row.out)

    return jax.tree.map(put, _empty(parts, (cells,)), runs)


def _empty(parts: Any, shape: tuple[int, ...]) -> Any:
    """Accumulators like some others before any data."""
    like = jax.tree.map(lambda x: jax.ShapeDtypeStruct(shape, x.dtype), parts)
    return type(parts).empty_like(like)


def _take(taken: Sequence[Taken], asked: dict[int, Asked], add: Add) -> dict[int, list[Pair]]:
    """The answers of one round."""
    answers: dict[int, list[Any]] = {i: [None] * len(xs) for i, xs in asked.items()}
    whole: dict[int, Asked] = {}
    known: dict[Any, Any] = {}
    for i, xs in asked.items():
        one = taken[i]
        if one.draws is None and one.places is None:
            whole[i] = xs
            continue
        scatter = by_cell if one.draws is None else drawn
        # The arrays are kept beside what was made of them, so that their ids stay theirs.
        arrays = (*xs, one.row.w, one.row.group, *one.row.at)
        key = (*map(id, arrays), one.row.shape, one.row.out, one.row.dtype, one.row.told("exact"))
        if key not in known:
            known[key] = (arrays, scatter(one, xs))
        answers[i] = known[key][1]
    for i, pairs in add({i: taken[i].row for i in whole}, whole).items():
        answers[i] = pairs
    return answers
