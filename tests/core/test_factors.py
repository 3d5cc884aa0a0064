"""Weights that a statistic gives itself, ``each(w=...)``, of every dtype and in every way."""

import jax.numpy as jnp
import numpy as np
import pytest

import metrax
from metrax import accumulators as acc
from metrax.core import ways
from tests.accumulators.own import Latest

X = np.array([3, 1, 4, 1, 5, 9], np.float32)
MASK = np.array([1, 0, 1, 1, 0, 1])
KEPT, KEPT_BY_GROUP = X[MASK == 1], ([3, 4], [1, 9])
GROUPS = np.array([0, 0, 0, 1, 1, 1])

ACCUMULATORS = {
    "Sum": (acc.Sum.each, lambda s: s.value, np.sum),
    "Mean": (acc.Mean.each, lambda s: s.mean, np.mean),
    "Moments": (acc.Moments.each, lambda s: s.variance, np.var),
    "CoMoments": (
        lambda x, **given: acc.CoMoments.each(x, 2 * x, **given),
        lambda s: s.c_xy.value,
        lambda x: 2 * np.var(x) * np.size(x),
    ),
    "Max": (acc.Max.each, lambda s: s.value, np.max),
    "Min": (acc.Min.each, lambda s: s.value, np.min),
    "Buffer": (
        lambda x, **given: acc.Buffer.each(x, capacity=8, **given),
        lambda s: s.values.sum(-1),
        np.sum,
    ),
    "one's own": (
        lambda x, **given: Latest.each(x, x + 1, **given),
        lambda s: s.value,
        lambda x: np.max(x) + 1,
    ),
}


def own(contribute):
    return type("Own", (metrax.Statistic,), {"contribute": contribute})()


# All but booleans are cast to the state's dtype, whatever the accumulator.
MASKS = [*((kind, bool) for kind in ACCUMULATORS), ("Moments", np.uint8), ("Moments", jnp.bfloat16)]


@pytest.mark.parametrize(
    ("kind", "dtype"), MASKS, ids=[f"{kind} {np.dtype(dtype).name}" for kind, dtype in MASKS]
)
def test_a_mask_of_any_dtype_chooses_rows(kind, dtype):
    each, read, expected = ACCUMULATORS[kind]
    inputs = {"values": X, "mask": jnp.asarray(MASK).astype(dtype), "w": None}

    def rows(values, mask):
        return each(values, w=mask)

    def at_cells(values, mask):
        return each(values, w=mask, at=jnp.asarray(GROUPS), shape=2)

    whole = own(lambda self, values, mask: rows(values, mask))
    cells = own(lambda self, values, mask: at_cells(values, mask))
    assert float(read(whole.observe(inputs))) == pytest.approx(expected(KEPT))
    by_group = [expected(x) for x in KEPT_BY_GROUP]
    np.testing.assert_allclose(read(ways.by_group(whole, inputs, GROUPS, 2)), by_group, rtol=1e-6)
    np.testing.assert_allclose(read(cells.observe(inputs)), by_group, rtol=1e-6)
    if kind not in ("Max", "Min", "one's own"):
        twice = read(ways.resampled(whole, inputs, np.ones((2, 6), np.float32)))
        np.testing.assert_allclose(twice, [expected(KEPT)] * 2, rtol=1e-6)


@pytest.mark.parametrize("dtype", [bool, np.float32], ids=lambda x: np.dtype(x).name)
@pytest.mark.parametrize("w", [None, np.array([1, 1, 1, 0, 1, 1], np.float32)], ids=["", "w"])
def test_a_mask_beside_the_users_weights_and_values_that_are_no_numbers(w, dtype):
    moments = own(lambda self, values, mask: acc.Moments.each(values, w=mask))
    values = np.where(MASK == 1, X, np.nan)
    state = moments.observe({"values": values, "mask": MASK.astype(dtype), "w": w})
    kept = values[(MASK if w is None else MASK * w) > 0]
    assert float(state.mean) == pytest.approx(kept.mean())
    assert float(state.variance) == pytest.approx(kept.var())


@pytest.mark.parametrize(
    ("w", "says"),
    [
        (np.ones(3), r"Own.*Mean\.each: w: got \w+\[3\] for values of shape \(6,\); expected a"),
        (np.ones((6, 2)), r"Mean\.each: w: got \w+\[6,2\] for values of shape"),
        ("mask", r"Mean\.each: w: got str of dtype .*; pass numbers or booleans"),
        (np.ones(6, complex), r"Mean\.each: w: got complex numbers"),
    ],
    ids=["rows", "axes", "a name", "complex"],
)
def test_what_does_not_fit_is_not_taken_for_the_users_weights(w, says):
    class Own(metrax.Metric):
        def contribute(self, values):
            return acc.Mean.each(values, w=w)

        def read(self, state):
            return state.mean

    with pytest.raises(metrax.MetraxError, match=says):
        Own()(X)


@pytest.mark.parametrize("w", [2, [2, 2, 2, 2, 2, 2], np.full((6, 1), 2.0)], ids=str)
def test_numbers_lists_and_columns_are_weights(w):
    state = own(lambda self, values: acc.Mean.each(values, w=w)).observe({"values": X, "w": None})
    assert (float(state.weight.value), float(state.total.value)) == (12, 2 * X.sum())
