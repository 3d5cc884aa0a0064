"""Metrics under JAX's transformations."""

import dataclasses
import functools

import chex
import jax
import jax.numpy as jnp
import numpy as np
from jax import export

import metrax
from tests.cases import Batch, over
from tests.environments import environment
from tests.ground import QUICK
from tests.laws.close import close, each, identical, same_shapes


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


@environment("jit")
@over("kind")
def test_equal_configurations_and_repeated_steps_share_one_trace(case):
    chex.clear_trace_counter()

    @functools.partial(jax.jit, static_argnums=0)
    @chex.assert_max_traces(n=1)
    def train(metric, state, xs):
        return step_of(dataclasses.replace(case, metric=metric))(state, xs)

    state = case.metric.init()
    for seed in range(3):
        twin = type(case.metric).from_config(case.metric.get_config())
        state = train.lower(twin, state, leaves(case.batch(seed))).out_info


@environment("scan")
@over("kind")
def test_update_is_a_scan_step(case):
    batches, parts = stacked(case, 3, 8)
    step = step_of(case)
    scanned = jax.jit(
        lambda xs: jax.lax.scan(lambda s, x: (step(s, x), None), case.metric.init(), xs)[0],
        compiler_options=QUICK,
    )(leaves(batches))
    looped = functools.reduce(case.update, parts, case.metric.init())
    close(case.value(scanned), case.value(looped))


@environment("vmap")
@over("kind", long=True)
def test_an_ensemble_of_states_by_vmap(case):
    batches, parts = stacked(case, 5, 8)
    states = jax.vmap(step_of(case))(metrax.stack(case.metric.init(), 5), leaves(batches))
    for one, batch in zip(each(states), parts, strict=True):
        close(case.value(one), case.value(case.observe(batch)))
    merged = metrax.merge_stacked(states)
    close(case.value(merged), case.value(metrax.merge(*map(case.observe, parts))))


@environment("grad, checkpoint")
@over("kind", long=True)
def test_metrics_beside_a_loss_do_not_touch_its_gradient(case):
    batch = case.batch()
    floats = [i for i, x in enumerate(leaves(batch)) if x.dtype.kind == "f"]

    @jax.checkpoint
    def loss(scale, state):
        xs = [x * scale if i in floats else jnp.asarray(x) for i, x in enumerate(leaves(batch))]
        total = sum(jnp.sum(jnp.sin(xs[i])) for i in floats)
        state = None if state is None else step_of(case)(state, xs)
        return total, state

    gradient = jax.jit(jax.grad(loss, has_aux=True), compiler_options=QUICK)
    with_metric, state = gradient(jnp.float32(1), case.metric.init())
    without, _ = gradient(jnp.float32(1), None)
    np.testing.assert_array_equal(with_metric, without)
    assert np.isfinite(with_metric)
    close(case.value(state), case.value(case.observe(batch)))


@over("kind")
def test_values_have_no_gradient(case):
    batch = case.batch()

    def value(scale):
        xs = [x * scale if x.dtype.kind == "f" else jnp.asarray(x) for x in leaves(batch)]
        leaf, *_ = jax.tree.leaves(case.value(case.observe(Batch(tuple(xs[:-1]), xs[-1]))))
        return jnp.sum(leaf)

    assert jax.grad(value)(jnp.float32(1)) == 0


@environment("eval_shape")
@over("kind")
def test_shapes_are_known_without_running(case):
    batch = case.batch()
    shapes = jax.eval_shape(case.metric.init)
    after = jax.eval_shape(step_of(case), shapes, leaves(batch))
    same_shapes(after, shapes)
    values = jax.eval_shape(case.value, after)
    same_shapes(values, jax.eval_shape(lambda: case.value(case.metric.init())))


@environment("export")
@over("kind", long=True)
def test_an_update_is_exported_and_read_back(case):
    state, xs = case.metric.init(), tuple(map(jnp.asarray, leaves(case.batch())))
    written = export.export(jax.jit(step_of(case)))(state, xs).serialize()
    after = export.deserialize(written).call(state, xs)
    close(case.value(after), case.value(case.observe(case.batch())))


@environment("donation")
@over("kind")
def test_inputs_are_not_changed_and_states_can_be_donated(case):
    batch = case.batch()
    before = [x.copy() for x in leaves(batch)]
    state = case.update(case.metric.init(), batch)
    kept = jax.tree.map(np.array, state)
    step = jax.jit(step_of(case), donate_argnums=0, compiler_options=QUICK)
    twice = step(jax.tree.map(jnp.array, state), leaves(batch))
    close(case.value(twice), case.value(metrax.merge(state, case.observe(batch))))
    identical(state, jax.tree.map(jnp.asarray, kept))
    for x, y in zip(leaves(batch), before, strict=True):
        np.testing.assert_array_equal(x, y)
