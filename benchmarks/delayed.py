"""A training loop that logs every step: by ``float()``, by ``metrax.Delayed``, and not at all.

``python -m benchmarks.delayed`` prints milliseconds a step. The loops take turns. While the device
computes, the host prepares the next batch, for about as long as a step takes.
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

import metrax
from benchmarks.timing import interleaved_times

STEPS, WIDTH, BATCH, DEPTH = 20, 512, 256, 4
METRICS = metrax.Collection(
    loss=metrax.Mean().on("loss"),
    error=metrax.MeanAbsoluteError().on("labels", "outputs"),
)


def outputs_of(weights: list[jax.Array], x: jax.Array) -> jax.Array:
    """A small network's."""
    for w in weights:
        x = jnp.tanh(x @ w)
    return x


@jax.jit
def step(weights: Any, state: Any, x: jax.Array) -> tuple[Any, Any, Any]:
    """One step of gradient descent that returns the running values."""

    def loss(weights: Any) -> Any:
        outputs = outputs_of(weights, x)
        return jnp.mean((outputs - x) ** 2), outputs

    (value, outputs), slopes = jax.value_and_grad(loss, has_aux=True)(weights)
    weights = jax.tree.map(lambda w, d: w - 0.01 * d, weights, slopes)
    state = METRICS.update(state, loss=value, labels=x, outputs=outputs)
    return weights, state, METRICS.compute(state)


def by_float(log: list[Any]) -> Callable[[int, Any], None]:
    """Waits for every value."""
    return lambda i, values: log.append((i, {k: float(x) for k, x in values.items()}))


def delayed(log: list[Any]) -> Callable[[int, Any], None]:
    """Takes what has arrived."""
    on_the_way = metrax.Delayed()

    def write(i: int, values: Any) -> None:
        on_the_way.push(i, values)
        log.extend(on_the_way)
        if i == STEPS - 1:
            log.extend(on_the_way.flush())

    return write


def nothing(log: list[Any]) -> Callable[[int, Any], None]:
    """Logs nothing."""
    return lambda i, values: None


WAYS = {"nothing": nothing, "float()": by_float, "metrax.Delayed": delayed}


def loop(way: Callable[[list[Any]], Callable[[int, Any], None]]) -> list[Any]:
    """What is logged in an epoch."""
    rng, log = np.random.default_rng(0), []
    state, write = METRICS.init(), way(log)
    weights = [jnp.eye(WIDTH) / 2 for _ in range(DEPTH)]
    for i in range(STEPS):
        x = rng.normal(size=(BATCH, WIDTH)).astype(np.float32)
        weights, state, values = step(weights, state, x)
        write(i, values)
    jax.block_until_ready((weights, state))
    return log


def main() -> None:
    """Print milliseconds a step of each way."""
    calls = [lambda way=way: loop(way) for way in WAYS.values()]
    for call in calls:
        call()
    for name, seconds in zip(WAYS, interleaved_times(calls, 5.0, patience=30.0), strict=True):
        print(f"{name:15} {1e3 * seconds / STEPS:6.2f} ms a step")


if __name__ == "__main__":
    main()
