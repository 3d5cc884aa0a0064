"""Other ways to reduce the rows of a batch: by group, by block, resampled; and draws of a state.

Whatever a statistic's ``contribute`` returns, these take; it runs once, however many states come.
"""

import dataclasses
import functools
import math
from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from metrax.core.arrays import as_array
from metrax.core.checks import MetraxError, MetraxTypeError, at_least, describe
from metrax.core.into import into
from metrax.core.pieces import in_turn
from metrax.core.reduce import reduce
from metrax.core.rows import Rows, each_row
from metrax.core.sharding import automatic, replicated, spec_of
from metrax.core.state import accumulators, field_names, one_state, replace_accumulators
from metrax.core.statistic import Statistic, arrays_of


def by_group(statistic: Statistic, inputs: Mapping[str, Any], ids: Any, n: int) -> Any:
    """A state for each of ``n`` groups, stacked along a leading axis.

    Args:
      statistic: any.
      inputs: the inputs and ``w`` by name, as :meth:`Statistic.observe` takes them.
      ids: the group of each example, or of each row: integers whose shape leads the values'. Those
        outside ``[0, n)`` count nowhere.
      n: how many groups.

    Raises:
      MetraxError: when the shape of ``ids`` does not lead the values', or there are more cells in
        all groups than int32 has.
      MetraxTypeError: when ``ids`` are no integers.
    """
    names, *arrays = arrays_of(inputs, statistic._label_inputs())
    return _by_group(statistic, _groups(n), names, group_ids("ids", ids), *arrays)


def into_groups(
    statistic: Statistic, states: Any, inputs: Mapping[str, Any], ids: Any, n: int
) -> Any:
    """Stacked states after one more batch, of which each example goes to its group's."""
    names, *arrays = arrays_of(inputs, statistic._label_inputs())
    return _into_groups(statistic, states, _groups(n), names, group_ids("ids", ids), *arrays)


def by_block(statistic: Statistic, inputs: Mapping[str, Any], n: int) -> Any:
    """A state for each of ``n`` blocks of examples one after the other, stacked."""
    names, *arrays = arrays_of(inputs, statistic._label_inputs())
    return _by_block(statistic, _groups(n), names, *arrays)


def resampled(statistic: Statistic, inputs: Mapping[str, Any], draws: Array) -> Any:
    """The states of replicates, stacked.

    Args:
      statistic: one of sums, means and moments.
      inputs: the inputs and ``w`` by name.
      draws: ``[R, B]``: how often each replicate has each example.
    """
    names, *arrays = arrays_of(inputs, statistic._label_inputs())
    return _resampled(statistic, names, draws, *arrays)


@functools.partial(jax.jit, static_argnums=2)
def drawn(state: Any, key: Array, n: int) -> Any:
    """Replicates of a state of unweighted counts of independent examples, without any data.

    Each holds as many examples as the state, drawn with its shares: what drawing that many examples
    with replacement comes to.

    Args:
      state: a state of one sum that counts, each example in one cell.
      key: a key of ``jax.random``.
      n: how many replicates.

    Raises:
      MetraxError: when the state holds several accumulators, or one that is no sum.
    """
    parts: list[Any] = [part for _, part in accumulators(state)]
    kinds = [type(part).__name__ for part in parts]
    if len(parts) != 1 or field_names(type(parts[0])) != ("hi", "lo"):
        raise MetraxError(
            f"drawn: got a state of {' and '.join(kinds)}; expected one accumulators.Sum, of counts"
        )
    (cells,) = parts
    counts = cells.value.reshape(-1)
    total = counts.sum()
    shares = jnp.where(total > 0, counts / jnp.where(total > 0, total, 1), 0)
    # One by one: what `shape` means depends on the version of JAX.
    one = functools.partial(jax.random.multinomial, n=total, p=shares)
    some = jax.vmap(one)(jax.random.split(key, n))
    some = some.astype(cells.hi.dtype).reshape(n, *cells.hi.shape)
    return replace_accumulators(state, [type(cells)(some, jnp.zeros_like(some))])


def _groups(n: int) -> int:
    at_least(1, n=n)
    return n


def group_ids(name: str, ids: Any) -> Array:
    """The number of each example's group, an integer, or a boolean for two groups."""
    array = jnp.asarray(as_array(name, ids))
    if array.dtype == bool:
        return array.astype(jnp.int32)
    if not jnp.issubdtype(array.dtype, jnp.integer):
        raise MetraxTypeError(
            f"{name}: got {describe(array)}; expected an integer for each example, from 0"
        )
    return array


def grouped(tree: Any, ids: Array, n: int) -> Any:
    """Rows of which each belongs to one of ``n`` groups."""

    def group(row: Rows) -> Rows:
        if not math.prod(row.shape):
            return _of_none(row, ids, n)
        if row.shape[: ids.ndim] != ids.shape:
            raise MetraxError(
                f"groups: got {describe(ids)} for values of shape {row.shape}; expected a leading "
                f"part of that shape, such as {row.shape[:1]}"
            )
        if row.group is None:
            return dataclasses.replace(row, group=ids, groups=(n,))
        return dataclasses.replace(row, group=_inside(ids, row, n), groups=(n, *row.groups))

    return each_row(tree, group)


def _of_none(row: Rows, ids: Array, n: int) -> Rows:
    """The same where there is no row, whatever the shape is."""
    none = jnp.zeros(row.shape[: row.shape.index(0) + 1], ids.dtype)
    return dataclasses.replace(row, group=none, groups=(n, *row.groups))


def _inside(ids: Array, row: Rows, n: int) -> Array:
    """The numbers of groups within groups, -1 for what is in none."""
    assert row.group is not None
    ndim, each = max(ids.ndim, row.group.ndim), math.prod(row.groups)
    outer, inner = (x.reshape(*x.shape, *(1,) * (ndim - x.ndim)) for x in (ids, row.group))
    outer, inner = jnp.broadcast_arrays(outer, inner)
    valid = (outer >= 0) & (outer < n) & (inner >= 0) & (inner < each)
    return jnp.where(valid, outer.astype(jnp.int32) * each + inner.astype(jnp.int32), -1)


def _rows(statistic: Statistic, names: tuple[str, ...], arrays: tuple[Any, ...]) -> Any:
    return statistic._rows(dict(zip(names, arrays, strict=True)))


@functools.partial(jax.jit, static_argnums=(0, 1, 2))
def _by_group(
    statistic: Statistic, n: int, names: tuple[str, ...], ids: Array, *arrays: Any
) -> Any:
    def reduced(ids: Array, *arrays: Any) -> Any:
        return reduce(grouped(_rows(statistic, names, arrays), ids, n))

    in_pieces = functools.partial(in_turn, reduced)
    return one_state(replicated(in_pieces, ids, *arrays), stacked=1)


@functools.partial(jax.jit, static_argnums=(0, 2, 3))
def _into_groups(
    statistic: Statistic, states: Any, n: int, names: tuple[str, ...], ids: Array, *arrays: Any
) -> Any:
    def updated(states: Any, ids: Array, *arrays: Any) -> Any:
        return into(states, grouped(_rows(statistic, names, arrays), ids, n), stacked=1)

    return automatic(updated, states, ids, *arrays, specs=jax.tree.map(spec_of, states))


@functools.partial(jax.jit, static_argnums=(0, 1, 2))
def _by_block(statistic: Statistic, n: int, names: tuple[str, ...], *arrays: Any) -> Any:
    def reduced(*arrays: Any) -> Any:
        rows = _rows(statistic, names, arrays)
        return jax.vmap(reduce)(each_row(rows, lambda row: _cut(row, n)))

    return one_state(replicated(reduced, *arrays), stacked=1)


def _cut(row: Rows, n: int) -> Rows:
    """Rows with their first axis cut into ``n`` blocks, filled up by such of weight zero."""
    if not row.shape:
        raise MetraxError("by_block: got numbers; expected arrays with an axis of examples to cut")
    length = row.shape[0]
    block = -(-length // n)
    if row.w is None and n * block != length:
        row = dataclasses.replace(row, w=jnp.ones((length, *(1,) * (len(row.shape) - 1)), bool))

    def cut(x: Array) -> Array:
        x = jnp.broadcast_to(x, (length, *x.shape[1:]))
        x = jnp.pad(x, [(0, n * block - length)] + [(0, 0)] * (x.ndim - 1))
        return x.reshape(n, block, *x.shape[1:])

    return jax.tree.map(cut, row)


@functools.partial(jax.jit, static_argnums=(0, 1))
def _resampled(statistic: Statistic, names: tuple[str, ...], draws: Array, *arrays: Any) -> Any:
    def reduced(draws: Array, *arrays: Any) -> Any:
        return reduce(_rows(statistic, names, arrays), draws)

    return one_state(replicated(reduced, draws, *arrays), stacked=1)
