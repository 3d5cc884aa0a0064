"""Promotion, safe division, and the arithmetic of pairs; sums of many elements are in `sums.py`.

A *pair* is an unevaluated sum ``hi + lo`` of two floats with ``|lo| <= ulp(hi) / 2``: about 48
significant bits in float32 and 106 in float64. The error-free transformations are Knuth's two-sum
and Dekker's product (Ogita, Rump and Oishi, "Accurate sum and dot product", SIAM J. Sci. Comput.
26(6), 2005).
"""

import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from jax.typing import DTypeLike

Pair = tuple[Array, Array]


def two_sum(a: Array, b: Array) -> Pair:
    """``a + b`` rounded, and the rounding error."""
    # `lax` traces in a third of the time of operators, and every metric traces dozens of these.
    s = lax.add(a, b)
    b_rounded = lax.sub(s, a)
    return s, lax.add(lax.sub(a, lax.sub(s, b_rounded)), lax.sub(b, b_rounded))


def renormalize(hi: Array, lo: Array) -> Pair:
    """The same value with all of ``hi + lo`` that fits moved into ``hi``.

    An infinite ``hi`` stays what it is: the errors of its additions are NaN, and mean nothing.
    """
    s = lax.select(jnp.isfinite(hi), lax.add(hi, lo), hi)
    rest = lax.sub(lo, lax.sub(s, hi))
    return s, lax.select(jnp.isfinite(s), rest, lax.full_like(s, 0))


def add_pairs(a: Pair, b: Pair) -> Pair:
    """``a + b``, renormalised."""
    return renormalize(*add_loosely(a, b))


def add_loosely(a: Pair, b: Pair) -> Pair:
    """``a + b``, for the middle of a sum: the error term only collects what was rounded off."""
    s, e = two_sum(a[0], b[0])
    return s, lax.add(e, lax.add(a[1], b[1]))


def two_product(a: Array, b: Array) -> Pair:
    """``a * b`` rounded, and the rounding error."""
    (a_hi, a_lo), (b_hi, b_lo) = _halves(a), _halves(b)

    def rest(p: Array) -> Array:
        return ((a_hi * b_hi - p) + a_hi * b_lo + a_lo * b_hi) + a_lo * b_lo

    # Not `a * b`: where it is contracted into an addition that takes it, it is not rounded there,
    # and its error counts twice. The products of halves are exact, contracted or not.
    near = ((a_hi * b_hi + a_hi * b_lo) + a_lo * b_hi) + a_lo * b_lo
    p = jnp.where(jnp.isfinite(near), near + rest(near), a * b)
    return p, rest(p)


def multiply_pairs(a: Pair, b: Pair) -> Pair:
    """``a * b``, renormalised."""
    product, error = two_product(a[0], b[0])
    return renormalize(product, error + (a[0] * b[1] + a[1] * b[0]))


def divide_pairs(a: Pair, b: Pair) -> Pair:
    """``a / b``, and 0 where ``b`` is 0."""
    zero = b[0] == 0
    divisor = jnp.where(zero, 1, b[0])
    quotient = jnp.where(zero, 0, a[0]) / divisor
    product, error = two_product(quotient, divisor)
    rest = (a[0] - product) - error + (a[1] - quotient * b[1])
    return renormalize(quotient, jnp.where(zero, 0, rest / divisor))


def _halves(a: Array) -> Pair:
    # Dekker's split multiplies by 2^12 + 1, and a compiler that contracts that into a fused
    # multiply-add breaks it; rounding to half the mantissa cannot be contracted.
    info = jnp.finfo(a.dtype)
    hi = lax.reduce_precision(a, exponent_bits=info.nexp, mantissa_bits=info.nmant // 2)
    return hi, a - hi


def integer_pair(n: Array | int, dtype: DTypeLike) -> Pair:
    """A non-negative integer below 2^31 (or a Python integer below 2^48) as an exact pair."""
    if isinstance(n, int):
        hi = np.dtype(dtype).type(n)
        return jnp.asarray(hi), jnp.asarray(n - int(hi), dtype)
    high, low = n - n % 4096, n % 4096
    return renormalize(jnp.asarray(high, dtype), jnp.asarray(low, dtype))
