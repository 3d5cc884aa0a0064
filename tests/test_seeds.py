"""The example numbers of the Keras documents that the library follows."""

import jax.numpy as jnp
import numpy as np
import pytest

import metrax


def test_cosine_similarity_examples():
    cosine = metrax.CosineSimilarity(axis=1)
    y_true, y_pred = [[0.0, 1.0], [1.0, 1.0]], [[1.0, 0.0], [1.0, 1.0]]
    assert float(cosine(y_true, y_pred)) == pytest.approx(0.49999997, abs=1e-6)
    assert float(cosine(y_true, y_pred, [0.3, 0.7])) == pytest.approx(0.6999999, abs=1e-6)


def test_categorical_crossentropy_examples():
    metric = metrax.CategoricalCrossentropy()
    batch = [[0, 1, 0], [0, 0, 1]], [[0.05, 0.95, 0], [0.1, 0.8, 0.1]]
    assert float(metric(*batch)) == pytest.approx(1.1769392, rel=1e-6)
    assert float(metric(*batch, [0.3, 0.7])) == pytest.approx(1.6271976, rel=1e-6)


def test_cosine_similarity_loss_example():
    y_true, y_pred = [[0.0, 1.0], [1.0, 1.0], [1.0, 1.0]], [[1.0, 0.0], [1.0, 1.0], [-1.0, -1.0]]
    loss = metrax.losses.cosine_similarity(y_true, y_pred, axis=1)
    np.testing.assert_allclose(loss, [0, -0.999, 0.999], atol=2e-3)


FUNCTIONS = [
    "accuracy",
    "binary_accuracy",
    "categorical_accuracy",
    "sparse_categorical_accuracy",
    "top_k_categorical_accuracy",
    "sparse_top_k_categorical_accuracy",
]
CLASSES = [
    "Metric",
    "Accuracy",
    "BinaryAccuracy",
    "CategoricalAccuracy",
    "SparseCategoricalAccuracy",
    "TopKCategoricalAccuracy",
    "SparseTopKCategoricalAccuracy",
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "SparseCategoricalCrossentropy",
    "KLDivergence",
    "Poisson",
    "MeanSquaredError",
    "RootMeanSquaredError",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredLogarithmicError",
    "CosineSimilarity",
    "LogCoshError",
    "R2Score",
    "AUC",
    "Precision",
    "Recall",
    "TruePositives",
    "TrueNegatives",
    "FalsePositives",
    "FalseNegatives",
    "PrecisionAtRecall",
    "RecallAtPrecision",
    "SensitivityAtSpecificity",
    "SpecificityAtSensitivity",
    "F1Score",
    "FBetaScore",
    "IoU",
    "BinaryIoU",
    "OneHotIoU",
    "OneHotMeanIoU",
    "MeanIoU",
    "Hinge",
    "SquaredHinge",
    "CategoricalHinge",
    "MeanMetricWrapper",
    "Mean",
    "Sum",
]
STRINGS = ["mae", "acc", "accuracy", "cosine_proximity", "MeanSquaredError", "AUC", "mse"]


def test_every_name_resolves():
    assert all(callable(getattr(metrax.functional, name)) for name in FUNCTIONS)
    assert all(isinstance(getattr(metrax, name), type) for name in CLASSES)
    assert all(isinstance(metrax.get(name), metrax.Metric) for name in (*STRINGS, *FUNCTIONS))
    assert callable(metrax.clone_metric)
    assert callable(metrax.clone_metrics)


def test_metrics_of_compile():
    def mean_pred(y_true, y_pred):
        return jnp.mean(y_pred, axis=-1)

    metrics = metrax.Collection(["mae", "acc", "accuracy", mean_pred])
    values = metrics([[1.0], [0.0]], [[0.75], [0.75]])
    assert {name: float(value) for name, value in values.items()} == {
        "mae": 0.5,
        "acc": 0.5,
        "accuracy": 0.5,
        "mean_pred": 0.75,
    }


def test_a_running_accuracy_as_in_the_custom_training_loop():
    accuracy = metrax.CategoricalAccuracy()
    state, running = accuracy.init(), []
    for y, logits in ([[0, 1]], [[1.0, 3.0]]), ([[0, 1], [1, 0]], [[2.0, 0.0], [5.0, 0.0]]):
        state = accuracy.update(state, y, logits)
        running.append(float(accuracy.compute(state)))
    assert running == pytest.approx([1, 2 / 3])


def test_standalone_auc_example():
    auc = metrax.AUC()
    state = auc.update(auc.init(), [0, 1, 1, 1], [0, 1, 0, 0])
    assert float(auc.compute(state)) == pytest.approx(2 / 3, rel=1e-6)
    state = auc.update(state, [1, 1, 1, 1], [0, 1, 1, 0])
    assert float(auc.compute(state)) == pytest.approx(5 / 7, rel=1e-6)


def test_named_metrics():
    assert metrax.MeanSquaredError(name="my_mse").name == "my_mse"
    assert metrax.AUC().name == "auc"
    assert metrax.MeanIoU(num_classes=2).name == "mean_io_u"
    assert metrax.R2Score().name == "r2_score"


def test_custom_metric_functions_average_over_examples():
    def squared_difference(y_true, y_pred):
        return jnp.mean(jnp.square(y_true - y_pred), axis=-1)

    value = metrax.get(squared_difference)([[0.0, 0.0], [0.0, 0.0]], [[1.0, 1.0], [2.0, 2.0]])
    assert float(value) == 2.5
