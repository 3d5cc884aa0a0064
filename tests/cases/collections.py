"""Cases of metrics made of metrics."""

import numpy as np

import metrax
from tests.cases.case import MISFITS, Case, mean, normals
from tests.cases.confusion import curve, grid, roc_area, scores


def precision(y, p, w, threshold):
    tp, fp, _, _ = curve(y, p, w, [threshold])
    return float((tp / (tp + fp))[0])


def shared(y, p, w):
    tp, _, fn, _ = curve(y, p, w, [0.5])
    return {
        "auc": roc_area(y, p, w, grid(200)),
        "precision": precision(y, p, w, 0.5),
        "recall": float((tp / (tp + fn))[0]),
        "strict": precision(y, p, w, 0.6),
        "accuracy": mean(y == (p > 0.5), w),
    }


NAMED_OUTPUTS = "reads named outputs; its metrics have rows of their own"

CASES = [
    Case(
        metrax.Collection(
            auc=metrax.AUC(),
            precision=metrax.Precision(),
            recall=metrax.Recall(),
            strict=metrax.Precision(thresholds=0.6),
            accuracy=metrax.BinaryAccuracy(),
        ),
        scores,
        shared,
        misfits=((np.zeros(4), np.zeros(3)),),
    ),
    Case(
        metrax.Collection(
            loss=metrax.Mean().on("loss", w="mask"),
            again=metrax.Mean().on("loss", w="mask"),
            nested=metrax.Collection([metrax.MeanSquaredError()]).on("target", "output", w="mask"),
        ),
        lambda rng, n: (normals(rng, n), normals(rng, n, 2), normals(rng, n, 2)),
        lambda loss, y, p, w: {
            "loss": mean(loss, w),
            "again": mean(loss, w),
            "nested/mean_squared_error": mean((y - p) ** 2, w),
        },
        name="Collection-routed",
        rtol=1e-5,
        keywords=("loss", "target", "output", "mask"),
        exempt={MISFITS: NAMED_OUTPUTS},
    ),
    Case(
        metrax.SparseCategoricalAccuracy().on("labels", "logits", w="mask"),
        lambda rng, n: (rng.integers(0, 5, n), normals(rng, n, 5)),
        lambda y, p, w: mean(y == p.argmax(1), w),
        poison=(-1, np.nan),
        name="Routed",
        keywords=("labels", "logits", "mask"),
        exempt={MISFITS: NAMED_OUTPUTS},
    ),
]
