"""Arithmetic of pairs, promotion, safe division."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrax.kernels import arithmetic
from metrax.kernels import pairs as numerics


def value(pair):
    return float(np.float64(pair[0]) + np.float64(pair[1]))


FLOATS = st.builds(lambda m, e: m * 2.0**e, st.integers(-(2**24), 2**24), st.integers(-30, 30))


@given(FLOATS, FLOATS)
@settings(max_examples=200)
def test_two_sum_is_exact(a, b):
    s, e = numerics.two_sum(jnp.float32(a), jnp.float32(b))
    assert np.float64(s) + np.float64(e) == np.float64(a) + np.float64(b)


@pytest.mark.parametrize("jitted", [False, True])
def test_two_product_is_exact(jitted):
    rng = np.random.default_rng(0)
    a, b = (jnp.asarray(rng.normal(size=1000), jnp.float32) for _ in range(2))
    multiply = jax.jit(numerics.two_product) if jitted else numerics.two_product
    p, e = multiply(a, b)
    np.testing.assert_array_equal(
        np.float64(p) + np.float64(e), np.asarray(a, np.float64) * np.asarray(b, np.float64)
    )


def test_a_product_of_pairs_is_exact_whatever_it_is_compiled_with():
    """A compiler may contract a product into the additions that take it."""
    factors = range(4001, 4041, 4)

    @jax.jit
    def multiples(w):
        pair = w.sum(), jnp.float32(0)
        return [numerics.multiply_pairs(pair, (jnp.float32(n), jnp.float32(0))) for n in factors]

    found = [value(pair) for pair in multiples(np.ones(4099, np.float32))]
    assert found == [4099 * n for n in factors]


@pytest.mark.parametrize(
    ("a", "b", "product"),
    [(np.inf, 2.0, np.inf), (1e30, 1e30, np.inf), (0.0, 3.0, 0.0), (-1e20, 1e30, -np.inf)],
)
def test_products_beyond_range_are_infinite(a, b, product):
    p, _ = jax.jit(numerics.two_product)(jnp.float32(a), jnp.float32(b))
    assert float(p) == product


def test_division_of_pairs():
    a, b = (jnp.float32(1e8), jnp.float32(3.0)), (jnp.float32(3e7), jnp.float32(1.0))
    quotient = value(numerics.divide_pairs(a, b))
    assert quotient == pytest.approx(100_000_003 / 30_000_001, rel=2**-44)
    assert value(numerics.divide_pairs(a, (jnp.float32(0), jnp.float32(0)))) == 0


@pytest.mark.parametrize("n", [0, 1, 2**24 + 1, 2**31 - 1])
def test_integers_become_exact_pairs(n):
    assert value(numerics.integer_pair(jnp.int32(n), jnp.float32)) == n
    assert value(numerics.integer_pair(2**40 + 1, jnp.float32)) == 2**40 + 1


def test_safe_division_and_its_gradient():
    assert float(arithmetic.safe_divide(jnp.float32(3), jnp.float32(0))) == 0
    gradient = jax.grad(lambda d: arithmetic.safe_divide(jnp.float32(3), d))(jnp.float32(0))
    assert np.isfinite(gradient)


def test_promotion_ends_in_at_least_float32(x64):
    narrow = arithmetic.promote(jnp.zeros(1, jnp.bfloat16), jnp.zeros(1, jnp.uint8))
    assert {x.dtype.name for x in narrow} == {"float32"}
    wide = arithmetic.promote(jnp.zeros(1, jnp.float64), jnp.zeros(1, jnp.float16))
    assert {x.dtype.name for x in wide} == {"float64"}
