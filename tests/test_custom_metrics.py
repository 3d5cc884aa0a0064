"""Metrics of one's own: a function, a readout, a statistic."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import metrax
from metrax.accumulators import Max, Moments, Sum
from metrax.statistics import ThresholdCounts


def absolute_error(y_true, y_pred):
    return jnp.abs(y_true - y_pred)


def test_a_function():
    metric = metrax.MeanMetricWrapper(absolute_error)
    assert float(metric([1.0, 2.0], [2.0, 4.0], [3.0, 1.0])) == 1.25


@pytest.mark.parametrize(
    ("loss", "y_true", "y_pred"),
    [
        (optax.losses.sigmoid_binary_cross_entropy, [1.0, 0.0], [2.0, -0.5]),
        (optax.losses.softmax_cross_entropy_with_integer_labels, [2, 0], [[1.0, 2, 3], [3, 2, 1]]),
        (optax.losses.kl_divergence, [[0.4, 0.6]], [[-0.5, -0.9]]),
        (optax.losses.hinge_loss, [1.0, -1.0], [0.3, 0.4]),
    ],
)
def test_optax_losses_get_their_arguments_in_their_order(loss, y_true, y_pred):
    value = metrax.MeanMetricWrapper(loss)(y_true, y_pred)
    expected = loss(jnp.asarray(y_pred), jnp.asarray(y_true)).mean()
    assert float(value) == pytest.approx(float(expected), rel=1e-6)


def test_small_integers_do_not_wrap_in_a_function():
    def error(y_true, y_pred):
        return (y_true.astype(jnp.float32) - y_pred) ** 2

    metric = metrax.MeanMetricWrapper(error)
    assert float(metric(np.uint8([3]), np.uint8([5]))) == 4


def test_functions_that_do_not_fit_are_named():
    with pytest.raises(metrax.MetraxTypeError, match="expected a function"):
        metrax.MeanMetricWrapper("mse")  # pyright: ignore[reportArgumentType]
    with pytest.raises(metrax.MetraxTypeError, match="returned a float"):
        metrax.MeanMetricWrapper(lambda y_true, y_pred: 1.0)([1.0], [1.0])
    with pytest.raises(metrax.MetraxTypeError, match="cannot be hashed"):
        metrax.MeanMetricWrapper(absolute_error, table={1: 2})


class BinaryTruePositives(metrax.Metric):
    """Weight of the examples that are positive and predicted positive."""

    @property
    def statistic(self):
        return ThresholdCounts((0.5,))

    def read(self, state):
        return state.counts().tp[0]


def test_a_readout():
    metric = BinaryTruePositives()
    state = metric.update(metric.init(), [0, 1, 1, 1], [0, 1, 0, 0])
    assert float(metric.compute(state)) == 1
    state = metric.update(state, [1, 1, 1, 1], [0, 1, 1, 0])
    assert float(metric.compute(state)) == 3
    assert metric.name == "binary_true_positives"
    shared = metrax.Collection([metric, metrax.Precision()])
    assert len(shared.init()) == 1


class ErrorSummary(metrax.State):
    moments: Moments
    largest: Max


class Errors(metrax.Statistic):
    scale: float = 1.0

    def contribute(self, y_true, y_pred):
        error = self.scale * (y_pred - y_true)
        return ErrorSummary(Moments.each(error), Max.each(jnp.abs(error)))


class ErrorSpread(metrax.Metric):
    scale: float = 1.0

    @property
    def statistic(self):
        return Errors(self.scale)

    def read(self, state):
        return {"bias": state.moments.mean, "largest": state.largest.value}


def test_a_statistic():
    metric = ErrorSpread(scale=2.0)
    y, p = np.float32([1, 2, 3, 4]), np.float32([1, 3, 3, np.nan])
    w = np.float32([1, 1, 1, 0])
    state = metric.update(metric.init(), y[:2], p[:2], w[:2])
    state = metric.update(state, y[2:], p[2:], w[2:])
    value = metric.compute(state)
    assert float(value["bias"]) == pytest.approx(2 / 3)
    assert float(value["largest"]) == 2
    assert repr(metric) == "ErrorSpread(scale=2.0)"
    assert jax.tree.leaves(metric) == []


def test_a_statistic_may_be_a_sum_alone():
    class Total(metrax.Metric):
        def contribute(self, values):
            return {"total": Sum.each(jnp.square(values))}

        def read(self, state):
            return state["total"].value

    assert float(Total()([1.0, 2.0], [1.0, 0.5])) == 3
    assert isinstance(Total().init()["total"], Sum)


def test_metrics_must_define_their_hooks():
    class Empty(metrax.Metric):
        pass

    with pytest.raises(TypeError, match="abstract"):
        Empty()  # pyright: ignore[reportAbstractUsage]
