"""optax's losses, averaged: what one writes without a metrics library."""

from collections.abc import Callable

import jax.numpy as jnp
import optax
from jax import Array

from benchmarks.peers.program import Builder, Program


def mean_of(loss: Callable[[Array, Array], Array]) -> Builder:
    """The running mean of ``loss(y_pred, y_true)``: its sum and the sum of the weights."""

    def update(state: tuple[Array, Array], y: Array, p: Array, w: Array | None = None):
        values = loss(p, y)
        if w is None:
            return state[0] + jnp.sum(values), state[1] + values.size
        return state[0] + jnp.sum(w * values), state[1] + jnp.sum(w)

    return lambda: Program(
        lambda: (jnp.zeros(()), jnp.zeros(())), update, lambda state: state[0] / state[1]
    )


dense = mean_of(optax.softmax_cross_entropy)
sparse = mean_of(optax.softmax_cross_entropy_with_integer_labels)
PROGRAMS = {
    "MeanSquaredError": mean_of(optax.squared_error),
    "Hinge": mean_of(optax.hinge_loss),
    "CosineSimilarity": mean_of(lambda p, y: optax.cosine_similarity(p, y, epsilon=1e-7)),
    "CategoricalCrossentropy 100": dense,
    "CategoricalCrossentropy 32000": dense,
    "SparseCategoricalCrossentropy 100": sparse,
    "SparseCategoricalCrossentropy 32000": sparse,
}
