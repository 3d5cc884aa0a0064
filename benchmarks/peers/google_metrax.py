"""google-metrax, which is imported as ``metrax`` too: only in an environment of its own."""

from typing import Any

import jax.numpy as jnp
import numpy as np

from benchmarks.peers.program import Builder, Program, library

metrax = library("metrax")


def program(cls: Any, weighted: bool = True, **arguments: Any) -> Builder:
    """``from_model_output`` of each batch, merged."""

    def update(state: Any, y: Any, p: Any, w: Any = None) -> Any:
        weights = {} if w is None else {"sample_weights": w}
        return state.merge(cls.from_model_output(p, y, **weights, **arguments))

    return lambda: Program(cls.empty, update, lambda state: state.compute(), weighted, flat=True)


def iou(num_classes: int) -> Builder:
    """Its IoU, which wants images, and averages the batches' values."""

    def update(state: Any, y: Any, p: Any) -> Any:
        batch = metrax.IoU.from_model_output(
            p[:, None, None], y[:, None, None], num_classes, jnp.arange(num_classes)
        )
        return state.merge(batch)

    return lambda: Program(metrax.IoU.empty, update, lambda s: s.compute(), weighted=False)


def rounded() -> Program:
    """Its accuracy compares labels, so the scores are rounded."""

    def update(state: Any, y: Any, p: Any, w: Any = None) -> Any:
        predicted = (p > 0.5).astype(jnp.int32)
        return state.merge(metrax.Accuracy.from_model_output(predicted, y, w))

    return Program(metrax.Accuracy.empty, update, lambda state: state.compute(), flat=True)


def f1() -> Program:
    """Its F-score cuts at a threshold, so the highest of each row is marked beforehand."""

    def mark_highest(y: np.ndarray, p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return y, (p == p.max(1, keepdims=True)).astype(np.float32)

    built = program(metrax.FBetaScore, weighted=False)()
    return Program(built.init, built.update, built.compute, False, mark_highest)


PROGRAMS = {
    "MeanSquaredError": program(metrax.MSE),
    "RootMeanSquaredError": program(metrax.RMSE),
    "MeanAbsoluteError": program(metrax.MAE),
    "Accuracy": program(metrax.Accuracy),
    "BinaryAccuracy": rounded,
    "AUC": program(metrax.AUCROC),
    "Precision": program(metrax.Precision, weighted=False),
    "Recall": program(metrax.Recall, weighted=False),
    "F1Score 10": f1,
    "MeanIoU 1000": iou(1000),
    "MeanIoU 21": iou(21),
    "R2Score": program(metrax.RSQUARED),
}
