"""Keras 3 on JAX, through its stateless functions."""

from collections.abc import Callable
from typing import Any

import numpy as np
from keras import metrics as km

from benchmarks.peers.program import Builder, Program
from benchmarks.workloads import UNEVEN


def program(make: Callable[[], Any], column: bool = False, build: int | None = None) -> Builder:
    """The metric that ``make`` returns.

    Args:
      make: builds the metric.
      column: whether to hand ``[B]`` over as ``[B, 1]``; Keras takes the last axis for features.
      build: the number of outputs, if the metric makes its variables at the first batch.
    """

    def built() -> Program:
        metric = make()
        if build is not None:
            metric.update_state(np.zeros((2, build), "float32"), np.zeros((2, build), "float32"))
            metric.reset_state()

        def update(state: Any, y: Any, p: Any, w: Any = None) -> Any:
            if column:
                y, p = y[:, None], p[:, None]
            return metric.stateless_update_state(state, y, p, sample_weight=w)

        return Program(
            lambda: [variable.value for variable in metric.variables],
            update,
            metric.stateless_result,
        )

    return built


def _sparse() -> Any:
    return km.SparseCategoricalCrossentropy(from_logits=True)


def _dense() -> Any:
    return km.CategoricalCrossentropy(from_logits=True)


def _top_5() -> Any:
    return km.SparseTopKCategoricalAccuracy(k=5)


PROGRAMS = {
    "MeanSquaredError": program(km.MeanSquaredError, column=True),
    "MeanAbsoluteError": program(km.MeanAbsoluteError, column=True),
    "BinaryAccuracy": program(km.BinaryAccuracy, column=True),
    "SparseCategoricalAccuracy 100": program(km.SparseCategoricalAccuracy),
    "Hinge": program(km.Hinge, column=True),
    "CosineSimilarity": program(km.CosineSimilarity),
    "AUC": program(km.AUC),
    "AUC uneven": program(lambda: km.AUC(thresholds=UNEVEN.tolist())),
    "AUC 100 labels": program(lambda: km.AUC(multi_label=True, num_labels=100)),
    "Precision": program(km.Precision),
    "Recall": program(km.Recall),
    "F1Score 10": program(km.F1Score, build=10),
    "MeanIoU 1000": program(lambda: km.MeanIoU(1000)),
    "MeanIoU 21": program(lambda: km.MeanIoU(21)),
    "CategoricalCrossentropy 100": program(_dense),
    "CategoricalCrossentropy 32000": program(_dense),
    "SparseCategoricalCrossentropy 100": program(_sparse),
    "SparseCategoricalCrossentropy 32000": program(_sparse),
    "TopK 100": program(_top_5),
    "TopK 32000": program(_top_5),
    "R2Score": program(km.R2Score, column=True, build=1),
    "PearsonCorrelation rows": program(km.PearsonCorrelation),
}
