"""Metrics as Keras metrics do what the functional ones and Keras's own do."""

import copy
import os
import subprocess
import sys

import chex
import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

import metrax
from metrax.interop.keras import Metric, as_keras

rng = np.random.default_rng(0)
X = rng.random((50, 3), dtype=np.float32)
Y = (X.sum(axis=1, keepdims=True) + rng.normal(size=(50, 1)) > 1.5).astype(np.float32)
W = rng.random(50, dtype=np.float32)
SCORES = rng.random((50, 1), dtype=np.float32)
BATCHES = [slice(0, 16), slice(16, 32), slice(32, 50)]

# Keras copies variables with NumPy's older protocol when it saves them.
saves = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't:DeprecationWarning")


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


def collection():
    return metrax.Collection([metrax.Precision(), metrax.Recall(), metrax.AUC(name="area")])


def close(ours, theirs):
    ours, theirs = (dict(x) if isinstance(x, dict) else x for x in (ours, theirs))
    chex.assert_trees_all_close(ours, theirs, rtol=1e-5, atol=1e-6)


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


@pytest.mark.parametrize("given", ["positional", "keyword", "none"])
def test_the_value_is_the_functional_metrics(given):
    metric = metrax.AUC(num_thresholds=20)
    ours, state = as_keras(metric), metric.init()
    for batch in BATCHES:
        y, scores, w = Y[batch], SCORES[batch], W[batch]
        if given == "keyword":
            ours.update_state(y_true=y, y_pred=scores, sample_weight=w)
        else:
            ours.update_state(y, scores, *([w] if given == "positional" else []))
        state = metric.update(state, y, scores, None if given == "none" else w)
    chex.assert_trees_all_equal(ours.state, state)
    assert ours.result() == metric.compute(state)


def test_the_standalone_example_of_keras():
    metric = as_keras(metrax.AUC())
    metric.update_state([0, 1, 1, 1], [0, 1, 0, 0])
    assert float(metric.result()) == pytest.approx(2 / 3, rel=1e-6)
    metric.update_state([1, 1, 1, 1], [0, 1, 1, 0])
    assert float(metric.result()) == pytest.approx(5 / 7, rel=1e-6)
    metric.reset_state()
    metric.update_state([0, 1, 1, 1], [0, 1, 0, 0])
    assert float(metric.result()) == pytest.approx(2 / 3, rel=1e-6)


@pytest.mark.parametrize("name", ["Mean", "Sum"])
def test_streams_of_values_are_keras_metrics(name):
    ours, theirs = as_keras(getattr(metrax, name)()), getattr(keras.metrics, name)()
    for metric in (ours, theirs):
        metric.update_state([1, 3, 5, 7])
        metric.update_state([2.0, 4.0], sample_weight=[1, 0])
        metric.update_state([8.0, 1.0], [0.5, 1])
    close(ours.result(), theirs.result())
    assert ours.name == theirs.name


def test_named_outputs_go_by_keyword():
    metrics = metrax.Collection(loss=metrax.Mean().on("loss"), area=metrax.AUC())
    ours = as_keras(metrics)
    ours.update_state(Y, SCORES, W, loss=0.5)
    close(ours.result(), metrics(Y, SCORES, W, loss=0.5))


class Span(metrax.State):
    low: metrax.accumulators.Min
    high: metrax.accumulators.Max


class SpanOf(metrax.Statistic):
    def contribute(self, values):
        return Span(metrax.accumulators.Min.each(values), metrax.accumulators.Max.each(values))


@metrax.register
class Range(metrax.Metric):
    @property
    def statistic(self):
        return SpanOf()

    def read(self, state):
        return {"low": state.low.value, "high": state.high.value}


def test_a_metric_of_several_values_and_an_initial_state_that_is_not_zero():
    span = as_keras(Range())
    span.update_state(jnp.array([3.0, 7.0]))
    span.reset_state()
    assert span.result() == {"range/low": 0, "range/high": 0}  # no data
    span.update_state(jnp.array([5.0, 6.0]))
    assert span.result() == {"range/low": 5, "range/high": 6}


def test_variables_have_readable_paths_and_the_states_dtypes(x64):
    half = as_keras(metrax.MeanSquaredError(dtype="bfloat16"), name="val/mse")
    assert [x.path for x in half.variables] == [
        f"val>mse/{name}" for name in ("total.hi", "total.lo", "weight.hi", "weight.lo")
    ]
    half.update_state([1.0], [2.0])
    assert {x.dtype for x in half.variables} == {"float32"}
    assert not any(x.trainable for x in half.variables)
    assert half.result().dtype == half.dtype == "bfloat16"
    double = as_keras(metrax.Collection(a=metrax.Mean(dtype="float64")))
    double.update_state(values=[1 + 2.0**-40])
    assert {x.dtype for x in double.variables} == {"float64"}
    assert double.result()["a"] == 1 + 2.0**-40


def test_states_stay_wide_inside_a_layer_of_half_precision():
    class Watched(keras.layers.Layer):
        def __init__(self):
            super().__init__(dtype="mixed_float16")
            self.mean = as_keras(metrax.Mean())

        def call(self, x):
            self.mean.update_state(x)
            return x

    watched = Watched()
    watched(X)
    close(watched.mean.result(), X.astype(np.float16).astype(np.float32).mean())


METRICS = [
    metrax.AUC(num_thresholds=20, thresholds=[0.2, 0.5]),
    metrax.R2Score(num_outputs=1, class_aggregation=None),
    metrax.Collection(loss=metrax.Mean().on("y_pred"), inner=collection(), z=Range(), a=Range()),
    metrax.MeanMetricWrapper(keras.losses.binary_crossentropy, from_logits=True),
]


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_configurations_round_trip(metric):
    ours = as_keras(metric, name="given")
    saved = keras.saving.serialize_keras_object(ours)
    for twin in (
        Metric.from_config(ours.get_config()),
        keras.saving.deserialize_keras_object(saved),
        copy.deepcopy(ours),
    ):
        assert isinstance(twin, Metric)
        assert (twin.metric, twin.name) == (metric, "given")


@saves
def test_a_saved_model_evaluates_as_before(tmp_path, keras_promotes):
    saved = model([as_keras(metrax.AUC())], [as_keras(collection())])
    data = {"sample_weight": W, "verbose": 0, "return_dict": True}
    values = saved.evaluate(X, Y, **data)
    saved.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert values.keys() == {"loss", "auc", "precision", "recall", "area"}
    close(loaded.evaluate(X, Y, **data), values)


def test_a_metric_that_cannot_be_imported_is_not_saved():
    class Unknown(Range):
        pass

    with pytest.raises(metrax.MetraxError, match="top level of a module"):
        as_keras(Unknown()).get_config()


@pytest.mark.parametrize(
    ("metric", "argument"),
    [(metrax.R2Score(), "num_outputs"), (metrax.AUC(multi_label=True), "num_labels")],
    ids=str,
)
def test_a_metric_without_its_size_raises_at_construction(metric, argument):
    with pytest.raises(metrax.MetraxError, match=argument):
        as_keras(metric)


def test_what_is_no_metric_raises():
    with pytest.raises(metrax.MetraxTypeError, match="expected a metrax metric"):
        as_keras(metrax.Mean)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("args", "kwargs"),
    [
        ((Y,), {}),
        ((Y, SCORES, W, W), {}),
        ((Y, SCORES, W), {"sample_weight": W}),
        ((Y, SCORES), {"wieght": W}),
        ((Y, None), {}),
    ],
    ids=["missing", "too many", "repeated", "misspelt", "none"],
)
def test_arguments_that_are_missing_or_unknown_raise(args, kwargs):
    with pytest.raises(metrax.MetraxTypeError, match=r"AUC\(\): .*expected y_true, y_pred"):
        as_keras(metrax.AUC()).update_state(*args, **kwargs)


def test_shapes_that_do_not_fit_raise_and_leave_the_state():
    metric = as_keras(metrax.MeanSquaredError())
    with pytest.raises(metrax.MetraxError, match="they must have one shape"):
        metric.update_state(Y, SCORES[:-1])
    assert metric.result() == 0


def test_another_backend_than_jax_raises():
    code = "import metrax; from metrax.interop.keras import as_keras; as_keras(metrax.Mean())"
    env = {**os.environ, "KERAS_BACKEND": "numpy"}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    assert done.returncode == 1
    assert "MetraxError: as_keras: Keras runs on the backend 'numpy'" in done.stderr
    assert "KERAS_BACKEND=jax" in done.stderr


def test_keras_is_not_imported_with_metrax():
    code = "import sys, metrax; sys.exit('keras' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
