"""The area under interpolated precision and recall, to 2e-7 whatever the prevalence."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import integrate

import metrax
from metrax.accumulators.sum import Sum
from metrax.statistics.threshold_counts import ThresholdCountsState


def exact(positives, negatives):
    """The area in extended precision, of the weights by bucket."""
    tp, fp = (np.cumsum(np.longdouble(x)[::-1])[::-1][1:] for x in (positives, negatives))
    area = np.longdouble(0)
    for i in range(len(tp) - 1):
        dtp = np.longdouble(positives[i + 1])
        step = dtp + negatives[i + 1]
        if dtp == 0:
            continue
        before, slope = tp[i + 1] + fp[i + 1], dtp / step
        if before == 0:
            area += slope * dtp
            continue
        x = step / before
        rest = x - np.log1p(x) if x > 1e-3 else x**2 / 2 - x**3 / 3 + x**4 / 4 - x**5 / 5
        area += slope * (tp[i + 1] * np.log1p(x) + slope * before * rest)
    return float(area / tp[0])


def test_the_reference_is_the_integral_of_precision():
    positives, negatives = [0, 2.0, 3.0, 0], [0, 5.0, 0.5, 0]
    inner = [integrate.quad(lambda t: (3 + 2 * t) / (3.5 + 7 * t), 0, 1)[0] * 2, 3 / 3.5 * 3]
    assert exact(positives, negatives) == pytest.approx(sum(inner) / 5, rel=1e-9)


@pytest.mark.parametrize("weights", [(1e7, 1), (1e6, 1), (1e3, 1), (1, 1), (1, 1e6)])
def test_one_positive_below_the_negatives(weights):
    negative, positive = map(float, weights)
    value = float(metrax.AUC(curve="PR")([0, 1], [0.9, 0.5], weights))
    x = positive / negative
    expected = 1 - np.log1p(x) / x if x > 1e-4 else x / 2 - x**2 / 3
    assert value == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("thresholds", [3, 7, 200])
def test_prevalences(thresholds):
    rng = np.random.default_rng(thresholds)

    @jax.jit
    def area(positives, negatives):
        x = jnp.stack([positives, negatives])
        return metrax.AUC(curve="PR").read(ThresholdCountsState(Sum(x, jnp.zeros_like(x))))

    for case in range(100):
        buckets = []
        for _ in range(2):
            shares = rng.dirichlet(np.full(thresholds - 1, rng.choice([0.01, 0.1, 1, 10])))
            inner = 10 ** rng.uniform(0, 7) * (np.sort(shares) if case % 3 else shares)
            buckets.append(np.float32([0, *(np.ceil(inner) if case % 2 else inner), 0]))
        value, expected = float(area(*buckets)), exact(*buckets)
        assert abs(value - expected) < 2e-7, (case, value, expected)


def test_prevalences_in_float64(x64):
    rng = np.random.default_rng(0)
    for scale in (1, 1e3, 1e9):
        buckets = [np.array([0, *(s * rng.random(20)), 0]) for s in (1, scale)]
        sums = Sum(jnp.asarray(buckets), jnp.zeros((2, 22)))
        value = float(metrax.AUC(curve="PR").read(ThresholdCountsState(sums)))
        assert value == pytest.approx(exact(*buckets), rel=1e-14)


def test_rare_positives_by_the_metric():
    rng = np.random.default_rng(0)
    y = np.arange(1000) < 5
    p = rng.random(1000, np.float32)
    w = np.float32(np.where(y, 1, 1e4))
    auc = metrax.AUC(curve="PR")
    state = auc.observe(y, p, w)
    expected = exact(*(np.asarray(x.value) for x in (state.positives, state.negatives)))
    assert float(auc.compute(state)) == pytest.approx(expected, rel=1e-5)
