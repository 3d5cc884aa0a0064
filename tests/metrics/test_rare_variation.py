"""Targets that hardly vary, on an offset, or whose squares leave the range of floats."""

import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import r2_score

import metrax

R2, PEARSON = metrax.R2Score(num_outputs=1), metrax.PearsonCorrelation(axis=0)
CONCORDANCE = metrax.ConcordanceCorrelation(axis=0)


def concordance(y, p):
    y, p = np.float64(y), np.float64(p)
    gap = (y.mean() - p.mean()) ** 2
    return 2 * np.mean((y - y.mean()) * (p - p.mean())) / (y.var() + p.var() + gap)


def in_batches(metric, n, *inputs):
    state = metric.init()
    for batch in zip(*(np.array_split(x, n) for x in inputs), strict=True):
        state = metric.update(state, *batch)
    return float(metric.compute(state))


@pytest.mark.parametrize("batches", [1, 8])
@pytest.mark.parametrize("weighted", [False, True])
def test_one_other_value_on_an_offset(batches, weighted):
    y = np.full(1 << 20, 1e4, np.float32)
    y[77_777] = 10_001
    p = y.copy()
    p[77_777] = 10_000.5
    more = (np.full(len(y), 0.3, np.float32),) if weighted else ()
    assert in_batches(PEARSON, batches, y, y, *more) == pytest.approx(1, rel=1e-5)
    assert in_batches(CONCORDANCE, batches, y, y, *more) == pytest.approx(1, rel=1e-5)
    assert in_batches(R2, batches, y, p, *more) == pytest.approx(0.75, rel=1e-5)
    assert in_batches(PEARSON, batches, y, p, *more) == pytest.approx(1, rel=1e-5)


@pytest.mark.parametrize("value", [0.1, 1e4 / 3, 1e-11, -7e8, 0.0])
@pytest.mark.parametrize("weighted", [False, True])
def test_constants_stay_constant(value, weighted):
    rng = np.random.default_rng(0)
    y = np.full(10_003, value, np.float32)
    more = (rng.random(len(y), np.float32),) if weighted else ()
    wrong = y.copy()
    wrong[5] = 2 * value + 1
    for batches in (1, 7):
        assert in_batches(R2, batches, y, y, *more) == 1
        assert in_batches(R2, batches, y, wrong, *more) == 0
        assert in_batches(PEARSON, batches, y, rng.random(len(y), np.float32), *more) == 0


SCALES = [1e-30, 1e-20, 3e-20, 1e-19, 1e-18, 1e-16, 1e-12, 1, 1e12, 1e17, 1e18, 1e19, 1e25, 1e37]


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("batches", [1, 3])
def test_squares_out_of_range_give_nan_or_the_right_value(scale, batches):
    rng = np.random.default_rng(0)
    y = rng.normal(size=999)
    p = y + 0.3 * rng.normal(size=999)
    y, p = np.float32(y * scale), np.float32(p * scale)
    exact = {
        R2: r2_score(np.float64(y) / scale, np.float64(p) / scale),
        PEARSON: stats.pearsonr(np.float64(y) / scale, np.float64(p) / scale).statistic,
        CONCORDANCE: concordance(np.float64(y) / scale, np.float64(p) / scale),
    }
    for metric, expected in exact.items():
        value = in_batches(metric, batches, y, p)
        if 1e-12 <= scale <= 1e17:
            assert value == pytest.approx(expected, rel=1e-5)
        else:
            assert np.isnan(value) or value == pytest.approx(expected, rel=1e-5)


def test_numbers_whose_squares_underflow_are_not_called_constant():
    assert np.isnan(float(R2([0.0, 1e-25], [0.0, 1e-25])))
    between = metrax.merge(R2.observe([0.0], [0.0]), R2.observe([1e-25], [1e-25]))
    assert np.isnan(float(R2.compute(between)))
    assert np.isnan(float(R2([1e-25, -1e-25], [1e-25, -1e-25])))
    assert np.isnan(float(R2([1e-25, -1e-25, 5.0], [1e-25, -1e-25, 5.0], [1, 1, 0])))
    assert float(R2([0.0, 0.0], [0.0, 0.0])) == 1


def test_padding_leaves_no_trace():
    y, w = np.float32([3, 3, np.nan, 1e30]), np.float32([1, 1, 0, 0])
    assert float(R2(y, y, w)) == 1
    assert float(R2(y, y + 1, w)) == 0


def test_moments_of_a_constant_have_no_variance():
    from metrax.accumulators import Moments

    x = jnp.full(10_007, 0.1, jnp.float32)
    halves = Moments.of(x[:5000]).combine(Moments.of(x[5000:]))
    assert float(Moments.of(x).variance) == float(halves.variance) == 0
