"""Random shapes, weights and splits: one value, however the data comes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import metrax
from tests.laws.close import close

METRICS = {
    "mse": (metrax.MeanSquaredError(), lambda y, p, w: (w * (y - p) ** 2).sum() / w.sum()),
    "accuracy": (metrax.BinaryAccuracy(), lambda y, p, w: (w * (y == (p > 0.5))).sum() / w.sum()),
    "recall": (
        metrax.Recall(),
        lambda y, p, w: (w * y * (p > 0.5)).sum() / max((w * y).sum(), 1e-300),
    ),
    "tp": (metrax.TruePositives(), lambda y, p, w: (w * y * (p > 0.5)).sum()),
    "iou": (
        metrax.BinaryIoU([1]),
        lambda y, p, w: (
            (w * y * (p >= 0.5)).sum() / max((w * ((y > 0) | (p >= 0.5))).sum(), 1e-300)
        ),
    ),
}


@st.composite
def batches(draw):
    """Labels and scores of a shape, weights that fit it, and where to split the batch."""
    shape = tuple(draw(st.lists(st.integers(1, 4), min_size=1, max_size=3)))
    rank = draw(st.integers(0, len(shape)))
    leading = tuple(draw(st.sampled_from((1, n))) for n in shape[:rank])
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    # A scalar or shared weight cannot be split with the batch, so it is spread over it first.
    w = rng.integers(0, 4, leading) / 2 + (0.5 if draw(st.booleans()) else 0)
    if draw(st.booleans()):
        w = w[..., None] if rank == len(shape) else w
    y, p = rng.integers(0, 2, shape), rng.random(shape).astype(np.float32)
    return y, p, w.astype(np.float32), draw(st.integers(0, shape[0]))


def spread(w, shape):
    w = w[..., 0] if w.ndim > len(shape) else w
    return np.broadcast_to(w.reshape(w.shape + (1,) * (len(shape) - w.ndim)), shape)


@pytest.mark.parametrize(("metric", "reference"), METRICS.values(), ids=METRICS)
@given(batch=batches())
@settings(max_examples=10)
def test_any_shape_weight_and_split(metric, reference, batch):
    y, p, w, at = batch
    full = spread(w, y.shape)
    expected = reference(y, p, full.astype(np.float64)) if full.sum() else 0
    close(metric(y, p, w), expected, 1e-5)
    state = metric.init()
    for rows in (slice(0, at), slice(at, None)):
        state = metric.update(state, y[rows], p[rows], full[rows])
    close(metric.compute(state), expected, 1e-5)
