"""How lines and bars look, and where they are drawn."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from metrax.core.checks import MetraxError

COLORS = ("#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
"""Okabe and Ito's, which the colour-blind tell apart; from dark to light."""

DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">")
HATCHES = ("", "///", "xxx", "\\\\\\", "++", "oo", "...")
PALE = {"color": "0.5", "linewidth": 1, "linestyle": ":", "zorder": 1}
"""Of lines to compare with."""

SPARSE = 8
"""Markers a line has, however many points."""


def axes(ax: Axes | None) -> Axes:
    """The axes to draw into: those given, or a new figure's."""
    if ax is not None:
        return ax
    from matplotlib import pyplot

    return pyplot.subplots()[1]


def line(i: int, points: int) -> dict[str, Any]:
    """How the i-th line of so many points looks; no two of the first 315 look alike."""
    few = max(1, points // SPARSE)
    return {
        "color": COLORS[i % len(COLORS)],
        "linestyle": DASHES[i % len(DASHES)],
        "marker": MARKERS[i % len(MARKERS)],
        "markevery": (i * few // 4 % few, few),
        "markersize": 4,
        "linewidth": 1.5,
    }


def bar(i: int) -> dict[str, Any]:
    """How the i-th row of bars looks."""
    shade = ("0.75", "#56B4E9", "#E69F00", "#009E73", "#CC79A7")[i % 5]
    return {"facecolor": shade, "edgecolor": "black", "hatch": HATCHES[i % 7], "linewidth": 0.6}


def named(names: Sequence[str] | None, n: int) -> list[str]:
    """The names of ``n`` classes, their numbers by default."""
    if names is None:
        return [str(i) for i in range(n)]
    if len(names) != n:
        raise MetraxError(f"names: got {len(names)} of them; expected {n}, one for each class")
    return [str(x) for x in names]


def legend(ax: Axes, **where: Any) -> None:
    """A legend, if there is something to name."""
    if any(not text.startswith("_") for text in ax.get_legend_handles_labels()[1]):
        ax.legend(fontsize="small", **where)


def rows(x: Any) -> np.ndarray:
    """An array on the host, ``[lines, points]``."""
    return np.atleast_2d(np.asarray(x, np.float64))
