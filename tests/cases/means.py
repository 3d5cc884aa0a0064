"""Cases of weighted means: reductions, accuracies, similarities, cross-entropies, divergences."""

import numpy as np
import optax
from scipy.special import expit, rel_entr, xlogy

import metrax
from tests.cases.case import (
    INTEGER_INPUTS,
    LABELS_OUT_OF_RANGE,
    MISFITS,
    SHAPES_THAT_PAIR,
    Case,
    mean,
    normals,
    one_hot,
    probabilities,
)

C = 5


def labels_and_labels(rng, n):
    return rng.integers(0, 3, n), rng.integers(0, 3, n)


def binary(rng, n):
    return rng.integers(0, 2, (n, 2)).astype(np.float32), rng.random((n, 2)).astype(np.float32)


def dense(rng, n):
    return one_hot(rng.integers(0, C, n), C), probabilities(rng, n, C)


def sparse(rng, n):
    return rng.integers(0, C, n), probabilities(rng, n, C)


def sparse_logits(rng, n):
    return rng.integers(0, C, (n, 3)), 3 * normals(rng, n, 3, C)


def vectors(rng, n):
    return normals(rng, n, 4), normals(rng, n, 4)


def huber(y, p, w):
    error = np.abs(y - p)
    return mean(np.where(error <= 1, error**2 / 2, error - 0.5), w)


def cosine(y, p, w):
    return mean((y * p).sum(-1) / np.linalg.norm(y, axis=-1) / np.linalg.norm(p, axis=-1), w)


def in_top(k, y, p):
    """By sorting: whether the label's score is no less than the k-th highest."""
    return np.take_along_axis(p, y[:, None], 1)[:, 0] >= np.sort(p, axis=1)[:, -k]


def ranked(rng, n):
    return rng.integers(0, C, n), rng.permuted(np.tile(np.arange(C), (n, 1)), axis=1)


def binary_crossentropy(y, p, w):
    return mean(-xlogy(y, p) - xlogy(1 - y, 1 - p), w)


def smoothed_binary_logits(y, p, w):
    return binary_crossentropy(y * 0.8 + 0.1, expit(p), w)


def counts(rng, n):
    return rng.poisson(2, (n, 3)).astype(np.float32), 3 * rng.random((n, 3), np.float32)


def log_softmax(x):
    return (
        x
        - np.log(np.exp(x - x.max(-1, keepdims=True)).sum(-1, keepdims=True))
        - x.max(-1, keepdims=True)
    )


def crossentropy(y, p, w):
    scaled = np.clip(p / p.sum(-1, keepdims=True), 1e-7, 1 - 1e-7)
    return mean(-(y * np.log(scaled)).sum(-1), w)


def smoothed_logits(y, p, w):
    return mean(-((y * 0.9 + 0.1 / C) * log_softmax(p)).sum(-1), w)


def sparse_crossentropy(y, p, w):
    return crossentropy(np.eye(C)[y], p, w)


def ignoring_two(y, p, w):
    losses = -np.take_along_axis(log_softmax(p), y[..., None], -1)[..., 0]
    w = np.broadcast_to(w[:, None], y.shape) * (y != 2)
    return (w * losses).sum() / w.sum()


MISFIT = ((np.zeros((4, 1)), np.zeros((4, 3))), (np.zeros(4), np.zeros(3)))
SPARSE_MISFIT = ((np.zeros((4, 2), int), np.zeros((4, C))), (np.zeros(3, int), np.zeros((4, C))))

CASES = [
    Case(
        metrax.Mean(),
        lambda rng, n: (normals(rng, n, 2),),
        mean,
        poison=(np.nan,),
        rtol=1e-5,
        exempt={MISFITS: "takes values of any shape"},
    ),
    Case(
        metrax.Sum(),
        lambda rng, n: (rng.random((n, 2), np.float32),),
        lambda v, w: (v * w[:, None]).sum(),
        poison=(np.inf,),
        exempt={MISFITS: "takes values of any shape"},
    ),
    Case(
        metrax.MeanMetricWrapper(optax.losses.huber_loss),
        vectors,
        huber,
        misfits=MISFIT,
        exempt={
            INTEGER_INPUTS: "integer targets stay integers for the function; strict promotion "
            "forbids mixing",
            SHAPES_THAT_PAIR: "what shapes fit is up to the function",
        },
    ),
    Case(
        metrax.Accuracy(),
        labels_and_labels,
        lambda y, p, w: mean(y == p, w),
        misfits=MISFIT,
        hits=True,
        exempt={LABELS_OUT_OF_RANGE: "any integer is a label"},
    ),
    Case(
        metrax.BinaryAccuracy(threshold=0.4),
        binary,
        lambda y, p, w: mean(y == (p > np.float32(0.4)), w),
        misfits=MISFIT,
        hits=True,
    ),
    Case(
        metrax.CategoricalAccuracy(),
        dense,
        lambda y, p, w: mean(y.argmax(-1) == p.argmax(-1), w),
        misfits=(*MISFIT, (np.zeros(4), np.zeros(4))),
        hits=True,
    ),
    Case(
        metrax.SparseCategoricalAccuracy(),
        sparse,
        lambda y, p, w: mean(y == p.argmax(-1), w),
        poison=(-7, np.nan),
        misfits=SPARSE_MISFIT,
        hits=True,
    ),
    Case(
        metrax.AccuracyByShape(),
        dense,
        lambda y, p, w: mean(y.argmax(-1) == p.argmax(-1), w),
        misfits=MISFIT[1:],
        hits=True,
        exempt={SHAPES_THAT_PAIR: "the shapes decide what is compared"},
    ),
    Case(
        metrax.TopKCategoricalAccuracy(k=2),
        dense,
        lambda y, p, w: mean(in_top(2, y.argmax(-1), p), w),
        misfits=(*MISFIT, (np.zeros(4), np.zeros(4))),
        hits=True,
    ),
    Case(
        metrax.SparseTopKCategoricalAccuracy(k=3),
        sparse,
        lambda y, p, w: mean(in_top(3, y, p), w),
        poison=(-7, np.nan),
        misfits=SPARSE_MISFIT,
        hits=True,
    ),
    Case(
        metrax.SparseTopKCategoricalAccuracy(k=2, from_sorted_ids=True),
        ranked,
        lambda y, p, w: mean((p[:, :2] == y[:, None]).any(1), w),
        name="SparseTopKCategoricalAccuracy-ids",
        perfect=lambda y, p: (y[:, None] + np.arange(C)) % C,
        poison=(-7, -7),
        misfits=SPARSE_MISFIT,
        hits=True,
        exempt={LABELS_OUT_OF_RANGE: "any integer is an id"},
    ),
    Case(
        metrax.CosineSimilarity(),
        vectors,
        cosine,
        rtol=1e-5,
        misfits=(*MISFIT, (np.zeros(4), np.zeros(4))),
    ),
    Case(
        metrax.BinaryCrossentropy(),
        binary,
        binary_crossentropy,
        misfits=MISFIT,
        exempt={
            INTEGER_INPUTS: "integers are no probabilities, and 1 - 1e-7, to which they would be "
            "clipped, is another number in float32 than in float64"
        },
    ),
    Case(
        metrax.BinaryCrossentropy(from_logits=True, label_smoothing=0.2),
        lambda rng, n: (rng.integers(0, 2, (n, 2)), 3 * normals(rng, n, 2)),
        smoothed_binary_logits,
        name="BinaryCrossentropy-logits",
        perfect=lambda y, p: np.log([1 / 9, 9])[y],
        misfits=MISFIT,
    ),
    Case(
        metrax.KLDivergence(),
        lambda rng, n: (probabilities(rng, n, C), probabilities(rng, n, C)),
        lambda y, p, w: mean(rel_entr(*np.clip([y, p], 1e-7, 1)).sum(-1), w),
        rtol=1e-5,
        misfits=(*MISFIT, (np.zeros(4), np.zeros(4))),
    ),
    Case(
        metrax.Poisson(),
        counts,
        lambda y, p, w: mean(p - xlogy(y, p + 1e-7), w),
        rtol=1e-5,
        misfits=MISFIT,
    ),
    Case(metrax.CategoricalCrossentropy(), dense, crossentropy, misfits=MISFIT),
    Case(
        metrax.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1),
        lambda rng, n: (one_hot(rng.integers(0, C, n), C), 3 * normals(rng, n, C)),
        smoothed_logits,
        name="CategoricalCrossentropy-logits",
        perfect=lambda y, p: np.log(y * 0.9 + 0.1 / C),
        misfits=MISFIT,
    ),
    Case(
        metrax.SparseCategoricalCrossentropy(),
        sparse,
        sparse_crossentropy,
        poison=(99, np.nan),
        misfits=SPARSE_MISFIT,
    ),
    Case(
        metrax.SparseCategoricalCrossentropy(from_logits=True, ignore_class=2),
        sparse_logits,
        ignoring_two,
        name="SparseCategoricalCrossentropy-logits",
        perfect=lambda y, p: 40 * np.eye(C)[y],
        poison=(99, np.inf),
        misfits=SPARSE_MISFIT,
    ),
]
