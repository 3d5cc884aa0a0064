"""Sums along one axis that read their input once, or as few times as XLA lets them.

On the CPU, XLA turns a chain of arithmetic, exponentials and reductions of rows into one kernel. A
comparison or a `where` in it ends the kernel and writes the array out, so the formulas here do
without. And a kernel takes up to twice as long if more follows its last reduction.
"""

import functools
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array, lax

from metrax.kernels.sums import count_each


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
    above, tied_before = count_each(~(scores <= mine), tied_before, axes=(scores.ndim - 1,))
    # Always so, but XLA would drop a count that nobody reads, and then write out the other's mask.
    return LabelRank(valid & ~jnp.isnan(own) & (tied_before >= 0), above, tied_before)


def label_ties(labels: Array, scores: Array) -> Array:
    """How many scores of each row equal the label's, itself among them; 1 at the least."""
    valid = (labels >= 0) & (labels < scores.shape[-1])
    mine = shared(chosen(scores, jnp.where(valid, labels, 0), -1), scores, -1)
    (equal,) = count_each(scores == mine, axes=(scores.ndim - 1,))
    return jnp.maximum(equal, 1)


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


@functools.partial(jax.custom_jvp, nondiff_argnums=(2,))
def log_sum_beside(x: Array, top: Array, axis: int) -> Array:
    r"""$\log \sum e^{x - t}$, with the maximum $t$ of each row.

    Elements at the top are left out of the sum of the others before it is rounded, so that it keeps
    its digits however small it is beside them; how many they are, the sum of all tells.
    """
    # What two sums share is written out for both, so they share nothing; and a comparison ends a
    # kernel with its sum, before the logarithm, but may not stand in the sum itself.
    first = lax.optimization_barrier(top)
    depth = x - shared(first, x, axis)
    below = jnp.minimum(depth / -float(jnp.finfo(x.dtype).tiny), 1)
    others = _at_its_end(jnp.sum(jnp.exp(depth) * below, axis=axis))
    again, others = lax.optimization_barrier((top, others))
    total = _at_its_end(jnp.sum(jnp.exp(x - shared(again, x, axis)), axis=axis))
    beside = (jnp.round(total - others) - 1) + others
    return jnp.log1p(jnp.where(beside == -1, jnp.nan, beside))  # NaN for nothing at all


@log_sum_beside.defjvp
def _(axis: int, primals: tuple[Array, Array], tangents: tuple[Array, Array]):
    (x, top), (dx, dtop) = primals, tangents
    shares = jnp.exp(x - shared(top, x, axis))
    change = jnp.sum(shares * (dx - shared(dtop, x, axis)), axis=axis)
    return log_sum_beside(x, top, axis), change / jnp.sum(shares, axis=axis)


def _at_its_end(total: Array) -> Array:
    return jnp.where(total == -1, 0, total)
