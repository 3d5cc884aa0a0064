"""scikit-learn: functions of all data at once."""

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn import metrics as sk

from benchmarks.peers.program import Builder, Program


def program(fn: Callable[..., Any], **arguments: Any) -> Builder:
    """``fn(y, p)``, with ``sample_weight`` if there are weights; the update is the whole work."""

    def update(_: None, y: np.ndarray, p: np.ndarray, w: np.ndarray | None = None) -> Any:
        return fn(y, p, sample_weight=w, **arguments)

    return lambda: Program(lambda: None, update, None, flat=True)


def cut(fn: Callable[..., Any]) -> Callable[..., Any]:
    """``fn`` of scores cut at a half."""
    return lambda y, p, **arguments: fn(y, p > 0.5, **arguments)


def highest(fn: Callable[..., Any]) -> Callable[..., Any]:
    """``fn`` of the labels with the highest scores."""
    return lambda y, p, **arguments: fn(y if y.ndim == 1 else y.argmax(1), p.argmax(1), **arguments)


def top_5(y: np.ndarray, p: np.ndarray, **arguments: Any) -> Any:
    """Top-5 accuracy; scikit-learn must be told the classes."""
    return sk.top_k_accuracy_score(y, p, k=5, labels=np.arange(p.shape[1]), **arguments)


def percent(y: np.ndarray, p: np.ndarray, **arguments: Any) -> Any:
    """The percentage error; scikit-learn's is a share."""
    return 100 * sk.mean_absolute_percentage_error(y, p, **arguments)


PROGRAMS = {
    "MatthewsCorrelation 21": program(sk.matthews_corrcoef),
    "CohenKappa 1000": program(sk.cohen_kappa_score),
    "ConfusionMatrix 1000": program(sk.confusion_matrix),
    "BalancedAccuracy 1000": program(sk.balanced_accuracy_score),
    "Jaccard 1000": program(sk.jaccard_score, average="macro"),
    "Dice 21": program(sk.f1_score, average="macro"),
    "ClassificationReport 21": program(sk.classification_report, output_dict=True),
    "ExactMatch": program(cut(sk.accuracy_score)),
    "ZeroOneLoss": program(cut(sk.zero_one_loss)),
    "HammingLoss": program(cut(sk.hamming_loss)),
    "RootMeanSquaredError": program(sk.root_mean_squared_error),
    "MeanAbsolutePercentageError": program(percent),
    "MeanSquaredLogarithmicError": program(sk.mean_squared_log_error),
    "BinaryCrossentropy": program(sk.log_loss),
    "Accuracy": program(sk.accuracy_score),
    "CategoricalAccuracy 100": program(highest(sk.accuracy_score)),
    "FBetaScore 10": program(highest(sk.fbeta_score), beta=2, average="macro"),
    "F1Score 100": program(highest(sk.f1_score), average="macro"),
    "BinaryIoU": program(cut(sk.jaccard_score), average="macro"),
    "OneHotMeanIoU 10": program(highest(sk.jaccard_score), average="macro"),
    "MeanSquaredError": program(sk.mean_squared_error),
    "MeanAbsoluteError": program(sk.mean_absolute_error),
    "BinaryAccuracy": program(cut(sk.accuracy_score)),
    "SparseCategoricalAccuracy 100": program(highest(sk.accuracy_score)),
    "Hinge": program(sk.hinge_loss),
    "AUC": program(sk.roc_auc_score),
    "AUROC": program(sk.roc_auc_score),
    "AUROC max_fpr": program(sk.roc_auc_score, max_fpr=0.1),
    "AveragePrecision": program(sk.average_precision_score),
    "AUC 100 labels": program(sk.roc_auc_score, average="macro"),
    "Precision": program(cut(sk.precision_score)),
    "Recall": program(cut(sk.recall_score)),
    "F1Score 10": program(highest(sk.f1_score), average="macro"),
    "F1 from 1000 labels": program(sk.f1_score, average="macro"),
    "MeanIoU 1000": program(sk.jaccard_score, average="macro"),
    "MeanIoU 21": program(sk.jaccard_score, average="macro"),
    "TopK 100": program(top_5),
    "TopK 32000": program(top_5),
    "R2Score": program(sk.r2_score),
}
