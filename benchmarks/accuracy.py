"""The suite ``accuracy``: how far every library is from float64 where float32 is hard."""

from collections.abc import Callable

from benchmarks.environments import run_together
from benchmarks.hard_inputs import CASES
from benchmarks.launch import Job
from benchmarks.options import Options
from benchmarks.peers import FLOOR, PEERS
from benchmarks.tables import Table

CASE_LIMIT_S = 40.0


def measure(options: Options, report: Callable[[str], None]) -> list[Job]:
    """The relative error of every library in every case."""
    cells: list[Job] = []
    for name in options.present:
        if name == FLOOR:
            continue
        report(f"accuracy: {name}")
        jobs = [
            {"case": case, "workload": CASES[case].workload, "weighted": False, "peers": [name]}
            for case in CASES
        ]
        cells += run_together(PEERS[name].environment, jobs, CASE_LIMIT_S)
    return cells


def tables(cells: list[Job]) -> list[Table]:
    """Cases down, libraries across."""
    peers = list(dict.fromkeys(cell["peer"] for cell in cells))
    by_key = {(cell["case"], cell["peer"]): cell for cell in cells}
    notes: list[str] = []
    cases = dict.fromkeys(cell["case"] for cell in cells)
    rows = [[case, *(_write(by_key[case, peer], notes) for peer in peers)] for case in cases]
    return [Table("Relative error against float64", ["case", *peers], rows, notes)]


def _write(cell: Job, notes: list[str]) -> str:
    if "relative" in cell:
        return f"{cell['relative']:.0e}"
    if "none" in cell:
        return "none" if cell["none"] == "no such metric" else cell["none"]
    notes.append(f"{cell['peer']}, {cell['case']}: {cell['error']}")
    return "failed"
