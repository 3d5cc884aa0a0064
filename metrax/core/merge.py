"""Merging: defined once, here, for every state and every pytree of states.

It is associative and commutative and has the initial state as its identity.
"""

import functools
import operator
from collections.abc import Sequence
from typing import Any, TypeVar, overload

import jax
import jax.numpy as jnp
from jax import Array, lax
from jax.core import Tracer
from jax.sharding import PartitionSpec

from metrax.core.alike import check_alike
from metrax.core.checks import SAID_OF_STATES, MetraxError, MetraxTypeError, at_least, blame, shown
from metrax.core.fold import fold
from metrax.core.sharding import automatic, spec_of
from metrax.core.state import (
    Accumulator,
    accumulators,
    is_accumulator,
    is_state,
    replace_accumulators,
)

T = TypeVar("T")


@overload
def merge(state: list[T], /) -> T: ...
@overload
def merge(state: T, *others: T) -> T: ...
def merge(state: Any, *others: Any) -> Any:
    """Merge states, or pytrees that hold states: one state that has seen all their data.

    Args:
      state: a state, or any pytree of states (a dict, a ``TrainState``); or, as the only
        argument, a list of what to merge.
      *others: more of the same structure.

    Returns:
      The merged tree. Leaves outside any state (parameters, step counters) are the first tree's;
      the others' are dropped, they are not merged.

    Raises:
      MetraxError: when types, shapes or dtypes differ, saying where and how; and outside ``jit``,
        when one state's arrays span processes and another's do not.
      MetraxTypeError: when there is no state in the tree.

    Example:
      >>> import metrax
      >>> mean = metrax.Mean()
      >>> a, b = mean.update(mean.init(), [1., 2.]), mean.update(mean.init(), [6.])
      >>> float(mean.compute(metrax.merge(a, b)))
      3.0
      >>> float(mean.compute(metrax.merge([a, b])))
      3.0
    """
    if isinstance(state, list) and not others:
        if not state:
            raise MetraxTypeError("merge: got an empty list; pass one state at least")
        state, others = state[0], tuple(state[1:])
    if jax.process_count() == 1 and (merged := _merged_at_once(state, others)) is not None:
        return merged
    parts = [part for _, part in accumulators(state)]
    structure = jax.tree.structure(parts)
    for other in others:
        check_alike(state, other)
        theirs = [part for _, part in accumulators(other)]
        _refuse_processes_own(parts, theirs)
        with SAID_OF_STATES:
            leaves = _combine(structure, jax.tree.leaves(parts), jax.tree.leaves(theirs))
        parts = jax.tree.unflatten(structure, leaves)
    return replace_accumulators(state, parts)  # pyright: ignore[reportReturnType]


def _merged_at_once(state: Any, others: Sequence[Any]) -> Any:
    """The merged states of trees that are alike and hold nothing else, in which case none is None.

    What is alike in structure, shapes and dtypes passes every check, which saves making them.
    """
    leaves, structure = jax.tree.flatten(state)
    if not _holds_states_alone(structure):
        return None
    flat = [jax.tree.flatten(other) for other in others]
    if not all(theirs == structure and _same_shapes(leaves, xs) for xs, theirs in flat):
        return None
    for theirs, _ in flat:
        with SAID_OF_STATES:
            leaves = _combine(structure, leaves, theirs)
    return jax.tree.unflatten(structure, leaves)


@functools.lru_cache(maxsize=1024)
def _holds_states_alone(structure: Any) -> bool:
    tree = jax.tree.unflatten(structure, range(structure.num_leaves))
    states = filter(is_state, jax.tree.leaves(tree, is_leaf=is_state))
    inside = [part for state in states for part in jax.tree.leaves(state, is_leaf=is_accumulator)]
    ours = [part for part in inside if isinstance(part, Accumulator)]
    return bool(ours) and len(jax.tree.leaves(ours)) == structure.num_leaves


def _same_shapes(ours: Sequence[Any], theirs: Sequence[Any]) -> bool:
    try:
        return all(
            x.shape == y.shape and x.dtype == y.dtype for x, y in zip(ours, theirs, strict=True)
        )
    except AttributeError:  # numbers, of which the checks say more
        return False


@functools.partial(jax.jit, static_argnums=0)
def _combine(structure: Any, ours: list[Array], theirs: list[Array]) -> list[Array]:
    """The leaves of two trees of one structure, in which all are accumulators', combined."""

    def combine(ours: list[Array], theirs: list[Array]) -> list[Array]:
        both = [jnp.stack([x, y]) for x, y in zip(ours, theirs, strict=True)]
        parts = [part for _, part in accumulators(jax.tree.unflatten(structure, both))]
        return jax.tree.leaves(fold(parts))

    # What lies on no mesh yet, as `init` returns it, goes where the batch's state lies.
    placed = [
        y if jax.typeof(x).sharding.mesh.empty else x for x, y in zip(ours, theirs, strict=True)
    ]
    return automatic(combine, ours, theirs, specs=[spec_of(x) for x in placed])


def _refuse_processes_own(ours: list[Accumulator], theirs: list[Accumulator]) -> None:
    """Raise where JAX would take each process's own state for one that all of them have."""
    if jax.process_count() == 1:
        return
    for pair in zip(ours, theirs, strict=True):
        if any(isinstance(x, Tracer) for x in jax.tree.leaves(pair)):
            return
        own = [part for part in pair if all(map(is_own, jax.tree.leaves(part)))]
        if len(own) == 1:
            _require_neutral(own[0])


def _require_neutral(part: Accumulator) -> None:
    # What `init` returns is the same in every process, wherever it lies.
    if part.neutral is None or not all((x == part.neutral).all() for x in jax.tree.leaves(part)):
        raise MetraxError(
            "merge: got a state whose arrays span processes and one that is this process's own, "
            "so each process would get another number. Merge the processes' own states first, by "
            "metrax.merge_processes(state), or feed the one state with arrays that span processes"
        )


def is_own(x: Any) -> bool:
    """Whether an array lies on this process's devices alone."""
    return not isinstance(x, jax.Array) or x.is_fully_addressable


def stack(state: T, n: int) -> T:
    """``n`` copies of a state along a new leading axis: one for each device, model or member.

    Args:
      state: a state, such as ``metric.init()``, or any pytree of arrays.
      n: how many.

    Returns:
      The tree with that axis, for ``vmap``, ``scan`` or ``shard_map`` over it;
      :func:`metrax.merge_stacked` undoes it.

    Raises:
      MetraxError: when ``n`` is below 1.
      MetraxTypeError: when it is no int.

    Example:
      >>> import jax, jax.numpy as jnp, metrax
      >>> mean = metrax.Mean()
      >>> batches = jnp.array([[1., 3.], [5., 7.]])
      >>> states = jax.vmap(mean.update)(metrax.stack(mean.init(), 2), batches)
      >>> jax.vmap(mean.compute)(states).tolist()
      [2.0, 6.0]
    """
    n = _whole(n, "stack: n", "metrax.stack(state, 8)")
    with blame("stack"):
        at_least(1, n=n)
    return jax.tree.map(lambda x: lax.broadcast(jnp.asarray(x), (n,)), state)


def _whole(n: Any, name: str, example: str) -> int:
    try:
        return operator.index(n)
    except TypeError:
        raise MetraxTypeError(f"{name}: got {shown(n)}; expected an int, as in {example}") from None


def merge_stacked(states: T, axis: int = 0) -> T:
    """Merge states that are stacked along an axis, as ``vmap``, ``pmap`` and ``scan`` return them.

    Args:
      states: a state, or any pytree of states, whose arrays all have one more axis, ``axis``.
      axis: the axis to merge over; negative counts from the end.

    Returns:
      The tree without that axis. Leaves outside any state are taken at index 0; numbers and
      arrays of no axes stay as they are.

    Raises:
      MetraxError: when the axis is missing, empty, or has different lengths in different arrays,
        or the states are not stacked.

    Example:
      >>> import jax, jax.numpy as jnp, metrax
      >>> mean = metrax.Mean()
      >>> states = jax.vmap(lambda x: mean.update(mean.init(), x))(jnp.arange(6.).reshape(3, 2))
      >>> float(mean.compute(metrax.merge_stacked(states)))
      2.5
    """
    axis = _whole(axis, "merge_stacked: axis", "metrax.merge_stacked(states, axis=0)")
    parts = accumulators(states)
    for where, part in parts:
        _check_stacked(where, part)
    lengths = {_length(where, x, axis) for where, part in parts for x in jax.tree.leaves(part)}
    if len(lengths) != 1 or 0 in lengths:
        raise MetraxError(
            f"merge_stacked: got axis {axis} of length {sorted(lengths)}; expected one length, "
            "1 or more, in every array of every state"
        )
    (length,) = lengths
    rest = jax.tree_util.tree_map_with_path(
        lambda path, x: x if is_state(x) else _first(path, x, axis, length),
        states,
        is_leaf=is_state,
    )
    return replace_accumulators(rest, _fold_axis([part for _, part in parts], axis))


@functools.partial(jax.jit, static_argnums=1)
def _fold_axis(parts: list[Accumulator], axis: int) -> list[Accumulator]:
    arrays, structure = jax.tree.flatten(parts)

    def folded(arrays: list[Array]) -> list[Array]:
        leading = [jnp.moveaxis(x, axis, 0) for x in arrays]
        return jax.tree.leaves(fold(jax.tree.unflatten(structure, leading)))

    specs = [_spec_without(x, axis) for x in arrays]
    return jax.tree.unflatten(structure, automatic(folded, arrays, specs=specs))


def _spec_without(x: Array, axis: int) -> PartitionSpec:
    return PartitionSpec(*(name for i, name in enumerate(spec_of(x)) if i != axis % x.ndim))


def _first(path: Any, x: Any, axis: int, length: int) -> Any:
    """What stands at index 0 of a leaf outside any state, if it was stacked at all."""
    ndim = getattr(x, "ndim", 0)
    if not ndim:
        return x
    if not -ndim <= axis < ndim or x.shape[axis] != length:
        raise MetraxError(
            f"merge_stacked: {jax.tree_util.keystr(path)} has shape {x.shape}, and the states are "
            f"{length} along axis {axis}; stack it too, or pass the states alone"
        )
    return automatic(lambda x: x.take(0, axis=axis), x, specs=_spec_without(x, axis))


def _check_stacked(where: str, part: Accumulator) -> None:
    """Raise for the accumulator of one state, whose axes are not to be merged."""
    ndim, one = jax.tree.leaves(part)[0].ndim, part._rank.axes
    if one is not None and ndim <= one:
        raise MetraxError(
            f"merge_stacked: {where} has {ndim} axes, as one state has, so these are not stacked "
            "states; merge several by metrax.merge(a, b), or stack them first"
        )


def _length(where: str, x: Array, axis: int) -> int:
    if not -x.ndim <= axis < x.ndim:
        raise MetraxError(f"merge_stacked: {where} has shape {x.shape} and so no axis {axis}")
    return x.shape[axis]
