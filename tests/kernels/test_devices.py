"""What one device computes is what several do."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from metrax.kernels import limbs, scatters, sums
from metrax.kernels.cells import sum_cells
from metrax.kernels.devices import one_device
from metrax.kernels.histogram import histogram
from metrax.kernels.sums import count, sum_pairs
from tests.ground import CPU, VIRTUAL

RNG = np.random.default_rng(0)
INDEX = RNG.integers(-1, 41, (3000, 4)).astype(np.int32)
W = RNG.random((3000, 4), np.float32)
WAYS = {
    "histogram": lambda: [histogram(jnp.asarray(INDEX), 40, jnp.asarray(W), jnp.float32)],
    "labels": lambda: [histogram(jnp.asarray(INDEX), 40, jnp.asarray(W), jnp.float32, labels=4)],
    "counts": lambda: [histogram(jnp.asarray(INDEX), 40, None, jnp.float32)],
    "cells": lambda: sum_cells(jnp.asarray(INDEX), 40, [jnp.asarray(W), jnp.asarray(W * W)]),
    "exact": lambda: sum_pairs(jnp.asarray(W)),
    "masks": lambda: [(count(jnp.asarray(W < 0.5)), 0), (count(jnp.asarray(W < 0.5), (1,)), 0)],
}


@pytest.mark.skipif(not CPU, reason="an accelerator has as many devices as it has")
def test_a_test_sees_what_it_is_marked_for(one_or_several):
    alone = one_or_several == "one device"
    assert one_device() == alone
    assert jax.device_count() == (1 if alone else VIRTUAL)


@pytest.mark.parametrize("way", WAYS)
def test_one_device_adds_up_what_several_do(way, monkeypatch):
    found = []
    for alone in (False, True):
        for module in (limbs, scatters, sums):
            monkeypatch.setattr(module, "one_device", lambda alone=alone: alone)
        jax.clear_caches()
        found.append([np.float64(hi) + np.float64(lo) for hi, lo in jax.jit(WAYS[way])()])
    jax.clear_caches()
    for several, one in zip(*found, strict=True):
        np.testing.assert_allclose(one, several, rtol=1e-7)
        assert one.sum() > 0
