"""Groups, blocks and draws: what does not fit, and what no law of rows says."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import metrax
from metrax import accumulators as acc
from metrax.core import pieces, ways

Y, P = np.float32([1, 0, 1, 1]), np.float32([0.9, 0.2, 0.4, 0.8])
BATCH = {"y_true": Y, "y_pred": P, "w": None}


@pytest.mark.parametrize(
    ("ids", "n", "words"),
    [
        (
            [0, 1, 2],
            3,
            r"groups: got int\d+\[3\] for values of shape \(4,\); expected a leading part",
        ),
        ([0.0, 1.0, 2.0, 0.0], 3, "ids: got float32.*expected an integer for each example"),
        ([0, 1, 0, 1], 0, "n: got 0; expected 1 or more"),
        ([0, 1, 0, 1], 1 << 24, "16777216 x 402 cells, beyond int32; expected fewer groups"),
    ],
)
def test_groups_that_do_not_fit(ids, n, words):
    statistic = metrax.AUC()._statistic
    with pytest.raises(metrax.MetraxError, match=words):
        jax.eval_shape(lambda: ways.by_group(statistic, BATCH, np.asarray(ids), n))


def test_ids_of_elements():
    """Each element of an example may be in a group of its own."""
    statistic = metrax.MeanSquaredError()._statistic
    y, p = np.arange(6.0).reshape(3, 2), np.ones((3, 2))
    ids = np.array([[0, 1], [1, 0], [2, 5]])
    states = ways.by_group(statistic, {"y_true": y, "y_pred": p, "w": [1, 2, 4]}, ids, 3)
    np.testing.assert_allclose(states.weight.value, [3, 3, 4])
    np.testing.assert_allclose(states.total.value, [1 + 2 * 4, 0 + 2 * 1, 4 * 9])


def test_states_by_group_are_stacked():
    mse = metrax.MeanSquaredError()
    states = ways.by_group(mse._statistic, BATCH, np.array([0, 1, 1, 7]), 2)
    values = jax.vmap(mse.compute)(states)
    np.testing.assert_allclose(values, [0.01, (0.04 + 0.36) / 2], rtol=1e-6)
    with pytest.raises(metrax.MetraxError, match="stacked"):
        mse.compute(states)
    assert float(mse.compute(metrax.merge_stacked(states))) == pytest.approx(0.41 / 3, rel=1e-6)


def test_draws_of_counts():
    """Replicates of a state have its total, and its shares on average."""
    counts = np.array([[10.0, 30.0], [0.0, 60.0]])
    state = {"cells": acc.Sum(jnp.float32(counts), jnp.zeros((2, 2)))}
    drawn = ways.drawn(state, jax.random.key(0), 400)["cells"].value
    np.testing.assert_array_equal(drawn.sum((1, 2)), 100)
    np.testing.assert_array_equal(drawn[:, 1, 0], 0)
    np.testing.assert_allclose(drawn.mean(0), counts, atol=1.5)
    spread = np.sqrt(counts * (1 - counts / 100))
    np.testing.assert_allclose(drawn.std(0), spread, rtol=0.15)


def test_draws_of_nothing_are_nothing():
    state = acc.Sum(jnp.zeros(3), jnp.zeros(3))
    np.testing.assert_array_equal(ways.drawn(state, jax.random.key(0), 2).value, np.zeros((2, 3)))


@pytest.mark.parametrize(
    ("state", "came"),
    [
        ({"a": acc.Sum.zeros(), "b": acc.Sum.zeros()}, "Sum and Sum"),
        (acc.Mean.zeros(), "Mean"),
        (acc.Max.empty(), "Max"),
        (metrax.statistics.PairedMoments(2).init(), "CoMoments and Sum"),
    ],
    ids=["two sums", "a mean", "an extreme", "co-moments"],
)
def test_draws_of_other_states_are_refused(state, came):
    expected = f"drawn: got a state of {came}; expected one accumulators.Sum, of counts"
    with pytest.raises(metrax.MetraxError, match=expected):
        ways.drawn(state, jax.random.key(0), 2)


def test_what_stands_beside_a_state_is_drawn_once():
    tree = {"step": 3, "state": metrax.MeanIoU(num_classes=2).observe([0, 1, 1], [0, 1, 0])}
    drawn = ways.drawn(tree, jax.random.key(0), 5)
    assert (drawn["step"], type(drawn["state"])) == (3, type(tree["state"]))
    np.testing.assert_array_equal(drawn["state"].matrix.sum((1, 2)), 3)
    assert float(metrax.MeanIoU(num_classes=2).compute(metrax.merge_stacked(drawn["state"]))) > 0


def test_groups_of_a_small_batch_are_traced_once():
    traces = []

    class Traced(metrax.Statistic):
        def contribute(self, values):
            traces.append(values.shape)
            return acc.Mean.each(values)

    for n in (4, 5):
        ways.by_group(Traced(), {"values": np.ones(n), "w": None}, np.zeros(n, int), 2)
    assert traces.count((5,)) == 1


@pytest.mark.parametrize(
    ("metric", "length", "weights"),
    [
        (metrax.MeanSquaredError(), 131, True),
        (metrax.MeanSquaredError(), 64, False),
        (metrax.R2Score(num_outputs=1), 100, True),
    ],
    ids=str,
)
def test_groups_of_a_large_batch_are_taken_in_pieces(metric, weights, length, monkeypatch):
    rng = np.random.default_rng(length)
    y, p = rng.random((2, length), np.float32)
    ids = rng.integers(-1, 4, length)
    inputs = {"y_true": y, "y_pred": p, "w": rng.random(length, np.float32) if weights else None}
    jax.clear_caches()
    whole = ways.by_group(metric._statistic, inputs, ids, 3)
    jax.clear_caches()
    monkeypatch.setattr(pieces, "SCATTERED", 24)
    monkeypatch.setattr(pieces, "LANES", 2)
    monkeypatch.setattr(pieces, "one_device", lambda: True)
    program = jax.jit(lambda x, i: ways.by_group(metric._statistic, x, i, 3))
    assert "while" in program.lower(inputs, ids).as_text()
    in_turns = ways.by_group(metric._statistic, inputs, ids, 3)
    jax.clear_caches()
    values = [jax.vmap(metric.compute)(x) for x in (in_turns, whole)]
    np.testing.assert_allclose(*values, rtol=1e-5)
    seen = [np.asarray(jax.tree.leaves(x)[-2]) for x in (in_turns, whole)]
    np.testing.assert_allclose(*seen, rtol=1e-5)
