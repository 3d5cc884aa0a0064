"""States, the accumulators that they are made of, and how to find both in a pytree.

A :class:`State` is an immutable registered dataclass whose fields are accumulators or other
states. How they merge is in ``merge.py``.
"""

import functools
from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Self, TypeVar, dataclass_transform, final

import jax
import jax.numpy as jnp

from metrax.core.checks import MetraxTypeError, refuse_changes
from metrax.core.final import refuse_overrides
from metrax.core.rank import Rank as Rank
from metrax.core.rank import register

T = TypeVar("T")

_CLASSES: list[type["State"]] = []
_HOOKS: list[Callable[[type["State"]], None]] = []


@dataclass_transform(eq_default=False, frozen_default=True)
class State:
    """Sufficient statistics of the data seen so far: a frozen dataclass, registered as a pytree.

    A subclass only declares its fields, each an :class:`Accumulator` or another ``State``; it is
    made a frozen dataclass (``eq=False``) and registered with JAX by being defined.

    Raises:
      MetraxTypeError: when a subclass redefines ``merge``, a field holds something else than
        accumulators and states, or states are added by ``+``.

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

    _rank: ClassVar["Rank"]

    _lasting: ClassVar[tuple[str, ...]] = ()
    """Fields that say something of all data, however little the older ones count."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        refuse_overrides(cls)
        dataclass(frozen=True, eq=False, repr=False)(cls)
        refuse_changes(cls, "states are immutable: metric.update returns the next one")
        register(cls, field_names(cls))
        _CLASSES.append(cls)
        for hook in _HOOKS:
            hook(cls)

    @final
    def merge(self, *others: Self) -> Self:
        """This state and ``others`` as one; see :func:`metrax.merge`."""
        from metrax.core.merge import merge  # which imports this module

        return merge(self, *others)

    def __add__(self, other: object) -> Any:
        raise MetraxTypeError(
            f"{type(self).__name__}: got a sum of states; write metrax.merge(a, b), or "
            "metrax.merge(states) of a list"
        )

    __radd__ = __add__

    def __float__(self) -> float:
        raise MetraxTypeError(
            f"{type(self).__name__}: got a state for a number; the value is metric.compute(state)"
        )

    def _seen(self) -> Any:
        """The sums whose total is the weight seen, for its repr; None if not known. A hook."""
        own = getattr(self, "weight", None)
        inner = (getattr(self, name) for name in field_names(type(self)))
        found = (own, *(part._seen() for part in inner if is_state(part)))
        return next((part for part in found if part is not None), None)

    def __repr__(self) -> str:
        """Class, shapes, dtypes, and the weight seen if it can be known."""
        from metrax.core.summary import summary  # which imports this module

        return summary(self)

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled: the fields, and not what a ``cached_property`` has kept."""
        return {name: getattr(self, name) for name in field_names(type(self))} | rank_of(self)


State._rank = Rank()


@functools.cache
def field_names(cls: type[State]) -> tuple[str, ...]:
    """The fields of a class of states, in order."""
    return tuple(field.name for field in fields(cls))  # pyright: ignore[reportArgumentType]


def rank_of(state: State) -> dict[str, Rank]:
    """What an instance knows of its rank, as its attributes hold it."""
    return {} if state._rank.axes is None else {"_rank": state._rank}


def like(state: State, values: Iterable[Any]) -> Any:
    """A state of the same class and rank with other values in its fields."""
    new = object.__new__(type(state))
    new.__dict__.update(zip(field_names(type(state)), values, strict=True), **rank_of(state))
    return new


def one_state(tree: T, stacked: int = 0) -> T:
    """``tree`` with every accumulator marked as one of a single state, not stacked ones.

    With ``stacked`` there are already so many axes of several states.
    """

    def mark(part: Any) -> Any:
        arrays = jax.tree.leaves(part)
        if isinstance(part, Accumulator) and arrays:
            part = like(part, (getattr(part, name) for name in field_names(type(part))))
            part.__dict__["_rank"] = Rank(jnp.ndim(arrays[0]) - stacked)
        return part

    return jax.tree.map(mark, tree, is_leaf=is_accumulator)


def on_every_state_class(hook: Callable[[type[State]], None]) -> None:
    """Call ``hook`` with each class of states, those yet to be defined included."""
    for cls in _CLASSES:
        hook(cls)
    _HOOKS.append(hook)


class Accumulator(State):
    """A state's smallest part: arrays that combine, element by element if ``elementwise``.

    A new accumulator defines :meth:`combine`, which must be associative and commutative, and
    :meth:`lift`, what one row comes to; or, if it is made of sums, :meth:`added`.

    Raises:
      MetraxTypeError: on merging, when ``combine`` returns other shapes or dtypes than its own, or
        ``neutral`` is no number.

    Example:
      >>> import jax, jax.numpy as jnp
      >>> import metrax
      >>> class Product(metrax.Accumulator):
      ...     neutral = 1.0
      ...     value: jax.Array
      ...     @classmethod
      ...     def lift(cls, x, w):                             # of one row; its weight w
      ...         return cls(jnp.where(w != 0, x, 1))
      ...     def combine(self, other):
      ...         return type(self)(self.value * other.value)
      >>> class Chance(metrax.Metric):
      ...     def contribute(self, values):
      ...         return Product.each(values)
      ...     def read(self, state):
      ...         return state.value
      >>> float(Chance()([0.5, 0.5, 0.3], [1., 1., 0.]))
      0.25
    """

    neutral: ClassVar[float | None] = None
    """The number that leaves others unchanged on combining, 0 for sums, if there is one for all.

    It is held before any data, and XLA merges accumulators of one shape in one kernel."""

    elementwise: ClassVar[bool] = True
    """Whether each element combines on its own; if not, it always travels whole."""

    _counts: ClassVar[bool] = False
    """Whether data may be None, for one everywhere, and booleans: sums of them are counts."""

    @classmethod
    def each(cls, *data: Any, **options: Any) -> Self:
        """What each example adds, for a statistic's ``contribute``.

        Args:
          *data: arrays with a value for each row, ``[B, ...]``.
          at: the cell that each row adds to: an array of indices whose shape leads the values', or
            one for each axis of ``shape``, of which one alone holds the cells' numbers. What is
            outside is nowhere.
          shape: the shape of the cells, an int for one axis.
          keep: trailing axes that have values of their own: -1, or (-2, -1); never the batch's.
          w: factors for the user's weights, of a shape that leads the values' or broadcasts to it.
          **options: these, and what an accumulator takes beside them.
        """
        from metrax.core.rows import rows_of  # which imports this module

        return rows_of(cls, data, **options)

    @classmethod
    def lift(cls, *args: Any, **kwargs: Any) -> Self:
        """The accumulator of one row alone, from ``*data, w``, for all rows at once; a hook."""
        raise NotImplementedError(f"{cls.__name__} must define lift(cls, *data, w), or added")

    @classmethod
    def added(cls, *args: Any, **kwargs: Any) -> Any:
        """The accumulator of all rows, from them and ``*data``; a hook of those made of sums.

        A generator: it yields a list of arrays, None for the weight itself, and is sent their
        weighted sums, as pairs of arrays; then it may ask again, and returns the accumulator.
        """
        rows, *data = args
        return rows.folded(cls.lift(*data, rows.weights))

    @classmethod
    def empty_like(cls, like: Any) -> Any:
        """What it is before any data, from shapes and dtypes; a hook."""
        neutral = cls.neutral
        if neutral is None:
            raise MetraxTypeError(
                f"{cls.__name__}: got no neutral number, so what it is before any data is not "
                "known; expected neutral, or empty_like(cls, like), to be defined"
            )
        return jax.tree.map(lambda x: jnp.full(x.shape, neutral, x.dtype), like)

    def _lost(self) -> Any:
        """How many rows it had no place for; None for what keeps all. A hook."""
        return None

    @abstractmethod
    def combine(self, other: Any) -> Self:
        """The accumulator of both streams; called through :func:`metrax.merge`, which checks."""
        raise NotImplementedError(f"{type(self).__name__} must define combine(self, other)")


def is_state(x: object) -> bool:
    """Whether ``x`` is a state; for ``is_leaf``."""
    return isinstance(x, State)


def is_accumulator(x: object) -> bool:
    """Whether ``x`` is an accumulator; for ``is_leaf``."""
    return isinstance(x, Accumulator)


def nothing_like(tree: Any) -> Any:
    """A tree of accumulators as they are before any data."""
    return jax.tree.map(lambda a: type(a).empty_like(a), tree, is_leaf=is_accumulator)


def combined(ours: Any, theirs: Any) -> Any:
    """Two trees of accumulators of the same kinds, combined one by one."""
    return jax.tree.map(lambda a, b: a.combine(b), ours, theirs, is_leaf=is_accumulator)


def accumulators(tree: Any) -> list[tuple[str, Accumulator]]:
    """Every accumulator in the states of ``tree``, with its path.

    Raises:
      MetraxTypeError: when there is no state, or a state holds something else.
    """
    found: list[tuple[str, Accumulator]] = []
    for path, state in jax.tree_util.tree_leaves_with_path(tree, is_leaf=is_state):
        if not is_state(state):
            continue
        for inner, part in jax.tree_util.tree_leaves_with_path(state, is_leaf=is_accumulator):
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
    arrays = iter(jax.tree.leaves(parts))

    def put(leaf: Any) -> Any:
        return jax.tree.map(lambda _: next(arrays), leaf) if is_state(leaf) else leaf

    return jax.tree.map(put, tree, is_leaf=is_state)
