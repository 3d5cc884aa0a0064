"""NaN predictions, one class, no weight, impossible labels: the value that the rules define."""

import jax
import numpy as np
import pytest

import metrax
from tests.cases import CASES, Batch, every_case
from tests.laws.close import close

NAN = np.nan
Y, P = np.array([1, 0, 1, 0]), np.float32([NAN, 0.2, 0.9, NAN])
ROWS = np.float32([[0.9, 0.1, 0], [0.1, NAN, 0.3], [0.2, 0.3, 0.5]])
SPARSE, DENSE = np.array([0, 2, 2]), np.eye(3, dtype=np.float32)[[0, 2, 2]]


@pytest.mark.parametrize(
    ("metric", "batch", "expected"),
    [
        # Errors of a NaN are NaN, and so is their mean.
        (metrax.MeanSquaredError(), (Y, P), NAN),
        (metrax.LogCoshError(), (Y, P), NAN),
        (metrax.R2Score(num_outputs=1), (Y, P), NAN),
        (metrax.PearsonCorrelation(axis=0), (Y, P), NAN),
        (metrax.Hinge(), (Y, P), NAN),
        (metrax.BinaryCrossentropy(), (Y, P), NAN),
        (metrax.SparseCategoricalCrossentropy(), (SPARSE, ROWS), NAN),
        (metrax.Mean(), (P,), NAN),
        # A NaN equals nothing and is above no threshold.
        (metrax.Accuracy(), (Y, P), 0),
        (metrax.BinaryAccuracy(), (Y, P), 0.75),
        (metrax.TruePositives(), (Y, P), 1),
        (metrax.FalseNegatives(), (Y, P), 1),
        (metrax.Precision(), (Y, P), 1),
        (metrax.Recall(), (Y, P), 0.5),
        (metrax.AUC(), (Y, P), 0.25),  # so the curve ends at half of either class
        (metrax.BinaryIoU([1]), (Y, P), 0.5),
        (metrax.PrecisionAtRecall(0.5), (Y, P), 1),
        # A row with a NaN has no highest score, so it is neither a hit nor in a cell.
        (metrax.CategoricalAccuracy(), (DENSE, ROWS), 2 / 3),
        (metrax.SparseCategoricalAccuracy(), (SPARSE, ROWS), 2 / 3),
        (metrax.SparseTopKCategoricalAccuracy(k=1), (SPARSE, ROWS), 2 / 3),
        (metrax.MeanIoU(3, sparse_y_pred=False), (SPARSE, ROWS), 1),
        (metrax.F1Score("micro", num_classes=3), (DENSE, ROWS), 4 / 5),
        (metrax.Precision(top_k=1), (DENSE, ROWS), 1),
    ],
    ids=lambda x: type(x).__name__ if isinstance(x, metrax.Metric) else "",
)
def test_nan_predictions(metric, batch, expected):
    np.testing.assert_allclose(metric(*batch), expected, rtol=1e-6)


@every_case
def test_no_weight_at_all_gives_zero(case):
    batch = case.batch()
    state = case.observe(Batch(batch.inputs, np.zeros_like(batch.w)))
    close(case.value(state), case.value(case.metric.init()))


LABELLED = [
    case for case in CASES if case.batch().inputs[0].dtype.kind == "i" and not case.keywords
]


INFINITE = {
    *("DETCurve", "GainCurve", "LiftCurve", "OptimalThreshold", "PrecisionRecallCurve", "ROCCurve"),
    "WeightedCalibration",
}
"""Thresholds above all scores, and a ratio of which the field says that it may be infinite."""


@pytest.mark.parametrize("label", [0, 1])
@pytest.mark.parametrize("case", LABELLED, ids=[case.id for case in LABELLED])
def test_batches_of_one_class_have_a_finite_value(case, label):
    batch = case.batch()
    inputs = (np.full_like(batch.inputs[0], label), *batch.inputs[1:])
    for value in jax.tree.leaves(case.value(case.observe(Batch(inputs, batch.w)))):
        assert np.all(np.isfinite(value) | (np.isinf(value) & (case.id in INFINITE)))


@pytest.mark.parametrize("label", [-1, 3, 2**31 - 1, 2.5, NAN])
def test_labels_that_are_no_class(label):
    labels, rows = np.array([label, 1]), np.float32([[0.1, 0.7, 0.2], [0.2, 0.6, 0.2]])
    assert float(metrax.SparseCategoricalAccuracy()(labels, rows)) == 0.5
    assert float(metrax.SparseTopKCategoricalAccuracy(k=3)(labels, rows)) == 0.5
    assert np.isnan(metrax.SparseCategoricalCrossentropy()(labels, rows))
    assert np.isfinite(metrax.SparseCategoricalCrossentropy()(labels, rows, [0, 1]))
    assert float(metrax.MeanIoU(3)(labels, [1, 1])) == 1
    assert float(metrax.IoU(3, [1])([1, 1], labels)) == 1
