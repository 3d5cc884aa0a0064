"""What devices exchange where some axis of the inputs is sharded, read off compiled programs."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any

import jax
from jax.sharding import Mesh, NamedSharding
from jax.sharding import PartitionSpec as P

import metrax
from benchmarks.launch import Job
from benchmarks.merging import COLLECTIVE

RESULTS = re.compile(r" = (?P<results>.*)" + COLLECTIVE.pattern)
ARRAY = re.compile(r"(?P<bits>[a-z]+\d*)\[(?P<shape>[\d,]*)\]")

B, T, C = 1 << 14, 1 << 9, 1 << 8


def cases() -> Iterator[tuple[str, Any, list[tuple[tuple[int, ...], str]], int]]:
    """Metrics, their inputs' shapes and types, and the axis that is sharded."""
    vectors = [((B,), "float32")] * 2
    pairs = [((B, T), "float32")] * 2
    weight = [((B, T), "float32")]
    yield "mean squared error over the sequence", metrax.MeanSquaredError(), pairs + weight, 1
    yield "AUC over the batch", metrax.AUC(), vectors, 0
    yield "AUC over the sequence", metrax.AUC(), pairs, 1
    yield "AUC over the sequence, weighted", metrax.AUC(), pairs + weight, 1
    yield "precision over the sequence, weighted", metrax.Precision(), pairs + weight, 1
    rows = [((B, C), "float32")] * 2
    yield "precision of the top 5 over classes", metrax.Precision(top_k=5), rows, 1
    yield "F1 over classes", metrax.F1Score(num_classes=C), rows, 1
    labels = metrax.AUC(20, multi_label=True, num_labels=C)
    yield "AUC of labels over labels", labels, rows, 1
    yield "AUC of labels over labels, weighted", labels, [*rows, ((B,), "float32")], 1
    images = [((64, C, C), "int32")] * 2
    yield "mean IoU over height", metrax.MeanIoU(21), images, 1
    w = ((64, C, C), "float32")
    yield "mean IoU over height, weighted", metrax.MeanIoU(21), [*images, w], 1
    yield "mean IoU of scores over classes", metrax.OneHotMeanIoU(C), rows, 1
    yield "R2 of outputs over outputs", metrax.R2Score(num_outputs=C), rows, 1


def main() -> None:
    """Print the data as JSON, in a process of several devices."""
    print(json.dumps([exchanged(*case) for case in cases()]))


def exchanged(name: str, metric: Any, inputs: list[tuple[tuple[int, ...], str]], axis: int) -> Job:
    """How many collectives an update has, and the bytes of their results on a device."""
    mesh = Mesh(jax.devices(), "data")
    spec = P(*(None,) * axis, "data")
    arrays = [
        jax.ShapeDtypeStruct(
            shape, dtype, sharding=NamedSharding(mesh, spec if len(shape) > axis else P())
        )
        for shape, dtype in inputs
    ]
    whole = NamedSharding(mesh, P())
    state = jax.tree.map(
        lambda x: jax.ShapeDtypeStruct(x.shape, x.dtype, sharding=whole),
        jax.eval_shape(metric.init),
    )
    text = jax.jit(metric.update).lower(state, *arrays).compile().as_text() or ""
    found = [m["results"] for m in RESULTS.finditer(text)]
    return {
        "case": name,
        "inputs": sum(math.prod(x.shape) * x.dtype.itemsize for x in arrays),
        "state": sum(math.prod(x.shape) * x.dtype.itemsize for x in jax.tree.leaves(state)),
        "collectives": len(found),
        "bytes": sum(map(nbytes, found)),
    }


def nbytes(results: str) -> int:
    """The bytes of arrays as a program writes their types, such as ``(f32[4]{0}, pred[])``."""
    return sum(
        (1 if m["bits"] == "pred" else int(re.sub(r"\D", "", m["bits"])) // 8)
        * math.prod(int(n) for n in m["shape"].split(",") if n)
        for m in ARRAY.finditer(results)
    )
