"""Accumulators of means and squared deviations: ``Moments`` and ``CoMoments``."""

from collections.abc import Sequence
from typing import Self

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import DTypeLike

from metrax.accumulators.sum import Axes, Sum, axes_of
from metrax.core.state import Accumulator
from metrax.core.weights import weighted
from metrax.kernels.arithmetic import safe_divide
from metrax.kernels.pairs import Pair, add_pairs, divide_pairs, integer_pair, two_product


class Moments(Accumulator):
    r"""Weight, total and $M_2 = \sum w (x - \bar x)^2$, merged by Chan's rule.

    The mean is read off the total, a pair, so it neither drifts nor stalls over 1e9 updates; and
    nothing is a difference of large squares, so an offset of 1e4 costs no digits.

    References:
      Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample
      variances", 1979.
    """

    neutral = 0.0

    weight: Sum
    total: Sum
    m2: Sum

    @classmethod
    def zeros(cls, shape: Sequence[int] = (), dtype: DTypeLike = jnp.float32) -> Self:
        """The moments of nothing."""
        return cls(*(Sum.zeros(shape, dtype) for _ in range(3)))

    @classmethod
    def of(cls, x: Array, w: Array | None = None, axis: Axes = None) -> Self:
        """The moments of a float array over ``axis``; ``w`` has the shape of ``x``."""
        weight, (mean,) = _about(w, [x], axis)
        d = _deviation(x, w, mean, axis)
        rest, squares = Sum.of_each(weighted(w, d), weighted(w, d * d), axis=axis, exact=False)
        return cls(weight, _total(weight, mean, rest), _about_mean(squares, rest, weight))

    @property
    def mean(self) -> Array:
        """The weighted mean, 0 before any data."""
        return _mean(self.weight, self.total)[0]

    @property
    def variance(self) -> Array:
        r"""The population variance $M_2 / \sum w$, 0 before any data."""
        return safe_divide(self.m2.value, self.weight.value)

    def combine(self, other: Self) -> Self:
        weight = self.weight.combine(other.weight)
        d = _gap(self.weight, self.total, other.weight, other.total)
        between = Sum(*_between_squared(self.weight, other.weight, weight, d))
        return type(self)(
            weight, self.total.combine(other.total), self.m2.combine(other.m2).combine(between)
        )


class CoMoments(Accumulator):
    r"""Weight, totals, $M_2$ of $x$ and of $y$, and $C = \sum w (x - \bar x)(y - \bar y)$.

    Everything that correlation, concordance and the coefficient of determination need, merged by
    the two-variable form of Chan's rule; see :class:`Moments`.
    """

    neutral = 0.0

    weight: Sum
    total_x: Sum
    total_y: Sum
    m2_x: Sum
    m2_y: Sum
    c_xy: Sum

    @classmethod
    def zeros(cls, shape: Sequence[int] = (), dtype: DTypeLike = jnp.float32) -> Self:
        """The co-moments of nothing."""
        return cls(*(Sum.zeros(shape, dtype) for _ in range(6)))

    @classmethod
    def of(cls, x: Array, y: Array, w: Array | None = None, axis: Axes = None) -> Self:
        """The co-moments of two float arrays of one shape over ``axis``."""
        return cls.with_sums(x, y, w, axis=axis)[0]

    @classmethod
    def with_sums(
        cls, x: Array, y: Array, w: Array | None, *others: Array, axis: Axes = None
    ) -> tuple[Self, list[Sum]]:
        """The co-moments, and the sums of other arrays that the same pass reads."""
        sizes = [jnp.abs(x), jnp.abs(y)]
        weight, (mean_x, mean_y, size_x, size_y) = _about(w, [x, y, *sizes], axis)
        dx, dy = _deviation(x, w, mean_x, axis), _deviation(y, w, mean_y, axis)
        products = [weighted(w, p) for p in (dx, dy, dx * dx, dy * dy, dx * dy)]
        rest_x, rest_y, xx, yy, xy, *sums = Sum.of_each(*products, *others, axis=axis, exact=False)
        moments = cls(
            weight,
            _total(weight, mean_x, rest_x),
            _total(weight, mean_y, rest_y),
            _traced(_about_mean(xx, rest_x, weight), mean_x, size_x),
            _traced(_about_mean(yy, rest_y, weight), mean_y, size_y),
            _corrected(xy, rest_x, rest_y, weight),
        )
        return moments, sums

    @property
    def spread_x(self) -> Array:
        """$M_2$ of x; exactly 0 where x was constant, NaN where its digits are out of range."""
        return in_range(self.m2_x.value, self.weight.value, self._means[0])

    @property
    def spread_y(self) -> Array:
        """$M_2$ of y; exactly 0 where y was constant, NaN where its digits are out of range."""
        return in_range(self.m2_y.value, self.weight.value, self._means[1])

    @property
    def correlation(self) -> Array:
        """Pearson's coefficient, 0 where either is constant."""
        scale_x, scale_y = jnp.sqrt(self.spread_x), jnp.sqrt(self.spread_y)
        return jnp.clip(safe_divide(safe_divide(self.c_xy.value, scale_x), scale_y), -1, 1)

    @property
    def concordance(self) -> Array:
        """Lin's coefficient, 0 where both are constant and equal."""
        gap = _gap(self.weight, self.total_x, self.weight, self.total_y)
        apart = self.m2_x.value + self.m2_y.value + self.weight.value * jnp.square(gap)
        for mean in self._means:
            apart = in_range(apart, self.weight.value, mean)
        return safe_divide(2 * self.c_xy.value, apart)

    @property
    def _means(self) -> tuple[Array, Array]:
        return _mean(self.weight, self.total_x)[0], _mean(self.weight, self.total_y)[0]

    def combine(self, other: Self) -> Self:
        weight = self.weight.combine(other.weight)
        dx = _gap(self.weight, self.total_x, other.weight, other.total_x)
        dy = _gap(self.weight, self.total_y, other.weight, other.total_y)

        def add(mine: Sum, theirs: Sum, between: Pair) -> Sum:
            return mine.combine(theirs).combine(Sum(*between))

        return type(self)(
            weight,
            self.total_x.combine(other.total_x),
            self.total_y.combine(other.total_y),
            add(self.m2_x, other.m2_x, _between_squared(self.weight, other.weight, weight, dx)),
            add(self.m2_y, other.m2_y, _between_squared(self.weight, other.weight, weight, dy)),
            add(self.c_xy, other.c_xy, _between(self.weight, other.weight, weight, dx, dy)),
        )


def _mean(weight: Sum, total: Sum) -> Pair:
    return divide_pairs(total.pair, weight.pair)


def _about(w: Array | None, arrays: list[Array], axis: Axes) -> tuple[Sum, list[Array]]:
    """The total weight, and about the means, from a quick pass; the next one sees what is off."""
    if w is None:
        totals = Sum.of_each(*arrays, axis=axis, exact=False)
        count = arrays[0].size // max(1, totals[0].hi.size)
        hi, lo = integer_pair(count, arrays[0].dtype)
        shape = totals[0].hi.shape
        weight = Sum(jnp.broadcast_to(hi, shape), jnp.broadcast_to(lo, shape))
    else:
        weight, *totals = Sum.of_each(w, *(weighted(w, x) for x in arrays), axis=axis, exact=False)
    return weight, [_mean(weight, total)[0] for total in totals]


def _deviation(x: Array, w: Array | None, mean: Array, axis: Axes) -> Array:
    """``x`` minus about its mean, 0 where the weight is 0."""
    axes = tuple(range(x.ndim)) if axis is None else axes_of(axis, x.ndim)
    d = x - jnp.broadcast_to(jnp.expand_dims(mean, axes), x.shape)
    return d if w is None else jnp.where(w == 0, 0, d)


def _total(weight: Sum, mean: Array, rest: Sum) -> Sum:
    """The sum of all x: of the mean, as many times as there is weight, and of what is beside it."""
    hi, lo = two_product(weight.hi, mean)
    return Sum(*add_pairs((hi, lo + weight.lo * mean), rest.pair))


def _corrected(products: Sum, rest_x: Sum, rest_y: Sum, weight: Sum) -> Sum:
    # The mean was rounded, so the deviations do not sum to zero: the corrected two-pass algorithm.
    excess = safe_divide(rest_x.value * rest_y.value, weight.value)
    return products.combine(Sum(-excess, jnp.zeros_like(excess)))


def _about_mean(squares: Sum, rest: Sum, weight: Sum) -> Sum:
    """The squares about the mean itself; exactly 0 where all deviations are equal but for rounding.

    A constant differs from its rounded mean by the same last bits everywhere.
    """
    m2 = _corrected(squares, rest, rest, weight)
    constant = m2.value < 32 * float(jnp.finfo(squares.hi.dtype).eps) * squares.value
    return jax.tree.map(lambda x: jnp.where(constant, 0, x), m2)


def _traced(m2: Sum, mean: Array, size: Array) -> Sum:
    """At least the smallest number for numbers that differ, but so little that squares are 0.

    Those of one sign have a mean that tells (:func:`in_range`), those of both may have none.
    """
    lost = (m2.hi == 0) & (mean == 0) & (size > 0)
    return Sum(jnp.where(lost, float(jnp.finfo(size.dtype).tiny), m2.hi), m2.lo)


def in_range(squares: Array, weight: Array, mean: Array) -> Array:
    """A sum of squares about a mean, NaN if it overflowed or its terms lost digits to underflow.

    It is 0 for a constant, and may be for other numbers so small that squares of their last digits
    underflow; those have such a mean, but for zeros.
    """
    info = jnp.finfo(squares.dtype)
    least = float(info.tiny) / float(info.eps) * jnp.maximum(weight, 1)
    inside = (squares > least) & (squares < jnp.inf)
    blurred = (mean != 0) & (jnp.abs(mean) < float(info.tiny) ** 0.5 / float(info.eps))
    return jnp.where(jnp.where(squares == 0, blurred, ~inside), jnp.nan, squares)


def _gap(weight_a: Sum, total_a: Sum, weight_b: Sum, total_b: Sum) -> Array:
    """The difference of two means, formed in pairs before it is rounded; 0 if it is but rounding.

    So what is constant in every batch is constant in all; weights round the pairs' last bits.
    """
    (a_hi, a_lo), (b_hi, b_lo) = _mean(weight_a, total_a), _mean(weight_b, total_b)
    gap = add_pairs((b_hi, b_lo), (-a_hi, -a_lo))[0]
    noise = float(jnp.finfo(gap.dtype).eps) / 2**12
    larger = jnp.maximum(jnp.abs(a_hi), jnp.abs(b_hi))
    return jnp.where(jnp.abs(gap) <= noise * larger, 0, gap)


def _between(a: Sum, b: Sum, both: Sum, dx: Array, dy: Array) -> Pair:
    """Chan's term for two groups: their means' gaps times $w_a w_b / (w_a + w_b)$."""
    # Written so that swapping the groups gives the same bits.
    larger, smaller = jnp.maximum(a.value, b.value), jnp.minimum(a.value, b.value)
    term = larger * safe_divide(smaller, both.value) * dx * dy
    return term, jnp.zeros_like(term)


def _between_squared(a: Sum, b: Sum, both: Sum, d: Array) -> Pair:
    term, rest = _between(a, b, both, d, d)
    # At least the smallest number if the means differ, so that an underflow leaves a trace.
    differ = (jnp.minimum(a.value, b.value) != 0) & (d != 0)
    return jnp.where(differ, jnp.maximum(term, float(jnp.finfo(d.dtype).tiny)), term), rest
