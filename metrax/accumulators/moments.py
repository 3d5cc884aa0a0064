"""``Moments``: weight, mean and squared deviations."""

from typing import Any, Self

from jax import Array

from metrax.accumulators.chan import About, about_mean, between_squared, gap_of_means, mean_of
from metrax.accumulators.sum import Axes, OfSums, Sum, of_rows
from metrax.kernels.arithmetic import safe_divide


class Moments(OfSums):
    r"""Weight, total and $M_2 = \sum w (x - \bar x)^2$, merged by Chan's rule.

    The mean is read off the total, a pair, so it neither drifts nor stalls over 1e9 updates; and
    nothing is a difference of large squares, so an offset of 1e4 costs no digits.

    Attributes:
      weight: $\sum w$.
      total: $\sum w x$.
      m2: $M_2$.

    Raises:
      MetraxError: in ``each``, when cells and values do not fit, or a number comes without cells.

    Example:
      >>> import metrax
      >>> from metrax import accumulators as acc
      >>> class Spread(metrax.Statistic):
      ...     def contribute(self, values):
      ...         return acc.Moments.each(values)
      >>> state = Spread().observe({"values": [1., 3., 9.], "w": [1., 1., 0.]})
      >>> float(state.mean), float(state.variance)
      (2.0, 1.0)

    References:
      Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample
      variances", 1979.
    """

    weight: Sum
    total: Sum
    m2: Sum

    @classmethod
    def of(cls, x: Array, w: Array | None = None, axis: Axes = None) -> Self:
        """The moments of a float array over its first axes; ``w`` has the shape of ``x``."""
        return of_rows(cls, (x,), w, axis)

    @classmethod
    def added(cls, rows: Any, x: Array) -> Any:
        weight, total = yield [None, x]
        about = About(rows, [x], weight, [total])
        (d,) = about.deviations
        rest, squares = (Sum(*pair) for pair in (yield [d, d * d]))
        return cls(about.weight, about.total(0, rest), about_mean(squares, rest, about.weight))

    @property
    def mean(self) -> Array:
        """The weighted mean, 0 before any data."""
        return mean_of(self.weight, self.total)[0]

    @property
    def variance(self) -> Array:
        r"""The population variance $M_2 / \sum w$, 0 before any data."""
        return safe_divide(self.m2.value, self.weight.value)

    def combine(self, other: Self) -> Self:
        weight = self.weight.combine(other.weight)
        d = gap_of_means(self.weight, self.total, other.weight, other.total)
        between = Sum(*between_squared(self.weight, other.weight, weight, d))
        return type(self)(
            weight, self.total.combine(other.total), self.m2.combine(other.m2).combine(between)
        )
