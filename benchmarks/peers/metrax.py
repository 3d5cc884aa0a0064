"""metrax."""

import functools
from collections.abc import Callable
from typing import Any

from jax import Array

import metrax
from benchmarks.peers.counting import median
from benchmarks.peers.program import Builder, Program, columns, function
from benchmarks.workloads import CAPACITY, WORKLOADS, Workload

OWN_ARGUMENTS: dict[str, dict[str, Any]] = {
    "MeanMetricWrapper": {"fn": metrax.functional.huber},
    "R2Score": {"num_outputs": 1},
    "F1Score 10": {"num_classes": 10},
    "F1Score 100": {"num_classes": 100},
    "FBetaScore 10": {"num_classes": 10},
}
"""What Keras takes from the first batch."""


class Median(metrax.Metric):
    """The smallest value with half of the weight at or below it, of all rows."""

    def contribute(self, values: Array) -> Any:
        return metrax.accumulators.Buffer.each(values, capacity=CAPACITY)

    def read(self, state: Any) -> Array:
        return median(state.values, state.weight)


SPECIAL: dict[str, metrax.Metric] = {
    "Collection": metrax.Collection(
        [metrax.AUC(), metrax.Precision(), metrax.Recall(), metrax.BinaryAccuracy()]
    ),
    "by_shard AUC": metrax.by_shard(metrax.AUC(), 8),
    "Buffer median": Median(),
}


def metric_of(workload: Workload) -> metrax.Metric:
    """The workload's metric."""
    if workload.name in SPECIAL:
        return SPECIAL[workload.name]
    arguments = {**workload.arguments, **OWN_ARGUMENTS.get(workload.name, {})}
    return getattr(metrax, workload.cls)(**arguments)


def function_of(workload: Workload) -> Callable[..., Array]:
    """The workload's per-example function."""
    module = metrax.losses if workload.name.startswith("losses.") else metrax.functional
    fn = functools.partial(getattr(module, workload.fn), **workload.arguments)
    return columns(fn) if workload.elements else fn


def program(metric: metrax.Metric) -> Builder:
    """The metric's own functions."""
    return lambda: Program(metric.init, metric.update, metric.compute)


METRICS = {x.name: metric_of(x) for x in WORKLOADS.values() if not x.is_function}
PROGRAMS = {
    x.name: function(function_of(x)) if x.is_function else program(METRICS[x.name])
    for x in WORKLOADS.values()
}
