"""optax's losses, averaged: what one writes without a metrics library."""

from collections.abc import Callable

import jax.numpy as jnp
import optax
from jax import Array

from benchmarks.peers.plain import mean_of
from benchmarks.peers.program import Builder, function


def mean(loss: Callable[[Array, Array], Array]) -> Builder:
    """The running mean of ``loss(y_pred, y_true)``."""
    return mean_of(lambda y, p: loss(p, y))


def call(loss: Callable[[Array, Array], Array]) -> Builder:
    """``loss(y_pred, y_true)`` by itself."""
    return function(lambda y, p: loss(p, y))


def divergence(p: Array, y: Array) -> Array:
    """Of probabilities; optax takes logarithms of the predicted ones."""
    return optax.kl_divergence(jnp.log(p), y)


def cosine(p: Array, y: Array) -> Array:
    """With the epsilon that Keras has."""
    return optax.cosine_similarity(p, y, epsilon=1e-7)


dense = mean(optax.softmax_cross_entropy)
sparse = mean(optax.softmax_cross_entropy_with_integer_labels)
PROGRAMS = {
    "MeanSquaredError": mean(optax.squared_error),
    "LogCoshError": mean(optax.log_cosh),
    "MeanMetricWrapper": mean(optax.huber_loss),
    "Hinge": mean(optax.hinge_loss),
    "KLDivergence": mean(divergence),
    "CosineSimilarity": mean(cosine),
    "CategoricalCrossentropy 100": dense,
    "CategoricalCrossentropy 32000": dense,
    "SparseCategoricalCrossentropy 100": sparse,
    "SparseCategoricalCrossentropy 32000": sparse,
    "functional.kl_divergence": call(divergence),
    "functional.cosine_similarity": call(cosine),
    "functional.categorical_crossentropy": call(optax.softmax_cross_entropy),
    "functional.sparse_categorical_crossentropy": call(
        optax.softmax_cross_entropy_with_integer_labels
    ),
}
