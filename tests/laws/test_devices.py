"""Metrics over eight devices: mapped, automatically sharded, explicitly sharded."""

import math
import re

import jax
import numpy as np
import pytest
from jax.sharding import AxisType, NamedSharding
from jax.sharding import PartitionSpec as P

import metrax
from tests.cases import Batch, every_case
from tests.laws.close import close
from tests.laws.test_transformations import leaves, step_of

MESHES = {
    "8": ((8,), ("data",), P("data")),
    "4x2": ((4, 2), ("data", "model"), P(("data", "model"))),
}


def make_mesh(shape, names, kind):
    return jax.make_mesh(shape, names, axis_types=(kind,) * len(names))


@every_case
def test_shard_map_with_pmerge_over_two_axes(case):
    shape, names, spec = MESHES["4x2"]
    step, batch = step_of(case), case.batch()

    @jax.jit
    @jax.shard_map(mesh=make_mesh(shape, names, AxisType.Auto), in_specs=(spec,), out_specs=P())
    def evaluate(xs):
        return metrax.pmerge(step(case.metric.init(), xs), names)

    close(case.value(evaluate(leaves(batch))), case.value(case.observe(batch)))


@every_case
@pytest.mark.parametrize(
    ("kind", "mesh"),
    [(AxisType.Auto, "8"), (AxisType.Explicit, "4x2")],
    ids=["Auto-8", "Explicit-4x2"],
)
def test_sharded_inputs(case, kind, mesh):
    shape, names, spec = MESHES[mesh]
    devices = make_mesh(shape, names, kind)
    batch = case.batch()
    xs = [jax.device_put(x, NamedSharding(devices, spec)) for x in leaves(batch)]
    state = jax.jit(step_of(case))(case.metric.init(), tuple(xs))
    close(case.value(state), case.value(case.observe(batch)))
    again = jax.jit(step_of(case))(state, tuple(xs))
    close(case.value(again), case.value(metrax.merge(state, state)))


RESULT = re.compile(r"= \w+\[([\d,]*)\]\S* (?:all-\w+|collective-\w+|reduce-scatter)(?:-start)?\(")


@every_case
def test_sharded_updates_exchange_partial_results_only(case):
    batch = case.batch(n=2**14)
    # Explicit axes become Auto inside an observation, so one kind speaks for both.
    sharding = NamedSharding(make_mesh((8,), ("data",), AxisType.Auto), P("data"))
    xs = tuple(jax.device_put(x, sharding) for x in leaves(batch))
    hlo = jax.jit(step_of(case)).lower(case.metric.init(), xs).compile().as_text()
    sizes = [math.prod(map(int, filter(None, shape.split(",")))) for shape in RESULT.findall(hlo)]
    assert sizes
    assert max(sizes) < 2**14 / 4


@every_case
def test_explicit_mesh_without_jit(case):
    devices = jax.make_mesh((8,), ("data",))
    batch = case.batch()
    with jax.set_mesh(devices):
        xs = [jax.device_put(x, P("data")) for x in leaves(batch)]
        state = case.update(case.metric.init(), Batch(tuple(xs[:-1]), xs[-1]))
        close(case.value(state), case.value(case.observe(batch)))


@every_case
def test_accumulate_on_each_device_and_merge_once(case):
    mesh = jax.make_mesh((8,), ("data",), axis_types=(AxisType.Auto,))
    step, batch = step_of(case), case.batch()
    inits = metrax.stack(case.metric.init(), 8)

    @jax.jit
    @jax.shard_map(mesh=mesh, in_specs=(P("data"), P("data")), out_specs=P("data"))
    def accumulate(states, xs):
        mine = jax.tree.map(lambda x: x[0], states)
        return jax.tree.map(lambda x: x[None], step(mine, xs))

    states = accumulate(accumulate(inits, leaves(batch)), leaves(batch))
    merged = metrax.merge_stacked(states)
    close(case.value(merged), case.value(metrax.merge(*[case.observe(batch)] * 2)))
    hlo = accumulate.lower(inits, leaves(batch)).compile().as_text()
    for collective in ("all-reduce", "all-gather", "all-to-all", "collective-permute"):
        assert f" {collective}(" not in hlo


@every_case
def test_pmerge_under_vmap(case):
    step, batch = step_of(case), case.batch()
    xs = tuple(np.reshape(x, (3, 8, *x.shape[1:])) for x in leaves(batch))
    states = jax.vmap(
        lambda x: metrax.pmerge(step(case.metric.init(), x), "members"), axis_name="members"
    )(xs)
    for i in range(3):
        one = jax.tree.map(lambda x, i=i: x[i], states)
        close(case.value(one), case.value(case.observe(batch)))
