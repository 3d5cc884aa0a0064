"""Accumulators of one's own: before any data, by group, and what that costs to compile."""

import math
import time

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import metrax
from metrax import accumulators as acc
from metrax.core import ways
from tests.accumulators.own import Busiest, Latest, Levelled, LogSum

MILLION = 1_000_000


class LastPrice(metrax.Metric):
    def contribute(self, time, price):
        return Latest.each(time, price)

    def read(self, state):
        return state.value


def test_what_it_is_before_any_data_need_not_be_one_number():
    metric = LastPrice()
    assert math.isinf(metric.init().time)
    assert float(metric(np.zeros(0), np.zeros(0))) == 0
    state = metric.update(metric.init(), [3.0, 9.0, 5.0], [1.0, 2.0, 4.0], [1, 0, 1])
    assert float(metric.compute(metric.update(state, np.zeros(0), np.zeros(0)))) == 4


def test_by_group_a_group_without_data_is_empty():
    inputs = {"time": [1.0, 2.0, 3.0], "price": [5.0, 6.0, 7.0], "w": None}
    states = ways.by_group(LastPrice()._statistic, inputs, [2, 0, 2], 3)
    np.testing.assert_array_equal(states.value, [6, 0, 7])
    np.testing.assert_array_equal(states.time, [2, -np.inf, 3])
    nobody = {name: x and [] for name, x in inputs.items()}
    states = ways.by_group(LastPrice()._statistic, nobody, np.zeros(0, int), 3)
    np.testing.assert_array_equal(states.time, [-np.inf] * 3)


def test_one_that_does_not_say_what_it_is_before_any_data_is_named():
    class Nearest(metrax.Accumulator):
        value: jax.Array

        @classmethod
        def lift(cls, x, w):
            return cls(x)

        def combine(self, other):
            return Nearest(jnp.where(abs(self.value) < abs(other.value), self.value, other.value))

    class Own(metrax.Metric):
        def contribute(self, values):
            return Nearest.each(values)

        def read(self, state):
            return state.value

    with pytest.raises(metrax.MetraxTypeError, match="Nearest: got no neutral number"):
        Own().init()


class LogMeanExp(metrax.Statistic):
    def contribute(self, values):
        return LogSum.each(values)


def test_one_that_is_lifted_from_rows():
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=200), rng.integers(0, 3, 200).astype(float)
    ids = rng.integers(-1, 9, 200)
    inputs = {"values": x, "w": w}
    total = float(LogMeanExp().observe(inputs).value)
    assert total == pytest.approx(np.log((w * np.exp(x)).sum()), rel=1e-6)
    groups = ways.by_group(LogMeanExp(), inputs, ids, 8).value
    expected = [np.log((w * np.exp(x))[ids == g].sum()) for g in range(8)]
    np.testing.assert_allclose(groups, expected, rtol=1e-5)
    assert float(LogMeanExp().init().value) == -np.inf


class BusiestHour(metrax.Statistic):
    def contribute(self, values):
        return Busiest.each(1, at=values, shape=1 << 13)


def test_one_that_is_not_elementwise_goes_into_a_large_state_as_a_whole():
    hours, batches = BusiestHour(), ([5, 5, 7], [7, 9], [1, 2, 2, 3])
    state = merged = hours.init()
    for values in batches:
        inputs = {"values": np.array(values), "w": None}
        state, merged = hours.update(state, inputs), metrax.merge(merged, hours.observe(inputs))
    np.testing.assert_array_equal(state.value, merged.value)
    np.testing.assert_array_equal(state.value[:10], [0, 1, 2, 1, 0, 0, 0, 0, 0, 0])


def test_one_that_is_not_elementwise_has_cells_or_axes_of_its_own():
    class Level(metrax.Statistic):
        def contribute(self, values):
            return Levelled.each(values, keep=-1)

    inputs = {"values": np.ones((4, 3)), "w": None}
    assert Level().observe(inputs).value.shape == (3,)
    with pytest.raises(metrax.MetraxTypeError, match="Levelled: got cells or groups beside"):
        ways.by_group(Level(), inputs, [0, 1, 1, 0], 2)


class Buffered(metrax.Metric):
    def contribute(self, time, price):
        return acc.Buffer.each(time, price, capacity=64)

    def read(self, state):
        return state.values


def compiled(metric, rows, groups=1000):
    """The program of states by group, and the processor's seconds that it took to compile."""
    x, ids = (jax.ShapeDtypeStruct((rows,), dtype) for dtype in (jnp.float32, jnp.int32))

    def by_group(time, price, w, ids):
        inputs = {"time": time, "price": price, "w": w}
        return ways.by_group(metric._statistic, inputs, ids, groups)

    lowered = jax.jit(by_group).lower(x, x, x, ids)
    start = time.process_time()
    program = lowered.compile()
    return program.as_text(), time.process_time() - start


@pytest.mark.devices(2)  # one takes a large batch in pieces, of which its program holds two
@pytest.mark.parametrize("metric", [LastPrice(), Buffered()], ids=str)
def test_by_group_the_program_does_not_grow_with_the_batch(metric):
    (small, _), (large, seconds) = compiled(metric, 5000), compiled(metric, MILLION)
    assert seconds < 2
    assert len(large.splitlines()) < 1.1 * len(small.splitlines())
