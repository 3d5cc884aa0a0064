"""Who is ahead: metrax's time over that of Keras, of plain ``jnp`` and of the fastest library."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from benchmarks.cells import Job, agrees, duration, label, power, ratio, shape_of
from benchmarks.peers import FLOOR, OURS, PLAIN
from benchmarks.tables import Table, milliseconds, significant
from benchmarks.workloads import WORKLOADS

LEVEL = 1.1
"""How many times as long may still be chance, or a difference that nobody feels."""

OVER_PLAIN = 1.3
"""How many times as long as plain ``jnp`` a mean may take."""

LEAST_SIZE = 10**6
"""What is smaller takes as long as its dispatch."""


class Standing(NamedTuple):
    """One row: metrax's cell, and its time over others' by name."""

    ours: Job
    over: dict[str, float]
    unlike: set[str]
    """Who found another value, so that the work was another."""

    @property
    def fastest(self) -> str | None:
        """The fastest library, which plain ``jnp`` is not."""
        libraries = [name for name in self.over if name != PLAIN]
        return max(libraries, key=lambda name: self.over[name], default=None)


def standings(cells: list[Job]) -> list[Standing]:
    """Every row that metrax has a time for, in order."""
    others: dict[tuple, list[Job]] = {}
    for cell in cells:
        if "update" in cell and cell["peer"] not in (OURS, FLOOR):
            others.setdefault(shape_of(cell), []).append(cell)
    return [
        Standing(
            ours,
            {cell["peer"]: 1 / ratio(cell, ours) for cell in others.get(shape_of(ours), [])},
            {cell["peer"] for cell in others.get(shape_of(ours), []) if not agrees(cell, ours)},
        )
        for ours in cells
        if ours["peer"] == OURS and "update" in ours
    ]


def tables(cells: list[Job]) -> list[Table]:
    """A summary, every row, and those that take longer than they should."""
    rows = standings(cells)
    return [_summary(rows), _every(rows), _misses(rows)]


def verdict(over: float) -> str:
    """Ahead, level or behind, of a time over another."""
    if over > LEVEL:
        return "behind"
    return "ahead" if over < 1 / LEVEL else "level"


def misses(row: Standing) -> Iterator[tuple[str, float, float]]:
    """Whom a row takes longer than, how many times as long, and how many it may."""
    name = row.ours["workload"]
    workload = WORKLOADS[name]
    is_mean = not workload.is_function and (workload.fn or name == "Mean")
    limits = ({PLAIN: OVER_PLAIN} if is_mean else {}) | {"keras": LEVEL}
    for peer, limit in limits.items():
        if row.ours["size"] >= LEAST_SIZE and row.over.get(peer, 0) > limit:
            yield peer, row.over[peer], limit


def _summary(rows: list[Standing]) -> Table:
    kinds = {"metrics": [], "metrics, weighted": [], "functions": []}
    for row in rows:
        if WORKLOADS[row.ours["workload"]].is_function:
            kinds["functions"].append(row)
        else:
            kinds["metrics, weighted" if row.ours["weighted"] else "metrics"].append(row)
    lines = []
    for kind, mine in kinds.items():
        for size in sorted({row.ours["size"] for row in mine}):
            here = [row for row in mine if row.ours["size"] == size]
            keras = [verdict(row.over["keras"]) for row in here if "keras" in row.over]
            libraries = [verdict(row.over[x]) for row in here if (x := row.fastest)]
            late = str(sum(any(misses(row)) for row in here))
            counts = map(_count, (keras, libraries))
            lines.append([kind, power(size), str(len(here)), *counts, late])
    header = ["rows", "elements", "of them", "beside Keras", "beside the fastest library", "miss"]
    note = f"level: within a factor of {LEVEL}; miss: see below"
    return Table("Who is ahead, in short", header, lines, [note])


def _count(verdicts: list[str]) -> str:
    counts = Counter(verdicts)
    return ", ".join(f"{counts[x]} {x}" for x in ("ahead", "level", "behind")) if verdicts else "-"


def _every(rows: list[Standing]) -> Table:
    header = ["metric", "elements", "metrax, ms", "fastest library"]
    header += ["over it", "over Keras", "over jnp", "is"]
    lines = []
    for row in rows:
        name = row.fastest or "none"
        over = [_over(row.over.get(peer)) for peer in (name, "keras", PLAIN)]
        line = [label(row.ours), power(row.ours["size"])]
        line += [milliseconds(duration(row.ours, whole=False))]
        line += [f"{name} ≠" if name in row.unlike else name, *over]
        lines.append([*line, verdict(row.over[name]) if name in row.over else ""])
    return Table("Who is ahead: metrax's time over theirs, below 1 is faster", header, lines)


def _over(factor: float | None) -> str:
    return "-" if factor is None else significant(factor)


def _misses(rows: list[Standing]) -> Table:
    lines = [
        [label(row.ours), power(row.ours["size"]), peer, significant(over), significant(limit)]
        for row in rows
        for peer, over, limit in misses(row)
    ]
    title = f"Slower than it should be, from {power(LEAST_SIZE)} elements"
    note = f"means: {OVER_PLAIN} x plain jnp, everything {LEVEL} x Keras"
    return Table(title, ["metric", "elements", "beside", "takes, times", "may take"], lines, [note])
