"""Tables of values: scalars in a list, classes and groups side by side, matrices as they are."""

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from metrax.core.checks import MetraxError, MetraxTypeError, did_you_mean, shown
from metrax.core.estimates import WithEnds
from metrax.core.flat import Names
from metrax.reporting.page import Cell, Section, Table

INTERVAL = ("low", "high", "standard error")
MATRIX = "true class, by predicted one"

Values = Mapping[str, Any]
"""Arrays, or :class:`WithEnds` ones, by name."""


class Facts(NamedTuple):
    """What is known of values beside them, by their names."""

    names: Names = None
    better: Mapping[str, str] = {}
    members: tuple[str, ...] = ()
    data: Mapping[str, np.ndarray] = {}
    notes: Mapping[str, str] = {}
    matrices: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()
    """Values whose last name is one, whatever slashes it holds."""

    def section(self, values: "Values", path: str) -> str:
        """The section that a value belongs to: a member's, or ``""``, that of all scalars."""
        if path in self.members and path in values and not rank(values[path]):
            return ""
        own = [x for x in self.members if path == x or path.startswith(f"{x}/")]
        return max(own, key=len, default=path)

    def labels(self, path: str, n: int) -> list[str]:
        """What the entries of an axis of ``n`` are called."""
        given = self.names.get(path) if isinstance(self.names, Mapping) else self.names
        found = given is not None and len(given) == n
        return [str(x) for x in given] if found and given else [str(i) for i in range(n)]


def sections(values: Values, facts: Facts) -> dict[str, Section]:
    """First all scalars, under ``""``; then a section for each metric that has more."""
    require_names(values, facts.names)
    by_member = _grouped(values, lambda path: facts.section(values, path))
    scalars = by_member.pop("", {})
    found = {"": Section("Values", [_listed(scalars, facts)], [])} if scalars else {}
    for name, mine in by_member.items():
        found[name] = Section(name, _tables(name, mine, facts), [])
    return found


def rank(x: Any) -> int:
    """How many axes a value has."""
    return np.ndim(x.value if isinstance(x, WithEnds) else x)


def require_names(values: Values, names: Names) -> None:
    """Raise for names that belong to nothing.

    Raises:
      MetraxError: when no axis is as long as there are names, or a key is no value's.
      MetraxTypeError: when names are a ``str``.
    """
    if names is None:
        return
    for path, given in names.items() if isinstance(names, Mapping) else [("", names)]:
        if isinstance(given, str):
            raise MetraxTypeError(f"report: names: got {shown(given)}; expected a list of names")
        if path and path not in values:
            raise MetraxError(
                f"report: names: got the key {path!r}; expected one of {[*values]}"
                f"{did_you_mean(str(path), values)}"
            )
        chosen = [values[path]] if path else values.values()
        lengths = {n for x in chosen for n in np.shape(x.value if isinstance(x, WithEnds) else x)}
        if len(given) not in lengths:
            raise MetraxError(
                f"report: names: got {len(given)}; expected as many as an axis of "
                f"{path or 'some value'} has entries, of {sorted(lengths)}"
            )


def _tables(member: str, values: Values, facts: Facts) -> list[Table]:
    scalars = {path: x for path, x in values.items() if not rank(x)}
    found = []
    for prefix, group in _grouped(scalars, lambda path: _above(member, path, facts)).items():
        grid = _grid(prefix, group) if prefix else None
        found.append(_listed(group, facts, member) if grid is None else grid)
    vectors = {path: x for path, x in values.items() if rank(x) == 1}
    lengths = _grouped(vectors, lambda path: len(_part(vectors[path], "value")))
    found += [_columns(member, group, facts) for group in lengths.values()]
    found += [_matrix(path, x, facts) for path, x in values.items() if rank(x) > 1]
    notes = [note for path, note in facts.notes.items() if path in (member, *values)]
    notes += [x for path, x in facts.notes.items() if path.startswith(f"{member}/")]
    return [*found[:-1], found[-1]._replace(note=" ".join(notes))]


def _above(member: str, path: str, facts: Facts) -> str:
    """What two names of a value are below; nothing where it has one below its metric."""
    own = path.removeprefix(f"{member}/")
    return "" if path in facts.whole or "/" not in own else f"{member}/{own}".rsplit("/", 2)[0]


def _grouped(values: Values, key: Callable[[str], Any]) -> dict[Any, dict[str, Any]]:
    found: dict[Any, dict[str, Any]] = {}
    for path, x in values.items():
        found.setdefault(key(path), {})[path] = x
    return found


def _listed(values: Values, facts: Facts, member: str = "") -> Table:
    """A row for each scalar."""
    wide = any(isinstance(x, WithEnds) for x in values.values())
    data, better = {*facts.data} & {*values}, {*facts.better} & {*values} if not member else ()
    head = ("", "value", *(INTERVAL if wide else ()))
    head += ("data",) * bool(data) + ("better",) * bool(better)
    rows = []
    for path, x in values.items():
        ends = [_cell(part) for part in x[1:4]] if isinstance(x, WithEnds) else [None] * 3
        row = [path.removeprefix(f"{member}/"), _cell(_part(x, "value")), *(ends if wide else ())]
        row += [_cell(facts.data.get(path))] * bool(data)
        row += [facts.better.get(path, "")] * bool(better)
        rows.append(tuple(row))
    return Table(head, rows)


def _grid(prefix: str, values: Values) -> Table | None:
    """Scalars with two names each, in rows and columns; None where most cells would be empty."""
    pairs = {tuple(path.removeprefix(f"{prefix}/").rsplit("/", 1)): x for path, x in values.items()}
    if any(len(pair) < 2 for pair in pairs):
        return None
    rows, columns = (list(dict.fromkeys(x)) for x in zip(*pairs, strict=True))
    if min(len(rows), len(columns)) < 2 or 2 * len(pairs) < len(rows) * len(columns):
        return None
    cells = [(row, *(_cell(pairs.get((row, column))) for column in columns)) for row in rows]
    return Table(("", *columns), cells)


def _columns(member: str, values: Values, facts: Facts) -> Table:
    """Vectors of one length, a column for each, or four where there are intervals."""
    columns: dict[str, Any] = {}
    for path, x in values.items():
        own = path.removeprefix(member).removeprefix("/")
        columns[own or "value"] = np.asarray(_part(x, "value"))
        if isinstance(x, WithEnds):
            before = f"{own} " if own else ""
            columns |= {f"{before}{name}": part for name, part in zip(INTERVAL, x[1:], strict=True)}
        if path in facts.data:
            columns["data"] = facts.data[path]
    labels = next((facts.labels(path, len(_part(x, "value"))) for path, x in values.items()), [])
    return Table(("", *columns), _rows(labels, zip(*columns.values(), strict=True)))


def _matrix(path: str, x: Any, facts: Facts) -> Table:
    """An array of two axes or more, the last one along the columns."""
    parts = [np.asarray(part) for part in (x if isinstance(x, WithEnds) else [x])]
    *outer, last = ((facts.labels(path, n)) for n in parts[0].shape)
    flat = [part.reshape(-1, len(last)) for part in parts]
    lines: Iterable[Any] = flat[0]
    if isinstance(x, WithEnds):
        pairs = zip(*flat, strict=True)
        lines = [[WithEnds._make(cell) for cell in zip(*line, strict=True)] for line in pairs]
    labels = ["/".join(place) for place in itertools.product(*outer)]
    corner = MATRIX if path in facts.matrices else ""
    return Table((corner, *last), _rows(labels, lines))


def _rows(labels: Sequence[str], lines: Iterable[Iterable[Any]]) -> list[tuple[Cell, ...]]:
    return [(name, *map(_cell, line)) for name, line in zip(labels, lines, strict=True)]


def _part(x: Any, field: str) -> Any:
    return getattr(x, field) if isinstance(x, WithEnds) else x


def _cell(x: Any) -> Cell:
    """A Python number of one of an array."""
    if x is None:
        return None
    if isinstance(x, WithEnds):
        return WithEnds(*map(_cell, x))
    kind = np.asarray(x).dtype.kind
    return int(x) if kind in "iub" else float(x)
