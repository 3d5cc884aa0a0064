"""States of many classes may stay where their classes lie; no device ever has all of them."""

import jax
import pytest
from jax.sharding import AxisType, NamedSharding
from jax.sharding import PartitionSpec as P

import metrax
from tests.laws.collectives import QUICK, collectives

pytestmark = pytest.mark.devices(8)

B, C = 1 << 14, 1 << 8
VECTOR, MATRIX = P("data"), P("data", "model")
INPUTS = {
    "cells": (metrax.MeanIoU(C), [((B,), "int32", VECTOR)] * 2),
    "cells weighted": (
        metrax.MeanIoU(C),
        [((B,), "int32", VECTOR)] * 2 + [((B,), "float32", VECTOR)],
    ),
    "labels": (
        metrax.AUC(multi_label=True, num_labels=C),
        [((B, C), "float32", MATRIX)] * 2,
    ),
    "labels weighted": (
        metrax.AUC(multi_label=True, num_labels=C),
        [((B, C), "float32", MATRIX)] * 3,
    ),
}


@pytest.mark.parametrize("kind", [AxisType.Auto, AxisType.Explicit], ids=str)
@pytest.mark.parametrize("name", INPUTS)
def test_an_update_gathers_no_state_that_is_sharded_over_classes(name, kind):
    metric, inputs = INPUTS[name]
    mesh = jax.make_mesh((2, 4), ("data", "model"), axis_types=(kind,) * 2)
    by_class = NamedSharding(mesh, P("model"))

    def struct(shape, dtype, sharding):
        return jax.ShapeDtypeStruct(shape, dtype, sharding=sharding)

    state = jax.eval_shape(metric.init)
    state = jax.tree.map(lambda x: struct(x.shape, x.dtype, by_class), state)
    xs = [struct(shape, dtype, NamedSharding(mesh, spec)) for shape, dtype, spec in inputs]
    update = jax.jit(metric.update, out_shardings=by_class)
    compiled = update.lower(state, *xs).compile(compiler_options=QUICK)
    leaf = max(x.size * x.dtype.itemsize for x in jax.tree.leaves(state))
    gathered = [x for x in collectives(compiled.as_text()) if x.kind == "all-gather"]
    assert sum(x.nbytes for x in gathered) < leaf / 4
