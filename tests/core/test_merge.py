"""Merging checks what it merges."""

import dataclasses

import jax
import jax.numpy as jnp
import pytest

import metrax
from metrax.accumulators import Max, Min, Sum


class Pair(metrax.State):
    total: Sum
    peak: Max


class Twin(metrax.State):
    total: Sum
    peak: Max


class Loose(metrax.State):
    count: jax.Array


def pair(value=1.0):
    return Pair(Sum.of(jnp.asarray([value])), Max.of(jnp.asarray([value])))


def test_states_are_frozen_and_compare_by_identity():
    state = pair()
    assert state != pair()
    with pytest.raises(dataclasses.FrozenInstanceError):
        state.total = None  # pyright: ignore[reportAttributeAccessIssue]


def test_merge_of_one_state_and_of_several():
    state = metrax.merge(pair(1), pair(2), pair(3))
    assert float(state.total.value) == 6
    assert float(state.peak.value) == 3
    assert float(metrax.merge(pair(1)).total.value) == 1
    assert float(pair(1).merge(pair(5)).peak.value) == 5


def test_merge_walks_any_tree_and_keeps_the_rest_of_the_first():
    a = {"step": jnp.int32(3), "metrics": [pair(1), (pair(2),)]}
    b = {"step": jnp.int32(9), "metrics": [pair(3), (pair(4),)]}
    both = metrax.merge(a, b)
    assert int(both["step"]) == 3
    assert float(both["metrics"][0].total.value) == 4
    assert float(both["metrics"][1][0].total.value) == 6


def test_types_shapes_dtypes_and_structure_must_agree():
    auc = metrax.AUC().init()
    with pytest.raises(metrax.MetraxError, match=r"buckets.*\(2, 201\).*\(2, 101\)"):
        metrax.merge(auc, metrax.AUC(num_thresholds=100).init())
    wide = Sum(jnp.zeros((), jnp.float16), jnp.zeros((), jnp.float16))
    with pytest.raises(metrax.MetraxError, match=r"float32.*float16"):
        metrax.merge(Sum.zeros(), wide)
    with pytest.raises(metrax.MetraxError, match="different parts"):
        metrax.merge({"a": pair()}, {"b": pair()})
    with pytest.raises(metrax.MetraxError, match="Max in the first tree, a Sum"):
        metrax.merge({"a": Max.empty()}, {"a": Sum.zeros()})
    with pytest.raises(metrax.MetraxError, match="differ in structure"):
        metrax.merge({"a": pair(), "n": 1}, {"a": pair(), "n": (1, 2)})


def test_states_of_other_classes_do_not_merge():
    other = Twin(pair().total, pair().peak)
    with pytest.raises(metrax.MetraxError, match=r"Pair.*Twin"):
        metrax.merge(pair(), other)


def test_tree_definitions_tell_states_apart():
    structures = [jax.tree.structure(x) for x in (Max.empty(), Min.empty())]
    assert structures[0] != structures[1]


def test_trees_without_states_and_states_without_accumulators_raise():
    with pytest.raises(metrax.MetraxTypeError, match="without any"):
        metrax.merge({"a": jnp.zeros(3)}, {"a": jnp.zeros(3)})
    with pytest.raises(metrax.MetraxTypeError, match="must be accumulators"):
        metrax.merge(Loose(jnp.zeros(())), Loose(jnp.zeros(())))


@pytest.mark.parametrize("n", [1, 2, 3, 7, 8])
@pytest.mark.parametrize("axis", [0, 1, -1])
def test_merge_stacked_over_any_axis(n, axis):
    states = [Sum.of(jnp.asarray([[1.0 + i], [2.0]]), axis=1) for i in range(n)]
    stacked = jax.tree.map(lambda *xs: jnp.stack(xs, axis), *states)
    merged = metrax.merge_stacked({"sum": stacked, "step": jnp.ones((n, n))}, axis)
    assert merged["sum"].value.tolist() == [n + n * (n - 1) / 2, 2.0 * n]
    assert merged["step"].shape == (n,)


def test_merge_stacked_says_what_is_wrong():
    with pytest.raises(metrax.MetraxError, match="no axis 0"):
        metrax.merge_stacked(Sum.zeros())
    with pytest.raises(metrax.MetraxError, match="length"):
        metrax.merge_stacked(Sum.zeros((0,)))
    with pytest.raises(metrax.MetraxError, match="length"):
        metrax.merge_stacked({"a": Sum.zeros((3,)), "b": Sum.zeros((2,))})


def test_a_state_of_another_metric_is_refused_by_name():
    auc, mean = metrax.AUC(), metrax.Mean()
    with pytest.raises(metrax.MetraxError, match=r"metrax\.AUC\(\): merge: .*different parts"):
        auc.update(mean.init(), [1], [0.5])
    with pytest.raises(metrax.MetraxTypeError, match=r"metrax\.AUC\(\).*got a Mean;"):
        auc.compute(mean.init())


def test_stacks_are_copies_each_with_its_buffer():
    state = metrax.AUC(num_thresholds=3).init()
    stacked = metrax.stack(state, 3)
    pointers = [x.unsafe_buffer_pointer() for x in jax.tree.leaves((stacked, state))]
    assert len(set(pointers)) == len(pointers)
    shown = [x + 0 for x in jax.tree.leaves(state)]
    double = jax.jit(lambda s: jax.tree.map(lambda x: x + 1, s), donate_argnums=0)
    shapes = [(3, *x.shape) for x in jax.tree.leaves(state)]
    assert [x.shape for x in jax.tree.leaves(double(stacked))] == shapes
    assert all((x == y).all() for x, y in zip(jax.tree.leaves(state), shown, strict=True))


def test_a_stack_is_one_operation_however_many_there_are():
    program = jax.make_jaxpr(lambda x: metrax.stack(x, 50_000))(jnp.zeros(()))
    assert len(program.eqns) == 1
    both = metrax.stack({"state": metrax.Mean().observe([1.0, 2.0]), "step": 3}, 50_000)
    assert both["step"].shape == both["state"].total.hi.shape == (50_000,)
    assert float(metrax.Mean().compute(metrax.merge_stacked(both)["state"])) == 1.5


@pytest.mark.devices(8)
def test_stacks_on_explicit_meshes_keep_their_spec():
    mesh = jax.make_mesh((8,), ("data",), axis_types=(jax.sharding.AxisType.Explicit,))
    split = jax.sharding.NamedSharding(mesh, jax.sharding.PartitionSpec("data"))
    stacked = metrax.stack(jax.device_put(Sum.zeros((16,)), split), 3)
    assert tuple(jax.typeof(stacked.hi).sharding.spec) == (None, "data")


def test_other_trees_in_a_tuple_of_states_are_refused_as_before():
    a, b = (Sum.zeros(), 1.0), (Sum.zeros(), 2.0)
    assert metrax.merge(a, b)[1] == 1.0
    with pytest.raises(metrax.MetraxError, match="Max in the first tree, a Sum"):
        metrax.merge(Max.empty(), Sum.zeros())
    with pytest.raises(metrax.MetraxError, match=r"\(2,\).*\(3,\)"):
        metrax.merge(Sum.zeros((2,)), Sum.zeros((3,)))
