"""Floats as whole numbers in the same order, and grids of buckets that are leading bits of floats.

All comparisons are of integers: XLA on CPUs takes subnormal floats for zeros.
"""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array, lax

OCTAVES = 24
"""Of probabilities below a half that are told apart; above a half float32 has no more."""

MANTISSA = 23
"""Bits of a float32 after its sign and exponent."""

SIGN = np.uint32(1 << 31)
INFINITE = np.uint32(0x7F800000)
ONE = np.uint32(0x3F800000)
HALF = np.uint32(0x3F000000)


def ordered(x: Array) -> Array:
    """Unsigned integers in the order of floats; both zeros are one, and NaN is below all others."""
    bits = 8 * x.dtype.itemsize
    integer = np.dtype(f"uint{bits}").type
    sign, infinite = integer(1 << (bits - 1)), integer(_infinite(x.dtype))
    u = lax.bitcast_convert_type(x, np.dtype(integer))
    key = jnp.where(u >= sign, ~u, u | sign)
    key = jnp.where(u == sign, sign, key)
    return jnp.where((u & ~sign) > infinite, integer(0), key)


def float_of(key: Array) -> Array:
    """The float that :func:`ordered` made an integer of."""
    bits = 8 * key.dtype.itemsize
    sign = key.dtype.type(1 << (bits - 1))
    u = jnp.where(key >= sign, key ^ sign, ~key)
    return lax.bitcast_convert_type(u, np.dtype(f"float{bits}"))


def higher(x: Array, y: Array) -> Array:
    """The larger of two floats, subnormal ones too; a NaN is below all others."""
    return float_of(jnp.maximum(ordered(x), ordered(y)))


class Place(NamedTuple):
    """Where scores are on a grid."""

    bucket: Array
    """Int32, in the order of the scores."""

    dropped: Array
    """What the bucket does not tell of the score, an int32; 0 for a score on the grid."""


class FloatGrid(NamedTuple):
    """All floats, by their first ``bits`` bits in order: ``2**(bits - 9)`` buckets an octave."""

    bits: int

    @property
    def size(self) -> int:
        """How many buckets there are."""
        return 1 << self.bits

    def place(self, scores: Array) -> Place:
        """The buckets of scores of any real dtype; NaN is in the lowest."""
        x, rounded = _as_float32(scores)
        key = ordered(x)
        u = lax.bitcast_convert_type(x, np.dtype(np.uint32)) & ~SIGN
        low = _low(u, 32 - self.bits)
        return Place(_int(key >> np.uint32(32 - self.bits)), _dropped(key != 0, low, rounded))

    def thresholds(self, exact: Array) -> Array:
        """The lowest score of each bucket, the one on the grid where ``exact``: ``[..., size]``."""
        shape = (*exact.shape, self.size)
        drop = 32 - self.bits
        key = lax.broadcasted_iota(np.dtype(np.uint32), shape, len(shape) - 1) << np.uint32(drop)
        rest = np.uint32((1 << drop) - 1)
        negative = jnp.broadcast_to(exact[..., None], shape) & (key < SIGN)
        key = jnp.where(negative, key | rest, key)
        return float_of(jnp.clip(key, ~(INFINITE | SIGN), INFINITE | SIGN))


class ProbabilityGrid(NamedTuple):
    """Numbers from 0 to 1, symmetric about a half: the bits of the smaller of p and 1 - p.

    As many buckets an octave as :class:`FloatGrid` of as many bits; from ``2**-25`` down, and
    outside [0, 1], numbers share the last bucket.
    """

    bits: int

    @property
    def half(self) -> int:
        """How many buckets there are on either side of a half."""
        return OCTAVES << (self.bits - 9)

    @property
    def size(self) -> int:
        """How many buckets there are."""
        return 2 * self.half + 1

    def place(self, scores: Array) -> Place:
        """The buckets of scores of any real dtype; NaN is in the lowest."""
        x, rounded = _as_float32(scores)
        key, drop = ordered(x), MANTISSA - (self.bits - 9)
        u = jnp.where(key > SIGN, key ^ SIGN, np.uint32(0))  # 0 for what is below 0, and for NaN
        u = jnp.minimum(u, ONE)
        upper = u > HALF
        clipped = lax.bitcast_convert_type(u, np.dtype(np.float32))
        q = jnp.where(upper, lax.bitcast_convert_type(1 - clipped, np.dtype(np.uint32)), u)
        steps = (int(HALF) >> drop) - _int(q >> np.uint32(drop))
        outside = ((u | SIGN) != key) | ((steps >= self.half) & (q != 0))
        steps = jnp.minimum(steps, self.half)
        bucket = self.half + jnp.where(upper, steps, -steps)
        low = jnp.where(outside, np.int32(1), _low(q, drop))
        return Place(bucket, _dropped(None, low, rounded))

    def thresholds(self, exact: Array) -> Array:
        """The lowest score of each bucket, the one on the grid where ``exact``: ``[..., size]``."""
        shape = (*exact.shape, self.size)
        bucket = lax.broadcasted_iota(np.dtype(np.int32), shape, len(shape) - 1)
        drop, steps = MANTISSA - (self.bits - 9), jnp.abs(bucket - self.half)
        lowest = (int(HALF) >> drop) - steps

        def number(n: Array) -> Array:
            return lax.bitcast_convert_type(n << drop, np.dtype(np.float32))

        q = jnp.where(steps == self.half, 0, number(lowest))
        # Above a half floats are ulps below 1, so that some buckets have none on the grid.
        ulps, least = q * 2.0 ** (MANTISSA + 1), number(lowest + 1) * 2.0 ** (MANTISSA + 1)
        whole = jnp.broadcast_to(exact[..., None], shape) & (ulps == jnp.floor(ulps))
        ulps = jnp.where(whole | (steps == self.half), ulps, jnp.ceil(least) - 1)
        upper = 1 - ulps * 2.0 ** -(MANTISSA + 1)
        return jnp.where(bucket > self.half, upper, q)


GRIDS = {"float": FloatGrid, "probability": ProbabilityGrid}


def _infinite(dtype: np.dtype) -> int:
    info = jnp.finfo(dtype)
    return ((1 << info.nexp) - 1) << info.nmant


def _int(x: Array) -> Array:
    return x.astype(np.int32)


def _low(u: Array, bits: int) -> Array:
    return _int(u & np.uint32((1 << bits) - 1))


def _dropped(counts: Array | None, low: Array, rounded: Array | None) -> Array:
    low = low if rounded is None else jnp.where(rounded, np.int32(1), low)
    return low if counts is None else jnp.where(counts, low, 0)


def _as_float32(x: Array) -> tuple[Array, Array | None]:
    """Scores as float32, in their order, and where that has rounded them; None for nowhere."""
    if x.dtype == np.float32:
        return x, None
    near = x.astype(np.float32)
    if x.dtype == np.float64:
        bits = np.dtype(np.uint64)
        again = lax.bitcast_convert_type(near.astype(np.float64), bits)
        return near, again != lax.bitcast_convert_type(x, bits)
    if jnp.issubdtype(x.dtype, jnp.integer) and x.dtype.itemsize >= 4:
        large = x > 1 << MANTISSA
        signed = jnp.issubdtype(x.dtype, jnp.signedinteger)
        return near, large | (x < -(1 << MANTISSA)) if signed else large
    return near, None
