"""Weighted means: what the laws do not say about them."""

import pytest

import metrax

KERAS = {
    metrax.RootMeanSquaredError: "root_mean_squared_error",
    metrax.MeanAbsoluteError: "mean_absolute_error",
    metrax.MeanAbsolutePercentageError: "mean_absolute_percentage_error",
    metrax.MeanSquaredLogarithmicError: "mean_squared_logarithmic_error",
    metrax.LogCoshError: "logcosh",
    metrax.TopKCategoricalAccuracy: "top_k_categorical_accuracy",
    metrax.SparseTopKCategoricalAccuracy: "sparse_top_k_categorical_accuracy",
    metrax.BinaryCrossentropy: "binary_crossentropy",
    metrax.KLDivergence: "kl_divergence",
    metrax.Poisson: "poisson",
    metrax.Hinge: "hinge",
    metrax.SquaredHinge: "squared_hinge",
    metrax.CategoricalHinge: "categorical_hinge",
}


def test_names_are_those_of_keras():
    assert {cls: cls().name for cls in KERAS} == KERAS
    assert repr(metrax.LogCoshError()) == "metrax.LogCoshError()"


def test_the_root_shares_its_statistic_with_the_mean():
    assert metrax.RootMeanSquaredError().statistic == metrax.MeanSquaredError().statistic


def test_the_root_is_taken_of_all_data():
    rmse = metrax.RootMeanSquaredError()
    state = rmse.update(rmse.observe([0.0], [1.0]), [0.0, 0.0], [7.0, 0.0])
    assert float(rmse.compute(state)) == pytest.approx((50 / 3) ** 0.5)


@pytest.mark.parametrize(
    ("metric", "value", "weighted"),
    [
        (metrax.BinaryCrossentropy(), 0.81492424, 0.9162905),
        (metrax.Hinge(), 1.3, 1.1),
        (metrax.SquaredHinge(), 1.86, 1.46),
        (metrax.CategoricalHinge(), 1.4, 1.2),
    ],
    ids=lambda x: getattr(x, "name", ""),
)
def test_the_examples_of_keras(metric, value, weighted):
    batch = [[0, 1], [0, 0]], [[0.6, 0.4], [0.4, 0.6]]
    assert float(metric(*batch)) == pytest.approx(value, rel=1e-6)
    assert float(metric(*batch, [1, 0])) == pytest.approx(weighted, rel=1e-6)


def test_log_cosh_of_small_errors():
    assert float(metrax.LogCoshError()([0.0, 0.0], [3e-4, -3e-4])) == pytest.approx(4.5e-8)


def test_predictions_that_are_integers_are_not_truncated_targets():
    assert float(metrax.MeanAbsoluteError()([0.5, 0.5], [0, 1])) == 0.5


def test_class_indices_stay_integers():
    metric = metrax.SparseTopKCategoricalAccuracy(k=1, from_sorted_ids=True)
    assert float(metric([2**24 + 1], [[2**24, 3]])) == 0


@pytest.mark.parametrize("k", [0, -1])
def test_k_below_one_raises(k):
    for cls in (metrax.TopKCategoricalAccuracy, metrax.SparseTopKCategoricalAccuracy):
        with pytest.raises(metrax.MetraxError, match=f"{cls.__name__}: k: got {k}"):
            cls(k=k)


def test_label_smoothing_out_of_range_raises():
    with pytest.raises(metrax.MetraxError, match=r"label_smoothing: got 1\.5; expected 0 to 1"):
        metrax.BinaryCrossentropy(label_smoothing=1.5)


@pytest.mark.parametrize(
    "metric", [metrax.KLDivergence(), metrax.CategoricalHinge(), metrax.TopKCategoricalAccuracy()]
)
def test_metrics_along_an_axis_need_it(metric):
    with pytest.raises(metrax.MetraxError, match="batch axis and a class or feature axis"):
        metric([1.0, 0.0], [0.5, 0.5])
