"""Examples that scikit-learn and torchmetrics publish, inputs and numbers."""

import dataclasses

import numpy as np
import pytest

import metrax

Y, P = [0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]
"""Of scikit-learn's pages of curves."""

BINARY = [0, 1, 1, 0], [0, 0.5, 0.7, 0.8]
CLASSES = (
    [0, 1, 3, 2],
    [
        [0.75, 0.05, 0.05, 0.05, 0.05],
        [0.05, 0.75, 0.05, 0.05, 0.05],
        [0.05, 0.05, 0.75, 0.05, 0.05],
        [0.05, 0.05, 0.05, 0.75, 0.05],
    ],
)
LABELS = (
    [[1, 0, 1], [0, 0, 0], [0, 1, 1], [1, 1, 1]],
    [[0.75, 0.05, 0.35], [0.45, 0.75, 0.05], [0.05, 0.55, 0.75], [0.05, 0.65, 0.05]],
)

RANKED = (
    [0, 0, 1, 1, 2, 2],
    [
        [0.7, 0.2, 0.1],
        [0.4, 0.3, 0.3],
        [0.1, 0.8, 0.1],
        [0.2, 0.3, 0.5],
        [0.4, 0.4, 0.2],
        [0.1, 0.2, 0.7],
    ],
)

VALUES = [
    (metrax.AUROC(), (Y, P), 0.75),
    (metrax.AveragePrecision(), (Y, P), 0.8333),
    (
        metrax.AveragePrecision(num_classes=3),
        RANKED,
        0.7778,
    ),
    # torchmetrics
    (metrax.AUROC(), BINARY, 0.5),
    (metrax.AUROC(num_classes=3), LABELS, 0.6528),
    (metrax.AUROC(num_classes=3, average=None), LABELS, [0.625, 0.5, 0.8333]),
    # There the class without examples counts as 0: macro is .5333.
    (metrax.AUROC(num_classes=5, average=None), CLASSES, [1, 1, 0.3333, 0.3333, 0]),
    (metrax.AUROC(num_classes=5, absent="zero"), CLASSES, 0.5333),
    (metrax.AveragePrecision(), BINARY, 0.5833),
    (metrax.AveragePrecision(num_classes=5), CLASSES, 0.6250),
    (
        metrax.AveragePrecision(num_classes=5, average=None, absent="nan"),
        CLASSES,
        [1, 1, 0.25, 0.25, np.nan],
    ),
    (metrax.AveragePrecision(num_classes=3), LABELS, 0.75),
    (metrax.AveragePrecision(num_classes=3, average=None), LABELS, [0.75, 0.5833, 0.9167]),
    (metrax.EqualErrorRate(), BINARY, 0.5),
]


@pytest.mark.parametrize(("metric", "data", "expected"), VALUES, ids=lambda x: str(x)[:40])
def test_values(metric, data, expected):
    exact = dataclasses.replace(metric, exact=8)
    np.testing.assert_allclose(exact(*data), expected, atol=6e-5)
    # Average precision takes ties off the grid for scores that lie close together.
    if data in (CLASSES, LABELS, RANKED) and isinstance(metric, metrax.AveragePrecision):
        np.testing.assert_allclose(metric(*data), exact(*data), atol=0.15)
    else:
        np.testing.assert_allclose(metric(*data), expected, atol=6e-5)


def corners(points):
    """A curve's points without those that repeat."""
    rows = np.stack([np.asarray(x, np.float64) for x in points[:2]], 1)
    return rows[np.r_[True, np.any(rows[1:] != rows[:-1], 1)]].T.round(4).tolist()


CURVES = [
    (metrax.ROCCurve, (Y, P), [[0, 0, 0.5, 0.5, 1], [0, 0.5, 0.5, 1, 1]]),
    (metrax.DETCurve, (Y, P), [[0, 0, 0.5, 0.5, 1], [1, 0.5, 0.5, 0, 0]]),
    (
        metrax.PrecisionRecallCurve,
        (Y, P),
        [[0.5, 0.6667, 0.5, 1, 1], [1, 1, 0.5, 0.5, 0]],
    ),
    (metrax.ROCCurve, BINARY, [[0, 0.5, 0.5, 0.5, 1], [0, 0, 0.5, 1, 1]]),
    (
        metrax.PrecisionRecallCurve,
        BINARY,
        [[0.5, 0.6667, 0.5, 0, 1], [1, 1, 0.5, 0, 0]],
    ),
]
"""scikit-learn's ``det_curve`` leaves out the points before the first error; here are all."""


@pytest.mark.parametrize(("curve", "data", "expected"), CURVES, ids=lambda x: str(x)[:40])
def test_curves(curve, data, expected):
    for metric in (curve(), curve(exact=4)):
        points = metric(*data)
        assert corners(points) == expected
        assert len({len(x) for x in points}) == 1
