"""Metrics by name, and back."""

import json
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import optax
import pytest

import metrax
from tests.cases import CASES

IDENTIFIERS = {
    "AUC": metrax.AUC,
    "auc": metrax.AUC,
    "MeanSquaredError": metrax.MeanSquaredError,
    "mean_squared_error": metrax.MeanSquaredError,
    "mse": metrax.MeanSquaredError,
    "MSE": metrax.MeanSquaredError,
    "rmse": metrax.RootMeanSquaredError,
    "RMSE": metrax.RootMeanSquaredError,
    "mae": metrax.MeanAbsoluteError,
    "MAE": metrax.MeanAbsoluteError,
    "mape": metrax.MeanAbsolutePercentageError,
    "MAPE": metrax.MeanAbsolutePercentageError,
    "msle": metrax.MeanSquaredLogarithmicError,
    "MSLE": metrax.MeanSquaredLogarithmicError,
    "bce": metrax.BinaryCrossentropy,
    "BCE": metrax.BinaryCrossentropy,
    "kld": metrax.KLDivergence,
    "KLD": metrax.KLDivergence,
    "kl_divergence": metrax.KLDivergence,
    "kullback_leibler_divergence": metrax.KLDivergence,
    "logcosh": metrax.LogCoshError,
    "log_cosh": metrax.LogCoshError,
    "log_cosh_error": metrax.LogCoshError,
    "cosine": metrax.CosineSimilarity,
    "cosine_similarity": metrax.CosineSimilarity,
    "cosine_proximity": metrax.CosineSimilarity,
    "accuracy": metrax.Accuracy,
    "Accuracy": metrax.Accuracy,
    "acc": metrax.AccuracyByShape,
    "binary_accuracy": metrax.BinaryAccuracy,
    "categorical_accuracy": metrax.CategoricalAccuracy,
    "sparse_categorical_accuracy": metrax.SparseCategoricalAccuracy,
    "top_k_categorical_accuracy": metrax.TopKCategoricalAccuracy,
    "sparse_top_k_categorical_accuracy": metrax.SparseTopKCategoricalAccuracy,
    "f1_score": metrax.F1Score,
    "f_beta_score": metrax.FBetaScore,
    "fbeta_score": metrax.FBetaScore,
    "r2_score": metrax.R2Score,
    "hinge": metrax.Hinge,
    "poisson": metrax.Poisson,
    "BinaryIoU": metrax.BinaryIoU,
    "binary_io_u": metrax.BinaryIoU,
}


@pytest.mark.parametrize(("name", "cls"), IDENTIFIERS.items(), ids=IDENTIFIERS)
def test_names_resolve(name, cls):
    assert type(metrax.get(name)) is cls


def test_every_class_resolves_in_both_spellings():
    from metrax.core.names import snake_case

    for cls in {type(case.metric) for case in CASES} - {metrax.Collection, metrax.Routed}:
        for name in (cls.__name__, snake_case(cls.__name__)):
            try:
                found = type(metrax.get(name))
            except metrax.MetraxError as error:  # it needs arguments
                assert cls.__name__ in str(error)  # noqa: PT017
            else:
                assert found is cls, name


@pytest.mark.parametrize(
    "name", ["huber", "dice", "tversky", "binary_focal_crossentropy", "categorical_hinge"]
)
def test_loss_functions_resolve_too(name):
    assert metrax.get(name).name == name


def test_functions_become_weighted_means():
    def mean_pred(y_true, y_pred):
        return jnp.mean(y_pred, axis=-1)

    metric = metrax.get(mean_pred)
    assert metric.name == "mean_pred"
    assert float(metric(np.zeros((2, 2)), [[1.0, 3.0], [5.0, 5.0]], [3.0, 1.0])) == 2.75


@pytest.mark.parametrize(
    ("y_true", "y_pred", "expected"),
    [
        ([1, 0, 1], [0.9, 0.8, 0.7], 2 / 3),
        ([[1], [0]], [[0.9], [0.2]], 1),
        ([1, 0], [[0.1, 0.9], [0.2, 0.8]], 0.5),
        ([[1], [0]], [[0.1, 0.9], [0.2, 0.8]], 0.5),
        ([[0, 1], [1, 0]], [[0.1, 0.9], [0.2, 0.8]], 0.5),
        ([[1, 1], [0, 0]], [[[0.1, 0.9]] * 2] * 2, 0.5),
    ],
)
def test_acc_goes_by_the_shapes(y_true, y_pred, expected):
    assert float(metrax.get("acc")(y_true, y_pred)) == pytest.approx(expected)


def test_collections_take_identifiers():
    metrics = metrax.Collection(["mae", "acc", "AUC", "accuracy", metrax.Recall()])
    values = metrics([1, 0, 1], [0.9, 0.8, 0.7])
    assert list(values) == ["mae", "acc", "AUC", "accuracy", "recall"]
    assert float(values["acc"]) == float(values["accuracy"]) == pytest.approx(2 / 3)
    assert float(values["mae"]) == pytest.approx(1.2 / 3)


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_serialization_round_trip(case):
    written = json.dumps(metrax.serialize(case.metric))
    assert metrax.deserialize(json.loads(written)) == case.metric
    assert metrax.clone_metric(case.metric) == case.metric


OF_0_1 = json.loads((Path(__file__).parent / "configurations_of_0_1.json").read_text())
"""Every row of its tests, and every function, as the last commit of metrax 0.1 wrote it."""


@pytest.mark.parametrize("name", OF_0_1)
def test_configurations_of_metrax_01_load(name):
    old = OF_0_1[name]
    metric = metrax.deserialize(old)
    assert type(metric).__name__ == old["class_name"]
    assert matches(metrax.serialize(metric), old)
    part, _, function = name.rpartition(".")
    if part in ("functional", "losses"):
        assert metric.get_config()["fn"] is getattr(getattr(metrax, part), function)


def matches(new, old):
    """Whether everything that was written then is written now, functions by whatever path."""
    if isinstance(old, dict) and "function" in old:
        return new["function"].partition(":")[2] == old["function"].partition(":")[2]
    if isinstance(old, dict):
        return all(matches(new[key], value) for key, value in old.items())
    if isinstance(old, list):
        return len(new) == len(old) and all(map(matches, new, old))
    return isinstance(new, bool) is isinstance(old, bool) and new == old


class Mine(metrax.Mean):
    pass


def test_classes_and_functions_from_elsewhere():
    config = metrax.serialize(metrax.MeanMetricWrapper(optax.losses.huber_loss, delta=2.0))
    assert metrax.deserialize(config).get_config()["fn"] is optax.losses.huber_loss
    assert metrax.deserialize({"class_name": "Mine"}, {"Mine": Mine}) == Mine()
    assert metrax.serialize(Mine())["class_name"].endswith("test_registry:Mine")


def test_clones_of_lists_and_dicts():
    metrics = {"a": [metrax.Mean(), metrax.AUC(curve="PR")], "b": metrax.Sum()}
    assert metrax.clone_metrics(metrics) == metrics


@pytest.mark.parametrize(
    ("identifier", "message"),
    [
        ("mean_sqared_error", "mean_squared_error"),
        ("zzz", "names no metric"),
        ({"config": {}}, "class_name"),
        ({"class_name": "Aucc"}, "AUC"),
        ({"class_name": "AUC", "config": {"curves": 1}}, "curves"),
        ({"class_name": "nowhere:Metric"}, "deserialize: got 'nowhere:Metric', .*@metrax.register"),
        ("MeanIoU", "num_classes"),
        (3, "expected a metric's name"),
        (None, "expected a metric's name"),
    ],
)
def test_what_stands_for_no_metric(identifier, message):
    with pytest.raises(metrax.MetraxError, match=message):
        metrax.get(identifier)


def test_lambdas_have_no_name_to_write():
    with pytest.raises(metrax.MetraxError, match="top level"):
        metrax.serialize(lambda y_true, y_pred: y_pred)
