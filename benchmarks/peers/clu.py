"""clu: its accuracy, and its average of a function of the outputs."""

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp

from benchmarks.peers.program import Builder, Program, library

metrics = library("clu.metrics")


def program(cls: Any, **names: str) -> Builder:
    """``from_model_output`` of each batch, merged; its mask is boolean, so it takes no weights."""

    def update(state: Any, y: Any, p: Any) -> Any:
        return state.merge(cls.from_model_output(**{names["y"]: y, names["p"]: p}))

    return lambda: Program(cls.empty, update, lambda state: state.compute(), weighted=False)


def average(fn: Callable[[Any, Any], Any]) -> Builder:
    """``Average.from_fun``, as its documentation does it."""
    cls = metrics.Average.from_fun(lambda labels, outputs: fn(labels, outputs))
    return program(cls, y="labels", p="outputs")


def mean() -> Program:
    """The average of values themselves."""

    def update(state: Any, values: Any) -> Any:
        return state.merge(metrics.Average.from_model_output(values=values.ravel()))

    return Program(metrics.Average.empty, update, lambda state: state.compute(), weighted=False)


PROGRAMS = {
    "Mean": mean,
    "MeanSquaredError": average(lambda y, p: jnp.square(y - p)),
    "MeanAbsoluteError": average(lambda y, p: jnp.abs(y - p)),
    "BinaryAccuracy": average(lambda y, p: (y == (p > 0.5)).astype(jnp.float32)),
    "SparseCategoricalAccuracy 100": program(metrics.Accuracy, y="labels", p="logits"),
}
