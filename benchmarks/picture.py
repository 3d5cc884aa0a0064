"""The ratios as pictures."""

from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.cells import power, ratio, shape_of
from benchmarks.launch import Job
from benchmarks.peers import FLOOR, OURS, PLAIN
from benchmarks.workloads import WORKLOADS

mpl.use("Agg")

MARKERS = "osD^v<>PX*"
LINES = {FLOOR: "|", PLAIN: "x"}
"""Marks of what is no library."""

NAMES = {"ratios.png": False, "functions.png": True}
"""The pictures' names, and whether they are of functions."""


def save_ratios(cells: list[Job], folder: Path) -> None:
    """The pictures: metrics, and functions, in the shape of their own and in float32."""
    usual = [cell for cell in cells if "update" in cell and _usual(cell)]
    for name, functions in NAMES.items():
        mine = [x for x in usual if WORKLOADS[x["workload"]].is_function == functions]
        (folder / name).unlink(missing_ok=True)
        if mine:
            draw(mine).savefig(folder / name, dpi=100)


def draw(cells: list[Job]) -> Figure:
    """A panel for each size, and for weights; a row for each workload, a mark for each library.

    Rows are sorted by how metrax stands beside Keras, or else beside plain ``jnp``.
    """
    rows = _rows(cells)
    peers = list(dict.fromkeys(cell["peer"] for cell in cells if cell["peer"] != OURS))
    kinds = sorted({(cell["size"], cell["weighted"]) for cell in cells})
    figure = Figure(figsize=(3.2 + 4 * len(kinds), 1.6 + 0.2 * len(rows)), layout="constrained")
    panels = figure.subplots(1, len(kinds), sharex=True, sharey=True, squeeze=False)[0]
    for (size, weighted), axes in zip(kinds, panels, strict=True):
        here = [x for x in cells if (x["size"], x["weighted"]) == (size, weighted)]
        _plot(axes, here, rows, peers)
        axes.set_title(f"{power(size)} elements{', weighted' if weighted else ''}", fontsize=9)
    panels[0].set_yticks(range(len(rows)), rows, fontsize=8)
    panels[0].set_ylim(-1, len(rows))
    figure.supxlabel("times metrax's time (right of the line is slower than metrax)", fontsize=9)
    handles = dict(zip(*panels[0].get_legend_handles_labels()[::-1], strict=True))
    figure.legend(handles.values(), handles, loc="outside upper center", ncols=6, fontsize=8)
    return figure


def _usual(cell: Job) -> bool:
    return cell["width"] in (None, WORKLOADS[cell["workload"]].width) and cell["dtype"] == "float32"


def _rows(cells: list[Job]) -> list[str]:
    ours = {shape_of(cell): cell for cell in cells if cell["peer"] == OURS}
    place: dict[str, float] = {}
    for peer in ("keras", PLAIN):
        for cell in cells:
            if cell["peer"] == peer and shape_of(cell) in ours:
                place.setdefault(cell["workload"], ratio(cell, ours[shape_of(cell)]))
    names = dict.fromkeys(cell["workload"] for cell in ours.values())
    return sorted(names, key=lambda name: place.get(name, 0))


def _plot(axes: Axes, cells: list[Job], rows: list[str], peers: list[str]) -> None:
    ours = {shape_of(cell): cell for cell in cells if cell["peer"] == OURS}
    for i, peer in enumerate(peers):
        theirs = [cell for cell in cells if cell["peer"] == peer and shape_of(cell) in ours]
        axes.plot(
            [ratio(cell, ours[shape_of(cell)]) for cell in theirs],
            [rows.index(cell["workload"]) for cell in theirs],
            LINES.get(peer, MARKERS[i % len(MARKERS)]),
            color="black" if peer in LINES else f"C{i}",
            label=peer,
            alpha=0.8,
            markersize=5,
        )
    axes.axvline(1, color="grey", linewidth=1)
    axes.set_xscale("log")
    axes.grid(axis="y", alpha=0.3)
