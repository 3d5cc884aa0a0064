"""Worker processes, as the docs say to start them: by spawn, after JAX was used here."""

import multiprocessing

import jax
import numpy as np
import pytest

import metrax

pytestmark = pytest.mark.slow


def observe(metric, batch):
    return jax.device_get(metric.observe(*batch))


def test_spawned_workers_return_states_that_merge():
    metric, labels = metrax.AUC(), np.arange(8) % 2
    scores = np.linspace(0, 1, 8, dtype=np.float32)
    expected = float(metric(labels, scores))
    batches = [(metric, (labels[rows], scores[rows])) for rows in (slice(5), slice(5, 8))]
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        states = pool.starmap(observe, batches)
    assert float(metric.compute(metrax.merge(states))) == expected
