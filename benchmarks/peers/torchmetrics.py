"""torchmetrics, with inputs checked no more than it must."""

from typing import Any

from benchmarks.peers.in_place import classes, program, torch
from benchmarks.peers.program import library
from benchmarks.workloads import UNEVEN

tc = library("torchmetrics.classification")
tr = library("torchmetrics.regression")


def _accuracy(classes: int, k: int) -> Any:
    return tc.MulticlassAccuracy(classes, top_k=k, average="micro", validate_args=False)


PROGRAMS = {
    "MeanSquaredError": program(tr.MeanSquaredError),
    "MeanAbsoluteError": program(tr.MeanAbsoluteError),
    "BinaryAccuracy": program(lambda: tc.BinaryAccuracy(validate_args=False)),
    "SparseCategoricalAccuracy 100": program(lambda: _accuracy(100, 1)),
    "CosineSimilarity": program(lambda: tr.CosineSimilarity(reduction="mean")),
    "AUC": program(lambda: tc.BinaryAUROC(thresholds=200, validate_args=False)),
    "AUC uneven": program(
        lambda: tc.BinaryAUROC(
            thresholds=torch.tensor([0.0, *UNEVEN, 1.0], dtype=torch.float32), validate_args=False
        )
    ),
    # Exact: 200 thresholds of 100 labels would take gigabytes.
    "AUC 100 labels": program(lambda: tc.MultilabelAUROC(100, validate_args=False)),
    "Precision": program(lambda: tc.BinaryPrecision(validate_args=False)),
    "Recall": program(lambda: tc.BinaryRecall(validate_args=False)),
    "F1Score 10": program(lambda: tc.MulticlassF1Score(10, validate_args=False), classes),
    "F1 from 1000 labels": program(lambda: tc.MulticlassF1Score(1000, validate_args=False)),
    "MeanIoU 1000": program(lambda: tc.MulticlassJaccardIndex(1000, validate_args=False)),
    "MeanIoU 21": program(lambda: tc.MulticlassJaccardIndex(21, validate_args=False)),
    "TopK 100": program(lambda: _accuracy(100, 5)),
    "TopK 32000": program(lambda: _accuracy(32000, 5)),
    "R2Score": program(tr.R2Score),
    "PearsonCorrelation": program(tr.PearsonCorrCoef),
}
