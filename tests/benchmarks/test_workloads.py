"""That everything public is measured, beside whom, and on what arrays."""

import inspect

import jax
import keras
import numpy as np
import pytest

import metrax
from benchmarks.data import scores
from benchmarks.measure import inputs, scalar
from benchmarks.peers import OURS, PEERS, PLAIN
from benchmarks.peers.metrax import METRICS
from benchmarks.workloads import WIDE, WORKLOADS, Workload
from metrax import functional, losses

MEASURED = {type(metric).__name__: name for name, metric in METRICS.items()}
CALLS = [name for name, workload in WORKLOADS.items() if workload.is_function]
NO_METRIC_OF_ITS_OWN = {"Routed"}
"""What ``on`` returns: the metric in it, fed otherwise."""
OF_OTHERS = {
    *("Along", "Composed", "Decayed", "Grouped", "Mapped", "Windowed"),
    *("Difference", "Interval", "Ratio"),
    *("DemographicParity", "EqualOpportunity", "EqualizedOdds"),
}
"""What costs what the metrics inside cost; groups are measured by ``benchmarks.ways``."""
OF_NUMBERS = {"BestSoFar", "Extremes", "Last"}
"""Metrics that are fed one number a step."""


def public_metrics():
    classes = {n: x for n in metrax.__all__ if inspect.isclass(x := getattr(metrax, n))}
    metrics = {name for name, x in classes.items() if issubclass(x, metrax.Metric)}
    return {x for x in metrics - NO_METRIC_OF_ITS_OWN if not inspect.isabstract(classes[x])}


def functions(module):
    return {name: x for name, x in vars(module).items() if inspect.isfunction(x)}


# ---- what is measured


def test_every_public_metric_has_a_workload():
    assert len(public_metrics()) > 40
    assert public_metrics() - MEASURED.keys() == OF_OTHERS | OF_NUMBERS


def test_every_public_function_has_a_workload():
    public = {f"functional.{name}" for name in functions(functional)}
    own = {name for name, x in functions(losses).items() if x is not vars(functional).get(name)}
    assert len(public) > 20
    assert own == {"cosine_similarity"}
    assert (public | {f"losses.{name}" for name in own}) - set(CALLS) == set()


def test_what_is_no_metric_of_its_own_is_measured_too():
    kinds = {type(metric) for metric in METRICS.values()}
    assert type(metrax.by_shard(metrax.Mean(), 2)) in kinds
    states = [jax.eval_shape(metric.init) for metric in METRICS.values()]
    assert any(isinstance(state, metrax.accumulators.Buffer) for state in states)


def test_every_metric_is_beside_plain_jnp():
    assert METRICS.keys() - PEERS[PLAIN].programs().keys() == set()


def test_every_metric_and_function_that_keras_has_is_beside_it():
    theirs = PEERS["keras"].programs().keys()
    names = public_metrics() & vars(keras.metrics).keys()
    assert len(names) > 40
    beside = {type(metric).__name__ for name, metric in METRICS.items() if name in theirs}
    assert names - beside <= {
        "ConcordanceCorrelation",
        "PearsonCorrelation",
    }  # the stream's; Keras has those of rows:
    assert {"PearsonCorrelation rows", "ConcordanceCorrelation rows"} <= theirs
    functions = {*vars(keras.metrics), *vars(keras.losses)}
    named = {name for name in CALLS if WORKLOADS[name].fn in functions}
    assert len(named) > 20
    assert named <= theirs


OF_EACH_KIND = (
    "RootMeanSquaredError",
    "SparseCategoricalCrossentropy 100",
    "Mean",
    "Sum",
    "FalseNegatives",
    "Recall",
    "AUC uneven",
    "SensitivityAtSpecificity",
    "FBetaScore 10",
    "OneHotIoU 10",
    "ConcordanceCorrelation",
    "CalibrationError",
    "CRPS 10",
    "PITHistogram 10",
    "by_shard AUC",
    "Buffer median",
)


@pytest.mark.parametrize("name", OF_EACH_KIND)
def test_plain_jnp_does_the_same_work(name):
    values = []
    for peer in (OURS, PLAIN):
        program = PEERS[peer].programs()[name]()
        data = inputs(program, WORKLOADS[name], 6400, weighted=True)
        with jax.numpy_dtype_promotion("standard"):  # as plain code is written
            values.append(scalar(program.compute(jax.jit(program.update)(program.init(), *data))))
    assert values[0] == pytest.approx(values[1], rel=1e-4)


# ---- the arrays


def test_elements_come_in_any_shape_and_are_the_same():
    workload = WORKLOADS["MeanSquaredError"]
    shapes = {width: workload.data(6000, width)[0].shape for width in (None, 1, 10)}
    assert shapes == {None: (6, 1000), 1: (6000,), 10: (600, 10)}
    flat, rows = (workload.data(6000, width)[1] for width in (1, 10))
    np.testing.assert_array_equal(flat, rows.ravel())
    assert workload.weights(6000, 10).shape == (600,)


def test_a_library_of_flat_arrays_gets_a_weight_for_each_element():
    program = PEERS["sklearn"].programs()["BinaryAccuracy"]()
    y, p, w = inputs(program, WORKLOADS["BinaryAccuracy"], 6000, weighted=True, width=10)
    assert y.shape == p.shape == w.shape == (6000,)
    np.testing.assert_array_equal(w[:10], w[0])


def test_only_floats_become_bfloat16():
    program = PEERS[OURS].programs()["AUC"]()
    y, p, w = inputs(program, WORKLOADS["AUC"], 6000, weighted=True, dtype="bfloat16")
    assert [x.dtype.name for x in (y, p, w)] == ["int32", "bfloat16", "float32"]


def test_a_name_says_what_a_workload_is_of():
    assert Workload("MeanIoU 21", scores).cls == "MeanIoU"
    assert Workload("TopK 100", scores, metric="SparseTopKCategoricalAccuracy").cls[:6] == "Sparse"
    assert [x.name for x in WORKLOADS.values() if x.wide and not x.is_function] == [
        name for name in METRICS if name.endswith(f" {WIDE}")
    ]
