"""The values that an input may hold, for :func:`metrax.checked`."""

import math
from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from metrax.core.checks import Classes, MetraxError, is_one_of
from metrax.core.weights import align
from metrax.kernels.arithmetic import promote


class Domain(NamedTuple):
    """Numbers from ``low`` to ``high``, both included, or ``also``; NaN is never among them.

    Attributes:
      low: the smallest number.
      high: the largest.
      whole: whether the numbers must be whole.
      also: more numbers.
      axis: an axis of the input that the weights lack: that of classes.
      total: what each row along ``axis`` sums to, rounding of half precision aside.
      hint: what to do about other values.

    Example:
      >>> from metrax import building
      >>> str(building.Domain(low=0, hint="pass counts"))
      'numbers of 0 or more'
    """

    low: float = -math.inf
    high: float = math.inf
    whole: bool = False
    also: tuple[int, ...] = ()
    axis: int | None = None
    total: float | None = None
    hint: str = "mend the data, or give such examples weight 0"

    def __str__(self) -> str:
        kind = "whole numbers" if self.whole else "numbers"
        bounds = f" from {self.low:g} to {self.high:g}"
        if math.isinf(self.high):
            bounds = ", not NaN" if math.isinf(self.low) else f" of {self.low:g} or more"
        rows = "" if self.total is None else f" that sum to {self.total:g} along axis {self.axis}"
        return kind + bounds + rows + "".join(f", or {number}" for number in self.also)

    def lacking(self, axis: int | None) -> "Domain":
        """This domain for an input of which the weights lack ``axis``."""
        return self._replace(axis=axis)

    def strangers(self, x: Array, w: Array | None) -> Array:
        """Where ``x`` is outside the domain and its weight is not zero; of the shape of ``x``."""
        outside = ~self._holds(x)
        if self.total is not None and self.axis is not None:
            sums = jnp.sum(promote(x)[0], axis=self.axis, keepdims=True)
            outside |= jnp.broadcast_to(jnp.abs(sums - self.total) > 0.02, x.shape)
        return outside if w is None else outside & _counted(w, x.shape, self.axis)

    def _holds(self, x: Array) -> Array:
        (number,) = promote(x)
        # Labels are compared as they are: a float32 does not tell 2^24 from its neighbour.
        exact = x if jnp.issubdtype(x.dtype, jnp.integer) else number
        inside = _at_least(exact, self.low) & _at_most(exact, self.high)
        if self.whole:
            inside &= number == jnp.trunc(number)
        return inside | is_one_of(x, self.also) if self.also else inside


def labels(classes: int, also: Classes = None) -> Domain:
    """Indices of classes, and labels to ignore.

    Args:
      classes: how many there are.
      also: a label to ignore, or several.

    Example:
      >>> from metrax import building
      >>> str(building.labels(10, also=-100))
      'whole numbers from 0 to 9, or -100'
    """
    more = (also,) if isinstance(also, int) else tuple(also or ())
    return Domain(0, classes - 1, whole=True, also=more)


NUMBERS = Domain()
NON_NEGATIVE = Domain(low=0)
BINARY = Domain(0, 1, whole=True)
SIGNS = Domain(-1, 1, whole=True)
STEPS = Domain(0, whole=True, hint="number steps from 0: what is at others is left out")
PROBABILITIES = Domain(0, 1, hint="pass probabilities: a sigmoid's or softmax's result, not logits")


def scores_at(threshold: float) -> Domain:
    """Probabilities where they are cut between 0 and 1, any numbers where logits may be."""
    return PROBABILITIES if 0 < threshold < 1 else NUMBERS


def _at_least(x: Array, low: float) -> Array:
    if jnp.issubdtype(x.dtype, jnp.integer):
        return jnp.full(x.shape, True) if low <= jnp.iinfo(x.dtype).min else x >= math.ceil(low)
    return x >= low


def _at_most(x: Array, high: float) -> Array:
    if jnp.issubdtype(x.dtype, jnp.integer):
        return jnp.full(x.shape, True) if high >= jnp.iinfo(x.dtype).max else x <= int(high)
    return x <= high


def _counted(w: Array, shape: tuple[int, ...], axis: int | None) -> Array:
    """Where weights are not zero, spread to an input's shape."""
    inner = shape if axis is None else shape[:axis] + shape[axis % len(shape) + 1 :]
    try:
        counted = jnp.broadcast_to(align(w != 0, inner, bool), inner)  # pyright: ignore[reportArgumentType]
    except MetraxError:
        # The weights fit the values, which a function made from the inputs; their rows are shared.
        if not (w.ndim and shape and len(w) == shape[0]):
            return jnp.full(shape, True)
        rows = jnp.any((w != 0).reshape(len(w), -1), axis=1)
        return jnp.broadcast_to(rows.reshape(-1, *(1,) * (len(shape) - 1)), shape)
    return counted if axis is None else jnp.broadcast_to(jnp.expand_dims(counted, axis), shape)
