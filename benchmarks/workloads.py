"""What is measured: each metric's name and the data that it is fed."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Arrays = tuple[np.ndarray, np.ndarray]
Make = Callable[[np.random.Generator, int], Arrays]

UNEVEN = np.sort(np.random.default_rng(7).beta(0.5, 0.5, 198))
"""Thresholds on no grid."""


@dataclass(frozen=True)
class Workload:
    """One metric on one kind of data.

    Args:
      name: what the tables and the peers call it.
      make: ``(rng, rows)`` to ``(y_true, y_pred)``.
      width: elements of ``y_pred`` in a row; a size is a number of elements, not of rows.
    """

    name: str
    make: Make
    width: int = 1

    def data(self, size: int) -> Arrays:
        """``y_true`` and ``y_pred`` of about ``size`` elements; the same for every library."""
        return self.make(np.random.default_rng(size), self.rows(size))

    def weights(self, size: int) -> np.ndarray:
        """One weight a row."""
        return np.random.default_rng(size + 1).uniform(0.5, 1.5, self.rows(size)).astype("float32")

    def rows(self, size: int) -> int:
        """How many rows make about ``size`` elements."""
        return max(2, size // self.width)


def scores(rng: np.random.Generator, n: int) -> Arrays:
    """Labels 0 and 1, and scores that know something of them."""
    y = rng.integers(0, 2, n, dtype=np.int32)
    return y, (0.3 * y + 0.7 * rng.random(n, np.float32)).astype(np.float32)


def label_scores(rng: np.random.Generator, n: int) -> Arrays:
    """A hundred labels a row, each 0 or 1 on its own, and their scores."""
    y, p = scores(rng, 100 * n)
    return y.reshape(n, 100), p.reshape(n, 100)


def normals(rng: np.random.Generator, n: int) -> Arrays:
    """Targets and predictions near them."""
    y = rng.standard_normal(n, np.float32)
    return y, y + rng.standard_normal(n, np.float32) / 2


def vectors(rng: np.random.Generator, n: int) -> Arrays:
    """Rows of 64 numbers and predictions near them."""
    y, p = normals(rng, 64 * n)
    return y.reshape(n, 64), p.reshape(n, 64)


def margins(rng: np.random.Generator, n: int) -> Arrays:
    """Labels -1 and 1, as floats, and margins."""
    y = 2 * rng.integers(0, 2, n).astype(np.float32) - 1
    return y, y / 2 + rng.standard_normal(n, np.float32)


def labels(classes: int) -> Make:
    """Labels, and predicted labels of which about half are right."""

    def make(rng: np.random.Generator, n: int) -> Arrays:
        y, other = rng.integers(0, classes, (2, n), dtype=np.int32)
        return y, np.where(rng.random(n, np.float32) < 0.5, y, other)

    return make


def sparse_logits(classes: int) -> Make:
    """Labels and rows of logits."""

    def make(rng: np.random.Generator, n: int) -> Arrays:
        y = rng.integers(0, classes, n, dtype=np.int32)
        logits = rng.standard_normal((n, classes), np.float32)
        logits[np.arange(n), y] += 2
        return y, logits

    return make


def dense_logits(classes: int) -> Make:
    """One-hot rows and rows of logits."""

    def make(rng: np.random.Generator, n: int) -> Arrays:
        y, logits = sparse_logits(classes)(rng, n)
        return one_hot(y, classes).astype(np.float32), logits

    return make


def class_probabilities(rng: np.random.Generator, n: int) -> Arrays:
    """One-hot rows of ten classes, and probabilities."""
    y, logits = sparse_logits(10)(rng, n)
    p = np.exp(logits)
    return one_hot(y, 10), p / p.sum(1, keepdims=True)


def one_hot(y: np.ndarray, classes: int) -> np.ndarray:
    """Rows of zeros with a one at the label."""
    rows = np.zeros((len(y), classes), np.int32)
    rows[np.arange(len(y)), y] = 1
    return rows


_TABLE = (
    Workload("MeanSquaredError", normals),
    Workload("MeanAbsoluteError", normals),
    Workload("BinaryAccuracy", scores),
    Workload("SparseCategoricalAccuracy 100", sparse_logits(100), 100),
    Workload("Hinge", margins),
    Workload("CosineSimilarity", vectors, 64),
    Workload("AUC", scores),
    Workload("AUC uneven", scores),
    Workload("AUC 100 labels", label_scores, 100),
    Workload("Precision", scores),
    Workload("Recall", scores),
    Workload("F1Score 10", class_probabilities, 10),
    Workload("F1 from 1000 labels", labels(1000)),
    Workload("MeanIoU 1000", labels(1000)),
    Workload("MeanIoU 21", labels(21)),
    Workload("CategoricalCrossentropy 100", dense_logits(100), 100),
    Workload("CategoricalCrossentropy 32000", dense_logits(32000), 32000),
    Workload("SparseCategoricalCrossentropy 100", sparse_logits(100), 100),
    Workload("SparseCategoricalCrossentropy 32000", sparse_logits(32000), 32000),
    Workload("TopK 100", sparse_logits(100), 100),
    Workload("TopK 32000", sparse_logits(32000), 32000),
    Workload("R2Score", normals),
    Workload("PearsonCorrelation", normals),
    Workload("PearsonCorrelation rows", vectors, 64),
)
WORKLOADS = {workload.name: workload for workload in _TABLE}
"""Numbers in names are classes or labels; the AUCs have 200 thresholds, and k is 5.

``PearsonCorrelation`` is over the stream, as in torchmetrics; ``rows`` within rows, as in Keras.
"""
