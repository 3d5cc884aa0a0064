"""Counts and means do not saturate, however much data comes."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import metrax


@pytest.mark.slow
def test_mean_of_27_million_scalars_one_at_a_time():
    mean, zeros, ones = metrax.Mean(), 2**24, 10**7

    @jax.jit
    def run():
        def step(state, i):
            return mean.update(state, (i >= zeros).astype(jnp.float32)), None

        return jax.lax.scan(step, mean.init(), jnp.arange(zeros + ones))[0]

    assert float(mean.compute(run())) == pytest.approx(ones / (zeros + ones), rel=1e-7)


def positives(state):
    return np.float64(state.positives.hi) + np.float64(state.positives.lo)


@pytest.mark.slow
@pytest.mark.parametrize("thresholds", [0.5, [0.1, 0.2, 0.5, 0.6, 0.7, 0.9]])
def test_true_positives_count_past_two_to_the_24(thresholds):
    n = 2**25 + 3
    recall = metrax.Recall(thresholds=thresholds)
    update = jax.jit(lambda state, y, p, w: recall.update(state, y, p, w))
    y, p = jnp.ones(n, jnp.int8), jnp.full(n, 0.55, jnp.bfloat16)
    state = update(recall.init(), y, p, None)
    assert positives(state).sum() == n
    state = update(state, y[:5], p[:5], None)
    assert positives(state).sum() == n + 5
    state = update(state, y, p, jnp.ones(n, jnp.float32))
    assert positives(state).sum() == 2 * n + 5


def test_a_mean_stays_right_after_a_billion():
    mean = metrax.Mean()
    state = mean.update(mean.init(), jnp.zeros(1000), jnp.float32(1e6))
    for _ in range(10):
        state = mean.update(state, [1.0], [1.0])
    assert float(mean.compute(state)) == pytest.approx(10 / (1e9 + 10), rel=1e-6)


@pytest.mark.slow
def test_auc_after_26_million_rows():
    auc = metrax.AUC()
    n = 26_000_000
    p = jnp.concatenate([jnp.full(n // 2, 0.25), jnp.full(n // 2, 0.75)])
    y = jnp.concatenate([jnp.arange(n // 2) % 5 == 0, jnp.arange(n // 2) % 5 != 0])
    value = jax.jit(lambda y, p: auc(y, p))(y, p)
    assert float(value) == pytest.approx(0.8, rel=1e-6)


def test_cell_of_a_confusion_matrix_counts_past_two_to_the_24():
    iou = metrax.MeanIoU(num_classes=2)
    one = iou.observe(jnp.zeros(2**20, jnp.uint8), jnp.zeros(2**20, jnp.uint8))
    state = one
    for _ in range(5):
        state = metrax.merge(state, state)
    state = metrax.merge(state, iou.observe([0], [0]))
    assert int(state.cells.hi[0, 0]) + int(state.cells.lo[0, 0]) == 2**25 + 1


@pytest.mark.parametrize("offset", [0.0, 1e4, -1e6])
def test_r2_keeps_its_digits_at_an_offset(offset):
    rng = np.random.default_rng(0)
    y = (offset + rng.normal(size=20_000)).astype(np.float32)
    p = (y + 0.5 * rng.normal(size=20_000)).astype(np.float32)
    r2 = metrax.R2Score(num_outputs=1)
    state = r2.init()
    for rows in np.split(np.arange(20_000), 10):
        state = r2.update(state, y[rows], p[rows])
    y, p = np.float64(y), np.float64(p)
    exact = 1 - ((y - p) ** 2).sum() / ((y - y.mean()) ** 2).sum()
    assert float(r2.compute(state)) == pytest.approx(exact, rel=1e-5)


@pytest.mark.parametrize("constant", [0.1, 1 / 3, 1e4 + 0.1])
def test_a_constant_stays_constant_through_weights_and_merges(constant):
    rng = np.random.default_rng(0)
    y = np.full(300, constant, np.float32)
    p, w = (y + rng.normal(size=300)).astype(np.float32), rng.random(300).astype(np.float32)
    metrics = metrax.Collection(
        perfect=metrax.R2Score(num_outputs=1).on("y", "y", w="w"),
        other=metrax.R2Score(num_outputs=1).on("y", "p", w="w"),
        pearson=metrax.PearsonCorrelation(axis=0).on("y", "p", w="w"),
    )
    state = metrics.init()
    for rows in np.array_split(np.arange(300), 7):
        state = metrics.update(state, y=y[rows], p=p[rows], w=w[rows])
    values = {name: float(value) for name, value in metrics.compute(state).items()}
    assert values == {"perfect": 1, "other": 0, "pearson": 0}
