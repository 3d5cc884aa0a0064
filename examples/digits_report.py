"""What ``digits.py`` shows: its tables, and a picture drawn from the states of two metrics."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jax import Array
from matplotlib.figure import Figure
from rich import box
from rich.table import Table

import metrax
from metrax import plot

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


def save_picture(
    path: Path, confusion: tuple[metrax.Metric, Any], scores: tuple[metrax.Metric, Any]
) -> None:
    """Confusion matrix and one-vs-rest ROC curves side by side, as a PNG.

    Args:
      path: the file to write.
      confusion: a metric that keeps a confusion matrix, such as ``MeanIoU``, and its state.
      scores: a metric that counts scores at thresholds, such as ``AUC``, and its state.
    """
    figure = Figure(figsize=(12, 5.6), layout="constrained")  # without pyplot: no display needed
    left, right = figure.subplots(1, 2)
    plot.confusion(*confusion, ax=left)
    left.set(xlabel="Predicted digit", ylabel="True digit")
    left.set_title("Confusion matrix of the test set")
    plot.roc(*scores, ax=right)
    # The curves of a good classifier differ in one corner only.
    right.set(xlim=(-0.002, 0.1), ylim=(0.8, 1.002), aspect="auto")
    right.set_title("One-vs-rest ROC curves of the test set, their corner")
    right.grid(alpha=0.3)
    figure.savefig(path, dpi=120)
