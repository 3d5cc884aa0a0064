"""Where two descriptions of states differ: what :func:`metrax.check_layout` says."""

from collections.abc import Iterator, Mapping
from typing import Any

from metrax.core.config import identity


def under_their_names(
    theirs: Mapping[str, Any], ours: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """The saved states under the keys that they have now, and these keys' old names."""
    kept = {k for k, state in ours.items() if k in theirs and _is_same(theirs[k], state)}
    free = {k: state for k, state in theirs.items() if k and k not in kept}
    renamed = {}
    for key in [k for k in ours if k and k not in kept]:
        old = next((k for k, state in free.items() if _is_same(state, ours[key])), None)
        if old is not None:
            renamed[key] = old
            del free[old]
    rest = {k: state for k, state in theirs.items() if k in kept or k in free or not k}
    return rest | {key: theirs[old] for key, old in renamed.items()}, renamed


def lines(renamed: Mapping[str, str]) -> Iterator[str]:
    """The line of code that gives the renamed keys of a restored state their names."""
    if renamed:
        old = ", ".join(f"state.pop({name!r})" for name in renamed.values())
        new = ", ".join(f"state[{name!r}]" for name in renamed)
        yield (
            f"got {list(renamed.values())}, expected {list(renamed)}, which accumulate the same: "
            f"rename them in the restored tree by `{new} = {old}`"
        )


def _is_same(got: Mapping[str, Any], expected: Mapping[str, Any]) -> bool:
    return all(_equal(got[name], expected[name]) for name in ("statistic", "inputs"))


def _equal(got: Any, expected: Any) -> bool:
    """Whether two descriptions are equal, but for the modules of classes and functions."""
    if isinstance(got, Mapping) and isinstance(expected, Mapping):
        return got.keys() == expected.keys() and all(
            _named(got[name]) == _named(expected[name])
            if name in ("class_name", "function")
            else _equal(got[name], expected[name])
            for name in expected
        )
    if isinstance(got, list | tuple) and isinstance(expected, list | tuple):
        return len(got) == len(expected) and all(map(_equal, got, expected))
    return identity(got) == identity(expected)


def _named(path: Any) -> Any:
    """A name without its module; of metrax's losses, which share names with others, with it."""
    if not isinstance(path, str) or path.startswith("metrax.losses:"):
        return path
    return path.rpartition(":")[2]


def differences(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> Iterator[str]:
    """Where what is accumulated differs, in the words of the metrics' arguments if they tell."""
    for key in dict.fromkeys([*ours, *theirs]):
        if key not in theirs or key not in ours:
            yield _difference(key, *(_metric(states.get(key)) for states in (theirs, ours)))
        elif not _equal(theirs[key]["statistic"], ours[key]["statistic"]):
            yield from _reasons(theirs[key], ours[key], key)


def _metric(state: Mapping[str, Any] | None) -> Any:
    """The metric that reads a state, without what routes or checks it."""
    described: Any = _ABSENT if state is None else state["metric"]
    while _is_class(described) and described["class_name"] in ("Routed", "Checked"):
        described = described["config"].get("metric")
    return described


_ABSENT = object()


def _reasons(theirs: Mapping[str, Any], ours: Mapping[str, Any], key: str) -> list[str]:
    got, expected = _metric(theirs), _metric(ours)
    for x, y in ((got, expected), (theirs["statistic"], ours["statistic"])):
        if _is_class(x) and _is_class(y) and _named(x["class_name"]) == _named(y["class_name"]):
            found = [*_argument_differences(x["config"], y["config"], key)]
            # Of means of two functions the metrics' names tell more.
            if found and (x is got or _equal(x["config"].get("fn"), y["config"].get("fn"))):
                return found
    return [_difference(key, got, expected)]


def _is_class(described: Any) -> bool:
    return (
        isinstance(described, Mapping)
        and isinstance(described.get("class_name"), str)
        and isinstance(described.get("config"), Mapping)
    )


def _argument_differences(
    got: Mapping[str, Any], expected: Mapping[str, Any], path: str
) -> Iterator[str]:
    for name in dict.fromkeys([*expected, *got]):
        x, y = got.get(name, _ABSENT), expected.get(name, _ABSENT)
        where = f"{path}.{name}" if path else name
        if name == "name" or _equal(x, y):
            continue
        if _is_class(x) and _is_class(y) and x["class_name"] == y["class_name"]:
            yield from _argument_differences(x["config"], y["config"], where)
        else:
            yield _difference(where, x, y)


def _difference(path: str, got: Any, expected: Any) -> str:
    return f"{path or 'class'}: got {shown(got)}, expected {shown(expected)}"


def leaf_differences(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> Iterator[str]:
    """Where shapes and dtypes differ."""
    for key, state in ours.items():
        got, expected = theirs[key]["leaves"], state["leaves"]
        got = got if isinstance(got, Mapping) else {}
        for name in dict.fromkeys([*expected, *got]):
            x, y = got.get(name, _ABSENT), expected.get(name, _ABSENT)
            if x != y:
                yield _difference(f"[{key!r}]{name}" if key else name, x, y)


def moves(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> Iterator[str]:
    """What one's own functions and statistics are called now, if their modules have changed."""
    for key, state in ours.items():
        pairs = zip(_paths(theirs[key]["statistic"]), _paths(state["statistic"]), strict=True)
        for got, expected in pairs:
            if got != expected and {*map(_package, (got, expected))} != {"metrax"}:
                yield f"the saved state is of {got!r}; got {expected!r}, and took it for the same"


def _paths(described: Any) -> Iterator[str]:
    if isinstance(described, Mapping):
        for name, value in sorted(described.items()):
            yield from [value] if name in ("class_name", "function") else _paths(value)
    elif isinstance(described, list | tuple):
        for value in described:
            yield from _paths(value)


def _package(path: str) -> str:
    return path.partition(":")[0].partition(".")[0]


def other_inputs(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> Iterator[str]:
    """Which states are now fed from other outputs, where both times they were routed."""
    for key, state in ours.items():
        got, expected = theirs[key]["inputs"], state["inputs"]
        if got is not None and expected is not None and not _equal(got, expected):
            where = f"[{key!r}] " if key else ""
            yield f"{where}the saved state was fed from {got}, and is now from {expected}"


def shown(value: Any) -> str:
    """A value in a message: a class by its name, what is long cut short."""
    if isinstance(value, Mapping):
        name = value.get("class_name") or value.get("function")
        return _named(name) if isinstance(name, str) else str(sorted(map(str, value)))
    shown = "nothing" if value is _ABSENT else repr(value)
    return shown if len(shown) <= 80 else f"{shown[:60]}... ({len(shown)} characters)"
