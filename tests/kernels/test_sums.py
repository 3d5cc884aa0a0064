"""Sums that neither saturate nor round away."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from metrax.accumulators.sum import Sum
from metrax.kernels import sums as kernel
from metrax.kernels.cuts import cut
from metrax.kernels.sums import count_columns, running_sums

sum_pairs = jax.jit(kernel.sum_pairs, static_argnames=("axes", "exact"))
count = jax.jit(kernel.count, static_argnums=1)


def exact(x):
    return math.fsum(np.asarray(x, np.float64).ravel().tolist())


def value(pair):
    return float(np.float64(pair[0]) + np.float64(pair[1]))


@pytest.mark.usefixtures("one_or_several")
@pytest.mark.parametrize("n", [0, 1, 7, 8192, 8193, 10_007, 65_536, 100_003, 3 * 2**15])
def test_sums_of_any_length_are_right_to_48_bits(n):
    x = np.random.default_rng(n).normal(size=n).astype(np.float32) + np.float32(100)
    ((hi, lo),) = sum_pairs(jnp.asarray(x))
    assert value((hi, lo)) == pytest.approx(exact(x), rel=2**-40)
    assert abs(float(lo)) <= np.spacing(np.abs(np.float32(hi)))


@pytest.mark.usefixtures("one_or_several")
@pytest.mark.parametrize("shape", [(3, 50_000), (50_000, 3), (40, 50, 60), (2, 1, 20_001)])
@pytest.mark.parametrize("axes", [None, (0,), (1,), (0, 1)])
def test_sums_over_axes(shape, axes):
    x = np.random.default_rng(0).random(shape).astype(np.float32)
    ((hi, lo),) = sum_pairs(jnp.asarray(x), axes=axes)
    expected = x.astype(np.float64).sum(axis=axes)
    np.testing.assert_allclose(np.float64(hi) + np.float64(lo), expected, rtol=1e-12)


def test_ones_are_counted_past_the_float32_limit():
    ones = jnp.ones(2**26, jnp.float32)
    ((hi, lo),) = sum_pairs(ones)
    assert value((hi, lo)) == 2**26
    ((hi, lo),) = sum_pairs(ones[: 2**25 + 3])
    assert value((hi, lo)) == 2**25 + 3


STREAMS = {
    "constant": lambda rng, n: np.full(n, 0.1),
    "sorted": lambda rng, n: np.sort(rng.random(n)),
    "alternating": lambda rng, n: np.where(np.arange(n) % 2, -1.0, 1.0) * (1 + rng.random(n)),
    "random": lambda rng, n: rng.normal(size=n),
    "offset": lambda rng, n: 1e4 + rng.normal(size=n),
    "one large": lambda rng, n: np.where(np.arange(n) == n // 3, 1e6, 1e-3 * (1 + rng.random(n))),
}
TERMS = {
    "plain": lambda x: x,
    "squared": jnp.square,
    "logarithm": lambda x: jnp.log1p(jnp.abs(x)),
    "where": lambda x: jnp.where(x > 0.05, x, 0),
}
SHAPES = [
    (10_007,),
    (1000, 1000),
    (3, 350_000),
    (350_003, 3),
    (64, 128, 130),
    (2**24 + 5,),
    pytest.param((2**26,), marks=pytest.mark.slow),
]


@pytest.mark.parametrize("stream", STREAMS)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_a_plain_sum_errs_by_float32_rounding_whatever_the_data_and_however_long(shape, stream):
    # XLA's own sum, whose order is its choice: this holds what the states rely on.
    x = STREAMS[stream](np.random.default_rng(0), math.prod(shape)).astype(np.float32)

    @jax.jit
    def sums(x):
        terms = [term(x) for term in TERMS.values()]
        return terms, [sum_pairs(term, exact=False)[0] for term in terms]

    for term, pair in zip(*sums(x.reshape(shape)), strict=True):
        term = np.asarray(term, np.float64)
        assert abs(value(pair) - term.sum()) <= 2e-7 * np.abs(term).sum()


@pytest.mark.parametrize("n", [10_007, 3 * 2**15, 2**22])
@pytest.mark.parametrize("stream", STREAMS)
def test_plain_sums_of_several_arrays_err_no_more(stream, n):
    xs = [STREAMS[stream](np.random.default_rng(i), n).astype(np.float32) for i in range(3)]
    for pair, x in zip(sum_pairs(*map(jnp.asarray, xs), exact=False), xs, strict=True):
        assert abs(value(pair) - exact(x)) <= 5e-7 * exact(np.abs(x))


@pytest.mark.slow
@pytest.mark.parametrize("shape", [(2**25 + 3,), (2**25 // 64, 67), (5, 2**23 + 1)])
def test_plain_sums_count_past_two_to_the_24(shape):
    ones = jnp.ones(shape, jnp.float32)
    (pair,) = sum_pairs(ones, exact=False)
    assert value(pair) == math.prod(shape)


@pytest.mark.usefixtures("one_or_several")
@pytest.mark.parametrize("axes", [None, (0,), (1,), (0, 1)])
def test_sums_over_axes_that_need_not_be_exact(axes):
    x = np.random.default_rng(0).random((20_001, 3)).astype(np.float32)
    ((hi, lo),) = sum_pairs(jnp.asarray(x), axes=axes, exact=False)
    expected = x.astype(np.float64).sum(axis=axes)
    np.testing.assert_allclose(np.float64(hi) + np.float64(lo), expected, rtol=1e-6)


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("n", [10**6, 2**20])
def test_sums_of_several_arrays_read_their_inputs_once(n, exact):
    y, p, w = (jnp.ones(n, jnp.float32) for _ in range(3))

    def weighted(y, p, w):
        return Sum.of_each(w * (y - p) ** 2, w, exact=exact)

    cost = jax.jit(weighted).lower(y, p, w).compile().cost_analysis()
    assert cost["bytes accessed"] < 1.1 * (y.nbytes + p.nbytes + w.nbytes)


@pytest.mark.parametrize("n", [1, 5, 4096, 12_345, 999_983])
def test_a_cut_axis_keeps_its_elements_in_order(n):
    x = jnp.arange(n, dtype=jnp.float32)
    flat = np.asarray(cut(x.shape, (0,), rows=4096, block=1000)(x, fill=-1)).ravel()
    np.testing.assert_array_equal(flat[flat >= 0], np.arange(n))


@pytest.mark.parametrize("n", [1, 2, 201, 512, 513, 8193])
@pytest.mark.parametrize("rest", [(), (2, 3)])
def test_running_sums_are_those_of_float64(n, rest):
    x = np.random.default_rng(n).integers(0, 2**24, (2, *rest, n)).astype(np.float32)
    x[1] *= np.float32(2**-24)
    hi, lo = running_sums((jnp.asarray(x[0]), jnp.asarray(x[1])))
    expected = np.cumsum(np.float64(x[0]) + np.float64(x[1]), axis=-1)
    np.testing.assert_allclose(np.float64(hi) + np.float64(lo), expected, rtol=2**-44)


@pytest.mark.usefixtures("one_or_several")
@pytest.mark.parametrize(
    ("shape", "axes"),
    [((), None), ((0,), None), ((7, 0), (1,)), ((10_007,), (0,)), ((30, 50, 7), (0, 2))],
)
def test_true_ones_are_counted(shape, axes):
    mask = np.random.default_rng(0).random(shape) < 0.3
    np.testing.assert_array_equal(count(jnp.asarray(mask), axes), mask.sum(axis=axes))


@pytest.mark.parametrize("bins", [2, 4, 7])
@pytest.mark.parametrize("rows", [0, 1, 254, 255, 256, 3001])
def test_columns_are_counted_one_by_one(bins, rows):
    index = np.random.default_rng(rows).integers(-2, bins + 2, (rows, 5)).astype(np.int32)
    counts = count_columns(jnp.asarray(index), bins)
    expected = [[(column == b).sum() for b in range(bins)] for column in index.T]
    np.testing.assert_array_equal(counts, expected)
    full = count_columns(jnp.full((rows, 2), bins - 1, jnp.int32), bins)
    np.testing.assert_array_equal(full, np.eye(bins)[[bins - 1] * 2] * rows)


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize(
    ("shape", "axis"), [((20_000, 1), 0), ((1, 20_000), 1), ((1, 200, 100), (1, 2)), ((30, 1), 0)]
)
def test_axes_of_one_element_stay(shape, axis, exact):
    x = np.random.default_rng(0).integers(0, 100, shape).astype(np.float32)
    total = Sum.of_each(jnp.asarray(x), axis=axis, exact=exact)[0]
    expected = x.sum(axis=axis, dtype=np.float64)
    assert total.hi.shape == total.lo.shape == expected.shape
    np.testing.assert_array_equal(total.value, expected)
