"""What states are made of: ``Sum``, ``Max`` and ``Min``; ``Moments`` are in ``moments.py``.

Each has ``of`` (from data, one pass), ``zeros`` or ``empty`` (the identity), and merges element by
element. Import it as ``metrax.accumulators``.
"""

from collections.abc import Sequence
from typing import Self

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import DTypeLike

from metrax.core.state import Accumulator
from metrax.kernels.pairs import Pair, add_pairs, integer_pair
from metrax.kernels.sums import sum_pairs

Axes = int | Sequence[int] | None


class Sum(Accumulator):
    """A sum that does not saturate: ``hi + lo``, about 48 bits of it in float32.

    Integer sums are exact to 2^48, and 1e9 additions of 1 give 1e9, where a float32 stops at 2^24.

    Example:
      >>> import jax.numpy as jnp
      >>> from metrax.accumulators import Sum
      >>> total = Sum.of(jnp.full(3, 2.0**24)).merge(Sum.of(jnp.ones(3)))
      >>> int(total.hi) + int(total.lo) - 3 * 2**24
      3
    """

    neutral = 0.0

    hi: Array
    lo: Array

    @classmethod
    def zeros(cls, shape: Sequence[int] = (), dtype: DTypeLike = jnp.float32) -> Self:
        """The empty sum. Each leaf is its own buffer, so that a state can be donated."""
        return cls(jnp.zeros(shape, dtype), jnp.zeros(shape, dtype))

    @classmethod
    def of(cls, x: Array, axis: Axes = None) -> Self:
        """The sum of a float array over ``axis`` (all axes by default)."""
        return cls.of_each(x, axis=axis)[0]

    @classmethod
    def of_each(cls, *arrays: Array, axis: Axes = None, exact: bool = True) -> "list[Self]":
        """The sums of several arrays of one shape, all in one pass over the data.

        Without ``exact`` it is several times as fast, and right to float32's own rounding, for
        values that are rounded anyway: losses, products, squares.
        """
        axes = None if axis is None else axes_of(axis, arrays[0].ndim)
        return [cls(*pair) for pair in sum_pairs(*arrays, axes=axes, exact=exact)]

    @classmethod
    def of_integer(cls, n: Array | int, dtype: DTypeLike) -> Self:
        """A non-negative int32 count, or a Python integer, without rounding."""
        return cls(*integer_pair(n, dtype))

    @property
    def value(self) -> Array:
        """The sum, rounded to the dtype once."""
        return self.hi + self.lo

    @property
    def pair(self) -> Pair:
        """The sum as an unevaluated pair."""
        return self.hi, self.lo

    def combine(self, other: Self) -> Self:
        return type(self)(*add_pairs(self.pair, other.pair))

    def reshape(self, *shape: int) -> Self:
        """The same sums in another shape."""
        return jax.tree.map(lambda x: x.reshape(shape), self)


def axes_of(axis: int | Sequence[int], ndim: int) -> tuple[int, ...]:
    """The axes counted from 0."""
    return tuple(i % ndim for i in ((axis,) if isinstance(axis, int) else axis))
