"""Sums along one axis that read their input once, or as few times as XLA lets them.

On the CPU, XLA turns a chain of arithmetic, exponentials and reductions of rows into one kernel. A
comparison or a `where` in it ends the kernel and writes the array out, so the formulas here do
without. And a kernel takes up to twice as long if more follows its last reduction.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array, lax

from metrax.core.sums import count_each


def shared(values: Array, like: Array, axis: int) -> Array:
    """One value a row, spread along ``axis``."""
    return jnp.broadcast_to(jnp.expand_dims(values, axis), like.shape)


def chosen(x: Array, index: Array, axis: int) -> Array:
    """The element of each row at ``index``, which must be in bounds: they are not checked again."""
    return jnp.take_along_axis(x, jnp.expand_dims(index, axis), axis, mode="clip").squeeze(axis)


class LabelRank(NamedTuple):
    """Where the score of each row's label stands among the row's scores."""

    valid: Array
    """Whether the label is a class and its score a number."""

    above: Array
    """How many scores are not at or below it; a NaN is not."""

    tied_before: Array
    """How many equal ones come before it."""


def label_rank(labels: Array, scores: Array) -> LabelRank:
    """The rank of the labels' scores, along the last axis; accuracy and all top-k share a pass."""
    valid = (labels >= 0) & (labels < scores.shape[-1])
    own = chosen(scores, jnp.where(valid, labels, 0), -1)
    mine = shared(own, scores, -1)
    place = lax.broadcasted_iota(labels.dtype, scores.shape, scores.ndim - 1)
    tied_before = (scores == mine) & (place < shared(labels, scores, -1))
    above, tied_before = count_each(~(scores <= mine), tied_before, axis=scores.ndim - 1)
    # Always so, but XLA would drop a count that nobody reads, and then write out the other's mask.
    return LabelRank(valid & ~jnp.isnan(own) & (tied_before >= 0), above, tied_before)


def quotient(numerator: Array, denominator: Array) -> Array:
    """``numerator / denominator`` for denominators of 0 or more: 0, as is its gradient, where 0."""
    positive = jnp.sign(denominator)
    return numerator * positive / (denominator + (1 - positive))


def below_top(x: Array, axis: int) -> tuple[Array, Array]:
    """The maximum of each row, and how far, from 0 down, each element is from it."""
    # A row of impossible classes, all -inf, has elements of -inf, not NaN.
    least = float(jnp.finfo(x.dtype).min)
    # The derivatives with respect to the maximum cancel.
    top = lax.stop_gradient(jnp.maximum(jnp.max(x, axis=axis), least))
    return top, x - shared(top, x, axis)


def log_sum_beside(true: Array, depth: Array, axis: int) -> tuple[Array, Array]:
    r"""$\log \sum e^{d}$, and the sum of the labels: soft ones, or one-hot.

    The label's share is taken off before the sum is rounded. So where the top is the one label
    the logarithm keeps the digits of the others' sum, however small that is beside the top's 1.
    """
    weight = jnp.sum(true, axis=axis)
    beside = jnp.sum(jnp.exp(depth) - true, axis=axis)
    return _log_of_one_and(beside + (weight - 1)), weight


def log_sum_beside_label(labels: Array, mine: Array, depth: Array, axis: int) -> Array:
    """The same for labels that are class indices, ``mine`` the depth at the label's class."""
    beside = jnp.sum(jnp.exp(depth) * _not_at(labels, depth, axis), axis=axis)
    return _log_of_one_and(beside + jnp.expm1(mine))


def _log_of_one_and(x: Array) -> Array:
    # NaN for nothing at all; and it ends the kernel with the sum, before the logarithm.
    return jnp.log1p(jnp.where(x == -1, jnp.nan, x))


def _not_at(labels: Array, like: Array, axis: int) -> Array:
    """0 at the label's class and 1 elsewhere, by arithmetic, in floats as long as they count."""
    floats = like.shape[axis] <= 2 / jnp.finfo(like.dtype).eps
    place = lax.broadcasted_iota(like.dtype if floats else labels.dtype, like.shape, axis)
    distance = jnp.abs(place - shared(labels, like, axis).astype(place.dtype))
    return jnp.minimum(distance, 1).astype(like.dtype)
