"""Sums of pairs across rows lose nothing, in whatever order they are added."""

from fractions import Fraction

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from metrax.kernels.limbs import sum_rows

pytestmark = pytest.mark.usefixtures("one_or_several")


def exact(*arrays):
    return sum(Fraction(float(x)) for array in arrays for x in np.ravel(array))


def pairs(rng, rows, dtype):
    """Of either sign, over some fifteen powers of two."""
    hi = (rng.normal(size=rows) * np.exp(3 * rng.normal(size=rows))).astype(dtype)
    return hi, (hi * rng.normal(size=rows) * np.finfo(dtype).eps / 4).astype(dtype)


@pytest.mark.parametrize("rows", [1, 2, 7, 256, 9000])
@pytest.mark.parametrize("scale", [2.0**100, 1.0, 2.0**-40])
def test_rows_are_added_to_48_bits_of_their_magnitudes(rows, scale):
    hi, lo = (x * np.float32(scale) for x in pairs(np.random.default_rng(rows), rows, np.float32))
    total = jax.jit(sum_rows, static_argnums=1)((hi, lo), (0,))
    assert abs(exact(*total) - exact(hi, lo)) <= Fraction(2) ** -47 * exact(np.abs(hi))


def test_rows_of_float64(x64):
    hi, lo = pairs(np.random.default_rng(0), 300, np.float64)
    total = sum_rows((jnp.asarray(hi), jnp.asarray(lo)), (0,))
    assert abs(exact(*total) - exact(hi, lo)) <= Fraction(2) ** -104 * exact(np.abs(hi))


def test_each_sum_has_its_own_unit():
    hi = np.float32([[1e30, 1e-30, 0], [1e30, 3e-30, 0]])
    total, rest = sum_rows((jnp.asarray(hi), jnp.zeros_like(hi)), (0,))
    np.testing.assert_allclose(total, [2e30, 4e-30, 0], rtol=1e-7)
    np.testing.assert_array_equal(np.asarray(rest) < 1e23, True)


def test_what_is_not_finite_stays_what_it_is():
    inf, nan = np.inf, np.nan
    hi = np.float32([[inf, -inf, inf, nan, nan, 3e38, 1], [1, 1, -inf, 1, inf, 3e38, -1]])
    lo = np.where(np.isfinite(hi), 0, nan).astype(np.float32)
    total, rest = sum_rows((jnp.asarray(hi), jnp.asarray(lo)), (0,))
    np.testing.assert_array_equal(total, [inf, -inf, nan, nan, nan, inf, 0])
    np.testing.assert_array_equal(rest, 0)


def test_several_axes_and_what_is_kept():
    hi = np.random.default_rng(0).integers(0, 2**24, (4, 5, 6)).astype(np.float32)
    total, rest = sum_rows((jnp.asarray(hi), jnp.zeros_like(hi)), (0, 2))
    np.testing.assert_array_equal(np.float64(total) + np.float64(rest), hi.sum((0, 2), np.float64))
