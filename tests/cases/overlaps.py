"""Cases of Dice's and Jaccard's overlaps by class, pooled and image by image."""

import numpy as np
from sklearn.metrics import f1_score, jaccard_score

import metrax
from tests.cases.case import Case
from tests.cases.classes import C
from tests.cases.confusion import MISFIT


def maps(rng, n):
    """Maps of six pixels, in which classes are missing now and then."""
    y = rng.integers(0, C, (n, 2, 3))
    return y, np.where(rng.random(y.shape) < 0.6, y, rng.integers(0, C, y.shape))


def masks(rng, n):
    """Masks of six pixels and their scores."""
    y = rng.integers(0, 2, (n, 2, 3))
    return y, (0.4 * y + 0.6 * rng.random(y.shape)).astype(np.float32)


def pooled(score, **arguments):
    def reference(y, p, w):
        w = np.broadcast_to(w[:, None, None], y.shape).ravel()
        return score(y.ravel(), p.ravel(), sample_weight=w, **arguments)

    return reference


def by_image(score, classes, average):
    """The mean over images; of each class, over those that have it."""

    def reference(y, p, w):
        values = np.full((len(y), len(classes)), np.nan)
        for i, (a, b) in enumerate(zip(y, p, strict=True)):
            there = [k for k, c in enumerate(classes) if c in a or c in b]
            seen = [classes[k] for k in there]
            values[i, there] = score(a.ravel(), b.ravel(), labels=seen, average=None)
        if average == "macro":
            return np.average(np.nanmean(values, axis=1), weights=w)
        weights = w[:, None] * ~np.isnan(values)
        return np.nansum(weights * values, axis=0) / weights.sum(0)

    return reference


def of_masks(y, p, w):
    true, pred = y == 1, p > 0.5
    both, either = ((x).sum((1, 2)) for x in (true & pred, true | pred))
    return np.average(both / np.maximum(either, 1), weights=w)


def generalized(y, p, w):
    true, pred = (x[..., None] == np.arange(C) for x in (y, p))
    w = w[:, None, None, None]
    t, q, h = ((w * x).sum((0, 1, 2)) for x in (true, pred, true & pred))
    return 2 * (h / t**2).sum() / ((t + q) / t**2).sum()


def regions(metric, reference, make=maps, poison=(77, -5), **more):
    return Case(metric, make, reference, poison=poison, misfits=MISFIT, **more)


CASES = [
    regions(
        metrax.Dice(C, None, include_background=False),
        pooled(f1_score, labels=[1, 2, 3], average=None),
    ),
    regions(
        metrax.Dice(C, per_image=True),
        by_image(f1_score, range(C), "macro"),
        name="Dice-images",
    ),
    regions(
        metrax.Jaccard(per_image=True),
        of_masks,
        masks,
        poison=(np.nan, np.nan),
        name="Jaccard-masks",
    ),
    regions(
        metrax.Jaccard(C, None, include_background=False, per_image=True),
        by_image(jaccard_score, [1, 2, 3], None),
        name="Jaccard-images",
    ),
    regions(metrax.Jaccard(C, "weighted"), pooled(jaccard_score, average="weighted")),
    regions(metrax.GeneralizedDice(C), generalized),
]
