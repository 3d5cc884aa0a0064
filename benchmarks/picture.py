"""The ratios as a picture."""

from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from benchmarks.launch import Job
from benchmarks.peers import FLOOR, OURS
from benchmarks.speed import ratio

mpl.use("Agg")

MARKERS = "osD^v<>PX*"


def save_ratios(cells: list[Job], path: Path) -> None:
    """One row for each workload and size, one mark for each library, metrax at 1."""
    measured = [cell for cell in cells if "update" in cell]
    ours = {_row(cell): cell for cell in measured if cell["peer"] == OURS}
    rows = list(ours)[::-1]
    figure = Figure(figsize=(9, 1.5 + 0.22 * len(rows)), layout="constrained")
    axes = figure.subplots()
    peers = dict.fromkeys(cell["peer"] for cell in measured if cell["peer"] != OURS)
    for i, peer in enumerate(peers):
        theirs = [cell for cell in measured if cell["peer"] == peer and _row(cell) in ours]
        axes.plot(
            [ratio(cell, ours[_row(cell)]) for cell in theirs],
            [rows.index(_row(cell)) for cell in theirs],
            "|" if peer == FLOOR else MARKERS[i % len(MARKERS)],
            color="black" if peer == FLOOR else f"C{i}",
            label=peer,
            alpha=0.8,
        )
    axes.axvline(1, color="grey", linewidth=1)
    axes.set_xscale("log")
    axes.set_xlabel("times metrax's time (right of the line is slower)")
    axes.set_yticks(range(len(rows)), [_label(row) for row in rows], fontsize=7)
    axes.grid(axis="y", alpha=0.3)
    axes.legend(loc="upper right", fontsize=8)
    figure.savefig(path, dpi=150)


def _row(cell: Job) -> tuple[str, int, bool]:
    return cell["workload"], cell["size"], cell["weighted"]


def _label(row: tuple[str, int, bool]) -> str:
    workload, size, weighted = row
    return f"{workload}{', weighted' if weighted else ''}, {size:.0e}".replace("e+0", "e")
