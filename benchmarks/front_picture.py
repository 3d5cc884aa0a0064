"""Draws the README's picture, for light and for dark pages."""

from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.peers import OURS

mpl.use("Agg")

INK = {
    "light": {"text": "#1f2328", "grid": "#d1d9e0", OURS: "#0550ae"},
    "dark": {"text": "#e6edf3", "grid": "#3d444d", OURS: "#79c0ff"},
}
LOOKS = {
    "keras": ("o", "#d1602f"),
    "clu": ("s", "#8a63d2"),
    "nnx": ("D", "#2da44e"),
    "google-metrax": ("^", "#bf8700"),
    "torchmetrics": ("v", "#cf3f78"),
    "torcheval": ("P", "#6e7781"),
}
"""Each library's mark and colour, which can be told apart on both pages."""
SETTINGS = {"svg.hashsalt": "metrax", "font.family": "DejaVu Sans", "font.size": 9}
SMALLEST = 1e-8
"""What is drawn of an error of 0."""


def save(data: dict[str, Any], folder: Path) -> None:
    """The files ``front-light.svg`` and ``front-dark.svg``, the same for the same data."""
    for page, ink in INK.items():
        colours = {"text.color", "axes.labelcolor", "xtick.color", "ytick.color", "axes.edgecolor"}
        settings: dict[Any, Any] = SETTINGS | dict.fromkeys(colours, ink["text"])
        with mpl.rc_context(settings):
            figure = draw(data, ink)
            figure.savefig(folder / f"front-{page}.svg", transparent=True, metadata={"Date": None})


def draw(data: dict[str, Any], ink: dict[str, str]) -> Figure:
    """Errors on the left, times on the right, one legend for both."""
    figure = Figure(figsize=(9.6, 3.9), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.05))
    _errors(left, data["growth"], ink)
    _times(right, data["speed"]["ratios"], ink)
    for axes in (left, right):
        axes.grid(color=ink["grid"], linewidth=0.6)
        axes.set_axisbelow(True)
        axes.spines[["top", "right"]].set_visible(False)
        axes.patch.set_alpha(0)
    handles = dict(zip(*left.get_legend_handles_labels()[::-1], strict=True))
    figure.legend(handles.values(), handles, loc="outside lower center", ncols=7, frameon=False)
    return figure


def _errors(axes: Axes, growth: dict[str, Any], ink: dict[str, str]) -> None:
    alike: dict[tuple[float, ...], list[str]] = {}
    for name, errors in growth["relative"].items():
        if isinstance(errors, list):
            shown = tuple(max(error, SMALLEST) for error in errors)
            axes.plot(growth["examples"], shown, **_look(name, ink))
            alike.setdefault(shown, []).append(name)
    for shown, names in alike.items():
        end = growth["examples"][-1], shown[-1]
        axes.annotate(", ".join(names), end, (-36, 8), textcoords="offset points", ha="right")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_ylim(SMALLEST, 1e3)
    axes.set_xlabel("examples in the stream")
    axes.set_title("Accuracy: relative error against float64", fontsize=10, loc="left")


def _times(axes: Axes, ratios: dict[str, dict[str, float]], ink: dict[str, str]) -> None:
    rows = list(ratios)[::-1]
    mark: dict[str, Any] = {"linestyle": "none"}
    line: dict[str, Any] = {"marker": ""}
    for name in LOOKS:
        points = [(found[name], rows.index(row)) for row, found in ratios.items() if name in found]
        axes.plot(*zip(*points, strict=True), **_look(name, ink) | mark)
    axes.axvline(1, **_look(OURS, ink) | line)
    axes.set_xscale("log")
    axes.set_yticks(range(len(rows)), rows)
    axes.set_xlabel("times metrax's (right of the line: slower than metrax)")
    axes.set_title("Time of an update of 1e6 elements", fontsize=10, loc="left")


def _look(name: str, ink: dict[str, str]) -> dict[str, Any]:
    mark, colour = LOOKS.get(name, ("", ink[OURS] if name == OURS else ink["text"]))
    width = 2.6 if name == OURS else 1.1
    return {"label": name, "marker": mark, "color": colour, "linewidth": width, "markersize": 4.5}
