"""Prints what a step's devices exchange, for as many devices as this process has.

Each line holds a program's name, how many collectives it has, and their bytes.
"""

import jax
from jax.sharding import Mesh, NamedSharding
from jax.sharding import PartitionSpec as P

import metrax
from tests.laws.collectives import QUICK, collectives

B = 1 << 16
VECTOR = ((B,), "float32")
MATRIX = ((B, 1000), "float32")
COLLECTION = metrax.Collection(
    [
        *(metrax.get(name) for name in ("mse", "mae", "mape", "msle", "logcosh", "bce", "poisson")),
        *(metrax.get(name) for name in ("rmse", "hinge", "squared_hinge", "binary_accuracy")),
        *(metrax.Precision(t / 10, name=f"precision_{t}") for t in range(1, 6)),
        *(metrax.AUC(10 * t, name=f"auc_{t}") for t in range(2, 7)),
        *(metrax.Recall([t / 10, 0.7], name=f"recall_{t}") for t in range(1, 6)),
        metrax.BinaryIoU(),
        metrax.R2Score(num_outputs=1),
        metrax.DiceLoss(),
        metrax.PearsonCorrelation(axis=0, num_outputs=1),
    ]
)
PROGRAMS = {
    "F1": (metrax.F1Score(num_classes=1000), [MATRIX] * 2),
    "F1 weighted": (metrax.F1Score(num_classes=1000), [MATRIX] * 2 + [VECTOR]),
    "R2": (metrax.R2Score(num_outputs=1000), [MATRIX] * 2),
    "mean": (metrax.Mean(), [VECTOR]),
    "mean weighted": (metrax.Mean(), [VECTOR] * 2),
    "curve": (metrax.AUC(), [VECTOR] * 3),
    "cells": (metrax.MeanIoU(100), [((1 << 20,), "int32")] * 2 + [((1 << 20,), "float32")]),
    "collection": (COLLECTION, [VECTOR] * 2),
    "collection weighted": (COLLECTION, [VECTOR] * 3),
}


def exchanged(metric, inputs):
    """The collectives of an update whose batch is sharded over all devices."""
    mesh = Mesh(jax.devices(), "data")
    split, whole = NamedSharding(mesh, P("data")), NamedSharding(mesh, P())
    state = jax.tree.map(
        lambda x: jax.ShapeDtypeStruct(x.shape, x.dtype, sharding=whole),
        jax.eval_shape(metric.init),
    )
    xs = [jax.ShapeDtypeStruct(shape, dtype, sharding=split) for shape, dtype in inputs]
    compiled = jax.jit(metric.update).lower(state, *xs).compile(compiler_options=QUICK)
    return collectives(compiled.as_text())


def state_bytes(metric):
    """The bytes of a metric's state."""
    leaves = jax.tree.leaves(jax.eval_shape(metric.init))
    return sum(x.size * x.dtype.itemsize for x in leaves)


if __name__ == "__main__":
    for program in PROGRAMS:
        found = exchanged(*PROGRAMS[program])
        print(program, len(found), sum(each.nbytes for each in found), sep="\t", flush=True)
