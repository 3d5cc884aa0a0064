"""The arrays that metrics are fed: ``(rng, rows)`` to ``(y_true, y_pred)``."""

from collections.abc import Callable

import numpy as np

Arrays = tuple[np.ndarray, ...]
Make = Callable[[np.random.Generator, int], Arrays]


def scores(rng: np.random.Generator, n: int) -> Arrays:
    """Labels 0 and 1, and scores that know something of them."""
    y = rng.integers(0, 2, n, dtype=np.int32)
    return y, (0.3 * y + 0.7 * rng.random(n, np.float32)).astype(np.float32)


def values(rng: np.random.Generator, n: int) -> Arrays:
    """Numbers by themselves."""
    return (rng.standard_normal(n, np.float32) + 1,)


def amounts(rng: np.random.Generator, n: int) -> Arrays:
    """Positive targets that are not near zero, and positive predictions."""
    y, p = rng.random((2, n), np.float32)
    return y + np.float32(0.5), p + np.float32(0.5)


def float_scores(rng: np.random.Generator, n: int) -> Arrays:
    """Labels 0 and 1, as floats, and probabilities."""
    y, p = scores(rng, n)
    return y.astype(np.float32), 0.01 + 0.98 * p


def label_scores(rng: np.random.Generator, n: int) -> Arrays:
    """A hundred labels a row, each 0 or 1 on its own, and their scores."""
    y, p = scores(rng, 100 * n)
    return y.reshape(n, 100), p.reshape(n, 100)


def normals(rng: np.random.Generator, n: int) -> Arrays:
    """Targets and predictions near them."""
    y = rng.standard_normal(n, np.float32)
    return y, y + rng.standard_normal(n, np.float32) / 2


def vectors(rng: np.random.Generator, n: int) -> Arrays:
    """Rows of 64 numbers and predictions near them."""
    y, p = normals(rng, 64 * n)
    return y.reshape(n, 64), p.reshape(n, 64)


def margins(rng: np.random.Generator, n: int) -> Arrays:
    """Labels -1 and 1, as floats, and margins."""
    y = 2 * rng.integers(0, 2, n).astype(np.float32) - 1
    return y, y / 2 + rng.standard_normal(n, np.float32)


def labels(classes: int) -> Make:
    """Labels, and predicted labels of which about half are right."""

    def make(rng: np.random.Generator, n: int) -> Arrays:
        y, other = rng.integers(0, classes, (2, n), dtype=np.int32)
        return y, np.where(rng.random(n, np.float32) < 0.5, y, other)

    return make


def maps(rng: np.random.Generator, n: int) -> Arrays:
    """Maps of 64 x 64 labels of 21 classes."""
    y, p = labels(21)(rng, 64 * 64 * n)
    return y.reshape(n, 64, 64), p.reshape(n, 64, 64)


def sparse_logits(classes: int) -> Make:
    """Labels and rows of logits."""

    def make(rng: np.random.Generator, n: int) -> Arrays:
        y = rng.integers(0, classes, n, dtype=np.int32)
        logits = rng.standard_normal((n, classes), np.float32)
        logits[np.arange(n), y] += 2
        return y, logits

    return make


def dense_logits(classes: int) -> Make:
    """One-hot rows and rows of logits."""

    def make(rng: np.random.Generator, n: int) -> Arrays:
        y, logits = sparse_logits(classes)(rng, n)
        return one_hot(y, classes).astype(np.float32), logits

    return make


def class_probabilities(rng: np.random.Generator, n: int) -> Arrays:
    """One-hot rows of ten classes, and probabilities."""
    y, logits = sparse_logits(10)(rng, n)
    p = np.exp(logits)
    return one_hot(y, 10), p / p.sum(1, keepdims=True)


def float_probabilities(rng: np.random.Generator, n: int) -> Arrays:
    """The same, the targets floats."""
    y, p = class_probabilities(rng, n)
    return y.astype(np.float32), p


def sparse_probabilities(rng: np.random.Generator, n: int) -> Arrays:
    """The same, the targets labels."""
    y, p = class_probabilities(rng, n)
    return y.argmax(1).astype(np.int32), p


def distributions(rng: np.random.Generator, n: int) -> Arrays:
    """Two rows of ten probabilities each."""
    return class_probabilities(rng, n)[1], class_probabilities(rng, n)[1]


def ensembles(members: int) -> Make:
    """Numbers, and as many forecasts of each; of two the lower comes first."""

    def make(rng: np.random.Generator, n: int) -> Arrays:
        y = rng.standard_normal(n, np.float32)
        x = y[:, None] / 2 + rng.standard_normal((n, members), np.float32)
        return y, np.sort(x, axis=1) if members == 2 else x

    return make


def moments(rng: np.random.Generator, n: int) -> Arrays:
    """Numbers, and the mean and the standard deviation of each one's forecast."""
    y, x = ensembles(2)(rng, n)
    return y, np.stack([x[:, 0], np.float32(0.5) + rng.random(n, np.float32)], axis=1)


def one_hot(y: np.ndarray, classes: int) -> np.ndarray:
    """Rows of zeros with a one at the label."""
    rows = np.zeros((len(y), classes), np.int32)
    rows[np.arange(len(y)), y] = 1
    return rows


def one_hot_scores(classes: int) -> Make:
    """One-hot rows, integers, and a score for each class."""

    def make(rng: np.random.Generator, n: int) -> Arrays:
        y, logits = sparse_logits(classes)(rng, n)
        return one_hot(y, classes), 1 / (1 + np.exp(-logits))

    return make
