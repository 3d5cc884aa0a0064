"""Means and sums of squares of several groups together, by Chan's rule, and of rows about a centre.

References:
  Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample
  variances", 1979.
"""

from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from metrax.accumulators.sum import Sum
from metrax.kernels.arithmetic import safe_divide
from metrax.kernels.pairs import Pair, add_pairs, divide_pairs, two_product


class About:
    """Values beside about their means, from the totals of a quick round; the next sees what is off.

    Attributes:
      weight: the total weight.
      centres: about the means.
      deviations: how far the values of each row are from them.
    """

    def __init__(self, rows: Any, xs: list[Array], weight: Pair, totals: list[Pair]) -> None:
        self.weight = Sum(*weight)
        means = [mean_of(self.weight, Sum(*total))[0] for total in totals]
        near = [rows.centre(mean) for mean in means]
        self.centres = [jnp.broadcast_to(x, self.weight.hi.shape) for x in near]
        self.deviations = [rows.beside(x, c) for x, c in zip(xs, near, strict=False)]

    def total(self, i: int, rest: Sum) -> Sum:
        """The total of the values, from what the deviations come to."""
        return total_about(self.weight, self.centres[i], rest)


def mean_of(weight: Sum, total: Sum) -> Pair:
    """The mean, as a pair; 0 without weight."""
    return divide_pairs(total.pair, weight.pair)


def total_about(weight: Sum, mean: Array, rest: Sum) -> Sum:
    """The sum of all x: of the mean, as many times as there is weight, and of what is beside it."""
    hi, lo = two_product(weight.hi, mean)
    return Sum(*add_pairs((hi, lo + weight.lo * mean), rest.pair))


def corrected(products: Sum, rest_x: Sum, rest_y: Sum, weight: Sum) -> Sum:
    """The products about the means, of those about near the means."""
    # The mean was rounded, so the deviations do not sum to zero: the corrected two-pass algorithm.
    excess = safe_divide(rest_x.value * rest_y.value, weight.value)
    return products.combine(Sum(-excess, jnp.zeros_like(excess)))


def about_mean(squares: Sum, rest: Sum, weight: Sum) -> Sum:
    """The squares about the mean itself; exactly 0 where all deviations are equal but for rounding.

    A constant differs from its rounded mean by the same last bits everywhere.
    """
    m2 = corrected(squares, rest, rest, weight)
    constant = m2.value < 32 * float(jnp.finfo(squares.hi.dtype).eps) * squares.value
    return jax.tree.map(lambda x: jnp.where(constant, 0, x), m2)


def gap_of_means(weight_a: Sum, total_a: Sum, weight_b: Sum, total_b: Sum) -> Array:
    """The difference of two means, formed in pairs before it is rounded; 0 if it is but rounding.

    So what is constant in every batch is constant in all; weights round the pairs' last bits.
    """
    (a_hi, a_lo), (b_hi, b_lo) = mean_of(weight_a, total_a), mean_of(weight_b, total_b)
    gap = add_pairs((b_hi, b_lo), (-a_hi, -a_lo))[0]
    noise = float(jnp.finfo(gap.dtype).eps) / 2**12
    larger = jnp.maximum(jnp.abs(a_hi), jnp.abs(b_hi))
    return jnp.where(jnp.abs(gap) <= noise * larger, 0, gap)


def between(a: Sum, b: Sum, both: Sum, dx: Array, dy: Array) -> Pair:
    """Chan's term for two groups: their means' gaps times $w_a w_b / (w_a + w_b)$."""
    # Written so that swapping the groups gives the same bits.
    larger, smaller = jnp.maximum(a.value, b.value), jnp.minimum(a.value, b.value)
    term = larger * safe_divide(smaller, both.value) * dx * dy
    return term, jnp.zeros_like(term)


def between_squared(a: Sum, b: Sum, both: Sum, d: Array) -> Pair:
    """Chan's term for squares."""
    term, rest = between(a, b, both, d, d)
    # At least the smallest number if the means differ, so that an underflow leaves a trace.
    differ = (jnp.minimum(a.value, b.value) != 0) & (d != 0)
    return jnp.where(differ, jnp.maximum(term, float(jnp.finfo(d.dtype).tiny)), term), rest
