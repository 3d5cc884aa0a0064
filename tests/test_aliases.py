"""Other libraries' names stand for the same numbers, by their default arguments."""

import numpy as np
import pytest
from scipy.optimize import brentq
from sklearn import metrics as sklearn

import metrax
from metrax.storage import known
from tests.test_registry import IDENTIFIERS

RNG = np.random.default_rng(0)
LABELS = RNG.integers(0, 2, 60), RNG.integers(0, 2, 60)
CLASSES = RNG.integers(0, 5, 60), RNG.integers(0, 5, 60)
SCORED = LABELS[0], RNG.uniform(size=60)
MARGINS = LABELS[0], RNG.normal(size=60)
NUMBERS = RNG.normal(size=60), RNG.normal(size=60)
POSITIVE = RNG.uniform(0, 9, 60), RNG.uniform(0, 9, 60)
COLUMNS = RNG.normal(size=(60, 3)), RNG.normal(size=(60, 3))
SHARES = (LABELS[0], 0.4 * LABELS[0] + 0.5 * RNG.uniform(size=60))
ROUNDED = LABELS[0], np.round(20 * RNG.uniform(size=60) + 12 * LABELS[0]) / 32
ENDS = NUMBERS[0], np.sort(RNG.normal(size=(60, 2)), axis=1)
ENSEMBLES = NUMBERS[0], RNG.normal(size=(60, 7))
RANKED = CLASSES[0], RNG.dirichlet(np.ones(5), 60)
OF_CLASSES = ("matthews_corrcoef", "MatthewsCorrCoef", "cohen_kappa_score")
ARGUMENTS = {x: {"num_classes": 5} for x in OF_CLASSES}
"""What a metric must be told."""
VALUES = (RNG.normal(size=60),)


def of_counts(numerator, denominator):
    """A ratio of the counts tp, fp, fn of scores above one half."""

    def value(y_true, y_pred):
        positive = y_pred > 0.5
        counts = {
            "tp": np.sum(positive & (y_true == 1)),
            "fp": np.sum(positive & (y_true == 0)),
            "fn": np.sum(~positive & (y_true == 1)),
            "tn": np.sum(~positive & (y_true == 0)),
        }
        return counts[numerator] / sum(counts[x] for x in denominator.split())

    return value


def equal_error(y, p):
    """Where the line between two points of the curve meets the diagonal."""
    fpr, tpr, _ = sklearn.roc_curve(y, p)
    return brentq(lambda x: 1 - x - np.interp(x, fpr, tpr), 0, 1)


def calibration_error(y, p):
    """The mean distance of 15 bins' probabilities and rates."""
    at = np.ceil(15 * p)
    return sum(abs((y - p)[at == b].sum()) for b in range(16)) / len(y)


def log_losses(y, p):
    """The log loss over the entropy of the labels."""
    return sklearn.log_loss(y, p) / sklearn.log_loss(y, np.full(len(y), y.mean()))


def crps(y, x):
    return np.mean(abs(x - y[:, None])) - np.mean(abs(x[:, :, None] - x[:, None])) / 2


def winkler(y, x):
    outside = np.maximum(x[:, 0] - y, 0) + np.maximum(y - x[:, 1], 0)
    return np.mean(x[:, 1] - x[:, 0] + 40 * outside)


def detection_cost(y, p):
    fpr, tpr, _ = sklearn.roc_curve(y, p)
    return min((0.01 * (1 - tpr) + 0.99 * fpr) / 0.01)


def ranked(y, p):
    return np.mean(((np.cumsum(p, 1) - np.cumsum(np.eye(5)[y], 1)) ** 2).sum(1))


SKLEARN = {
    "roc_auc_score": [ROUNDED],
    "average_precision_score": [ROUNDED],
    "brier_score_loss": [SHARES],
    "d2_log_loss_score": [SHARES],
    "d2_brier_score": [SHARES],
    "accuracy_score": [LABELS, CLASSES],
    "precision_score": [LABELS],
    "recall_score": [LABELS],
    "hinge_loss": [MARGINS],
    "mean_squared_error": [NUMBERS, COLUMNS],
    "root_mean_squared_error": [NUMBERS],
    "mean_absolute_error": [NUMBERS, COLUMNS],
    "mean_squared_log_error": [POSITIVE],
    "r2_score": [NUMBERS],
    "matthews_corrcoef": [LABELS, CLASSES],
    "cohen_kappa_score": [LABELS, CLASSES],
    "balanced_accuracy_score": [LABELS],
    "jaccard_score": [LABELS],
}
"""Functions of ``sklearn.metrics``, and what they are given."""

TORCHMETRICS = {
    "BinaryAUROC": (ROUNDED, sklearn.roc_auc_score),
    "BinaryAveragePrecision": (ROUNDED, sklearn.average_precision_score),
    **dict.fromkeys(("BinaryEER", "eer", "EER"), (ROUNDED, equal_error)),
    "BinaryCalibrationError": (SHARES, calibration_error),
    "ContinuousRankedProbabilityScore": (ENSEMBLES, crps),
    "BinaryAccuracy": (SCORED, lambda y, p: np.mean((p > 0.5) == y)),
    "BinaryPrecision": (SCORED, of_counts("tp", "tp fp")),
    "BinaryRecall": (SCORED, of_counts("tp", "tp fn")),
    "BinarySpecificity": (SCORED, of_counts("tn", "tn fp")),
    "MeanMetric": (VALUES, np.mean),
    "SumMetric": (VALUES, np.sum),
    "MaxMetric": (VALUES, np.max),
    "MinMetric": (VALUES, np.min),
    "MeanSquaredError": (NUMBERS, lambda y, p: np.mean((y - p) ** 2)),
    "MeanAbsoluteError": (NUMBERS, lambda y, p: np.mean(np.abs(y - p))),
    "MeanSquaredLogError": (POSITIVE, lambda y, p: np.mean((np.log1p(y) - np.log1p(p)) ** 2)),
    "LogCoshError": (NUMBERS, lambda y, p: np.mean(np.log(np.cosh(p - y)))),
    "MatthewsCorrCoef": (CLASSES, sklearn.matthews_corrcoef),
    "R2Score": (NUMBERS, lambda y, p: 1 - np.sum((y - p) ** 2) / np.sum((y - y.mean()) ** 2)),
}
"""Classes of torchmetrics, and their formulas in float64."""

OTHERS = {
    **dict.fromkeys(
        ("ece", "ECE", "expected_calibration_error", "ExpectedCalibrationError"),
        (SHARES, calibration_error),
    ),
    "roc_auc": (ROUNDED, sklearn.roc_auc_score),
    "accuracy_ratio": (ROUNDED, lambda y, p: 2 * sklearn.roc_auc_score(y, p) - 1),
    **dict.fromkeys(("minDCF", "min_dcf"), (ROUNDED, detection_cost)),
    **dict.fromkeys(
        ("MPIW", "mean_prediction_interval_width"), (ENDS, lambda y, x: np.mean(x[:, 1] - x[:, 0]))
    ),
    "fmax": (ROUNDED, lambda y, p: max(sklearn.f1_score(y, p >= t) for t in p)),
    "BrierSkillScore": (SHARES, sklearn.d2_brier_score),
    "BinaryNormalizedEntropy": (SHARES, log_losses),
    "continuous_ranked_probability_score": (ENSEMBLES, crps),
    **dict.fromkeys(("rps", "RPS"), (RANKED, ranked)),
    **dict.fromkeys(("winkler_score", "WinklerScore"), (ENDS, winkler)),
    **dict.fromkeys(("StandardDeviation", "stddev"), (VALUES, np.std)),
    "sensitivity": (SCORED, of_counts("tp", "tp fn")),
}


def made(name):
    return metrax.get(
        {"class_name": name, "config": ARGUMENTS[name]} if name in ARGUMENTS else name
    )


@pytest.mark.parametrize(
    ("name", "data"), [(name, data) for name, many in SKLEARN.items() for data in many]
)
def test_names_of_scikit_learn(name, data):
    assert float(made(name)(*data)) == pytest.approx(getattr(sklearn, name)(*data), rel=2e-6)


@pytest.mark.parametrize("name", [*TORCHMETRICS, *OTHERS])
def test_names_of_others(name):
    data, formula = (TORCHMETRICS | OTHERS)[name]
    assert float(made(name)(*data)) == pytest.approx(formula(*data), rel=2e-6)


def test_every_alias_is_tested_or_keras_s():
    aliases = {alias for cls in known.classes().values() for alias in cls.aliases}
    losses = {"Tversky"}  # a class of keras.losses
    assert aliases - {*SKLEARN, *TORCHMETRICS, *OTHERS, *IDENTIFIERS} == losses


@pytest.mark.parametrize("name", ["MulticlassAUROC", "BinaryJaccardIndex", "PearsonCorrCoef"])
def test_names_for_other_numbers_say_what_there_is(name):
    with pytest.raises(metrax.MetraxError, match="names no metric; it is '"):
        metrax.get(name)
