"""Weighted cells keep float32's digits however many cells there are."""

import numpy as np
import pytest

import metrax

N = 200_000


def digits(found, exact, terms):
    """The largest error of a cell that has terms, as a share of it."""
    return np.max(np.abs(np.float64(found) - exact) / np.maximum(exact, 1e-30) * (terms > 0))


@pytest.mark.parametrize("classes", [300, 1000, 2000])
def test_confusion_matrices_of_many_classes(classes):
    rng = np.random.default_rng(classes)
    # Half of the weight in few cells, and weights over six orders of magnitude.
    y, p = (np.where(rng.random(N) < 0.5, 1, rng.integers(0, classes, N)) for _ in range(2))
    w = np.float32(10 ** rng.uniform(-3, 3, N))
    found = metrax.MeanIoU(classes).observe(y, p, w).matrix
    cells, n = y * classes + p, classes * classes
    exact = np.bincount(cells, np.float64(w), n).reshape(classes, classes)
    terms = np.bincount(cells, minlength=n).reshape(classes, classes)
    assert digits(found, exact, terms) < 1e-6
    first, second = (
        metrax.MeanIoU(classes).observe(y[i], p[i], w[i]) for i in np.split(np.arange(N), 2)
    )
    assert digits(metrax.merge(first, second).matrix, exact, terms) < 1e-6


@pytest.mark.parametrize(("classes", "n"), [(300, 1 << 20), (1000, 1 << 20), (2000, 1 << 22)])
def test_cells_of_small_weights_beside_few_large_ones(classes, n):
    rng = np.random.default_rng(classes)
    y = rng.integers(0, classes, n).astype(np.int32)
    p = np.where(rng.random(n) < 0.5, y, rng.integers(0, classes, n)).astype(np.int32)
    often = rng.random(n) < 0.5
    y[often] = p[often] = 1
    w = np.where(rng.random(n) < 1e-5, 1, 0.3 * 2**-9).astype(np.float32)
    found = metrax.MeanIoU(classes).observe(y, p, w).matrix
    exact = np.bincount(y * classes + p, np.float64(w), classes**2).reshape(classes, classes)
    assert digits(found, exact, exact) < 1e-6


@pytest.mark.parametrize("shape", [(200, 300), (1000, 100)], ids=str)
def test_curves_of_many_thresholds_and_labels(shape):
    thresholds, labels = shape
    rng = np.random.default_rng(labels)
    y = rng.integers(0, 2, (N // labels, labels))
    p = rng.random(y.shape, np.float32)
    w = np.float32(10 ** rng.uniform(-3, 3, y.shape))
    auc = metrax.AUC(thresholds, multi_label=True, num_labels=labels)
    counts = auc.observe(y, p, w).counts()
    edges = np.float32(auc.statistic.thresholds)
    for label in (0, labels - 1):
        above = p[:, label, None] > edges
        for found, positive in ((counts.tp, y == 1), (counts.fp, y == 0)):
            weight = np.float64(w[:, label] * positive[:, label])
            exact = weight @ above
            assert digits(found[label], exact, exact) < 1e-6


@pytest.mark.parametrize("classes", [300, 2000])
def test_mean_iou_of_many_classes(classes):
    rng = np.random.default_rng(classes)
    y = rng.integers(0, classes, N)
    p = np.where(rng.random(N) < 0.7, y, rng.integers(0, classes, N))
    w = np.float32(10 ** rng.uniform(-2, 2, N))
    hits, true, pred = (
        np.bincount(c, np.float64(w) * m, classes) for c, m in ((y, y == p), (y, 1), (p, 1))
    )
    union = true + pred - hits
    expected = np.mean((hits / np.maximum(union, 1e-30))[union > 0])
    assert float(metrax.MeanIoU(classes)(y, p, w)) == pytest.approx(expected, rel=1e-6)
