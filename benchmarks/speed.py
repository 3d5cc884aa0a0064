"""The suite ``speed``: every metric of every library on the same data."""

import statistics
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from benchmarks import ahead
from benchmarks.cells import agrees, duration, key_of, label, power, ratio, shape_of
from benchmarks.environments import run_together
from benchmarks.launch import Job
from benchmarks.options import Options
from benchmarks.peers import OURS, PEERS
from benchmarks.tables import Table, milliseconds, significant
from benchmarks.workloads import WORKLOADS

CELL_LIMIT_S = 90.0
"""A cell that takes longer, compilation and all, is given up."""

SLOW_S = 1.0
"""Updates that take longer are not measured again in later rounds, nor are those that failed."""

TIMES = ("update", "compute")
"""What later rounds measure again."""


class Measure(NamedTuple):
    """A number of a cell that gets a table: its key, its title, how it is written."""

    key: str
    title: str
    write: Callable[[float], str]


TRACES = "Traces in three steps, the last batch padded, or short where there are no weights"

MEASURES = (
    Measure("bytes_ratio", "Bytes accessed over bytes of the inputs", significant),
    Measure("eager", "Update without the caller's jit, ms", milliseconds),
    Measure("compute", "Compute, called from Python, ms", milliseconds),
    Measure("compile", "Trace, lower and compile the update, ms", milliseconds),
    Measure("temporary", "Temporary memory of the update, MB", lambda x: significant(x / 1e6)),
    Measure("traces", TRACES, lambda x: str(int(x))),
    Measure("bandwidth", "Bytes of the inputs over time, GB/s", lambda x: significant(x / 1e9)),
)


def measure(options: Options, report: Callable[[str], None]) -> list[Job]:
    """All cells, each the median of several rounds.

    Libraries that can live in one process take turns there, call by call; processes cannot.
    """
    rounds: list[list[Job]] = []
    groups = group(options.present)
    jobs = {names: jobs_of(options, names) for names in groups}
    for i in range(options.rounds):
        cells: list[Job] = []
        for names, environment in groups.items():
            report(f"speed: round {i + 1} of {options.rounds}, {', '.join(names)}")
            details = {"details": options.details and i == 0, "seconds": options.seconds}
            asked = [job | details for job in jobs[names]]
            cells += run_together(environment, asked, CELL_LIMIT_S)
        quick = {key_of(cell) for cell in cells if cell.get("update", SLOW_S) < SLOW_S}
        jobs = {names: _again(mine, quick) for names, mine in jobs.items()}
        rounds.append(cells)
    return combine(rounds)


def group(present: Sequence[str]) -> dict[tuple[str, ...], str]:
    """The libraries that share a process, and the environment that it runs in."""
    groups: dict[tuple[str, bool], list[str]] = {}
    for name in present:
        groups.setdefault((PEERS[name].environment, PEERS[name].on_jax), []).append(name)
    return {tuple(names): environment for (environment, _), names in groups.items()}


def jobs_of(options: Options, names: tuple[str, ...]) -> list[Job]:
    """What one process is to do: shapes only for elements, weights only for metrics."""
    return [
        {
            "workload": metric,
            "size": size,
            "width": width,
            "dtype": dtype,
            "weighted": weighted,
            "peers": list(names),
        }
        for metric in options.metrics
        for size in options.sizes
        for width in (options.widths if WORKLOADS[metric].elements else (None,))
        for dtype in options.dtypes
        for weighted in ((False,) if WORKLOADS[metric].is_function else options.weighted)
    ]


def _again(jobs: list[Job], quick: set[tuple[Any, ...]]) -> list[Job]:
    """The jobs with only those peers that were quick, if there are any."""
    left = [
        job | {"peers": [x for x in job["peers"] if key_of(job | {"peer": x}) in quick]}
        for job in jobs
    ]
    return [job for job in left if job["peers"]]


def combine(rounds: list[list[Job]]) -> list[Job]:
    """The first round's cells, with each time the median over the rounds that have it."""
    later: dict[tuple[Any, ...], list[Job]] = {}
    for cell in (cell for cells in rounds for cell in cells):
        later.setdefault(key_of(cell), []).append(cell)
    combined = []
    for cell in rounds[0]:
        times = {
            time: statistics.median(x[time] for x in later[key_of(cell)] if time in x)
            for time in TIMES
            if time in cell
        }
        if "bandwidth" in cell:
            times["bandwidth"] = cell["input_bytes"] / times["update"]
        combined.append(cell | times)
    return combined


def tables(cells: list[Job]) -> list[Table]:
    """Who is ahead, all times and ratios, and a table for each further measure."""
    further = (_one_measure(cells, measure) for measure in MEASURES if _any(cells, measure))
    return [*ahead.tables(cells), _ratios(cells), *further]


def _any(cells: list[Job], measure: Measure) -> bool:
    return any(measure.key in cell for cell in cells)


def _ratios(cells: list[Job]) -> Table:
    notes: list[str] = []

    def write(cell: Job, ours: Job) -> str:
        if "update" not in cell:
            return _missing(cell, notes)
        whole = not PEERS[cell["peer"]].on_jax
        time = milliseconds(duration(cell, whole))
        if cell is ours or "update" not in ours:
            return time
        return f"{time} ({significant(ratio(cell, ours))}x){'' if agrees(cell, ours) else ' ≠'}"

    title = "Time of an update, ms (and how many times metrax's)"
    return _grid(cells, title, write, list(dict.fromkeys(c["peer"] for c in cells)), notes)


def _one_measure(cells: list[Job], measure: Measure) -> Table:
    notes: list[str] = []

    def write(cell: Job, _: Job) -> str:
        if measure.key not in cell:
            return _missing(cell, notes)
        return measure.write(cell[measure.key])

    peers = dict.fromkeys(c["peer"] for c in cells if PEERS[c["peer"]].on_jax)
    return _grid(cells, measure.title, write, list(peers), notes)


def _grid(
    cells: list[Job],
    title: str,
    write: Callable[[Job, Job], str],
    peers: list[str],
    notes: list[str],
) -> Table:
    """One row for each workload, size and weighting, one column for each peer."""
    by_key = {key_of(cell): cell for cell in cells}
    rows = []
    for shape, cell in {shape_of(cell): cell for cell in cells}.items():
        row = [by_key[peer, *shape] for peer in peers]
        ours = by_key.get((OURS, *shape), {})
        rows.append([label(cell), power(cell["size"]), *(write(x, ours) for x in row)])
    return Table(title, ["metric", "elements", *peers], rows, list(dict.fromkeys(notes)))


def _missing(cell: Job, notes: list[str]) -> str:
    """``none`` or ``failed``, the reason among the notes unless it is that there is no metric."""
    if "error" in cell:
        notes.append(f"{cell['peer']}, {cell['workload']}: {cell['error']}")
        return "failed"
    return "none" if cell.get("none") == "no such metric" else cell.get("none", "-")
