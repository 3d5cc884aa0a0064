"""Random batches of every kind that the catalogue takes."""

import numpy as np

CLASSES = 4


def elements(rng, b):
    """Targets and predictions of three features."""
    return rng.normal(size=(b, 3)), rng.normal(size=(b, 3))


def positive(rng, b):
    """Targets and predictions above zero."""
    return 0.1 + rng.random((b, 3)), 0.1 + rng.random((b, 3))


def integers(rng, b):
    """Labels and predicted labels."""
    return rng.integers(0, 3, (b, 2)), rng.integers(0, 3, (b, 2))


def binary(rng, b):
    """Labels 0 and 1, and scores."""
    return rng.integers(0, 2, b), rng.random(b)


def binary_rows(rng, b):
    """Labels 0 and 1, and scores, of several entries."""
    return rng.integers(0, 2, (b, CLASSES)), rng.random((b, CLASSES))


def logits_rows(rng, b):
    """Labels 0 and 1, and logits."""
    return rng.integers(0, 2, (b, CLASSES)), 2 * rng.normal(size=(b, CLASSES))


def signed(rng, b):
    """Labels -1 and 1, and scores."""
    return rng.choice([-1.0, 1.0], (b, 3)), rng.normal(size=(b, 3))


def dense(rng, b):
    """One-hot labels and probabilities."""
    labels, rows = sparse(rng, b)
    return np.eye(CLASSES)[labels], rows


def sparse(rng, b):
    """Class indices and probabilities."""
    rows = 0.05 + rng.random((b, CLASSES))
    return rng.integers(0, CLASSES, b), rows / rows.sum(-1, keepdims=True)


def dense_logits(rng, b):
    """One-hot labels and logits."""
    return np.eye(CLASSES)[rng.integers(0, CLASSES, b)], 3 * rng.normal(size=(b, CLASSES))


def sparse_logits(rng, b):
    """Class indices and logits."""
    return rng.integers(0, CLASSES, b), 3 * rng.normal(size=(b, CLASSES))


def tokens(rng, b):
    """Class indices and logits of sequences."""
    return rng.integers(0, CLASSES, (b, 5)), 3 * rng.normal(size=(b, 5, CLASSES))


def distributions(rng, b):
    """Two probability distributions."""
    a, b = (0.05 + rng.random((b, CLASSES)) for _ in range(2))
    return a / a.sum(-1, keepdims=True), b / b.sum(-1, keepdims=True)


def labels(rng, b):
    """Class indices and predicted class indices."""
    return rng.integers(0, CLASSES, b), rng.integers(0, CLASSES, b)
