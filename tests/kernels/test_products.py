"""Counts as products of matrices, which TPUs take; here on CPUs."""

import jax
import numpy as np
import pytest

from metrax.kernels.histogram import histogram
from metrax.kernels.products import count_by_products


@pytest.mark.parametrize("bins", [9, 402, 1000, 4096])
@pytest.mark.parametrize("shape", [(700,), (20, 35)])
def test_counts_are_those_of_a_histogram(bins, shape):
    index = np.random.default_rng(0).integers(-3, bins + 3, shape).astype(np.int32)
    inside = index[(index >= 0) & (index < bins)]
    count = jax.jit(count_by_products, static_argnums=(1, 2))
    np.testing.assert_array_equal(count(index, bins, None), np.bincount(inside, minlength=bins))
    if len(shape) > 1:
        expected, _ = histogram(index, bins, None, np.float32, labels=shape[1])
        np.testing.assert_array_equal(count(index, bins, shape[1]), expected)


def test_tpus_take_them():
    def count(index):
        return histogram(index, 402, None, np.float32)

    traced = jax.jit(count).trace(jax.ShapeDtypeStruct((4096,), np.int32))
    for platform, has in (("tpu", True), ("cpu", False)):
        assert ("dot_general" in traced.lower(lowering_platforms=(platform,)).as_text()) is has
