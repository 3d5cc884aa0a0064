"""Metrics under JAX's transformations."""

import dataclasses
import functools

import chex
import jax
import jax.numpy as jnp
import numpy as np

import metrax
from tests.cases import Batch, every_case
from tests.laws.close import close, identical


def stacked(case, steps, rows):
    """Batches of one shape, stacked along a leading axis."""
    batches = [case.batch(seed)[:rows] for seed in range(steps)]
    return Batch(
        tuple(np.stack(x) for x in zip(*(b.inputs for b in batches), strict=True)),
        np.stack([b.w for b in batches]),
    ), batches


def leaves(batch):
    return (*batch.inputs, batch.w)


def step_of(case):
    """``update`` over a flat tuple of arrays, which JAX can map over."""
    return lambda state, xs: case.update(state, Batch(tuple(xs[:-1]), xs[-1]))


@every_case
def test_equal_configurations_and_repeated_steps_share_one_trace(case):
    chex.clear_trace_counter()

    @functools.partial(jax.jit, static_argnums=0)
    @chex.assert_max_traces(n=1)
    def train(metric, state, xs):
        return step_of(dataclasses.replace(case, metric=metric))(state, xs)

    state = case.metric.init()
    for seed in range(3):
        twin = type(case.metric).from_config(case.metric.get_config())
        state = train(twin, state, leaves(case.batch(seed)))


@every_case
def test_update_is_a_scan_step(case):
    batches, each = stacked(case, 3, 8)
    step = step_of(case)
    scanned = jax.jit(
        lambda xs: jax.lax.scan(lambda s, x: (step(s, x), None), case.metric.init(), xs)[0]
    )(leaves(batches))
    looped = functools.reduce(case.update, each, case.metric.init())
    close(case.value(scanned), case.value(looped))


@every_case
def test_vmap_over_states(case):
    batches, each = stacked(case, 3, 8)
    states = jax.vmap(step_of(case))(metrax.stack(case.metric.init(), 3), leaves(batches))
    for i, batch in enumerate(each):
        one = jax.tree.map(lambda x, i=i: x[i], states)
        close(case.value(one), case.value(case.observe(batch)))
    merged = metrax.merge_stacked(states)
    close(case.value(merged), case.value(metrax.merge(*map(case.observe, each))))


@every_case
def test_metrics_do_not_touch_gradients(case):
    batch = case.batch()
    floats = [i for i, x in enumerate(leaves(batch)) if x.dtype.kind == "f"]

    def loss(scale, with_metric):
        xs = [x * scale if i in floats else jnp.asarray(x) for i, x in enumerate(leaves(batch))]
        total = sum(jnp.sum(xs[i] ** 2) for i in floats)
        if with_metric:
            value = case.value(case.observe(Batch(tuple(xs[:-1]), xs[-1])))
            total += sum(jnp.sum(x) for x in jax.tree.leaves(value))
        return total

    grads = [jax.grad(loss)(jnp.float32(0.5), flag) for flag in (True, False)]
    np.testing.assert_array_equal(*grads)


@every_case
def test_inputs_are_not_changed_and_states_can_be_donated(case):
    batch = case.batch()
    before = [x.copy() for x in leaves(batch)]
    state = case.update(case.metric.init(), batch)
    kept = jax.tree.map(np.array, state)
    step = jax.jit(step_of(case), donate_argnums=0)
    twice = step(jax.tree.map(jnp.array, state), leaves(batch))
    close(case.value(twice), case.value(metrax.merge(state, case.observe(batch))))
    identical(state, jax.tree.map(jnp.asarray, kept))
    for x, y in zip(leaves(batch), before, strict=True):
        np.testing.assert_array_equal(x, y)
