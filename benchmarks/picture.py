"""The ratios as a picture."""

from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.launch import Job
from benchmarks.peers import FLOOR, OURS
from benchmarks.speed import ratio

mpl.use("Agg")

MARKERS = "osD^v<>PX*"


def save_ratios(cells: list[Job], path: Path) -> None:
    """One panel for each size, one row for each workload, one mark for each library."""
    measured = [cell for cell in cells if "update" in cell]
    rows = list(dict.fromkeys(_row(cell) for cell in measured if cell["peer"] == OURS))[::-1]
    sizes = sorted({cell["size"] for cell in measured})
    peers = list(dict.fromkeys(cell["peer"] for cell in measured if cell["peer"] != OURS))
    figure = Figure(figsize=(3 + 4.5 * len(sizes), 1.5 + 0.22 * len(rows)), layout="constrained")
    panels = figure.subplots(1, len(sizes), sharex=True, sharey=True, squeeze=False)[0]
    for size, axes in zip(sizes, panels, strict=True):
        _plot(axes, [cell for cell in measured if cell["size"] == size], rows, peers)
        axes.set_title(f"{size:.0e} elements".replace("e+0", "e"))
    panels[0].set_yticks(range(len(rows)), rows, fontsize=7)
    figure.supxlabel("times metrax's time (right of the line is slower)")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper center", ncols=9)
    figure.savefig(path, dpi=100)


def _plot(axes: Axes, cells: list[Job], rows: list[str], peers: list[str]) -> None:
    ours = {_row(cell): cell for cell in cells if cell["peer"] == OURS}
    for i, peer in enumerate(peers):
        theirs = [cell for cell in cells if cell["peer"] == peer and _row(cell) in ours]
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
    axes.grid(axis="y", alpha=0.3)


def _row(cell: Job) -> str:
    return f"{cell['workload']}{', weighted' if cell['weighted'] else ''}"
