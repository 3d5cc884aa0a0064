"""The examples that scikit-learn and torchmetrics publish for metrics of classes come out."""

import numpy as np
import pytest

import metrax

Y, P = [0, 1, 2, 0, 1, 2], [0, 2, 1, 0, 0, 1]
PAIRS, ONES = [[0, 1], [1, 1]], [[1, 1], [1, 1]]
NAMES = ("class 0", "class 1", "class 2")


def named(words):
    return ["negative", "neutral", "positive"].index(words)


SKLEARN = [
    (metrax.Precision(num_classes=3, average="macro"), Y, P, 0.22),
    (metrax.Precision(num_classes=3), Y, P, 0.33),
    (metrax.Precision(num_classes=3, average="weighted"), Y, P, 0.22),
    (metrax.Precision(num_classes=3, average=None), Y, P, [0.66, 0, 0]),
    (metrax.Recall(num_classes=3, average="macro"), Y, P, 0.33),
    (metrax.Recall(num_classes=3, average=None), Y, P, [1, 0, 0]),
    (metrax.F1Score("macro", num_classes=3), Y, P, 0.26),
    (metrax.F1Score("micro", num_classes=3), Y, P, 0.33),
    (metrax.F1Score(num_classes=3), Y, P, [0.8, 0, 0]),
    (metrax.Jaccard(), [0, 1, 1], [1, 1, 1], 0.6666),
    (metrax.Jaccard(average="samples"), [[0, 1, 1], [1, 1, 0]], [[1, 1, 1], [1, 0, 0]], 0.5833),
    (
        metrax.Jaccard(3, None, multi_label=True),
        [[0, 1, 1], [1, 1, 0]],
        [[1, 1, 1], [1, 0, 0]],
        [0.5, 0.5, 1],
    ),
    (metrax.Jaccard(3, None), [0, 1, 2, 2], [0, 2, 1, 2], [1, 0, 0.33]),
    (metrax.MatthewsCorrelation(2), [1, 1, 1, 0], [1, 0, 1, 1], -0.33),
    (
        metrax.CohenKappa(3),
        list(map(named, ["negative", "positive", "negative", "neutral", "positive"])),
        list(map(named, ["negative", "positive", "negative", "neutral", "negative"])),
        0.6875,
    ),
    (metrax.BalancedAccuracy(2), [0, 1, 0, 0, 1, 0], [0, 1, 0, 0, 0, 1], 0.625),
    (
        metrax.ConfusionMatrix(3),
        [2, 0, 2, 2, 0, 1],
        [0, 0, 2, 2, 0, 2],
        [[2, 0, 0], [0, 0, 1], [1, 0, 2]],
    ),
    (
        metrax.ConfusionMatrix(3, multi_label=True),
        [[1, 0, 1], [0, 1, 0]],
        [[1, 0, 0], [0, 1, 1]],
        [[[1, 0], [0, 1]], [[1, 0], [0, 1]], [[0, 1], [1, 0]]],
    ),
    (metrax.HammingLoss(), [2, 2, 3, 4], [1, 2, 3, 4], 0.25),
    (metrax.HammingLoss(), PAIRS, np.zeros((2, 2)), 0.75),
    (metrax.ZeroOneLoss(), [2, 2, 3, 4], [1, 2, 3, 4], 0.25),
    (metrax.ZeroOneLoss(), PAIRS, ONES, 0.5),
    (metrax.ExactMatch(), PAIRS, ONES, 0.5),
    (metrax.PositiveLikelihoodRatio(), [0, 1, 0, 1, 0], [1, 1, 0, 0, 0], 1.5),
    (metrax.NegativeLikelihoodRatio(), [0, 1, 0, 1, 0], [1, 1, 0, 0, 0], 0.75),
    (
        metrax.SparseTopKCategoricalAccuracy(2),
        [0, 1, 2, 2],
        [[0.5, 0.2, 0.2], [0.3, 0.4, 0.2], [0.2, 0.4, 0.3], [0.7, 0.2, 0.1]],
        0.75,
    ),
]

T, Q = [2, 1, 0, 0], [2, 1, 0, 1]
SCORES = [[0.16, 0.26, 0.58], [0.22, 0.61, 0.17], [0.71, 0.09, 0.20], [0.05, 0.82, 0.13]]
ONE, OF_ONE = [0, 1, 0, 1, 0, 1], [0.11, 0.22, 0.84, 0.73, 0.33, 0.92]
LABELS, OF_LABELS = [[0, 1, 0], [1, 0, 1]], [[0.11, 0.22, 0.84], [0.73, 0.33, 0.92]]
EACH = {"num_classes": 3, "multi_label": True}
TORCH = [
    (metrax.Precision(num_classes=3, average="macro"), T, Q, 0.8333),
    (metrax.Precision(num_classes=3, average="macro"), T, SCORES, 0.8333),
    (metrax.Precision(num_classes=3, average=None), T, Q, [1, 0.5, 1]),
    (metrax.Recall(num_classes=3, average=None), T, SCORES, [0.5, 1, 1]),
    (metrax.F1Score("macro", num_classes=3), T, Q, 0.7778),
    (metrax.F1Score(num_classes=3), T, SCORES, [0.6667, 0.6667, 1]),
    (metrax.Specificity(3), T, Q, 0.8889),
    (metrax.Specificity(3, None), T, SCORES, [1, 0.6667, 1]),
    (metrax.NegativePredictiveValue(3), T, Q, 0.8889),
    (metrax.NegativePredictiveValue(3, None), T, SCORES, [0.6667, 1, 1]),
    (metrax.Jaccard(3), T, Q, 0.6667),
    (metrax.ConfusionMatrix(3), T, SCORES, [[1, 1, 0], [0, 1, 0], [0, 0, 1]]),
    (metrax.MatthewsCorrelation(3), T, Q, 0.7),
    (metrax.CohenKappa(3), T, SCORES, 0.6364),
    (metrax.CohenKappa(2), [1, 1, 0, 0], [0.35, 0.85, 0.48, 0.01], 0.5),
    (metrax.MatthewsCorrelation(2), [1, 1, 0, 0], [0, 1, 0, 0], 0.5774),
    (metrax.Precision(), ONE, OF_ONE, 0.6667),
    (metrax.Specificity(), ONE, OF_ONE, 0.6667),
    (metrax.NegativePredictiveValue(), ONE, OF_ONE, 0.6667),
    (metrax.Precision(average=None, **EACH), LABELS, OF_LABELS, [1, 0, 0.5]),
    (metrax.Recall(average="macro", **EACH), LABELS, OF_LABELS, 0.6667),
    (metrax.F1Score("macro", **EACH), LABELS, OF_LABELS, 0.5556),
    (metrax.Specificity(**EACH), LABELS, OF_LABELS, 0.6667),
    (metrax.Jaccard(**EACH), LABELS, OF_LABELS, 0.5),
    (metrax.HammingLoss(), LABELS, OF_LABELS, 0.3333),
    (metrax.ExactMatch(), LABELS, OF_LABELS, 0.5),
    (
        metrax.ConfusionMatrix(**EACH),
        LABELS,
        OF_LABELS,
        [[[1, 0], [0, 1]], [[1, 0], [1, 0]], [[0, 1], [0, 1]]],
    ),
    (
        metrax.ExactMatch(),
        [[[0, 1], [2, 1], [0, 2]], [[1, 1], [2, 0], [1, 2]]],
        [[[0, 1], [2, 1], [0, 2]], [[2, 2], [2, 1], [1, 0]]],
        0.5,
    ),
]


@pytest.mark.parametrize(
    ("metric", "y_true", "y_pred", "expected"), [*SKLEARN, *TORCH], ids=lambda x: type(x).__name__
)
def test_published_examples(metric, y_true, y_pred, expected):
    # scikit-learn cuts its digits off, so .66 stands for 2/3.
    np.testing.assert_allclose(metric(y_true, y_pred), expected, atol=7e-3)


def test_the_published_report():
    report = metrax.ClassificationReport(3, names=NAMES)
    state = report.observe([0, 1, 2, 2, 2], [0, 0, 2, 2, 1])
    expected = """\
              precision    recall  f1-score   support

     class 0       0.50      1.00      0.67         1
     class 1       0.00      0.00      0.00         1
     class 2       1.00      0.67      0.80         3

    accuracy                           0.60         5
   macro avg       0.50      0.56      0.49         5
weighted avg       0.70      0.60      0.61         5"""
    assert report.text(state) == expected
    assert list(report.compute(state)) == [*NAMES, "accuracy", "macro avg", "weighted avg"]


@pytest.mark.parametrize("names", [("a", "b"), ("a", "a", "b"), ("a", "b", "accuracy")])
def test_names_are_one_for_each_class(names):
    with pytest.raises(metrax.MetraxError, match=r"names: got .*expected 3 distinct names"):
        metrax.ClassificationReport(3, names=names)


def test_a_report_of_fractional_weights_shows_their_digits():
    report = metrax.ClassificationReport(2)
    lines = report.text(report.observe([0, 1], [0, 1], [0.5, 1.0])).splitlines()
    assert lines[2].split() == ["0", "1.00", "1.00", "1.00", "0.50"]


TIES = [[0.5, 0.5, 0.5], [0.5, 0.5, 0.1], [0.1, 0.9, 0.2], [np.nan, 0.9, 0.9]]


@pytest.mark.parametrize(
    ("ties", "k", "expected"),
    [
        ("hit", 1, [1, 0, 1, 0]),
        ("index", 1, [0, 0, 1, 0]),
        ("expected", 1, [1 / 3, 0, 1, 0]),
        ("hit", 2, [1, 0, 1, 1]),
        ("index", 2, [0, 0, 1, 1]),
        ("expected", 2, [2 / 3, 0, 1, 1 / 2]),
    ],
)
def test_ties_of_the_highest_scores(ties, k, expected):
    y = np.array([2, 2, 1, 1])
    values = metrax.functional.sparse_top_k_categorical_accuracy(y, TIES, k, ties=ties)
    np.testing.assert_allclose(values, expected, rtol=1e-6)
    one_hot = metrax.functional.top_k_categorical_accuracy(np.eye(3)[y], TIES, k, ties=ties)
    np.testing.assert_allclose(one_hot, expected, rtol=1e-6)
    for cls, true in (
        (metrax.SparseTopKCategoricalAccuracy, y),
        (metrax.TopKCategoricalAccuracy, np.eye(3)[y]),
    ):
        metric = cls(k, ties=ties)
        np.testing.assert_allclose(metric(true, TIES), np.mean(expected), rtol=1e-6)
        assert type(metric).from_config(metric.get_config()) == metric
        assert ("ties" in metric.get_config()) == (ties != "hit")


def test_sorted_ids_have_no_ties():
    with pytest.raises(metrax.MetraxError, match="ties: got 'index' with from_sorted_ids"):
        metrax.SparseTopKCategoricalAccuracy(ties="index", from_sorted_ids=True)
