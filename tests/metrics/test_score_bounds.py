"""Bounds of readouts of histograms: what float64 finds in all scores is never outside them.

Streams are small and many, and vectorised: each reference is a formula over a matrix of pairs.
"""

import functools

import jax
import numpy as np
import pytest

import metrax

N, STREAMS = 24, 400
"""Rows of a stream, and streams of each kind."""

ROUNDING = 1e-12
"""Of the references themselves."""

GRID = {"grid": "probability", "bits": 10}
"""So coarse that most buckets hold several scores."""


def pairs(y, s, w):
    """For each row the weights of positives and negatives that score at least as high, and more."""
    higher = s[:, None, :] >= s[:, :, None]
    above = s[:, None, :] > s[:, :, None]
    p, n = w * (y == 1), w * (y == 0)

    def add(chosen, x):
        return (chosen * x[:, None, :]).sum(-1)

    return p, n, add(higher, p), add(higher, n), add(above, p), add(above, n)


def ratio(a, b):
    return np.divide(a, b, out=np.zeros(np.broadcast_shapes(a.shape, b.shape)), where=b > 0)


def auroc(y, s, w):
    p, n, tp, _, above, _ = pairs(y, s, w)
    return ratio((n * (tp + above) / 2).sum(-1), p.sum(-1) * n.sum(-1))


def partial(y, s, w, most=0.3):
    """The area up to a rate of .3: trapezoids between distinct scores."""
    p, n, tp, fp, tp0, fp0 = pairs(y, s, w)
    negatives, positives = n.sum(-1, keepdims=True), p.sum(-1, keepdims=True)
    # Each row has its share of the step that all rows of its score make.
    width = fp - fp0
    inside = np.clip(most * negatives - fp0, 0, width)
    height = tp0 + (tp - tp0) * ratio(inside, width) / 2
    area = ratio((ratio(n, width) * inside * height).sum(-1), (negatives * positives)[:, 0])
    return (1 + (area - most**2 / 2) / (most - most**2 / 2)) / 2


def log_area(y, s, w, low=0.05, high=0.6):
    """Between distinct scores the curve is a line, over the false positive rate by it."""
    p, n, tp, fp, tp0, fp0 = pairs(y, s, w)
    negatives, positives = n.sum(-1, keepdims=True), p.sum(-1, keepdims=True)
    slope = ratio(tp - tp0, fp - fp0) * negatives / positives
    start, end = (np.clip(x / negatives, low, high) for x in (fp0, fp))
    line = (tp0 / positives - slope * fp0 / negatives) * np.log(end / start) + slope * (end - start)
    return (ratio(n, fp - fp0) * line).sum(-1) / np.log(high / low)


def detection_cost(y, s, w):
    tpr, fpr, _ = rates(y, s, w)
    return np.minimum((0.6 * (1 - tpr) + 0.7 * fpr).min(-1) / 0.6, 1)


def average_precision(y, s, w):
    p, _, tp, fp, _, _ = pairs(y, s, w)
    return ratio((p * ratio(tp, tp + fp)).sum(-1), p.sum(-1))


def rates(y, s, w):
    p, n, tp, fp, _, _ = pairs(y, s, w)
    return tp / p.sum(-1, keepdims=True), fp / n.sum(-1, keepdims=True), ratio(tp, tp + fp)


def gap(y, s, w):
    tpr, fpr, _ = rates(y, s, w)
    return np.maximum((tpr - fpr).max(-1), 0)


def f_max(y, s, w):
    p, _, tp, fp, _, _ = pairs(y, s, w)
    return ratio(2 * tp, tp + fp + p.sum(-1, keepdims=True)).max(-1)


def equal_error(y, s, w):
    tpr, fpr, _ = (np.sort(x, -1) for x in rates(y, s, w))
    found = []
    for up, along in zip(tpr, fpr, strict=True):
        x, y = np.r_[0, along], np.r_[1, 1 - up]
        k = np.argmax(x >= y)
        turn = (y[k - 1] - x[k - 1]) / ((y[k - 1] - y[k]) + (x[k] - x[k - 1]))
        found.append(x[k - 1] + (x[k] - x[k - 1]) * turn)
    return np.array(found)


def precision_at(y, s, w):
    tpr, _, precision = rates(y, s, w)
    return np.where(tpr >= 0.6 - 1e-12, precision, 0).max(-1)


def best_threshold(y, s, w):
    tpr, fpr, _ = rates(y, s, w)
    return np.take_along_axis(s, (tpr - fpr).argmax(-1)[:, None], -1)[:, 0]


METRICS = {
    "AUROC": (metrax.AUROC, {}, auroc),
    "partial": (metrax.AUROC, {"max_fpr": 0.3}, partial),
    "LogAUC": (metrax.LogAUC, {"fpr_range": (0.05, 0.6)}, log_area),
    "DetectionCost": (metrax.DetectionCost, {"prior": 0.3, "cost": (1.0, 2.0)}, detection_cost),
    "Gini": (metrax.Gini, {}, lambda *stream: 2 * auroc(*stream) - 1),
    "AveragePrecision": (metrax.AveragePrecision, {}, average_precision),
    "KSStatistic": (metrax.KSStatistic, {}, gap),
    "EqualErrorRate": (metrax.EqualErrorRate, {}, equal_error),
    "FMax": (metrax.FMax, {}, f_max),
    "PrecisionAtRecall": (
        metrax.PrecisionAtRecall,
        {"recall": 0.6, "num_thresholds": None},
        precision_at,
    ),
    "OptimalThreshold": (metrax.OptimalThreshold, {}, best_threshold),
}


def adversarial(rng, y):
    """Two buckets, in each of which all positives are before, or after, all negatives."""
    up = y == (rng.random(len(y)) < 0.5)[:, None]
    inside = rng.random(y.shape) * 0.4 + np.where(up, 0.5, 0)
    return rng.choice([0.751, 0.876], y.shape) + 0.03 * inside


KINDS = {
    "random": lambda rng, y: rng.random(y.shape),
    "good": lambda rng, y: 1 / (1 + np.exp(-3 * rng.normal(size=y.shape) - 4 * y + 2)),
    "tied": lambda rng, y: rng.integers(0, 5, y.shape) / 4,
    "adversarial": lambda rng, y: adversarial(rng, y),
    "rare events": lambda rng, y: 1e-3 * (1 + 0.3 * rng.normal(size=y.shape) + 0.1 * y),
    "tiny": lambda rng, y: rng.random(y.shape) * 1e-44,
    "ends": lambda rng, y: rng.choice([0, 1e-40, 1e-9, 0.5, 1 - 6e-8, 1], y.shape),
}


def streams(kind, weighted):
    rng = np.random.default_rng([len(kind), weighted])
    y = (rng.random((STREAMS, N)) < rng.choice([0.1, 0.5, 0.8], (STREAMS, 1))).astype(np.int32)
    y[:, 0], y[:, 1] = 0, 1
    s = np.clip(KINDS[kind](rng, y), 0, 1).astype(np.float32)
    w = rng.lognormal(0, 2, y.shape) if weighted else np.ones(y.shape)
    return y, s, w.astype(np.float32)


@functools.cache
def program(metric):
    """Value and bounds of a metric for each of many streams."""

    def one(y, s, w):
        state = metric.observe(y, s, w)
        return metric.compute(state), *metric.bounds(state)

    return jax.jit(jax.vmap(one))


@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", METRICS)
def test_what_float64_finds_is_within_the_bounds(name, kind, weighted):
    cls, arguments, reference = METRICS[name]
    y, s, w = streams(kind, weighted)
    value, low, high = map(np.float64, program(cls(**arguments, **GRID))(y, s, w))
    expected = reference(y, s.astype(np.float64), w.astype(np.float64))
    assert (low <= expected + ROUNDING).all()
    assert (expected <= high + ROUNDING).all()
    assert ((low <= value) & (value <= high)).all()
    if kind in ("random", "adversarial") and name != "OptimalThreshold":
        assert (high - low).max() > 1e-3  # else there was nothing to bound
    if kind == "tied" and name != "OptimalThreshold":
        np.testing.assert_allclose(value, expected, atol=3e-6)
        assert (high - low).max() < 2e-5
