"""metrax."""

from typing import Any

import jax.numpy as jnp
from jax import Array

import metrax
from benchmarks.peers.program import Builder, Program
from benchmarks.workloads import UNEVEN


class MacroF1(metrax.Metric):
    """Mean F1 score of the classes, read off a confusion matrix."""

    num_classes: int

    @property
    def statistic(self) -> metrax.Statistic:
        return metrax.statistics.ConfusionMatrix(self.num_classes, dtype=self.dtype)

    def read(self, state: Any) -> Array:
        matrix = state.matrix
        marginals = matrix.sum(axis=0) + matrix.sum(axis=1)
        return jnp.mean(2 * jnp.diagonal(matrix) / jnp.maximum(marginals, 1))


def program(metric: metrax.Metric) -> Builder:
    """The metric's own functions."""
    return lambda: Program(metric.init, metric.update, metric.compute)


METRICS: dict[str, metrax.Metric] = {
    "MeanSquaredError": metrax.MeanSquaredError(),
    "MeanAbsoluteError": metrax.MeanAbsoluteError(),
    "BinaryAccuracy": metrax.BinaryAccuracy(),
    "SparseCategoricalAccuracy 100": metrax.SparseCategoricalAccuracy(),
    "Hinge": metrax.Hinge(),
    "CosineSimilarity": metrax.CosineSimilarity(),
    "AUC": metrax.AUC(),
    "AUC uneven": metrax.AUC(thresholds=UNEVEN.tolist()),
    "AUC 100 labels": metrax.AUC(multi_label=True, num_labels=100),
    "Precision": metrax.Precision(),
    "Recall": metrax.Recall(),
    "F1Score 10": metrax.F1Score(num_classes=10),
    "F1 from 1000 labels": MacroF1(1000),
    "MeanIoU 1000": metrax.MeanIoU(1000),
    "MeanIoU 21": metrax.MeanIoU(21),
    "CategoricalCrossentropy 100": metrax.CategoricalCrossentropy(from_logits=True),
    "CategoricalCrossentropy 32000": metrax.CategoricalCrossentropy(from_logits=True),
    "SparseCategoricalCrossentropy 100": metrax.SparseCategoricalCrossentropy(from_logits=True),
    "SparseCategoricalCrossentropy 32000": metrax.SparseCategoricalCrossentropy(from_logits=True),
    "TopK 100": metrax.SparseTopKCategoricalAccuracy(k=5),
    "TopK 32000": metrax.SparseTopKCategoricalAccuracy(k=5),
    "R2Score": metrax.R2Score(num_outputs=1),
    "PearsonCorrelation": metrax.PearsonCorrelation(axis=0),
    "PearsonCorrelation rows": metrax.PearsonCorrelation(),
}
PROGRAMS = {name: program(metric) for name, metric in METRICS.items()}
