"""Many sums of a batch beyond the cache, a piece at a time, so that it is read once.

Only sums that need one round and have no address are taken so, and only where several statistics
ask for them; one statistic's share a pass already, and a loop costs more than it saves for few.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array, lax

from metrax.core.rows import Rows, is_rows
from metrax.core.state import combined
from metrax.core.whole import add_whole
from metrax.kernels.devices import one_device
from metrax.kernels.limbs import sum_rows
from metrax.kernels.pairs import Pair, add_pairs
from metrax.kernels.sums import by_platform

PIECE = 1 << 18
"""Rows that are contributed and added at a time."""

LARGE = 1 << 22
"""Rows from which on their values do not stay in any cache."""

SEVERAL = 3
"""Statistics from which on a loop pays."""

SCATTERED = 1 << 16
"""Rows that are sent to cells at a time."""

LANES = 8
"""Parts of the batch that run beside each other, each with its own sums, or one for each device."""

Asked = Mapping[int, Sequence[Array | None]]
Answers = dict[int, list[Pair]]


def add_in_pieces_or_whole(
    again: Callable[[Sequence[Any]], Any],
    inputs: Sequence[Any],
    rows: Mapping[int, Rows],
    asked: Asked,
) -> Answers:
    """What :func:`add_whole` answers, in pieces where that is faster.

    Args:
      again: the rows of some examples, from the inputs' rows.
      inputs: the inputs and the weights, None for such as are not given.
      rows: the rows that ask, by their place in the tree.
      asked: what they ask for.
    """
    wanted = [
        (i, j)
        for i, xs in asked.items()
        for j, x in enumerate(xs)
        if x is not None or rows[i].w is not None  # how many there are is known
    ]
    if not (_are_data(rows, asked) and _pays(inputs, rows)):
        return add_whole(rows, asked)
    batch = next(x.shape[0] for x in inputs if x is not None and x.ndim)

    def in_pieces(*given: Array) -> list[Pair]:
        return _in_pieces(again, _filled(inputs, given), batch, rows, wanted)

    def whole(*given: Array) -> list[Pair]:
        hi, lo = map(jnp.stack, zip(*_wanted(again(_filled(inputs, given)), wanted), strict=True))
        return list(zip(hi, lo, strict=True))

    arrays = [x for x in inputs if x is not None]
    sums = dict(zip(wanted, by_platform(in_pieces, whole)(*arrays), strict=True))
    known = add_whole(rows, {i: [None] * len(xs) for i, xs in asked.items()})
    return {i: [sums.get((i, j), known[i][j]) for j in range(len(xs))] for i, xs in asked.items()}


def _are_data(rows: Mapping[int, Rows], asked: Asked) -> bool:
    """Whether nothing is asked for but the rows' own data, as in a first round."""
    return all(
        x is None or any(x is y for y in rows[i].data) for i, xs in asked.items() for x in xs
    )


def _pays(inputs: Sequence[Any], rows: Mapping[int, Rows]) -> bool:
    if len({row.scope for row in rows.values()}) < SEVERAL:
        return False
    lengths = {x.shape[0] for x in inputs if x is not None and x.ndim}
    shapes = {row.shape for row in rows.values()}
    return (
        len(lengths) == 1
        and len(shapes) == 1
        and all(not row.scattered and not row.keep for row in rows.values())
        and not any(row.told("exact", False) for row in rows.values())
        and math.prod(next(iter(shapes))) >= LARGE
        and next(iter(shapes))[:1] == (next(iter(lengths)),)
    )


def _filled(inputs: Sequence[Any], given: Sequence[Array]) -> list[Any]:
    """The inputs with other arrays in the places of those that there are."""
    arrays = iter(given)
    return [None if x is None else next(arrays) for x in inputs]


def _wanted(tree: Any, wanted: Sequence[tuple[int, int]]) -> list[Pair]:
    """The sums asked for, of some examples' rows."""
    rows = jax.tree.leaves(tree, is_leaf=is_rows)
    asked: dict[int, list[Array | None]] = {}
    for i, _ in wanted:
        asked[i] = next(rows[i].kind.added(None, *rows[i].data))
    answers = add_whole({i: rows[i] for i in asked}, asked)
    return [answers[i][j] for i, j in wanted]


def _in_pieces(
    again: Callable[[Sequence[Any]], Any],
    inputs: Sequence[Any],
    batch: int,
    rows: Mapping[int, Rows],
    wanted: Sequence[tuple[int, int]],
) -> list[Pair]:
    lanes = math.gcd(batch, max(LANES, 1 << (jax.device_count() - 1).bit_length()))
    length = batch // lanes
    elements = math.prod(next(iter(rows.values())).shape[1:])
    piece = _length(length, max(1, PIECE // (lanes * elements)))
    cut = [x if x is None or not x.ndim else x.reshape(lanes, length, *x.shape[1:]) for x in inputs]

    def sums(start: Any, size: int) -> Array:
        """``[sums, lanes]`` of a piece of every lane."""
        some = [
            x if x is None or not x.ndim else lax.dynamic_slice_in_dim(x, start, size, 1)
            for x in cut
        ]
        axes = [None if x is None or not x.ndim else 0 for x in some]
        lane = jax.vmap(
            lambda *xs: [hi + lo for hi, lo in _wanted(again(xs), wanted)], in_axes=axes
        )
        return jnp.stack(lane(*some))

    def more(i: Array, total: Pair) -> Pair:
        some = sums(i * piece, piece)
        return add_pairs(total, (some, jnp.zeros_like(some)))

    first = sums(0, piece)
    total = lax.fori_loop(1, length // piece, more, (first, jnp.zeros_like(first)))
    if rest := length % piece:
        some = sums(length - rest, rest)
        total = add_pairs(total, (some, jnp.zeros_like(some)))
    hi, lo = sum_rows(total, axes=(1,))
    return list(zip(hi, lo, strict=True))


def in_turn(reduced: Callable[..., Any], *arrays: Any) -> Any:
    """``reduced(*arrays)``, a state, in pieces where that is faster: scatters write out their rows.

    Args:
      reduced: the state of some examples.
      *arrays: their inputs, all of one length; None and numbers go to every piece as they are.
    """
    batch = max((x.shape[0] for x in arrays if x is not None and x.ndim), default=0)
    if batch < SCATTERED * LANES or not one_device() or not _is_small(reduced, arrays):
        return reduced(*arrays)

    def taken(start: Any, size: int, given: Sequence[Array]) -> Any:
        some = (
            lax.dynamic_slice_in_dim(x, start, size) if x.shape[:1] == (batch,) else x
            for x in given
        )
        return reduced(*_filled(arrays, list(some)))

    def turns(*given: Array) -> Any:
        piece = _length(batch, SCATTERED)
        state = lax.fori_loop(
            1,
            batch // piece,
            lambda i, state: combined(state, taken(i * piece, piece, given)),
            taken(0, piece, given),
        )
        rest = batch % piece
        return combined(state, taken(batch - rest, rest, given)) if rest else state

    there = [x for x in arrays if x is not None]
    return by_platform(turns, lambda *given: reduced(*_filled(arrays, given)))(*there)


def _is_small(reduced: Callable[..., Any], arrays: Sequence[Any]) -> bool:
    """Whether pieces are many times as long as an accumulator, for the states of all are merged."""
    sizes = [x.size for x in jax.tree.leaves(jax.eval_shape(reduced, *arrays))]
    return max(sizes) * LANES <= SCATTERED


def _length(length: int, most: int) -> int:
    """The length of a piece, about ``most``; one that leaves no rest, if there is."""
    most = min(most, length)
    return next((k for k in range(most, most // 2, -1) if length % k == 0), most)
