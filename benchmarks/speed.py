"""The suite ``speed``: every metric of every library on the same data."""

import statistics
from collections.abc import Callable
from typing import Any, NamedTuple

from benchmarks.environments import interpreter
from benchmarks.launch import Job, run_jobs
from benchmarks.options import Options
from benchmarks.peers import FLOOR, OURS, PEERS
from benchmarks.tables import Table, significant

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


def milliseconds(seconds: float) -> str:
    """Seconds as milliseconds."""
    return significant(1e3 * seconds)


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
    """All cells, each the median of several rounds, for processes cannot take turns."""
    rounds: list[list[Job]] = []
    jobs = {peer: _jobs(options) for peer in options.present}
    for i in range(options.rounds):
        cells: list[Job] = []
        for peer, mine in jobs.items():
            report(f"speed: round {i + 1} of {options.rounds}, {peer}")
            environment = PEERS[peer].environment
            asked = [job | {"details": i == 0, "seconds": options.seconds} for job in mine]
            done = run_jobs(peer, environment, interpreter(environment), asked, CELL_LIMIT_S)
            cells += [cell | {"peer": peer} for cell in done]
            pairs = zip(mine, done, strict=True)
            jobs[peer] = [job for job, x in pairs if x.get("update", SLOW_S) < SLOW_S]
        rounds.append(cells)
    return combine(rounds)


def _jobs(options: Options) -> list[Job]:
    return [
        {"workload": metric, "size": size, "weighted": weighted}
        for metric in options.metrics
        for size in options.sizes
        for weighted in options.weighted
    ]


def combine(rounds: list[list[Job]]) -> list[Job]:
    """The first round's cells, with each time the median over the rounds that have it."""
    later: dict[tuple[Any, ...], list[Job]] = {}
    for cell in (cell for cells in rounds for cell in cells):
        later.setdefault(_key(cell), []).append(cell)
    combined = []
    for cell in rounds[0]:
        times = {
            time: statistics.median(x[time] for x in later[_key(cell)] if time in x)
            for time in TIMES
            if time in cell
        }
        if "bandwidth" in cell:
            times["bandwidth"] = cell["input_bytes"] / times["update"]
        combined.append(cell | times)
    return combined


def _key(cell: Job) -> tuple[Any, ...]:
    return cell["peer"], cell["workload"], cell["size"], cell["weighted"]


def duration(cell: Job, whole: bool) -> float:
    """Seconds of an update; with ``whole``, of the update and ``compute`` together."""
    return cell["update"] + (cell.get("compute", 0.0) if whole else 0.0)


def ratio(cell: Job, ours: Job) -> float:
    """How many times as long as metrax a library takes.

    Update against update for libraries on JAX; against update and compute together for others,
    some of which only keep the data in the update, or have no state at all.
    """
    whole = not PEERS[cell["peer"]].on_jax
    return duration(cell, whole) / duration(ours, whole)


def tables(cells: list[Job]) -> list[Table]:
    """The table of times and ratios, and one for each further measure."""
    return [_ratios(cells), *(_one_measure(cells, measure) for measure in MEASURES)]


def _ratios(cells: list[Job]) -> Table:
    notes: list[str] = []

    def write(cell: Job, ours: Job) -> str:
        if "update" not in cell:
            return _missing(cell, notes)
        whole = not PEERS[cell["peer"]].on_jax
        time = milliseconds(duration(cell, whole))
        if cell is ours or "update" not in ours:
            return time
        return f"{time} ({significant(ratio(cell, ours))}x){differs(cell, ours)}"

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
    by_key = {_key(cell): cell for cell in cells}
    rows = []
    for workload, size, weighted in dict.fromkeys(_key(cell)[1:] for cell in cells):
        name = f"{workload}, weighted" if weighted else workload
        row = [by_key[peer, workload, size, weighted] for peer in peers]
        ours = by_key.get((OURS, workload, size, weighted), {})
        rows.append([name, f"{size:.0e}".replace("e+0", "e"), *(write(x, ours) for x in row)])
    return Table(title, ["metric", "elements", *peers], rows, list(dict.fromkeys(notes)))


def _missing(cell: Job, notes: list[str]) -> str:
    """``none`` or ``failed``, the reason among the notes unless it is that there is no metric."""
    if "error" in cell:
        notes.append(f"{cell['peer']}, {cell['workload']}: {cell['error']}")
        return "failed"
    return "none" if cell.get("none") == "no such metric" else cell.get("none", "-")


def differs(cell: Job, ours: Job) -> str:
    """A sign if a library's value is not metrax's: then it did not do the same work."""
    if cell["peer"] == FLOOR or abs(cell["value"] - ours["value"]) <= 1e-2 * abs(ours["value"]):
        return ""
    return " ≠"
