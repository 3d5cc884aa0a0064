"""Metrics in a Flax Linen ``TrainState``: one more field, updated in the one jitted step.

    python examples/linen_trainstate.py --epochs 10

A metric's state is a pytree of arrays like the parameters beside it, so it is donated, sharded and
checkpointed with them. The metric itself is configuration, and stays outside.
"""

import argparse
import functools
from typing import Any, Self

import jax
import jax.numpy as jnp
import numpy as np
import optax
from digits_data import NUM_CLASSES, Batch, batches, load
from flax import linen as nn
from flax.training import train_state
from jax import Array

import metrax

METRICS = metrax.Collection(
    loss=metrax.SparseCategoricalCrossentropy(from_logits=True),
    accuracy=metrax.SparseCategoricalAccuracy(),
)
"""Not routed: both read ``y_true``, ``y_pred`` and ``w``."""


class Net(nn.Module):
    """Two dense layers."""

    @nn.compact
    def __call__(self, x: Array) -> Array:
        """Logits ``[B, 10]`` of images ``[B, 8, 8, 1]``."""
        x = nn.relu(nn.Dense(128)(x.reshape(len(x), -1)))
        return nn.Dense(NUM_CLASSES)(x)


class TrainState(train_state.TrainState):
    """Parameters, optimizer state, and the metrics' state of the running epoch."""

    metrics: Any

    def reset_metrics(self) -> Self:
        """The same with metrics that have seen no data."""
        return self.replace(metrics=METRICS.init())

    def update_metrics(self, batch: Batch, logits: Array) -> Self:
        """The same with metrics that have seen one more batch."""
        return self.replace(metrics=METRICS.update(self.metrics, batch.labels, logits, batch.mask))


# The old state's memory is given to the new one, metrics included.
@functools.partial(jax.jit, donate_argnums=0)
def train_step(state: TrainState, batch: Batch) -> TrainState:
    """One step of the optimizer; the metrics see the logits that the step computed anyway."""

    def loss_fn(params: Any) -> tuple[Array, Array]:
        logits = state.apply_fn(params, batch.images)
        losses = optax.softmax_cross_entropy_with_integer_labels(logits, batch.labels)
        return jnp.sum(losses * batch.mask) / jnp.sum(batch.mask), logits

    gradients, logits = jax.grad(loss_fn, has_aux=True)(state.params)
    return state.apply_gradients(grads=gradients).update_metrics(batch, logits)


@functools.partial(jax.jit, donate_argnums=0)
def eval_step(state: TrainState, batch: Batch) -> TrainState:
    """The same model; the metrics see one more batch."""
    return state.update_metrics(batch, state.apply_fn(state.params, batch.images))


def create_state(seed: int) -> TrainState:
    """A model at its initial parameters."""
    net = Net()
    params = net.init(jax.random.key(seed), jnp.zeros((1, 8, 8, 1)))
    return TrainState.create(
        apply_fn=net.apply, params=params, tx=optax.adam(5e-3), metrics=METRICS.init()
    )


def main() -> None:
    """Train and evaluate epoch by epoch."""
    parser = argparse.ArgumentParser(description="Metrics in a Flax Linen TrainState, on digits.")
    parser.add_argument("--epochs", type=int, default=10, help="passes over the data (default 10)")
    args = parser.parse_args()
    train, test = load(seed=0)
    state, rng = create_state(seed=0), np.random.default_rng(0)
    phases = (("train", train_step, train, rng), ("eval", eval_step, test, None))
    for epoch in range(1, args.epochs + 1):
        for split, step, data, shuffle in phases:
            state = state.reset_metrics()
            for batch in batches(data, 64, shuffle):
                state = step(state, batch)
            values = METRICS.compute(state.metrics)
            shown = (f"{name} {float(value):.4f}" for name, value in values.items())
            print(f"epoch {epoch:2}", f"{split:5}", *shown, sep="  ")


if __name__ == "__main__":
    main()
