"""One class, one feature, labels that are none, labels that never occur."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, confusion_matrix, roc_auc_score

import metrax
from metrax import functional

RNG = np.random.default_rng(0)
COLUMN = RNG.integers(0, 2, (8, 1)), RNG.random((8, 1), np.float32)


@pytest.mark.parametrize(
    ("metric", "instead"),
    [
        (metrax.CategoricalAccuracy(), "BinaryAccuracy"),
        (metrax.SparseCategoricalAccuracy(), "BinaryAccuracy"),
        (metrax.TopKCategoricalAccuracy(k=1), "BinaryAccuracy"),
        (metrax.SparseTopKCategoricalAccuracy(k=1), "BinaryAccuracy"),
        (metrax.CategoricalCrossentropy(), "BinaryCrossentropy"),
        (metrax.SparseCategoricalCrossentropy(), "BinaryCrossentropy"),
        (metrax.KLDivergence(), "BinaryCrossentropy"),
        (metrax.CategoricalHinge(), "Hinge"),
        (metrax.OneHotIoU(1, [0]), "BinaryIoU"),
        (metrax.OneHotMeanIoU(1), "BinaryIoU"),
        (metrax.MeanIoU(1, sparse_y_pred=False), "BinaryIoU"),
        (metrax.F1Score(num_classes=1), "threshold=0.5"),
        (metrax.get("categorical_focal_crossentropy"), "binary_focal_crossentropy"),
    ],
    ids=lambda x: getattr(x, "name", ""),
)
def test_one_class_raises_and_names_the_binary_metric(metric, instead):
    with pytest.raises(metrax.MetraxError, match=f"got .*one class along axis .* use {instead}"):
        metric(*COLUMN)


def test_sorted_ids_of_one_class_are_classes():
    metric = metrax.SparseTopKCategoricalAccuracy(k=1, from_sorted_ids=True)
    assert float(metric([3, 1], [[3], [2]])) == 0.5


@pytest.mark.parametrize(
    "fn",
    [
        metrax.PearsonCorrelation(),
        metrax.ConcordanceCorrelation(),
        metrax.CosineSimilarity(),
        functional.pearson_correlation,
        functional.concordance_correlation,
        functional.cosine_similarity,
        metrax.losses.cosine_similarity,
    ],
)
def test_one_feature_raises_and_names_the_stream(fn):
    with pytest.raises(metrax.MetraxError, match=r"one feature along axis 1.*axis=0"):
        fn(*COLUMN)


LABELS = np.float32([1, 0, np.nan, -1, 1, 0, -1, np.nan, 1, 0])
SCORES = np.float32([0.9, 0.1, 0.9, 0.9, 0.2, 0.8, 0.1, 0.1, 0.7, 0.3])
REAL = LABELS >= 0


def counted(i, j):
    return confusion_matrix(LABELS[REAL], SCORES[REAL] > 0.5)[i, j]


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        (metrax.TruePositives(), counted(1, 1)),
        (metrax.FalsePositives(), counted(0, 1)),
        (metrax.TrueNegatives(), counted(0, 0)),
        (metrax.FalseNegatives(), counted(1, 0)),
        (metrax.Precision(), counted(1, 1) / (counted(1, 1) + counted(0, 1))),
        (metrax.Recall(), counted(1, 1) / (counted(1, 1) + counted(1, 0))),
        (metrax.AUC(), roc_auc_score(LABELS[REAL], SCORES[REAL])),
    ],
    ids=lambda x: getattr(x, "name", ""),
)
@pytest.mark.parametrize("w", [None, np.linspace(1, 1, 10, dtype=np.float32)])
def test_labels_that_are_none_count_nowhere(metric, expected, w):
    assert float(metric(LABELS, SCORES, w)) == pytest.approx(expected, rel=1e-6)
    with pytest.raises(metrax.MetraxError, match="y_true: got nan"):
        metrax.checked(metric)(LABELS, SCORES)


def test_negative_integers_are_no_labels_either():
    whole = np.where(REAL, LABELS, -1).astype(np.int32)
    assert float(metrax.Recall()(whole, SCORES)) == pytest.approx(2 / 3)
    columns = np.stack([whole, 1 - np.abs(whole)], 1), np.stack([SCORES, 1 - SCORES], 1)
    for metric in (metrax.Recall(class_id=0), metrax.AUC(multi_label=True, num_labels=2)):
        assert np.isfinite(metric(*columns))
    counts = metrax.AUC(multi_label=True, num_labels=2).observe(*columns)
    np.testing.assert_array_equal(counts.positives.value.sum(1), [3, 3])
    np.testing.assert_array_equal(counts.negatives.value.sum(1), [3, 7])


def test_labels_above_one_are_true_as_in_keras():
    assert float(metrax.Recall()([2, 1], [0.9, 0.1])) == 0.5


MANY = np.eye(4, dtype=int)[RNG.integers(0, 3, 40)], RNG.random((40, 4), np.float32)
"""The last label never occurs."""


@pytest.mark.parametrize(
    ("curve", "reference"), [("ROC", roc_auc_score), ("PR", average_precision_score)]
)
def test_labels_that_never_occur(curve, reference):
    y, p = MANY
    arguments = {"multi_label": True, "curve": curve, "num_thresholds": 100, "num_labels": 4}
    zero, skip = metrax.AUC(**arguments), metrax.AUC(**arguments, absent="skip")
    expected = np.mean([reference(y[:, i], p[:, i]) for i in range(3)])
    assert float(skip(y, p)) == pytest.approx(expected, abs=0.03)
    assert float(zero(y, p)) == pytest.approx(0.75 * float(skip(y, p)), rel=1e-5)
    assert zero.statistic == skip.statistic
    with pytest.raises(metrax.MetraxError, match=r"never positive or never negative.*'skip'"):
        metrax.checked(zero)(y, p)
    assert float(metrax.checked(skip)(y, p)) == float(skip(y, p))


def test_absent_with_label_weights_and_none_left():
    y, p = MANY
    weights = (1.0, 2.0, 3.0, 4.0)
    arguments = {"multi_label": True, "num_labels": 4, "num_thresholds": 100}
    metric = metrax.AUC(**arguments, label_weights=weights, absent="skip")
    single = [float(metrax.AUC(100)(y[:, i], p[:, i])) for i in range(3)]
    assert float(metric(y, p)) == pytest.approx(np.average(single, weights=weights[:3]), rel=1e-5)
    assert float(metric(np.zeros_like(y), p)) == 0
    with pytest.raises(metrax.MetraxError, match="absent: got 'skip' without multi_label"):
        metrax.AUC(absent="skip")


@pytest.mark.parametrize("name", ["y_true", "y_pred", "w"])
def test_masked_arrays_raise_where_something_is_masked(name):
    masked = np.ma.masked_array([1.0, 2.0], [False, True])
    given = {"y_true": [1.0, 2.0], "y_pred": [1.0, 5.0], "w": [1.0, 1.0]}
    for spoilt in (masked, [masked, masked]):
        with pytest.raises(metrax.MetraxTypeError, match=f"{name}: got a masked array"):
            metrax.MeanSquaredError()(**{**given, name: spoilt})
    assert float(metrax.Mean()(np.ma.masked_array([1.0, 3.0]))) == 2
