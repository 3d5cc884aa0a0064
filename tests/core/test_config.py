"""Configuration: frozen, normalised, checked."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import metrax


def test_lists_and_arrays_become_tuples():
    for thresholds in ([0.25, 0.5], (0.25, 0.5), np.array([0.25, 0.5]), jnp.array([0.25, 0.5])):
        metric = metrax.Precision(thresholds=thresholds)
        assert metric == metrax.Precision(thresholds=(0.25, 0.5))
        assert hash(metric) == hash(metrax.Precision(thresholds=(0.25, 0.5)))


def test_dtypes_have_one_spelling():
    spellings = ("bfloat16", jnp.bfloat16, jnp.dtype("bfloat16"))
    assert len({metrax.Mean(dtype=dtype) for dtype in spellings}) == 1
    assert metrax.Mean(dtype=jnp.bfloat16)([1.0, 2.0]).dtype == jnp.bfloat16
    assert metrax.Mean(dtype=jnp.bfloat16).init().total.hi.dtype == jnp.float32


def test_float64_needs_its_switch():
    with pytest.raises(metrax.MetraxError, match="jax_enable_x64"):
        metrax.Mean(dtype="float64").init()


def test_float32_states_under_x64(x64):
    assert metrax.Mean().init().total.hi.dtype == jnp.float64
    assert metrax.Mean(dtype="float32").init().total.hi.dtype == jnp.float32


def test_metrics_pass_through_jit_as_arguments():
    traces = []

    @jax.jit
    def value(metric, y, p):
        traces.append(metric)
        return metric(y, p)

    y, p = jnp.array([0, 1]), jnp.array([0.2, 0.7])
    for threshold in (0.5, 0.5, 0.9):
        value(metrax.Recall(thresholds=threshold), y, p)
    assert len(traces) == 2


@pytest.mark.parametrize(
    "build",
    [
        lambda: metrax.AUC(num_thresholds="many"),  # pyright: ignore[reportArgumentType]
        lambda: metrax.AUC(thresholds="ab"),  # pyright: ignore[reportArgumentType]
        lambda: metrax.MeanIoU(num_classes="two"),  # pyright: ignore[reportArgumentType]
        lambda: metrax.Precision(top_k="1"),  # pyright: ignore[reportArgumentType]
    ],
)
def test_arguments_of_the_wrong_type(build):
    with pytest.raises(metrax.MetraxTypeError, match="expected a"):
        build()


def test_configurations_with_unknown_keys():
    with pytest.raises(metrax.MetraxTypeError, match="threshold"):
        metrax.Precision.from_config({"threshold": 0.5})
