"""States and the laws by which they merge.

A :class:`State` is an immutable registered dataclass whose fields are accumulators or other
states. Merging is associative and commutative and has the initial state as its identity; it is
defined once, here, for every state and every pytree of states.
"""

import contextlib
from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Self, TypeVar, dataclass_transform, final

import jax
from jax import Array, export

from metrax.core.checks import MetraxError, MetraxTypeError
from metrax.core.fold import fold

T = TypeVar("T")

_CLASSES: list[type["State"]] = []
_HOOKS: list[Callable[[type["State"]], None]] = []


@dataclass_transform(eq_default=False, frozen_default=True)
class State:
    """Sufficient statistics of the data seen so far: a frozen dataclass, registered as a pytree.

    A subclass only declares its fields, each an :class:`Accumulator` or another ``State``; it is
    made a frozen dataclass (``eq=False``) and registered with JAX by being defined.

    Example:
      >>> import jax.numpy as jnp
      >>> from metrax import State
      >>> from metrax.accumulators import Max, Sum
      >>> class Peak(State):
      ...     highest: Max
      ...     count: Sum
      >>> a = Peak(Max.of(jnp.array([1., 5.])), Sum.of(jnp.array([1., 1.])))
      >>> b = Peak(Max.of(jnp.array([3.])), Sum.of(jnp.array([1.])))
      >>> both = a.merge(b)
      >>> float(both.highest.value), float(both.count.value)
      (5.0, 3.0)
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        dataclass(frozen=True, eq=False)(cls)
        _register(cls)
        _CLASSES.append(cls)
        for hook in _HOOKS:
            hook(cls)

    @final
    def merge(self, *others: Self) -> Self:
        """This state and ``others`` as one; see :func:`metrax.merge`."""
        return merge(self, *others)


def _register(cls: type[State]) -> None:
    """Make ``cls`` a pytree of its fields.

    Not by ``register_dataclass``: the tree definitions of two such classes with equal fields
    compare equal, so a compilation cache may take one for the other.
    """
    names = [field.name for field in fields(cls)]  # pyright: ignore[reportArgumentType]
    keys = [jax.tree_util.GetAttrKey(name) for name in names]

    def flatten(state: State) -> tuple[list[Any], None]:
        return [getattr(state, name) for name in names], None

    def flatten_with_keys(state: State) -> tuple[list[Any], None]:
        return list(zip(keys, flatten(state)[0], strict=True)), None

    jax.tree_util.register_pytree_with_keys(
        cls, flatten_with_keys, lambda _, children: cls(*children), flatten
    )
    # A class defined again, as a notebook does, finds its name taken; the first one keeps it.
    with contextlib.suppress(ValueError):
        export.register_pytree_node_serialization(
            cls,
            serialized_name=f"{cls.__module__}.{cls.__qualname__}",
            serialize_auxdata=lambda _: b"",
            deserialize_auxdata=lambda _: None,
        )


def on_every_state_class(hook: Callable[[type[State]], None]) -> None:
    """Call ``hook`` with each class of states, those yet to be defined included."""
    for cls in _CLASSES:
        hook(cls)
    _HOOKS.append(hook)


class Accumulator(State):
    """A state's smallest part: arrays of one shape that combine element by element.

    Because every element combines on its own, a large accumulator can be cut up and merged in
    pieces (:func:`metrax.pmerge`). A new accumulator defines :meth:`combine`, which must be
    associative and commutative, and must have some value that leaves the other unchanged. Where
    that is one number in all its arrays, as 0 is for sums, ``neutral`` tells it, and XLA merges
    accumulators of one shape in one kernel.

    Raises:
      MetraxTypeError: on merging, when ``combine`` returns other shapes or dtypes than its own, or
        ``neutral`` is no number.
    """

    neutral: ClassVar[float | None] = None

    @abstractmethod
    def combine(self, other: Any) -> Self:
        """The accumulator of both streams; called through :func:`metrax.merge`, which checks."""
        raise NotImplementedError(f"{type(self).__name__} must define combine(self, other)")


def is_state(x: object) -> bool:
    """Whether ``x`` is a state; for ``is_leaf``."""
    return isinstance(x, State)


def _is_accumulator(x: object) -> bool:
    return isinstance(x, Accumulator)


def accumulators(tree: Any) -> list[tuple[str, Accumulator]]:
    """Every accumulator in the states of ``tree``, with its path.

    Raises:
      MetraxTypeError: when there is no state, or a state holds something else.
    """
    found: list[tuple[str, Accumulator]] = []
    for path, state in jax.tree_util.tree_leaves_with_path(tree, is_leaf=is_state):
        if not is_state(state):
            continue
        for inner, part in jax.tree_util.tree_leaves_with_path(state, is_leaf=_is_accumulator):
            where = jax.tree_util.keystr((*path, *inner)) or "the state"
            if not isinstance(part, Accumulator):
                raise MetraxTypeError(
                    f"{where} is a {type(part).__name__} inside {type(state).__name__}; the fields "
                    "of a state must be accumulators (metrax.accumulators) or states"
                )
            found.append((where, part))
    if not found:
        raise MetraxTypeError(
            f"got {type(tree).__name__} without any metrax.State; pass what `init` or `update` "
            "returned, or a pytree that holds it"
        )
    return found


def replace_accumulators(tree: T, parts: Sequence[Accumulator]) -> T:
    """``tree`` with its accumulators replaced, in the order of :func:`accumulators`."""
    remaining = iter(parts)

    def put(leaf: Any) -> Any:
        if not is_state(leaf):
            return leaf
        return jax.tree.map(lambda _: next(remaining), leaf, is_leaf=_is_accumulator)

    return jax.tree.map(put, tree, is_leaf=is_state)


def merge(state: T, *others: T) -> T:
    """Merge states, or pytrees that hold states: one state that has seen all their data.

    Args:
      state: a state, or any pytree of states (a dict, a ``TrainState``).
      *others: more of the same structure.

    Returns:
      The merged tree. Leaves outside any state (parameters, step counters) are taken from the
      first tree; they are not merged.

    Raises:
      MetraxError: when types, shapes or dtypes differ, saying where and how.
      MetraxTypeError: when there is no state in the tree.

    Example:
      >>> import metrax
      >>> mean = metrax.Mean()
      >>> a, b = mean.update(mean.init(), [1., 2.]), mean.update(mean.init(), [6.])
      >>> float(mean.compute(metrax.merge(a, b)))
      3.0
    """
    parts = [part for _, part in accumulators(state)]
    for other in others:
        _check_alike(state, other)
        parts = _combine_each(parts, [part for _, part in accumulators(other)])
    return replace_accumulators(state, parts)


@jax.jit
def _combine_each(ours: list[Accumulator], theirs: list[Accumulator]) -> list[Accumulator]:
    return fold(jax.tree.map(lambda x, y: jax.numpy.stack([x, y]), ours, theirs))


def stack(state: T, n: int) -> T:
    """``n`` copies of a state along a new leading axis: one for each device, model or member.

    Args:
      state: a state, such as ``metric.init()``, or any pytree of arrays.
      n: how many.

    Returns:
      The tree with that axis, for ``vmap``, ``scan`` or ``shard_map`` over it;
      :func:`metrax.merge_stacked` undoes it.

    Example:
      >>> import jax, jax.numpy as jnp, metrax
      >>> mean = metrax.Mean()
      >>> batches = jnp.array([[1., 3.], [5., 7.]])
      >>> states = jax.vmap(mean.update)(metrax.stack(mean.init(), 2), batches)
      >>> jax.vmap(mean.compute)(states).tolist()
      [2.0, 6.0]
    """
    return jax.tree.map(lambda x: jax.numpy.stack([x] * n), state)


def merge_stacked(states: T, axis: int = 0) -> T:
    """Merge states that are stacked along an axis, as ``vmap``, ``pmap`` and ``scan`` return them.

    Args:
      states: a state, or any pytree of states, whose arrays all have one more axis, ``axis``.
      axis: the axis to merge over; negative counts from the end.

    Returns:
      The tree without that axis. Leaves outside any state are taken at index 0.

    Raises:
      MetraxError: when the axis is missing, empty, or has different lengths in different arrays.

    Example:
      >>> import jax, jax.numpy as jnp, metrax
      >>> mean = metrax.Mean()
      >>> states = jax.vmap(lambda x: mean.update(mean.init(), x))(jnp.arange(6.).reshape(3, 2))
      >>> float(mean.compute(metrax.merge_stacked(states)))
      2.5
    """
    parts = accumulators(states)
    lengths = {_length(where, x, axis) for where, part in parts for x in jax.tree.leaves(part)}
    if len(lengths) != 1 or 0 in lengths:
        raise MetraxError(
            f"merge_stacked: got axis {axis} of length {sorted(lengths)}; expected one length, "
            "1 or more, in every array of every state"
        )
    merged = fold([_lead(part, axis) for _, part in parts])
    rest = jax.tree.map(
        lambda x: x if is_state(x) else x.take(0, axis=axis), states, is_leaf=is_state
    )
    return replace_accumulators(rest, merged)


def _lead(part: Accumulator, axis: int) -> Accumulator:
    return jax.tree.map(lambda x: jax.numpy.moveaxis(x, axis, 0), part)


def _length(where: str, x: Array, axis: int) -> int:
    if not -x.ndim <= axis < x.ndim:
        raise MetraxError(f"merge_stacked: {where} has shape {x.shape} and so no axis {axis}")
    return x.shape[axis]


_ADVICE = "Merge states of one metric with one configuration"


def _check_alike(ours: Any, theirs: Any) -> None:
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
        for x, y in zip(jax.tree.leaves(a), jax.tree.leaves(b), strict=True):
            if x.shape != y.shape or x.dtype != y.dtype:
                raise MetraxError(
                    f"merge: {where} has shape {x.shape} and dtype {x.dtype} in the first state, "
                    f"{y.shape} and {y.dtype} in the other. {_ADVICE}"
                )
    if jax.tree.structure(ours) != jax.tree.structure(theirs):
        raise MetraxError("merge: the trees around the states differ in structure")


def _states(tree: Any, path: tuple = ()) -> list[tuple[str, State]]:
    """Every state in a tree and every state inside those, innermost first, with its path."""
    found = []
    for inner, leaf in jax.tree_util.tree_leaves_with_path(tree, is_leaf=is_state):
        if is_state(leaf):
            where = (*path, *inner)
            for name, value in vars(leaf).items():
                found += _states(value, (*where, jax.tree_util.GetAttrKey(name)))
            found.append((jax.tree_util.keystr(where) or "the state", leaf))
    return found
