"""A training step of a small language model in Flax NNX, about ten million parameters."""

import functools
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import optax
from flax import nnx
from jax import Array

import metrax
from benchmarks.training import Step

VOCABULARY = 8192
WIDTH = 256
LAYERS = 10
HEADS = 4
SEQUENCES, LENGTH = 4, 64


class Block(nnx.Module):
    """Attention and a dense layer, each added to its input."""

    def __init__(self, rngs: nnx.Rngs) -> None:
        self.attention = nnx.MultiHeadAttention(HEADS, WIDTH, decode=False, rngs=rngs)
        self.norms = nnx.List([nnx.LayerNorm(WIDTH, rngs=rngs) for _ in range(2)])
        self.up = nnx.Linear(WIDTH, 4 * WIDTH, rngs=rngs)
        self.down = nnx.Linear(4 * WIDTH, WIDTH, rngs=rngs)

    def __call__(self, x: Array) -> Array:
        """Of ``[B, T, WIDTH]`` to the same."""
        mask = nnx.make_causal_mask(x[..., 0])
        x = x + self.attention(self.norms[0](x), mask=mask)
        return x + self.down(nnx.gelu(self.up(self.norms[1](x))))


class Transformer(nnx.Module):
    """Tokens to logits of the next; input and output share the embedding."""

    def __init__(self, rngs: nnx.Rngs) -> None:
        self.embedding = nnx.Embed(VOCABULARY, WIDTH, rngs=rngs)
        self.positions = nnx.Embed(LENGTH, WIDTH, rngs=rngs)
        self.blocks = nnx.List([Block(rngs) for _ in range(LAYERS)])
        self.norm = nnx.LayerNorm(WIDTH, rngs=rngs)

    def __call__(self, tokens: Array) -> Array:
        """Logits ``[B, T, VOCABULARY]`` of tokens ``[B, T]``."""
        x = self.embedding(tokens) + self.positions(jnp.arange(tokens.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.embedding.attend(self.norm(x))


METRICS = metrax.Collection(
    loss=metrax.Mean().on("loss", w="mask"),
    crossentropy=metrax.SparseCategoricalCrossentropy(from_logits=True).on(
        "labels", "logits", w="mask"
    ),
    accuracy=metrax.SparseCategoricalAccuracy().on("labels", "logits", w="mask"),
    top_5=metrax.SparseTopKCategoricalAccuracy(k=5).on("labels", "logits", w="mask"),
    top_20=metrax.SparseTopKCategoricalAccuracy(k=20).on("labels", "logits", w="mask"),
    tokens=metrax.Sum().on("mask"),
)


def outputs(logits: Array, tokens: Array) -> dict[str, Array]:
    """What the metrics read; the last position has no next token and so weight zero."""
    labels = jnp.roll(tokens, -1, axis=1)
    losses = optax.softmax_cross_entropy_with_integer_labels(logits, labels)
    return {
        "loss": losses,
        "labels": labels,
        "logits": logits,
        "mask": jnp.ones(tokens.shape, jnp.float32).at[:, -1].set(0),
    }


def make_train_step(graph: Any, metrics: Any) -> Callable[..., tuple[Any, Any]]:
    """The step for the static part of a split ``(model, optimizer)``; both states are donated."""

    @functools.partial(jax.jit, donate_argnums=(0, 1))
    def train_step(training: Any, state: Any, tokens: Array) -> tuple[Any, Any]:
        model, optimizer = nnx.merge(graph, training)

        def loss_fn(model: Transformer) -> tuple[Array, dict[str, Array]]:
            named = outputs(model(tokens), tokens)
            return jnp.sum(named["loss"] * named["mask"]) / jnp.sum(named["mask"]), named

        gradients, named = nnx.grad(loss_fn, has_aux=True)(model)
        optimizer.update(model, gradients)
        return nnx.state((model, optimizer)), metrics.update(state, **named)

    return train_step


def transformer() -> Step:
    """The step on random tokens."""
    model = Transformer(nnx.Rngs(0))
    graph, training = nnx.split((model, nnx.Optimizer(model, optax.adam(1e-3), wrt=nnx.Param)))
    tokens = jax.random.randint(jax.random.key(0), (SEQUENCES, LENGTH), 0, VOCABULARY)
    return Step(
        functools.partial(make_train_step, graph),
        METRICS,
        outputs(model(tokens), tokens),
        lambda: (jax.tree.map(lambda x: x.copy(), training), tokens),
    )
