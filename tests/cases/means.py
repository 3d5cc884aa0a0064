"""Cases of weighted means: reductions, accuracies, errors, cross-entropies."""

import numpy as np
import optax

import metrax
from tests.cases.case import Case, mean, normals, one_hot, probabilities

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
    ),
    Case(
        metrax.Sum(),
        lambda rng, n: (rng.random((n, 2), np.float32),),
        lambda v, w: (v * w[:, None]).sum(),
        poison=(np.inf,),
    ),
    Case(
        metrax.MeanMetricWrapper(optax.losses.huber_loss),
        vectors,
        huber,
        integers=False,
        because="integer targets stay integers for the function; strict promotion forbids mixing",
    ),
    Case(metrax.Accuracy(), labels_and_labels, lambda y, p, w: mean(y == p, w), misfits=MISFIT),
    Case(
        metrax.BinaryAccuracy(threshold=0.4),
        binary,
        lambda y, p, w: mean(y == (p > np.float32(0.4)), w),
        misfits=MISFIT,
    ),
    Case(
        metrax.CategoricalAccuracy(),
        dense,
        lambda y, p, w: mean(y.argmax(-1) == p.argmax(-1), w),
        misfits=(*MISFIT, (np.zeros(4), np.zeros(4))),
    ),
    Case(
        metrax.SparseCategoricalAccuracy(),
        sparse,
        lambda y, p, w: mean(y == p.argmax(-1), w),
        poison=(-7, np.nan),
        misfits=SPARSE_MISFIT,
    ),
    Case(
        metrax.MeanSquaredError(),
        vectors,
        lambda y, p, w: mean((y - p) ** 2, w),
        misfits=MISFIT,
    ),
    Case(
        metrax.CosineSimilarity(),
        vectors,
        cosine,
        rtol=1e-5,
        misfits=(*MISFIT, (np.zeros(4), np.zeros(4))),
    ),
    Case(metrax.CategoricalCrossentropy(), dense, crossentropy, misfits=MISFIT),
    Case(
        metrax.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1),
        lambda rng, n: (one_hot(rng.integers(0, C, n), C), 3 * normals(rng, n, C)),
        smoothed_logits,
        name="CategoricalCrossentropy-logits",
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
        poison=(99, np.inf),
        misfits=SPARSE_MISFIT,
    ),
]
