"""The training step of ``examples/digits.py``, with its five metrics and a sixth."""

import sys
from collections.abc import Callable
from typing import Any

import jax
import numpy as np
import optax
from flax import nnx

import metrax
from benchmarks.machine import ROOT
from benchmarks.training import Step

sys.path.append(str(ROOT / "examples"))  # scripts, not a package

import digits as example  # pyright: ignore[reportMissingImports]
import digits_data  # pyright: ignore[reportMissingImports]

BATCH_SIZE = 128


def digits() -> Step:
    """The example's own step; only what it calls ``METRICS`` is put in."""
    graph, training = nnx.split(_model())
    train, _ = digits_data.load(seed=0)
    batch = jax.device_put(next(digits_data.batches(train, BATCH_SIZE)))

    def make(metrics: Any) -> Callable[..., Any]:
        def step(*arguments: Any) -> Any:
            example.METRICS = metrics  # read when the step is traced, maybe after others'
            return inner(*arguments)

        inner = example.make_train_step(graph)
        return step

    def arguments() -> tuple[Any, Any]:
        return jax.tree.map(lambda x: x.copy(), training), batch

    logits = np.random.default_rng(0).standard_normal((BATCH_SIZE, 10), np.float32)
    six = metrax.Collection(
        dict(example.METRICS.metrics),
        f1=metrax.F1Score(num_classes=digits_data.NUM_CLASSES).on(
            "one_hot", "probabilities", w="mask"
        ),
    )
    return Step(make, six, example.outputs(jax.numpy.asarray(logits), batch), arguments)


def _model() -> tuple[Any, Any]:
    model = example.Net(nnx.Rngs(0))
    return model, nnx.Optimizer(model, optax.adam(1e-3), wrt=nnx.Param)
