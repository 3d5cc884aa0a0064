"""Accumulators of one's own, which the tests share."""

import jax
import jax.numpy as jnp
import numpy as np

import metrax


class Latest(metrax.Accumulator):
    """The value of the latest time, which no one number can stand for before any data.

    Its ``lift`` does not look at the weight.
    """

    time: jax.Array
    value: jax.Array

    @classmethod
    def lift(cls, time, value, w):
        return cls(time, value)

    @classmethod
    def empty_like(cls, like):
        return cls(
            jnp.full(like.time.shape, -jnp.inf, like.time.dtype),
            jnp.zeros(like.value.shape, like.value.dtype),
        )

    def combine(self, other):
        later = other.time > self.time
        return Latest(
            jnp.where(later, other.time, self.time), jnp.where(later, other.value, self.value)
        )


class LogSum(metrax.Accumulator):
    """The logarithm of a sum of exponentials."""

    neutral = -np.inf

    value: jax.Array

    @classmethod
    def lift(cls, x, w):
        return cls(x if w is None else x + jnp.log(w))

    def combine(self, other):
        return LogSum(jnp.logaddexp(self.value, other.value))


class Busiest(metrax.Accumulator):
    """The cells of the batch in which there was most: they do not combine one by one."""

    neutral = 0.0
    elementwise = False

    value: jax.Array

    @classmethod
    def added(cls, rows, x):
        ((hi, lo),) = yield [x]
        return cls(hi + lo)

    def combine(self, other):
        mine, theirs = (x.value.sum(-1, keepdims=True) for x in (self, other))
        return Busiest(jnp.where(theirs > mine, other.value, self.value))


class Levelled(metrax.Accumulator):
    """Sums whose mean over their last axis is taken off: not elementwise, but lifted row by row."""

    neutral = 0.0
    elementwise = False

    value: jax.Array

    @classmethod
    def lift(cls, x, w):
        return cls(x)

    def combine(self, other):
        total = self.value + other.value
        return Levelled(total - total.mean(-1, keepdims=True))
