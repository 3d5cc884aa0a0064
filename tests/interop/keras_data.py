"""What the tests of metrics in Keras share: the data, a collection, what is close."""

import chex
import numpy as np

import metrax

rng = np.random.default_rng(0)
X = rng.random((50, 3), dtype=np.float32)
Y = (X.sum(axis=1, keepdims=True) + rng.normal(size=(50, 1)) > 1.5).astype(np.float32)
W = rng.random(50, dtype=np.float32)
SCORES = rng.random((50, 1), dtype=np.float32)


def collection():
    return metrax.Collection([metrax.Precision(), metrax.Recall(), metrax.AUC(name="area")])


def close(ours, theirs):
    ours, theirs = (dict(x) if isinstance(x, dict) else x for x in (ours, theirs))
    chex.assert_trees_all_close(ours, theirs, rtol=1e-5, atol=1e-6)
