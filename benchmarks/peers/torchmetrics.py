"""torchmetrics, with inputs checked no more than it must."""

from typing import Any

from benchmarks.peers.in_place import classes, program, tensors, torch
from benchmarks.peers.program import Builder, library
from benchmarks.workloads import UNEVEN

ta = library("torchmetrics.aggregation")
tc = library("torchmetrics.classification")
tr = library("torchmetrics.regression")


def _accuracy(classes: int, k: int) -> Any:
    return tc.MulticlassAccuracy(classes, top_k=k, average="micro", validate_args=False)


def _count(which: int) -> Builder:
    return program(lambda: tc.BinaryStatScores(validate_args=False), read=lambda x: x[which])


def _at_best(cls: Any) -> Builder:
    return program(lambda: cls(0.8, thresholds=200, validate_args=False), read=lambda x: x[0])


PROGRAMS = {
    "Mean": program(ta.MeanMetric),
    "Sum": program(ta.SumMetric),
    "RootMeanSquaredError": program(lambda: tr.MeanSquaredError(squared=False)),
    "MeanAbsolutePercentageError": program(
        tr.MeanAbsolutePercentageError, read=lambda share: 100 * share
    ),
    "MeanSquaredLogarithmicError": program(tr.MeanSquaredLogError),
    "LogCoshError": program(tr.LogCoshError),
    "KLDivergence": program(tr.KLDivergence, lambda y, p: tensors(p, y)),
    "ConcordanceCorrelation": program(tr.ConcordanceCorrCoef),
    "Accuracy": program(lambda: tc.MulticlassAccuracy(10, average="micro", validate_args=False)),
    "CategoricalAccuracy 100": program(lambda: _accuracy(100, 1), classes),
    "TopKCategoricalAccuracy 100": program(lambda: _accuracy(100, 5), classes),
    "TruePositives": _count(0),
    "FalsePositives": _count(1),
    "TrueNegatives": _count(2),
    "FalseNegatives": _count(3),
    "PrecisionAtRecall": _at_best(tc.BinaryPrecisionAtFixedRecall),
    "RecallAtPrecision": _at_best(tc.BinaryRecallAtFixedPrecision),
    "SensitivityAtSpecificity": _at_best(tc.BinarySensitivityAtSpecificity),
    "SpecificityAtSensitivity": _at_best(tc.BinarySpecificityAtSensitivity),
    "F1Score 100": program(lambda: tc.MulticlassF1Score(100, validate_args=False), classes),
    "FBetaScore 10": program(
        lambda: tc.MulticlassFBetaScore(2.0, 10, validate_args=False), classes
    ),
    "OneHotMeanIoU 10": program(
        lambda: tc.MulticlassJaccardIndex(10, validate_args=False), classes
    ),
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
    "ConfusionMatrix 1000": program(
        lambda: tc.MulticlassConfusionMatrix(1000, validate_args=False)
    ),
    "CohenKappa 1000": program(lambda: tc.MulticlassCohenKappa(1000, validate_args=False)),
    "Jaccard 1000": program(lambda: tc.MulticlassJaccardIndex(1000, validate_args=False)),
    "MatthewsCorrelation 21": program(
        lambda: tc.MulticlassMatthewsCorrCoef(21, validate_args=False)
    ),
    "Specificity 21": program(lambda: tc.MulticlassSpecificity(21, validate_args=False)),
    "ExactMatch": program(lambda: tc.MultilabelExactMatch(100, validate_args=False)),
    "HammingLoss": program(lambda: tc.MultilabelHammingDistance(100, validate_args=False)),
    "MeanIoU 21": program(lambda: tc.MulticlassJaccardIndex(21, validate_args=False)),
    "TopK 100": program(lambda: _accuracy(100, 5)),
    "TopK 32000": program(lambda: _accuracy(32000, 5)),
    "R2Score": program(tr.R2Score),
    "PearsonCorrelation": program(tr.PearsonCorrCoef),
}
