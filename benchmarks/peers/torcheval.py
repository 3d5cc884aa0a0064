"""torcheval."""

from benchmarks.peers.in_place import classes, program, torch
from benchmarks.peers.program import library
from benchmarks.workloads import UNEVEN

te = library("torcheval.metrics")

PROGRAMS = {
    "MeanSquaredError": program(te.MeanSquaredError),
    "Mean": program(te.Mean),
    "Sum": program(te.Sum),
    "Accuracy": program(te.MulticlassAccuracy),
    "CategoricalAccuracy 100": program(te.MulticlassAccuracy, classes),
    "TopKCategoricalAccuracy 100": program(lambda: te.MulticlassAccuracy(k=5), classes),
    "BinaryAccuracy": program(te.BinaryAccuracy),
    "SparseCategoricalAccuracy 100": program(te.MulticlassAccuracy),
    # Exact, from sorted scores: faster than its binned one, and there is none of many labels.
    "AUC": program(te.BinaryAUROC),
    "AUC uneven": program(
        lambda: te.BinaryBinnedAUROC(threshold=torch.tensor([0.0, *UNEVEN, 1.0])),
        read=lambda value: value[0],
    ),
    "Precision": program(te.BinaryPrecision),
    "Recall": program(te.BinaryRecall),
    "F1Score 10": program(lambda: te.MulticlassF1Score(num_classes=10, average="macro"), classes),
    "F1Score 100": program(lambda: te.MulticlassF1Score(num_classes=100, average="macro"), classes),
    "F1 from 1000 labels": program(lambda: te.MulticlassF1Score(num_classes=1000, average="macro")),
    "TopK 100": program(lambda: te.MulticlassAccuracy(k=5)),
    "TopK 32000": program(lambda: te.MulticlassAccuracy(k=5)),
    "R2Score": program(te.R2Score),
}
