"""``Sum``: a sum that does not saturate."""

from collections.abc import Sequence
from typing import Any, Self

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import DTypeLike

from metrax.core.checks import MetraxError
from metrax.core.reduce import reduce
from metrax.core.rows import rows_of, weighed
from metrax.core.state import Accumulator, field_names
from metrax.kernels.pairs import Pair, add_pairs, integer_pair, renormalize
from metrax.kernels.sums import sum_pairs

Axes = int | Sequence[int] | None


class Counting(Accumulator):
    """Base of sums and means, of which a number for all rows, and booleans, are counts."""

    neutral = 0.0
    _counts = True

    @classmethod
    def each(
        cls,
        x: Any,
        *,
        at: Any = None,
        shape: Any = None,
        keep: int | tuple[int, ...] = (),
        w: Any = None,
        exact: bool = False,
    ) -> Self:
        """What each example adds; see :meth:`Accumulator.each`.

        A number is the same for every row, so that ``each(1, at=labels, shape=10)`` counts. With
        ``exact`` no addition rounds, for values that nothing has rounded yet.
        """
        return rows_of(cls, (x,), at=at, shape=shape, keep=keep, w=w, exact=exact or None)


class Sum(Counting):
    """A sum that does not saturate: ``hi + lo``, about 48 bits of it in float32.

    Integer sums are exact to 2^48, and 1e9 additions of 1 give 1e9, where a float32 stops at 2^24.

    Attributes:
      hi: the sum, rounded to the dtype.
      lo: what ``hi`` lacks.

    Raises:
      MetraxError: in ``each``, when cells and values do not fit, or a number comes without cells.

    Example:
      >>> import jax.numpy as jnp
      >>> from metrax.accumulators import Sum
      >>> total = Sum.of(jnp.full(3, 2.0**24)).merge(Sum.of(jnp.ones(3)))
      >>> int(total.hi) + int(total.lo) - 3 * 2**24
      3
    """

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
    def added(cls, rows: Any, x: Array | None) -> Any:
        (total,) = yield [x]
        return cls(*total)

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

    def _with_ones(self, cells: Array) -> Self:
        """The sum after a one more for each cell's number, in place; -1 is none.

        They are added to the lower halves, exactly. What the halves become is written as often as
        a cell is among the numbers, each time the same.
        """
        hi, lo = (x.reshape(-1) for x in self.pair)
        at = jnp.where(cells < 0, hi.size, cells)
        lo = lo.at[at].add(1, mode="drop")
        pair = renormalize(*(x.at[at].get(mode="fill", fill_value=0) for x in (hi, lo)))
        halves = (x.at[at].set(y, mode="drop") for x, y in zip((hi, lo), pair, strict=True))
        return type(self)(*halves).reshape(*self.hi.shape)

    def reshape(self, *shape: int) -> Self:
        """The same sums in another shape."""
        return jax.tree.map(lambda x: x.reshape(shape), self)


class OfSums(Accumulator):
    """Base of accumulators whose fields are sums."""

    neutral = 0.0

    @classmethod
    def zeros(cls, shape: Sequence[int] = (), dtype: DTypeLike = jnp.float32) -> Self:
        """What it is before any data."""
        fields: dict[str, Any] = {name: Sum.zeros(shape, dtype) for name in field_names(cls)}
        return cls(**fields)

    def combine(self, other: Any) -> Self:
        names = field_names(type(self))
        return type(self)(*(getattr(self, x).combine(getattr(other, x)) for x in names))


def axes_of(axis: int | Sequence[int], ndim: int) -> tuple[int, ...]:
    """The axes counted from 0."""
    return tuple(i % ndim for i in ((axis,) if isinstance(axis, int) else axis))


def of_rows(kind: Any, data: tuple[Array, ...], w: Array | None, axis: Axes) -> Any:
    """An accumulator of arrays over their first axes, all by default."""
    axes = tuple(range(data[0].ndim)) if axis is None else axes_of(axis, data[0].ndim)
    if axes != tuple(range(len(axes))):
        raise MetraxError(f"{kind.__name__}.of: axis: got {axis}; expected the first axes")
    rows = kind.each(*data, keep=tuple(range(len(axes) - data[0].ndim, 0)), w=w)
    return reduce(weighed(rows, None, data[0].dtype))
