"""What docstrings say of values without a formula: each number is computed, and each is said."""

import inspect
import math
import re

import numpy as np
import pytest

import metrax
from metrax import functional
from tests.cases import CASES

NAN, INF = math.nan, math.inf
HALF, TIE = [[1.0, 0.0]], [[0.5, 0.5]]
CLIPPED = -math.log(1e-7)

# What is called, with what, the value, and the words that say so.
METRICS = [
    (metrax.Mean(), ([NAN, 1.0],), NAN, "NaN where a value of some weight is"),
    (metrax.Mean(), ([NAN, 1.0], [0, 1]), 1, "a value of some weight"),
    (metrax.Accuracy(), ([NAN], [NAN]), 0, "A NaN equals nothing"),
    (metrax.AccuracyByShape(), ([1, 0], [0.5, 0.5]), 0.5, "a score of 0.5 counts as 0"),
    (metrax.AccuracyByShape(), ([0], TIE), 1, "of equal scores the first"),
    (metrax.BinaryAccuracy(), ([0, 1], [0.5, 0.5]), 0.5, "on the threshold counts as 0"),
    (metrax.BinaryAccuracy(), ([0, 1], [NAN, NAN]), 0.5, "so does a NaN"),
    (metrax.CategoricalAccuracy(), ([[0, 1]], TIE), 0, "Of equal scores the first"),
    (metrax.CategoricalAccuracy(), ([[1, 0]], TIE), 1, "Of equal scores the first"),
    (metrax.CategoricalAccuracy(), ([[1, 0]], [[1.0, NAN]]), 0, "row with a NaN is no hit"),
    (metrax.SparseCategoricalAccuracy(), ([0], TIE), 1, "Of equal scores the first"),
    (metrax.SparseCategoricalAccuracy(), ([-1], TIE), 0, "an index that is no class"),
    (metrax.SparseCategoricalAccuracy(), ([0], [[1.0, NAN]]), 0, "a row with a NaN, is no hit"),
    (metrax.TopKCategoricalAccuracy(k=1), ([[0, 1]], TIE), 1, "so ties are hits"),
    (metrax.TopKCategoricalAccuracy(k=2), ([[1, 0]], [[NAN, 1.0]]), 0, "score is NaN is not"),
    (metrax.SparseTopKCategoricalAccuracy(k=9), ([7], TIE), 0, "An index that is no class"),
    (metrax.SparseTopKCategoricalAccuracy(k=2), ([0], [[NAN, 1.0]]), 0, "is NaN, is no hit"),
    (metrax.TruePositives(), ([1], [0.5]), 0, "on the threshold is not above it"),
    (metrax.FalsePositives(), ([0], [0.5]), 0, "on the threshold is not above it"),
    (metrax.TrueNegatives(), ([0, NAN, -1], [NAN] * 3), 1, "NaN score is above no threshold"),
    (metrax.FalseNegatives(), ([1, NAN, -1], [NAN] * 3), 1, "NaN score is above no threshold"),
    (metrax.BinaryCrossentropy(), ([1.0], [0.0]), CLIPPED, "to 16.118"),
    (metrax.BinaryCrossentropy(), ([0.0], [1.0]), CLIPPED, "to 16.118"),
    (metrax.BinaryCrossentropy(True), ([0.0], [1e3]), 1e3, "of logits it is 0 or more"),
    (metrax.CategoricalCrossentropy(), (HALF, [[0.0, 0.0]]), CLIPPED, "a row of zeros has"),
    (metrax.CategoricalCrossentropy(True), (HALF, [[-INF, 0.0]]), INF, "infinite where"),
    (metrax.SparseCategoricalCrossentropy(), ([0], [[0.0, 1.0]]), CLIPPED, "to 16.118"),
    (metrax.SparseCategoricalCrossentropy(), ([5], TIE), NAN, "makes the value NaN"),
    (metrax.KLDivergence(), (HALF, [[0.0, 1.0]]), CLIPPED, "16.118 where"),
    (metrax.Poisson(), ([1.0], [0.0]), CLIPPED, "costs 16.118"),
    (metrax.Hinge(), ([0.0], [1.0]), 2, "each label 0 counts as -1"),
    (metrax.SquaredHinge(), ([0.0], [1.0]), 4, "each label 0 counts as -1"),
    (metrax.CategoricalHinge(), ([[0, 1]], [[-3.0, 0.0]]), 1, "loss is 1 where"),
    (metrax.MeanAbsolutePercentageError(), ([0.0], [0.0]), 0, "has the error 0"),
    (metrax.MeanAbsolutePercentageError(), ([0.0], [1.0]), 1e9, "1e9 percent"),
    (metrax.MeanSquaredLogarithmicError(), ([-5.0], [0.0]), 0, "below 1e-7 count as 1e-7"),
    (metrax.CosineSimilarity(), ([[0.0, 0.0]], HALF), 0, "zero vector has similarity 0"),
    (metrax.PearsonCorrelation(), (TIE, HALF), 0, "0 where either is constant"),
    (metrax.PearsonCorrelation(axis=0), ([1.0, 1.0], [1.0, 0.0]), 0, "either is constant"),
    (metrax.ConcordanceCorrelation(axis=0), ([1.0, 1.0], [1.0, 1.0]), 0, "the same constant"),
    (metrax.ConcordanceCorrelation(), (TIE, TIE), 0, "the same constant, too"),
    (metrax.R2Score(), ([1.0, 1.0], [1.0, 1.0]), 1, "scores 1 if predicted perfectly"),
    (metrax.R2Score(), ([1.0, 1.0], [1.0, 0.0]), 0, "else 0"),
    (metrax.IoU(3, [2]), ([0, 0], [0, 0]), 0, "0 where none of the classes appears"),
    (metrax.IoU(3, [0, 2]), ([0, 0], [0, 0]), 1, "are left out of the mean"),
    (metrax.MeanIoU(3), ([0, 0], [7, 0]), 1, "Labels that are no class contribute nothing"),
    (metrax.BinaryIoU(), ([1, 0], [0.5, 0.4]), 1, "at or above it are class 1"),
    (metrax.BinaryIoU(), ([0, 0], [0.1, 0.1]), 1, "left out of the mean"),
    (metrax.OneHotIoU(2, [0]), ([[0, 0]], TIE), 1, "row of zeros, like any of equal entries"),
    (metrax.OneHotMeanIoU(2), ([[1, 0]], TIE), 1, "row of zeros, like any of equal entries"),
    (metrax.DiceLoss(), ([[0.0]], [[0.0]]), 1, "empty masks among that"),
    (metrax.TverskyLoss(), ([[0.0]], [[0.0]]), 1, "empty masks among that"),
    (metrax.AUC(), ([1, 1], [0.5, 0.7]), 0, "without negative ones it is 0 for ROC"),
    (metrax.AUC(), ([0, 0], [0.5, 0.7]), 0, "Without positive labels it is 0"),
    (metrax.AUC(curve="PR"), ([1, 1], [0.5, 0.7]), 1, "and 1 for PR"),
    (metrax.PrecisionAtRecall(0.0), ([0, 0], [0.5, 0.7]), 0, "0 without positive labels"),
    (metrax.RecallAtPrecision(0.0), ([0, 0], [0.5, 0.7]), 0, "0 without positive labels"),
    (metrax.SensitivityAtSpecificity(0.5), ([1, 1], [0.5, 0.7]), 0, "without negative ones"),
    (metrax.SensitivityAtSpecificity(0.0), ([1, 1], [0.5, 0.7]), 1, "unless the bound is 0"),
    (metrax.SpecificityAtSensitivity(0.5), ([0, 0], [0.5, 0.7]), 0, "without positive ones"),
    (metrax.SpecificityAtSensitivity(0.0), ([0, 0], [0.5, 0.7]), 1, "unless the bound is 0"),
]

FUNCTIONS = [
    (functional.accuracy, ([NAN], [NAN]), 0, "A NaN equals nothing"),
    (functional.binary_accuracy, ([0.0], [NAN]), 1, "A NaN score counts as 0"),
    (functional.mean_absolute_percentage_error, ([[0.0]], [[1.0]]), 1e9, "1e9 where"),
    (functional.huber, ([[1.0]], [[NAN]]), NAN, "NaN where an input is"),
    (functional.kl_divergence, (HALF, [[0.0, 1.0]]), CLIPPED, "16.118 where"),
    (functional.poisson, ([[1.0]], [[0.0]]), CLIPPED, "costs 16.118"),
    (functional.poisson, ([[0.0]], [[0.0]]), 0, "and 0 for none"),
    (functional.binary_crossentropy, ([[1.0]], [[0.0]]), CLIPPED, "at most 16.118"),
    (functional.categorical_crossentropy, (HALF, [[0.0, 1.0]]), CLIPPED, "at most 16.118"),
    (functional.sparse_categorical_crossentropy, ([0], [[0.0, 1.0]]), CLIPPED, "at most 16.118"),
    (functional.binary_focal_crossentropy, ([[1.0]], [[0.0]]), CLIPPED, "at most 16.118"),
    (functional.categorical_focal_crossentropy, (HALF, [[0.0, 1.0]]), CLIPPED / 4, "times alpha"),
    (functional.hinge, ([[1.0]], [[1.0]]), 0, "0 from the margin on"),
    (functional.dice, ([[0.0]], [[0.0]]), 1, "1 where both masks are empty"),
    (functional.tversky, ([[0.0]], [[0.0]]), 1, "nothing overlaps and nothing is wrong"),
]


def words(thing):
    """A docstring as one line."""
    return re.sub(r"\s+", " ", inspect.getdoc(thing))


@pytest.mark.parametrize(
    ("called", "given", "value", "said"),
    [pytest.param(*row, id=f"{getattr(row[0], '__name__', type(row[0]).__name__)}-{row[3]}")
     for row in METRICS + FUNCTIONS],
)  # fmt: skip
def test_a_convention_gives_the_number_that_is_said(called, given, value, said):
    np.testing.assert_allclose(np.ravel(called(*given))[0], value, rtol=1e-5, atol=1e-9)
    assert said in words(type(called) if isinstance(called, metrax.Metric) else called)


@pytest.mark.parametrize("cls", {type(row[0]): 0 for row in METRICS}, ids=lambda x: x.__name__)
def test_no_data_gives_the_number_that_is_said(cls):
    metric = next(case.metric for case in CASES if type(case.metric) is cls)
    assert not np.any(metric.compute(metric.init()))
    assert re.search(
        r"0 without data|without data it is 0|0[^.]*,? (and|as) without data", words(cls), re.I
    )
