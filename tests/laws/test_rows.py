"""What each example adds, and every way to reduce it, for every statistic."""

import functools
import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import metrax
from metrax import accumulators as acc
from metrax.core import ways
from metrax.core.into import into, is_sparse
from metrax.core.reduce import reduce
from metrax.core.rows import is_rows
from metrax.core.state import accumulators
from tests.cases import Batch
from tests.cases.tiers import over
from tests.laws.close import close, counts_identical, each, identical

GROUPS = 3
# Of lengths that other laws compile for too; a group without examples, and some of no group.
IDS = np.random.default_rng(0).permutation(np.repeat([0, 1, -1, GROUPS], [8, 5, 5, 6]))


def named(case, batch):
    """The statistic's inputs and ``w`` by name."""
    args, kwargs = case.arguments(batch)
    return case.metric._bind(args, kwargs)


def rows(case, batch):
    """What each example adds, without anything added up."""
    inputs = {name: None if x is None else jnp.asarray(x) for name, x in named(case, batch).items()}
    return _rows(case.metric._statistic, inputs)


@functools.partial(jax.jit, static_argnums=0)
def _rows(statistic, inputs):
    return statistic._rows(inputs)


def value(case, state):
    return case.metric.compute(state)


@over("statistic")
def test_rows_of_chosen_examples_are_chosen_rows(case):
    batch = case.batch(3)
    chosen = np.random.default_rng(0).integers(0, 24, 24)
    ours = jax.tree.leaves(rows(case, batch[chosen]))
    whole = jax.tree.leaves(rows(case, batch))
    assert ours
    for x, y in zip(ours, whole, strict=True):
        close(x, np.asarray(y)[chosen])


def test_the_law_refuses_a_statistic_that_mixes_examples():
    class Centred(metrax.Statistic):
        def contribute(self, y_true, y_pred):
            return acc.Mean.each(y_pred - jnp.mean(y_pred))

    y, i = jnp.arange(6.0), np.array([0, 3])
    whole, some = Centred().contribute(y, y), Centred().contribute(y[i], y[i])
    with pytest.raises(AssertionError):
        close(some.data[0], whole.data[0][i])


@pytest.mark.parametrize(
    "mixed",
    [
        lambda y, p: p - jnp.mean(y),
        lambda y, p: jnp.cumsum(p),
        lambda y, p: jnp.argsort(p).astype(float),
    ],
    ids=["centred", "cumulated", "ranked"],
)
def test_rows_that_depend_on_the_others_are_refused_by_name(mixed):
    class Mixed(metrax.Metric):
        def contribute(self, y_true, y_pred):
            return acc.Mean.each(mixed(y_true, y_pred))

        def read(self, state):
            return state.mean

    with pytest.raises(metrax.MetraxError, match="contribute: Mixed gave an example other rows"):
        Mixed()(np.arange(5.0), np.arange(5.0))


def test_an_average_over_the_batch_is_refused_by_name():
    class Averaged(metrax.Statistic):
        def contribute(self, y_true, y_pred):
            return acc.Mean.each(jnp.mean((y_pred - y_true) ** 2, axis=0))

    with pytest.raises(metrax.MetraxError, match="contribute: Averaged returned rows of shape"):
        Averaged().observe({"y_true": np.ones((4, 3)), "y_pred": np.ones((4, 3)), "w": None})


@over("state", long=True)
def test_by_group_is_each_group_alone(case):
    batch = case.batch(4)
    states = ways.by_group(case.metric._statistic, named(case, batch), IDS, GROUPS)
    for g, mine in enumerate(each(states)):
        alone = case.observe(batch[g == IDS])
        close(value(case, mine), value(case, alone), atol=2e-6)
        counts_identical(case, mine, alone)


@over("state", long=True)
def test_groups_take_in_batches_one_after_the_other(case):
    statistic, batches = case.metric._statistic, (case.batch(5), case.batch(6))
    first, second = (ways.by_group(statistic, named(case, b), IDS, GROUPS) for b in batches)
    both = ways.into_groups(statistic, first, named(case, batches[1]), IDS, GROUPS)
    identical(both, metrax.merge(first, second))


@over("state", long=True)
def test_by_block_is_each_block_alone(case):
    batch, n = case.batch(7), 5  # of 24 examples: the last block has fewer
    states = ways.by_block(case.metric._statistic, named(case, batch), n)
    size = -(-24 // n)
    for i, mine in enumerate(each(states)):
        close(value(case, mine), value(case, case.observe(batch[i * size : (i + 1) * size])))


def made_of_sums(case):
    """Whether replicates can be drawn: extremes have none."""
    kinds = {type(part) for _, part in accumulators(jax.eval_shape(case.metric.init))}
    return kinds.isdisjoint({acc.Max, acc.Min, acc.Latest, acc.Highest, acc.Lowest})


@over("state", long=True)
def test_replicates_are_examples_taken_as_often_as_drawn(case):
    batch = case.batch(8)
    draws = np.random.default_rng(2).multinomial(24, np.full(24, 1 / 24), 3).astype(np.float32)
    inputs = named(case, batch)
    if not made_of_sums(case):
        with pytest.raises(metrax.MetraxTypeError, match="no replicates"):
            ways.resampled(case.metric._statistic, inputs, draws)
        return
    states = ways.resampled(case.metric._statistic, inputs, draws)
    for counts, mine in zip(draws.astype(int), each(states), strict=True):
        again = batch[np.repeat(np.arange(24), counts)]
        close(value(case, mine), value(case, case.observe(again)), rtol=1e-5, atol=2e-6)


def large(case):
    """States by group with so many groups that a batch touches few of them, and how many."""
    found = jax.tree.leaves(jax.eval_shape(lambda: rows(case, case.batch())), is_leaf=is_rows)
    return -(-(1 << 14) // max(1, min(math.prod(row.out) for row in found)))


@over("state", long=True)
def test_into_a_large_state_only_what_is_touched(case):
    statistic, n, size = case.metric._statistic, large(case), 8
    rng = np.random.default_rng(3)

    def grouped(batch, ids):
        return ways.grouped(statistic._rows(dict(zip(names, batch, strict=True))), ids, n)

    names = list(named(case, case.batch()))
    step = jax.jit(lambda state, batch, ids: into(state, grouped(batch, ids), stacked=1))
    dense = jax.jit(lambda batch, ids: reduce(grouped(batch, ids)))
    state = merged = None
    for seed in range(3):
        batch = case.batch(seed, size)
        w = batch.w * rng.integers(0, 2, size).astype(np.float32)
        given = named(case, Batch(batch.inputs, w))
        arrays = [None if given[name] is None else jnp.asarray(given[name]) for name in names]
        ids = jnp.asarray(rng.choice([-1, 0, 1, n // 2, n - 1, n], size))
        taken = jax.eval_shape(grouped, arrays, ids)
        assert any(map(is_sparse, jax.tree.leaves(taken, is_leaf=is_rows)))
        seen = dense(arrays, ids)
        if state is None:
            state = merged = jax.tree.map(jnp.zeros_like, seen) if made_of_sums(case) else seen
        state, merged = step(state, arrays, ids), metrax.merge(merged, seen)
        for x, y in zip(jax.tree.leaves(state), jax.tree.leaves(merged), strict=True):
            np.testing.assert_array_equal(x, y)


@functools.cache
def matrix(n):
    return metrax.MeanIoU(num_classes=n)


@pytest.mark.parametrize("weights", [None, "whole", "fractions"])
@pytest.mark.parametrize(("classes", "rows", "steps"), [(300, 64, 40), (1500, 8000, 3)])
def test_a_large_confusion_matrix_in_place(weights, classes, rows, steps):
    """Labels out of range, repeated cells: bit for bit what merging gives."""
    rng, metric = np.random.default_rng(0), matrix(classes)
    state = merged = metric.init()
    step = jax.jit(lambda state, *batch: metric.update(state, *batch))
    for _ in range(steps):
        y, p = rng.integers(-1, classes + 1, (2, rows)).astype(np.int32)
        y[: rows // 2] %= 3
        p[: rows // 2] %= 3
        w = rng.integers(0, 4, rows) if weights == "whole" else rng.random(rows)
        w = None if weights is None else w.astype(np.float32)
        state = step(state, y, p, w)
        merged = metrax.merge(merged, metric.observe(y, p, w))
    for x, y in zip(jax.tree.leaves(state), jax.tree.leaves(merged), strict=True):
        np.testing.assert_array_equal(x, y)
    assert float(state.cells.value.sum()) > 0


@pytest.mark.parametrize("n", [1000, 10_000])
def test_a_donated_matrix_is_not_copied(n):
    metric, labels = matrix(n), jax.ShapeDtypeStruct((128,), jnp.int32)
    state = jax.eval_shape(metric.init)
    compiled = jax.jit(metric.update, donate_argnums=0).lower(state, labels, labels).compile()
    memory = compiled.memory_analysis()
    assert memory.temp_size_in_bytes < 1 << 20
    assert memory.alias_size_in_bytes >= 2 * 4 * n * n
    copies = [x for x in compiled.as_text().splitlines() if " copy(" in x and f"{n},{n}" in x]
    assert not copies
