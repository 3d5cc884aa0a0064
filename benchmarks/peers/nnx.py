"""flax.nnx: its accuracy, and its average of values that one computes oneself."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from flax import nnx

from benchmarks.peers.program import Builder, Program


def program(make: Callable[[], nnx.Metric], feed: Callable[..., dict[str, Any]]) -> Builder:
    """A metric that takes the keywords ``feed(y, p)``; it has a boolean mask, but no weights."""

    def built() -> Program:
        graph, initial = nnx.split(make())

        def update(state: Any, *arrays: Any) -> Any:
            metric = nnx.merge(graph, state)
            metric.update(**feed(*arrays))
            return nnx.state(metric)

        @nnx.jit
        def in_place(metric: nnx.Metric, *arrays: Any) -> None:
            metric.update(**feed(*arrays))

        metric = make()

        def step(_: Any, *arrays: Any) -> Any:
            in_place(metric, *arrays)
            return nnx.state(metric)

        return Program(
            lambda: jax.tree.map(jnp.copy, initial),
            update,
            lambda state: nnx.merge(graph, state).compute(),
            weighted=False,
            step=step,
        )

    return built


PROGRAMS = {
    "Mean": program(nnx.metrics.Average, lambda values: {"values": values}),
    "MeanSquaredError": program(nnx.metrics.Average, lambda y, p: {"values": jnp.square(y - p)}),
    "MeanAbsoluteError": program(nnx.metrics.Average, lambda y, p: {"values": jnp.abs(y - p)}),
    "BinaryAccuracy": program(
        lambda: nnx.metrics.Accuracy(threshold=0.5), lambda y, p: {"logits": p, "labels": y}
    ),
    "SparseCategoricalAccuracy 100": program(
        nnx.metrics.Accuracy, lambda y, p: {"logits": p, "labels": y}
    ),
}
