"""Keras 3 on JAX, through its stateless functions."""

import functools
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import metrics as km
from keras.src.metrics.accuracy_metrics import accuracy

from benchmarks.peers.program import Builder, Program, columns, function
from benchmarks.workloads import WORKLOADS, Workload

LACKING = {"F1 from 1000 labels", "PearsonCorrelation", "ConcordanceCorrelation", "Collection"} | {
    x.name
    for x in WORKLOADS.values()
    if not x.is_function and not hasattr(km, x.cls) and x.cls != "AccuracyByShape"
}
"""Keras has no F1 score of labels, its correlations are within rows, and what else it has not."""

MAKERS: dict[str, Callable[[], Any]] = {
    "MeanMetricWrapper": lambda: km.MeanMetricWrapper(keras.losses.huber),
    "AccuracyByShape": km.CategoricalAccuracy,
}
BUILDS = {"R2Score": 1, "F1Score 10": 10, "F1Score 100": 100, "FBetaScore 10": 10}
"""The number of outputs, for metrics that make their variables at the first batch."""


def program(workload: Workload) -> Builder:
    """The metric of the workload's class."""

    def built() -> Program:
        metric = make(workload)

        def update(state: Any, *arrays: Any) -> Any:
            return metric.stateless_update_state(state, *arrays)

        # Keras takes the last axis for features.
        column = (workload.elements and workload.fn) or workload.name == "R2Score"
        return Program(
            lambda: [variable.value for variable in metric.variables],
            in_columns(update) if column else update,
            metric.stateless_result,
        )

    return built


def several() -> Program:
    """The collection's metrics, one by one."""
    parts = [program(WORKLOADS[x])() for x in ("AUC", "Precision", "Recall", "BinaryAccuracy")]

    def update(states: Any, *arrays: Any) -> Any:
        return [x.update(state, *arrays) for x, state in zip(parts, states, strict=True)]

    def compute(states: Any) -> Any:
        return [x.compute(state) for x, state in zip(parts, states, strict=True) if x.compute]

    return Program(lambda: [x.init() for x in parts], update, compute)


def make(workload: Workload) -> Any:
    """The metric, with its variables."""
    maker = MAKERS.get(workload.name) or getattr(km, workload.cls)
    metric = maker(**workload.arguments)
    if (build := BUILDS.get(workload.name)) is not None:
        metric.update_state(np.zeros((2, build), "float32"), np.zeros((2, build), "float32"))
        metric.reset_state()
    return metric


def in_columns(update: Callable[..., Any]) -> Callable[..., Any]:
    """The update with ``[B]`` handed over as ``[B, 1]``."""
    return lambda state, y, p, *w: columns(lambda y, p: update(state, y, p, *w))(y, p)


def function_of(workload: Workload) -> Callable[..., Any]:
    """The function of the workload's name."""
    if workload.name.startswith("losses."):
        fn = getattr(keras.losses, workload.fn)
    elif workload.fn == "cosine_similarity":  # only the loss has a function, with the other sign
        fn = cosine_similarity
    elif workload.fn == "accuracy":  # not exported
        fn = accuracy
    else:
        fn = getattr(km, workload.fn, None) or getattr(keras.losses, workload.fn)
    fn = functools.partial(fn, **workload.arguments)
    return columns(fn) if workload.elements else fn


def cosine_similarity(y: Any, p: Any) -> Any:
    """The metric's sign."""
    return -keras.losses.cosine_similarity(y, p)


def has(workload: Workload) -> bool:
    """Whether Keras has the metric or the function."""
    if workload.is_function:
        names = {*vars(km), *vars(keras.losses), "accuracy", "cosine_similarity"}
        return workload.fn in names
    known = workload.name in MAKERS or hasattr(km, workload.cls)
    return known and workload.name not in LACKING


PROGRAMS = {
    x.name: function(function_of(x)) if x.is_function else program(x)
    for x in WORKLOADS.values()
    if has(x)
} | {"Collection": several}
