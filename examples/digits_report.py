"""What ``digits.py`` shows: its tables, and a picture drawn from the states of two metrics."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from jax import Array
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure
from rich import box
from rich.table import Table

from metrax.statistics import ConfusionState, Counts

TITLES = {
    "loss": "loss",
    "accuracy": "accuracy",
    "top_3": "top-3 accuracy",
    "auc": "macro AUC",
    "mean_iou": "mean IoU",
}
"""The metrics in the order of the tables."""


def epoch_table(title: str, values: Mapping[str, Mapping[str, Array]]) -> Table:
    """A row for each split and a column for each metric."""
    table = Table(title, box=box.SIMPLE)
    for name in TITLES.values():
        table.add_column(name, justify="right")
    for split, row in values.items():
        table.add_row(split, *(f"{float(row[name]):.4f}" for name in TITLES))
    return table


def comparison_table(
    ours: Mapping[str, Array], theirs: Mapping[str, float], differences: Mapping[str, float]
) -> Table:
    """A row for each metric, with both values of it."""
    table = Table("test set", box=box.SIMPLE)
    for column in ("metrax", "scikit-learn", "difference"):
        table.add_column(column, justify="right")
    for name, title in TITLES.items():
        numbers = (f"{float(ours[name]):.8f}", f"{theirs[name]:.8f}", f"{differences[name]:.1e}")
        table.add_row(title, *numbers)
    return table


def save_picture(path: Path, confusion: ConfusionState, counts: Counts) -> None:
    """Confusion matrix and one-vs-rest ROC curves side by side, as a PNG.

    Args:
      path: the file to write.
      confusion: the state of ``MeanIoU``, or of any metric over a confusion matrix.
      counts: the outcomes at every threshold, ``[classes, thresholds]``, of the state of ``AUC``.
    """
    figure = Figure(figsize=(12, 5.6), layout="constrained")  # without pyplot: no display needed
    left, right = figure.subplots(1, 2)
    _draw_confusion(left, np.asarray(confusion.matrix))
    _draw_roc(right, counts)
    figure.savefig(path, dpi=120)


def _draw_confusion(axes: Axes, matrix: np.ndarray) -> None:
    # Colour by the share of the row: rare mistakes show, however many examples a class has.
    shares = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap="Blues", norm=PowerNorm(0.4, vmin=0, vmax=1))
    for (row, column), count in np.ndenumerate(matrix):
        if count:
            color = "white" if shares[row, column] > 0.3 else "black"
            axes.text(column, row, f"{count:.0f}", ha="center", va="center", color=color)
    ticks = range(len(matrix))
    axes.set(xticks=ticks, yticks=ticks, xlabel="predicted digit", ylabel="true digit")
    axes.set_title("Confusion matrix of the test set")


def _draw_roc(axes: Axes, counts: Counts) -> None:
    rates = [_share(counts.fp, counts.tn), _share(counts.tp, counts.fn)]
    for digit, (x, y) in enumerate(zip(*rates, strict=True)):
        area = -np.trapezoid(y, x)  # thresholds ascend, so the rates descend
        # Curves that coincide stay visible: each is narrower than the one below it.
        width = 5 - 0.45 * digit
        axes.plot(x, y, color=f"C{digit}", linewidth=width, label=f"{digit}   {area:.4f}")
    # The curves of a good classifier differ in one corner only; a logarithm spreads it out.
    axes.set_xscale("symlog", linthresh=0.01)
    axes.set(xlim=(-0.0005, 1.05), xticks=(0, 0.005, 0.01, 0.1, 1), ylim=_heights(*rates))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.set(xlabel="false positive rate (logarithmic from 0.01 on)", ylabel="true positive rate")
    axes.set_title("One-vs-rest ROC curves of the test set")
    axes.grid(alpha=0.3)
    axes.legend(title="digit, area", loc="lower right")


def _heights(
    false_positive_rate: np.ndarray, true_positive_rate: np.ndarray
) -> tuple[float, float]:
    """From just below where the lowest curve leaves the axis, at most 0.8, to the top."""
    before_any_mistake = np.where(false_positive_rate == 0, true_positive_rate, 0)
    lowest = np.floor(before_any_mistake.max(axis=-1).min() * 10 - 0.5) / 10
    bottom = float(np.clip(lowest, 0, 0.8))
    return bottom, 1 + 0.02 * (1 - bottom)


def _share(part: Array, rest: Array) -> np.ndarray:
    whole = np.asarray(part + rest)
    return np.asarray(part) / np.maximum(whole, 1)
