"""Metrics in ``fit`` and ``evaluate`` of Keras's models do what Keras's own do."""

import jax
import keras
import numpy as np
import pytest

import metrax
from metrax.interop.keras import as_keras
from tests.interop.keras_data import W, X, Y, close, collection

# Keras copies variables with NumPy's older protocol when it saves them.
saves = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't:DeprecationWarning")

rng = np.random.default_rng(1)


@pytest.fixture
def keras_promotes():
    """Keras's layers and optimizers add biases to batches and Python's ints to floats."""
    with jax.numpy_dtype_promotion("standard"), jax.numpy_rank_promotion("allow"):
        yield


def model(metrics, weighted_metrics=None, **kwargs):
    layers = [keras.Input((3,)), keras.layers.Dense(1, activation="sigmoid")]
    made = keras.Sequential(layers)
    made.compile("adam", "mse", metrics=metrics, weighted_metrics=weighted_metrics, **kwargs)
    return made


PAIRS = [
    (metrax.AUC, keras.metrics.AUC, {"curve": "PR", "num_thresholds": 50}),
    (metrax.MeanSquaredError, keras.metrics.MeanSquaredError, {}),
    (metrax.Precision, keras.metrics.Precision, {"thresholds": 0.4}),
    (metrax.R2Score, keras.metrics.R2Score, {}),
]


def pairs(prefix):
    """Each of our metrics and Keras's, to compile into one model."""
    found = []
    for i, (ours, theirs, kwargs) in enumerate(PAIRS):
        sized = {"num_outputs": 1} if ours is metrax.R2Score else {}
        found.append(as_keras(ours(**kwargs, **sized), name=f"{prefix}_ours_{i}"))
        found.append(theirs(**kwargs, name=f"{prefix}_theirs_{i}"))
    return found


@pytest.mark.slow
def test_fit_and_evaluate_log_what_keras_metrics_log(keras_promotes):
    trained = model(pairs("plain"), pairs("weighted"))
    data = {"sample_weight": W, "batch_size": 16, "verbose": 0}  # the last batch has 2 of 50
    logs = trained.fit(X, Y, epochs=2, validation_data=(X, Y, W), **data).history
    first = trained.evaluate(X, Y, return_dict=True, **data)
    again = trained.evaluate(X, Y, return_dict=True, **data)
    assert first == again
    for logged in (logs, first):
        ours = {name: value for name, value in logged.items() if "_ours_" in name}
        assert len(ours) == len(PAIRS) * (4 if logged is logs else 2)
        for name, value in ours.items():
            close(value, logged[name.replace("ours", "theirs")])
    assert logs["plain_ours_0"] != logs["weighted_ours_0"]


@pytest.mark.parametrize("kwargs", [{"run_eagerly": True}, {"steps_per_execution": 3}], ids=str)
def test_other_ways_to_run_a_step(kwargs, keras_promotes):
    both = [as_keras(metrax.AUC(), name="ours"), keras.metrics.AUC(name="theirs")]
    logs = model(both, **kwargs).fit(X, Y, batch_size=16, verbose=0).history
    close(logs["ours"], logs["theirs"])


@pytest.mark.devices(8)
def test_a_model_on_many_devices(keras_promotes):
    with keras.distribution.DataParallel().scope():  # Keras wants all variables made in here
        both = [as_keras(metrax.AUC(), name="ours"), keras.metrics.AUC(name="theirs")]
        logs = model(both).fit(X[:48], Y[:48], batch_size=16, verbose=0).history
        assert len(both[0].variables[0].value.sharding.device_set) == 8
    close(logs["ours"], logs["theirs"])


def test_an_output_of_several_values(keras_promotes):
    thresholds = [0.3, 0.7]
    ours = as_keras(metrax.Precision(thresholds=thresholds), name="ours")
    theirs = keras.metrics.Precision(thresholds=thresholds, name="theirs")
    logs = model([ours, theirs]).fit(X, Y, batch_size=16, verbose=0).history
    close(logs["ours"], logs["theirs"])


def test_a_collection_logs_its_names(keras_promotes):
    trained = model([as_keras(collection())], [as_keras(collection(), name="weighted")])
    logs = trained.fit(X, Y, sample_weight=W, batch_size=16, verbose=0).history
    names = {"precision", "recall", "area"}
    assert logs.keys() == names | {f"weighted/{name}" for name in names} | {"loss"}
    assert logs["area"] != logs["weighted/area"]


def test_routed_metrics_read_what_keras_passes(keras_promotes):
    mean = metrax.Mean().on("y_pred")
    weighted = metrax.Mean(name="weighted").on("y_pred", w="sample_weight")
    both = metrax.Collection(a=mean, b=weighted)
    trained = model([as_keras(mean)], [as_keras(weighted), as_keras(both)])
    logs = trained.evaluate(X, Y, sample_weight=W, verbose=0, return_dict=True)
    scores = trained.predict(X, verbose=0)[:, 0]
    close(logs["mean"], float(scores.mean()))
    close(logs["weighted"], float(np.average(scores, weights=W)))
    assert (logs["a"], logs["b"]) == (logs["mean"], logs["weighted"])


def test_what_keras_masks_weighs_nothing(keras_promotes):
    tokens, y = np.array([[1, 2, 0], [3, 0, 0], [1, 2, 3]], np.int32), rng.random((3, 3, 1))
    layers = [keras.layers.Embedding(4, 2, mask_zero=True), keras.layers.Dense(1)]
    padded = keras.Sequential(layers)
    ours = as_keras(metrax.MeanSquaredError(), name="ours")
    weighted = as_keras(metrax.MeanSquaredError(), name="weighted")
    theirs = keras.metrics.MeanSquaredError(name="theirs")
    padded.compile(loss="mse", metrics=[ours, theirs], weighted_metrics=[weighted])
    w = np.array([1.0, 0.5, 2.0], np.float32)
    logs = padded.evaluate(tokens, y, sample_weight=w, verbose=0, return_dict=True)
    close(logs["ours"], logs["theirs"])
    errors = (padded.predict(tokens, verbose=0) - y)[..., 0] ** 2
    close(logs["weighted"], np.average(errors, weights=(tokens > 0) * w[:, None]))


@saves
def test_a_saved_model_evaluates_as_before(tmp_path, keras_promotes):
    saved = model([as_keras(metrax.AUC())], [as_keras(collection())])
    data = {"sample_weight": W, "verbose": 0, "return_dict": True}
    values = saved.evaluate(X, Y, **data)
    saved.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert values.keys() == {"loss", "auc", "precision", "recall", "area"}
    close(loaded.evaluate(X, Y, **data), values)
