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

MILLION = 1_000_000


class Latest(metrax.Accumulator):
    """The value of the latest time, which no one number can stand for before any data."""

    time: jax.Array
    value: jax.Array

    @classmethod
    def lift(cls, time, value, w):
        return cls(time if w is None else jnp.where(w == 0, -jnp.inf, time), value)

    @classmethod
    def empty_like(cls, like):
        return cls(
            jnp.full(like.time.shape, -jnp.inf, like.time.dtype),
            jnp.zeros(like.value.shape, like.value.dtype),
        )

    def combine(self, other):
        later = other.time > self.time
        return Latest(
            jnp.where(later, other.time, self.time), jnp.where(later, other.value, self.value)
        )


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


@pytest.mark.parametrize("metric", [LastPrice(), Buffered()], ids=str)
def test_by_group_the_program_does_not_grow_with_the_batch(metric):
    (small, _), (large, seconds) = compiled(metric, 5000), compiled(metric, MILLION)
    assert seconds < 2
    assert len(large.splitlines()) < 1.1 * len(small.splitlines())
