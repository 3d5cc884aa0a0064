"""Counts beyond 2^24, where float32 has no odd numbers: elements that share a cell or a weight."""

import jax
import numpy as np
import pytest

import metrax
from metrax import accumulators as acc
from metrax.core import ways

N = 4097
HITS, CELLS = np.ones((N, N), bool), np.zeros(N, np.int32)  # N * N is odd, and above 2^24
WEIGHTS = {
    "unweighted": None,
    "float ones": np.ones(N, np.float32),
    "boolean ones": np.ones(N, bool),
}


class Own(metrax.Statistic):
    """The mean, or what the method comes to, of labels beside rows of hits."""

    aligned = False
    kind: str = "Mean"
    cells: bool = True
    masked: bool = False

    def contribute(self, y_true, y_pred):
        cells = {"at": y_true, "shape": 2} if self.cells else {}
        mask = {"w": y_pred} if self.masked else {}
        return getattr(acc, self.kind).each(y_pred, **cells, **mask)


def counted(states):
    """Every sum of a state exactly, of its first cell."""
    sums = jax.tree.leaves(states, is_leaf=lambda x: isinstance(x, acc.Sum))
    return [int(np.ravel(x.hi)[0]) + int(np.ravel(x.lo)[0]) for x in sums]


@pytest.mark.parametrize("w", WEIGHTS.values(), ids=WEIGHTS)
def test_counts_of_many_elements_are_exact(w):
    inputs = {"y_true": CELLS, "y_pred": HITS, "w": w}
    for statistic in (Own(), Own(masked=True), Own("Sum"), Own(cells=False)):
        assert set(counted(statistic.observe(inputs))) == {N * N}, statistic
    groups = ways.by_group(Own(cells=False), inputs, CELLS, 2)
    assert set(counted(groups)) == {N * N}
    assert counted(Own("Moments").observe(inputs))[0] == N * N


@pytest.mark.parametrize("weighted", [False, True])
def test_moments_by_group_at_an_offset_after_a_billion_updates(weighted):
    rng = np.random.default_rng(0)
    x, ids = (1e4 + rng.normal(size=20_000)).astype(np.float32), rng.integers(0, 5, 20_000)
    w = rng.integers(0, 3, x.size).astype(np.float32) if weighted else np.ones(x.size, np.float32)

    class Spread(metrax.Metric):
        def contribute(self, values):
            return acc.Moments.each(values)

        def read(self, state):
            return state.variance

    inputs = {"values": x, "w": w if weighted else None}
    states = ways.by_group(Spread()._statistic, inputs, ids, 5)
    for _ in range(27):
        states = metrax.merge(states, states)
    for g in range(5):
        mine, weights = x[ids == g].astype(float), w[ids == g].astype(float)
        mean = np.average(mine, weights=weights)
        expected = np.average((mine - mean) ** 2, weights=weights)
        one = jax.tree.map(lambda y, g=g: y[g], states)
        assert float(Spread().compute(one)) == pytest.approx(expected, rel=3e-6)
        assert counted(one.weight) == [int(weights.sum()) << 27]
