"""The description beside a stored state tells whose state it is."""

import json

import jax
import numpy as np
import optax
import pytest

import metrax
from tests.cases import CASES, every_case


def stored(metric):
    return json.loads(json.dumps(metrax.layout(metric)))


@every_case
def test_a_metric_accepts_its_own_layout(case):
    saved = stored(case.metric)
    metrax.check_layout(case.metric, saved)
    config = case.metric.get_config() | {"name": "renamed"}
    metrax.check_layout(type(case.metric).from_config(config), saved)


@every_case
def test_a_metric_refuses_every_other_layout(case):
    for other in CASES:
        if other.metric != case.metric:
            with pytest.raises(metrax.MetraxError, match=r": got .*, expected .*\. Restore it"):
                metrax.check_layout(case.metric, metrax.layout(other.metric))


ANOTHER = "the saved state belongs to another metric: "
RESTORE = ". Restore it with metrax.deserialize(saved['metric']), or start anew from init()"


@pytest.mark.parametrize(
    ("saved", "metric", "differences"),
    [
        (
            metrax.AUC(num_thresholds=100, curve="PR"),
            metrax.AUC(num_thresholds=200),
            "num_thresholds: got 100, expected 200; curve: got 'PR', expected 'ROC'",
        ),
        (metrax.Mean(), metrax.Sum(), "class: got Mean, expected Sum"),
        (metrax.Mean(dtype="float16"), metrax.Mean(), "dtype: got 'float16', expected None"),
        (
            metrax.MeanMetricWrapper(optax.losses.huber_loss, delta=1.0),
            metrax.MeanMetricWrapper(optax.losses.huber_loss, delta=2.0),
            "delta: got 1.0, expected 2.0",
        ),
        (
            metrax.Collection(a=metrax.Mean(), b=metrax.Recall(thresholds=0.3)),
            metrax.Collection(b=metrax.Recall(thresholds=0.6), c=metrax.Mean()),
            "metrics.b.thresholds: got 0.3, expected 0.6; "
            "metrics.c: got nothing, expected Mean; metrics.a: got Mean, expected nothing",
        ),
        (
            metrax.Collection(a=metrax.Mean().on("loss")),
            metrax.Collection(a=metrax.Sum().on("loss", w="mask")),
            "metrics.a.metric: got Mean, expected Sum; metrics.a.w: got None, expected 'mask'",
        ),
    ],
    ids=["arguments", "class", "dtype", "function", "collection", "routed"],
)
def test_the_error_names_every_difference(saved, metric, differences):
    with pytest.raises(metrax.MetraxError) as error:
        metrax.check_layout(metric, stored(saved))
    assert str(error.value) == f"{metric}: {ANOTHER}{differences}{RESTORE}"


def test_states_of_other_precision_are_refused():
    with jax.enable_x64(True):
        saved = stored(metrax.Mean())
    with pytest.raises(metrax.MetraxError, match=r"\.total\.hi: got 'float64\[\]', expected 'fl"):
        metrax.check_layout(metrax.Mean(), saved)


@pytest.mark.parametrize(
    ("saved", "message"),
    [
        ({}, r"saved: got \[\]; expected \['leaves', 'metric', 'version'\]"),
        (np.zeros(2), "saved: got ndarray"),
        (stored(metrax.Mean()) | {"version": 2}, "got a layout of version 2; expected 1"),
        (stored(metrax.Mean()) | {"metric": None}, "class: got None, expected Mean"),
    ],
)
def test_what_is_no_layout_is_refused(saved, message):
    with pytest.raises(metrax.MetraxError, match=message):
        metrax.check_layout(metrax.Mean(), saved)


def test_functions_without_a_name_have_no_layout():
    metric = metrax.MeanMetricWrapper(lambda y_true, y_pred: y_pred)
    with pytest.raises(metrax.MetraxError, match="top level"):
        metrax.layout(metric)
