"""The examples of Keras 3.15's documentation: their inputs, and the numbers that it gives."""

import numpy as np
import pytest

import metrax

FOUR, PAIR = [0, 0, 1, 1], ([[0, 1], [0, 0]], [[0.6, 0.4], [0.4, 0.6]])
UNITS = ([[0, 1], [0, 0]], [[1, 1], [0, 0]])
COLUMN, CHANCES = [[1], [1], [0], [0]], [[0.98], [1], [0], [0.6]]
ORDINALS = ([[1], [2], [3], [4]], [[0], [2], [3], [4]])
ROWS, BEST = [[0.1, 0.9, 0.8], [0.05, 0.95, 0]], [[0, 0, 1], [0, 1, 0]]
LIKELY = [[0.05, 0.95, 0], [0.1, 0.8, 0.1]]
CURVE = ([0, 0, 1, 1], [0, 0.5, 0.3, 0.9])
FIVE = ([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8])
RATED = ([[0, 1, 0.5], [1, 1, 0.2]], [[0.1, 0.9, 0.5], [1, 0.9, 0.2]])
LABELS = [[1, 1, 1], [1, 0, 0], [1, 1, 0]]
SCORES = [[0.2, 0.6, 0.7], [0.2, 0.6, 0.6], [0.6, 0.8, 0.0]]
MASKS = ([0, 0, 1, 1], [0, 1, 0, 1])
ONE_HOT = [[0, 0, 1], [1, 0, 0], [0, 1, 0], [1, 0, 0]]
GUESSES = [[0.2, 0.3, 0.5], [0.1, 0.2, 0.7], [0.5, 0.3, 0.1], [0.1, 0.4, 0.5]]
TENTHS = [0.1, 0.2, 0.3, 0.4]

m = metrax
EXAMPLES = [
    # metric, inputs, value, then weights and the value with them
    (m.Accuracy(), ORDINALS, 0.75, [1, 1, 0, 0], 0.5),
    (m.BinaryAccuracy(), (COLUMN, CHANCES), 0.75, [1, 0, 0, 1], 0.5),
    (m.CategoricalAccuracy(), (BEST, ROWS), 0.5, [0.7, 0.3], 0.3),
    (
        m.SparseCategoricalAccuracy(),
        ([[2], [1]], [[0.1, 0.6, 0.3], LIKELY[0]]),
        0.5,
        [0.7, 0.3],
        0.3,
    ),
    (m.TopKCategoricalAccuracy(k=1), (BEST, ROWS), 0.5, [0.7, 0.3], 0.3),
    (m.SparseTopKCategoricalAccuracy(k=1), ([2, 1], ROWS), 0.5, [0.7, 0.3], 0.3),
    (
        m.SparseTopKCategoricalAccuracy(k=1, from_sorted_ids=True),
        ([2, 1], [[1, 0, 3], [1, 2, 3]]),
        0.5,
    ),
    (m.FalsePositives(), ([0, 1, 0, 0], FOUR), 2, [0, 0, 1, 0], 1),
    (m.FalseNegatives(), ([0, 1, 1, 1], [0, 1, 0, 0]), 2, [0, 0, 1, 0], 1),
    (m.TrueNegatives(), ([0, 1, 0, 0], [1, 1, 0, 0]), 2, [0, 0, 1, 0], 1),
    (m.TruePositives(), ([0, 1, 1, 1], [1, 0, 1, 1]), 2, [0, 0, 1, 0], 1),
    (m.Precision(), ([0, 1, 1, 1], [1, 0, 1, 1]), 2 / 3, [0, 0, 1, 0], 1),
    (m.Precision(top_k=2), (FOUR, [1, 1, 1, 1]), 0),
    (m.Precision(top_k=4), (FOUR, [1, 1, 1, 1]), 0.5),
    (m.Recall(), ([0, 1, 1, 1], [1, 0, 1, 1]), 2 / 3, [0, 0, 1, 0], 1),
    (m.SensitivityAtSpecificity(0.5), FIVE, 0.5, [1, 1, 2, 2, 1], 0.333333),
    (m.SpecificityAtSensitivity(0.5), FIVE, 0.66666667, [1, 1, 2, 2, 2], 0.5),
    (m.PrecisionAtRecall(0.5), FIVE, 0.5, [2, 2, 2, 1, 1], 0.33333333),
    (m.RecallAtPrecision(0.8), CURVE, 0.5, [1, 0, 0, 1], 1),
    (m.AUC(num_thresholds=3), CURVE, 0.75, [1, 0, 0, 1], 1),
    (m.PearsonCorrelation(axis=-1), RATED, 0.9966996338993913),
    (m.ConcordanceCorrelation(axis=-1), RATED, 0.9816320385426076),
    (m.FBetaScore(beta=2.0, threshold=0.5), (LABELS, SCORES), [0.3846154, 0.90909094, 0.8333334]),
    (m.F1Score(threshold=0.5), (LABELS, SCORES), [0.5, 0.8, 0.6666667]),
    (m.Hinge(), PAIR, 1.3, [1, 0], 1.1),
    (m.SquaredHinge(), PAIR, 1.86, [1, 0], 1.46),
    (m.CategoricalHinge(), PAIR, 1.4000001, [1, 0], 1.2),
    (
        m.IoU(num_classes=2, target_class_ids=[0]),
        MASKS,
        0.33333334,
        [0.3, 0.3, 0.3, 0.1],
        0.33333334,
    ),
    (
        m.BinaryIoU(target_class_ids=[0, 1], threshold=0.3),
        ([0, 1, 0, 1], [0.1, 0.2, 0.4, 0.7]),
        0.33333334,
        [0.2, 0.3, 0.4, 0.1],
        0.17361112,
    ),
    (m.MeanIoU(num_classes=2), MASKS, 0.33333334, [0.3, 0.3, 0.3, 0.1], 0.23809525),
    # Keras shows the two below to two digits.
    (m.OneHotIoU(3, [0, 2]), (ONE_HOT, GUESSES), None, TENTHS, 0.1 / 0.7 / 2),
    (m.OneHotMeanIoU(3), (ONE_HOT, GUESSES), None, TENTHS, 0.1 / 0.7 / 3),
    (m.KLDivergence(), PAIR, 0.45814306, [1, 0], 0.9162892),
    (m.Poisson(), UNITS, 0.49999997, [1, 0], 0.99999994),
    (m.BinaryCrossentropy(), PAIR, 0.81492424, [1, 0], 0.9162905),
    (
        m.CategoricalCrossentropy(),
        ([[0, 1, 0], [0, 0, 1]], LIKELY),
        1.1769392,
        [0.3, 0.7],
        1.6271976,
    ),
    (m.SparseCategoricalCrossentropy(), ([1, 2], LIKELY), 1.1769392, [0.3, 0.7], 1.6271976),
    (m.Sum(), ([1, 3, 5, 7],), 16, [1, 1, 0, 0], 4),
    (m.Mean(), ([1, 3, 5, 7],), 4, [1, 1, 0, 0], 2),
    (m.MeanSquaredError(), UNITS, 0.25),
    (m.MeanAbsoluteError(), UNITS, 0.25, [1, 0], 0.5),
    (m.MeanAbsolutePercentageError(), UNITS, 250000000.0, [1, 0], 500000000.0),
    (m.MeanSquaredLogarithmicError(), UNITS, 0.12011322, [1, 0], 0.24022643),
    (m.RootMeanSquaredError(), UNITS, 0.5, [1, 0], 0.70710677),
    (
        m.CosineSimilarity(axis=1),
        ([[0.0, 1.0], [1.0, 1.0]], [[1.0, 0.0], [1.0, 1.0]]),
        0.49999997,
        [0.3, 0.7],
        0.6999999,
    ),
    (m.LogCoshError(), UNITS, 0.10844523, [1, 0], 0.21689045),
    (m.R2Score(), ([[1], [4], [3]], [[2], [4], [4]]), 0.57142854),
]


@pytest.mark.parametrize("row", EXAMPLES, ids=lambda row: f"{type(row[0]).__name__}")
def test_the_example_has_its_value(row):
    metric, inputs, *values = row
    weights = [None, *values[1::2]]
    for w, expected in zip(weights, values[::2], strict=True):
        if expected is not None:
            value = metric(*inputs) if w is None else metric(*inputs, w)
            np.testing.assert_allclose(value, expected, rtol=2e-6, atol=1e-7)


def test_every_class_of_keras_with_an_example_is_here():
    keras = pytest.importorskip("keras")
    documented = {
        name
        for name, value in vars(keras.metrics).items()
        if isinstance(value, type) and ">>>" in (value.__doc__ or "")
    }
    short = {"Metric", "MeanMetricWrapper"}
    names = {type(row[0]).__name__ for row in EXAMPLES}
    assert {keras.metrics.__dict__[name].__name__ for name in documented} - short == names
