"""Metrics as Keras metrics, outside of models, do what the functional ones and Keras's own do."""

import copy
import os
import subprocess
import sys

import chex
import jax.numpy as jnp
import keras
import numpy as np
import pytest

import metrax
from metrax.interop.keras import Metric, as_keras
from tests.interop.keras_data import SCORES, W, X, Y, close, collection

BATCHES = [slice(0, 16), slice(16, 32), slice(32, 50)]


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
