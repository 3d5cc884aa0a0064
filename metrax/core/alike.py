"""Whether states are of one metric, and what is wrong where they are not."""

from collections.abc import Mapping
from typing import Any

import jax

from metrax.core.checks import MetraxError, MetraxTypeError
from metrax.core.state import State, accumulators, field_names, is_state

_ADVICE = "Merge states of one metric with one configuration"
_STACKED = "One holds several states, stacked: map over it by jax.vmap, or merge_stacked it first"


def check_alike(ours: Any, theirs: Any) -> None:
    """Raise, saying where and how, if two trees do not have the same states around equal shapes."""
    left, right = _states(ours), _states(theirs)
    if [where for where, _ in left] != [where for where, _ in right]:
        first, other = [where for where, _ in left], [where for where, _ in right]
        raise MetraxError(
            f"merge: the states have different parts: {[x for x in first if x not in other]} in "
            f"the first, {[x for x in other if x not in first]} in the other. {_ADVICE}"
        )
    for (where, a), (_, b) in zip(left, right, strict=True):
        if type(a) is not type(b):
            raise MetraxTypeError(
                f"merge: {where} is a {type(a).__name__} in the first tree, a {type(b).__name__} "
                f"in the other. {_ADVICE}"
            )
        _check_arrays(where, a, b)
    if jax.tree.structure(ours, is_leaf=is_state) != jax.tree.structure(theirs, is_leaf=is_state):
        raise MetraxError("merge: the trees around the states differ in structure")


def _check_arrays(where: str, a: State, b: State) -> None:
    for x, y in zip(jax.tree.leaves(a), jax.tree.leaves(b), strict=True):
        if x.shape != y.shape or x.dtype != y.dtype:
            raise MetraxError(
                f"merge: {where} has shape {x.shape} and dtype {x.dtype} in the first state, "
                f"{y.shape} and {y.dtype} in the other. "
                f"{_ADVICE if x.ndim == y.ndim else _STACKED}"
            )
    if a._rank != b._rank:
        raise MetraxError(
            f"merge: {where} has {a._rank.axes} axes in one state, {b._rank.axes} in the other's. "
            f"{_STACKED}"
        )


def _states(tree: Any, path: tuple = ()) -> list[tuple[str, State]]:
    """Every state in a tree and every state inside those, innermost first, with its path."""
    found = []
    for inner, leaf in jax.tree_util.tree_leaves_with_path(tree, is_leaf=is_state):
        if is_state(leaf):
            where = (*path, *inner)
            for name in field_names(type(leaf)):
                found += _states(getattr(leaf, name), (*where, jax.tree_util.GetAttrKey(name)))
            found.append((jax.tree_util.keystr(where) or "the state", leaf))
    return found


def check_state(state: Any, expected: Any) -> None:
    """Raise unless ``state`` can be what a metric accumulated; for ``compute``, while tracing.

    Args:
      state: what came.
      expected: the shapes of one state, or None if they are not known before data.
    """
    found = accumulators(state)
    for where, part in found:
        shape, one = jax.tree.leaves(part)[0].shape, part._rank.axes
        if one is not None and len(shape) > one:
            raise _stacked(where, shape, f"{one} axes")
    if expected is not None:
        ours, theirs = _outermost(expected), _outermost(state)
        if ours.keys() != theirs.keys():
            raise _other_keys(state, list(theirs), list(ours))
        for where in ours:
            _check_one(where or "the state", theirs[where], ours[where])


def _outermost(tree: Any) -> dict[str, Any]:
    """The states of a tree, and the leaves beside them, by path."""
    leaves = jax.tree_util.tree_leaves_with_path(tree, is_leaf=is_state)
    return {jax.tree_util.keystr(path): leaf for path, leaf in leaves}


def _other_keys(state: Any, came: list[str], expected: list[str]) -> MetraxError:
    if isinstance(state, list | tuple) and not hasattr(state, "_fields"):
        return MetraxTypeError(
            f"got a {type(state).__name__} of {len(state)}; pass one state; metrax.merge(states) "
            "makes one of a list"
        )
    if not isinstance(state, Mapping) or expected == [""]:
        return MetraxTypeError(f"got a {type(state).__name__}; {_OWN}")
    unknown = [x for x in came if x not in expected]
    missing = [x for x in expected if x not in came]
    return MetraxError(
        f"the state has {unknown or 'nothing'} beside what this metric accumulates and lacks "
        f"{missing or 'nothing'}; {_OWN}"
    )


_OWN = "pass what `init` or `update` of this metric returned, and nothing else"


def _check_one(where: str, came: Any, expected: Any) -> None:
    ours, theirs = type(expected), type(came)
    # A class defined again, as a notebook does, is another one of the same name.
    if (ours.__module__, ours.__qualname__) != (theirs.__module__, theirs.__qualname__):
        raise MetraxTypeError(
            f"{where}: got a {theirs.__name__}; expected a {ours.__name__}; {_OWN}"
        )
    for x, y in zip(jax.tree.leaves(came), jax.tree.leaves(expected), strict=True):
        if x.ndim > y.ndim:
            raise _stacked(where, x.shape, f"shape {y.shape}")
        if x.shape != y.shape:
            raise MetraxError(
                f"{where} has shape {x.shape}; expected {y.shape}; {_OWN}, with one configuration"
            )


def _stacked(where: str, shape: tuple[int, ...], one: str) -> MetraxError:
    return MetraxError(
        f"{where} has shape {shape}, and one state has {one}: these are several states, stacked. "
        "Use jax.vmap(metric.compute)(states) for the value of each, or "
        "metric.compute(metrax.merge_stacked(states)) for the value of all"
    )
