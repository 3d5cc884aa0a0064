"""``CoMoments``: what two variables' correlation is made of."""

from typing import Any, Self

import jax.numpy as jnp
from jax import Array

from metrax.accumulators.chan import (
    About,
    about_mean,
    between,
    between_squared,
    corrected,
    gap_of_means,
    mean_of,
)
from metrax.accumulators.sum import Axes, OfSums, Sum, of_rows
from metrax.kernels.arithmetic import safe_divide
from metrax.kernels.pairs import Pair


class CoMoments(OfSums):
    r"""Weight, totals, $M_2$ of $x$ and of $y$, and $C = \sum w (x - \bar x)(y - \bar y)$.

    Everything that correlation, concordance and the coefficient of determination need, merged by
    the two-variable form of Chan's rule; see :class:`Moments`.

    Attributes:
      weight: $\sum w$.
      total_x: $\sum w x$.
      total_y: $\sum w y$.
      m2_x: $\sum w (x - \bar x)^2$.
      m2_y: the same of y.
      c_xy: $C$.

    Raises:
      MetraxError: in ``each``, when cells and values do not fit, or a number comes without cells.

    Example:
      >>> import metrax
      >>> from metrax import accumulators as acc
      >>> class Together(metrax.Statistic):
      ...     def contribute(self, x, y):
      ...         return acc.CoMoments.each(x, y)
      >>> state = Together().observe({"x": [1., 2., 3.], "y": [2., 4., 6.], "w": None})
      >>> round(float(state.correlation), 6), float(state.spread_x)
      (1.0, 2.0)

    References:
      Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample
      variances", 1979.
    """

    weight: Sum
    total_x: Sum
    total_y: Sum
    m2_x: Sum
    m2_y: Sum
    c_xy: Sum

    @classmethod
    def of(cls, x: Array, y: Array, w: Array | None = None, axis: Axes = None) -> Self:
        """The co-moments of two float arrays of one shape over their first axes."""
        return of_rows(cls, (x, y), w, axis)

    @classmethod
    def added(cls, rows: Any, x: Array, y: Array) -> Any:
        weight, *totals = yield [None, x, y, jnp.abs(x), jnp.abs(y)]
        about = About(rows, [x, y], weight, totals)
        (dx, dy), (*_, size_x, size_y) = about.deviations, about.centres
        sums = yield [dx, dy, dx * dx, dy * dy, dx * dy]
        rest_x, rest_y, xx, yy, xy = (Sum(*pair) for pair in sums)
        mean_x, mean_y, *_ = about.centres
        return cls(
            about.weight,
            about.total(0, rest_x),
            about.total(1, rest_y),
            _traced(about_mean(xx, rest_x, about.weight), mean_x, size_x),
            _traced(about_mean(yy, rest_y, about.weight), mean_y, size_y),
            corrected(xy, rest_x, rest_y, about.weight),
        )

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
        gap = gap_of_means(self.weight, self.total_x, self.weight, self.total_y)
        apart = self.m2_x.value + self.m2_y.value + self.weight.value * jnp.square(gap)
        for mean in self._means:
            apart = in_range(apart, self.weight.value, mean)
        return safe_divide(2 * self.c_xy.value, apart)

    @property
    def _means(self) -> tuple[Array, Array]:
        return mean_of(self.weight, self.total_x)[0], mean_of(self.weight, self.total_y)[0]

    def combine(self, other: Self) -> Self:
        weight = self.weight.combine(other.weight)
        dx = gap_of_means(self.weight, self.total_x, other.weight, other.total_x)
        dy = gap_of_means(self.weight, self.total_y, other.weight, other.total_y)

        def add(mine: Sum, theirs: Sum, between: Pair) -> Sum:
            return mine.combine(theirs).combine(Sum(*between))

        return type(self)(
            weight,
            self.total_x.combine(other.total_x),
            self.total_y.combine(other.total_y),
            add(self.m2_x, other.m2_x, between_squared(self.weight, other.weight, weight, dx)),
            add(self.m2_y, other.m2_y, between_squared(self.weight, other.weight, weight, dy)),
            add(self.c_xy, other.c_xy, between(self.weight, other.weight, weight, dx, dy)),
        )


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
