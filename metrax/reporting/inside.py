"""The simple metrics inside another one, and what is known of their values."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import jax
import numpy as np

from metrax.combinators.checked import Checked
from metrax.combinators.collection import Collection
from metrax.combinators.composed import Composed, Mapped
from metrax.combinators.composite import Composite
from metrax.combinators.estimated import Estimated
from metrax.combinators.grouped import Grouped
from metrax.combinators.many import OfMany
from metrax.core.flat import Names
from metrax.core.metric import Metric
from metrax.core.routed import Routed
from metrax.core.wrapper import Wrapper
from metrax.reporting.page import number
from metrax.reporting.tables import Facts
from metrax.statistics.confusion_counts import ConfusionState

READINGS = ("worst", "gap", "ratio", "macro")


class Inside(NamedTuple):
    """A metric, its state, and the name of its value."""

    path: str
    metric: Metric
    state: Any
    read: bool
    """Whether the value by this name is the metric's, not of what is made of it."""


def members_of(metric: Metric, computed: Any) -> tuple[str, ...]:
    """The names of a collection's members, if the value is by these names."""
    while isinstance(metric, Wrapper):
        metric = metric.metric
    if not isinstance(metric, Collection) or not isinstance(computed, Mapping):
        return ()
    by_member = all(name in metric or name.startswith(_below(metric)) for name in computed)
    return tuple(metric) if by_member else ()


def levels(metric: Metric) -> set[float]:
    """The levels of all intervals inside."""
    if isinstance(metric, Estimated):
        return {metric.level}
    if isinstance(metric, Wrapper):
        return levels(metric.metric)
    members = metric._members if isinstance(metric, Composite) else ()
    return {level for _, member in members for level in levels(member)}


def _below(collection: Collection) -> tuple[str, ...]:
    """What the names of values of a member begin with."""
    return tuple(f"{name}/" for name in collection)


def inside(metric: Metric, state: Any, path: str, read: bool = True) -> Iterator[Inside]:
    """All metrics whose states are known, without what is around them."""
    if isinstance(metric, Collection):
        made = tuple(f"{name}/" for name in _made_of_others(metric))
        for part, key in zip(metric._parts, metric._keys, strict=True):
            name = "/".join(filter(None, (path, part.path)))
            mine = read and not f"{part.path}/".startswith(made)
            yield from inside(part.metric, state[key], name, mine)
    elif (held := metric._held(state)) is not None:
        yield from inside(*held, path, read and not isinstance(metric, Mapped))
    else:
        yield Inside(path, metric, state, read)


def _made_of_others(collection: Collection) -> Iterator[str]:
    """The members whose values are made of others'."""
    for name, metric in collection.items():
        while isinstance(metric, Routed | Checked):
            metric = metric.metric
        if isinstance(metric, Collection):
            yield from (f"{name}/{inner}" for inner in _made_of_others(metric))
        elif isinstance(metric, Mapped | Composed):
            yield name


def facts(parts: Sequence[Inside], names: Names) -> Facts:
    """The data behind groups and slices, what is read over them, and which values are matrices."""
    data: dict[str, np.ndarray] = {}
    notes: dict[str, str] = {}
    whole: set[str] = set()
    for path, metric, state, read in parts:
        if isinstance(metric, OfMany) and read:
            mine = _behind(path, metric, state)
            data |= mine
            whole |= {*mine} if len(metric._sizes) == 1 else set()
        if isinstance(metric, Grouped) and read and (note := _over_groups(metric, state)):
            notes[path] = note
    matrices = frozenset(part.path for part in parts if isinstance(part.state, ConfusionState))
    return Facts(names, data=data, notes=notes, matrices=matrices, whole=frozenset(whole))


def _behind(path: str, metric: OfMany, state: Any) -> dict[str, np.ndarray]:
    """The weight of the data behind each value, by the names of the values."""
    weights = np.asarray(metric.weights(state))
    if metric._names is None:
        return {path: weights}
    pairs = zip(metric._names, weights.ravel(), strict=True)
    return {f"{path}/{name}": weight for name, weight in pairs}


def _over_groups(metric: Grouped, state: Any) -> str:
    """What is read over groups of one number each."""
    names = READINGS if isinstance(metric.metric.higher_is_better, bool) else READINGS[1:]
    found = {name: getattr(metric, name)(state) for name in names}
    if any(not isinstance(x, jax.Array) or x.ndim for x in found.values()):
        return ""
    words = ", ".join(f"{name} {number(float(x), 4)}" for name, x in found.items())
    return f"Over groups with data: {words}."
