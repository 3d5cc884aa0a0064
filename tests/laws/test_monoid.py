"""States are a commutative monoid, and observing respects it."""

import jax
import numpy as np

import metrax
from tests.cases import Batch, over
from tests.environments import environment
from tests.laws.close import close, counts_identical, identical, same_shapes, within_ulps


@over("state")
def test_the_initial_state_changes_nothing(case):
    state = case.observe(case.batch())
    identical(metrax.merge(case.metric.init(), state), state)
    identical(metrax.merge(state, case.metric.init()), state)


@over("metric")
def test_no_data_has_a_finite_value(case):
    close(case.value(case.metric.init()), _zeros_like(case.expected(case.batch())))


def _zeros_like(value):
    if isinstance(value, dict):
        return {name: _zeros_like(inner) for name, inner in value.items()}
    return np.zeros_like(np.asarray(value, float))


@over("kind")
def test_update_is_the_same_however_the_data_is_split(case):
    batch = case.batch(1)
    parts = [case.observe(batch[rows]) for rows in (slice(0, 8), slice(8, 16), slice(16, 24))]
    close(case.value(metrax.merge(*parts)), case.value(case.observe(batch)))


@over("kind")
def test_an_empty_batch_changes_nothing(case):
    batch = case.batch(2)
    state = case.observe(batch)
    close(case.value(case.update(state, batch[:0])), case.value(state))


@over("state")
def test_merging_commutes_and_associates(case):
    a, b, c = (case.observe(case.batch(seed)[:8]) for seed in (3, 4, 5))
    merge, value = metrax.merge, case.value
    identical(merge(a, b), merge(b, a))
    identical(merge(a, b, c), merge(merge(a, b), c))
    orders = [merge(merge(a, b), c), merge(a, merge(b, c)), merge(merge(c, a), b)]
    for other in orders[1:]:
        counts_identical(case, other, orders[0])
        if isinstance(other, metrax.accumulators.Mean):
            within_ulps(1, value(other), value(orders[0]))
        close(value(other), value(orders[0]))


@over("kind")
def test_the_order_of_examples_does_not_matter(case):
    batch = case.batch(6)
    shuffled = batch[np.random.default_rng(0).permutation(len(batch.w))]
    close(case.value(case.observe(shuffled)), case.value(case.observe(batch)))


@over("kind")
def test_states_keep_their_shapes(case):
    state = case.metric.init()
    same_shapes(case.update(state, case.batch()), state)


@environment("padding")
@over("kind")
def test_an_example_of_weight_zero_leaves_no_trace(case):
    batch = case.batch(7)
    w = batch.w.copy()
    w[8:] = 0
    inputs = tuple(x.copy() for x in batch.inputs)
    for x, poison in zip(inputs, case.poison, strict=False):
        x[8:] = poison if x.dtype.kind == "f" or np.isfinite(poison) else -7
    padded = case.observe(Batch(inputs, w))
    close(case.value(padded), case.value(case.observe(batch[:8])))
    close(case.value(padded), case.expected(batch[:8]), case.rtol)


@over("kind")
def test_a_weight_that_is_no_number_shows(case):
    batch = case.batch(7)
    w = batch.w.copy()
    w[np.flatnonzero(w)[:6]] = np.nan
    value = case.value(case.observe(Batch(batch.inputs, w)))
    assert any(np.isnan(x).any() for x in map(np.asarray, jax.tree.leaves(value)))


@over("kind")
def test_integer_weights_are_repetitions(case):
    batch = case.batch(8)
    counts = np.arange(len(batch.w)) % 3
    weighted = Batch(batch.inputs, counts.astype(np.int32))
    repeated = batch[np.repeat(np.arange(len(counts)), counts)]
    ones = Batch(repeated.inputs, np.ones(len(repeated.w), np.float32))
    close(case.value(case.observe(weighted)), case.value(case.observe(ones)))
