"""The per-example functions: values, gradients, promotion, shapes."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import expit
from scipy.special import log_softmax as scipy_log_softmax
from scipy.stats import pearsonr
from sklearn.metrics import f1_score, fbeta_score

from metrax import MetraxError, functional

C = 4
ONE_HOT = np.eye(C)[[0, 3, 1, 2, 2, 0]]
LABELS = ONE_HOT.argmax(1)
RNG = np.random.default_rng(0)
REAL, OTHER = RNG.normal(size=(2, 6, C))
BITS = RNG.integers(0, 2, (6, C)).astype(float)
CHANCE = RNG.uniform(0.01, 0.99, (6, C))
ROWS = CHANCE / CHANCE.sum(1, keepdims=True)
AMOUNTS = REAL**2 + 0.1


def entropy(y, p):
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


def focal(y, p, gamma):
    return entropy(y, p) * (1 - y * p - (1 - y) * (1 - p)) ** gamma


def margin(y, p):
    return np.maximum(0, 1 - np.where(y == 0, -1, y) * p)


def huber(y, p, delta):
    e = np.abs(y - p)
    return np.where(e > delta, delta * e - delta**2 / 2, e**2 / 2)


def concordance(y, p):
    covariance = ((y - y.mean(1, keepdims=True)) * (p - p.mean(1, keepdims=True))).mean(1)
    return 2 * covariance / (y.var(1) + p.var(1) + (y.mean(1) - p.mean(1)) ** 2)


def over(values):
    return values.mean(1)


SMOOTH = BITS * 0.8 + 0.1
SOFT = ONE_HOT * 0.8 + 0.2 / C
BALANCE = BITS * 0.3 + (1 - BITS) * 0.7
ALPHA = np.array([0.1, 0.2, 0.3, 0.4])
LOGS = scipy_log_softmax(OTHER, 1)
IN_TOP_2 = (-OTHER).argsort(1).argsort(1)[np.arange(6), LABELS] < 2
RANKED = (-OTHER).argsort(1)

VALUES = {
    "mean_squared_error": (REAL, OTHER, {}, over((REAL - OTHER) ** 2)),
    "mean_absolute_error": (REAL, OTHER, {}, over(abs(REAL - OTHER))),
    "mean_absolute_percentage_error": (
        AMOUNTS,
        OTHER,
        {},
        over(100 * abs(AMOUNTS - OTHER) / AMOUNTS),
    ),
    "mean_squared_logarithmic_error": (
        AMOUNTS,
        OTHER,
        {},
        over((np.log(1 + AMOUNTS) - np.log(1 + np.maximum(OTHER, 1e-7))) ** 2),
    ),
    "log_cosh": (REAL, 4 * OTHER, {}, over(np.log(np.cosh(REAL - 4 * OTHER)))),
    "huber": (REAL, OTHER, {"delta": 0.7}, over(huber(REAL, OTHER, 0.7))),
    "binary_crossentropy": (BITS, CHANCE, {}, over(entropy(BITS, CHANCE))),
    "binary_crossentropy logits": (
        BITS,
        OTHER,
        {"from_logits": True, "label_smoothing": 0.2, "axis": 0},
        entropy(SMOOTH, expit(OTHER)).mean(0),
    ),
    "binary_focal_crossentropy": (BITS, CHANCE, {}, over(focal(BITS, CHANCE, 2))),
    "binary_focal_crossentropy logits": (
        BITS,
        OTHER,
        {
            "from_logits": True,
            "label_smoothing": 0.2,
            "gamma": 0.5,
        },
        over(focal(SMOOTH, expit(OTHER), 0.5)),
    ),
    "binary_focal_crossentropy balanced": (
        BITS,
        CHANCE,
        {"apply_class_balancing": True, "alpha": 0.3},
        over(BALANCE * focal(BITS, CHANCE, 2)),
    ),
    "categorical_focal_crossentropy": (
        ONE_HOT,
        2 * ROWS,
        {"label_smoothing": 0.2},
        -(0.25 * SOFT * (1 - ROWS) ** 2 * np.log(ROWS)).sum(1),
    ),
    "categorical_focal_crossentropy logits": (
        ONE_HOT,
        OTHER,
        {"from_logits": True, "alpha": tuple(ALPHA), "gamma": 0.5},
        -(ALPHA * ONE_HOT * (1 - np.exp(LOGS)) ** 0.5 * LOGS).sum(1),
    ),
    "kl_divergence": (ROWS, ROWS[::-1], {}, (ROWS * np.log(ROWS / ROWS[::-1])).sum(1)),
    "poisson": (BITS + 1, CHANCE, {}, over(CHANCE - (BITS + 1) * np.log(CHANCE))),
    "hinge": (BITS, OTHER, {}, over(margin(BITS, OTHER))),
    "squared_hinge": (BITS, OTHER, {}, over(margin(BITS, OTHER) ** 2)),
    "categorical_hinge": (
        ONE_HOT,
        OTHER,
        {},
        margin(1, (ONE_HOT * OTHER).sum(1) - ((1 - ONE_HOT) * OTHER).max(1)),
    ),
    "top_k_categorical_accuracy": (ONE_HOT, OTHER, {"k": 2}, IN_TOP_2),
    "sparse_top_k_categorical_accuracy": (LABELS, OTHER, {"k": 2}, IN_TOP_2),
    "sparse_top_k_categorical_accuracy ids": (
        LABELS,
        RANKED,
        {"k": 2, "from_sorted_ids": True},
        IN_TOP_2,
    ),
    "pearson_correlation": (
        REAL,
        OTHER,
        {},
        [pearsonr(y, p).statistic for y, p in zip(REAL, OTHER, strict=True)],
    ),
    "concordance_correlation": (REAL, OTHER, {"axis": 0}, concordance(REAL.T, OTHER.T)),
    "dice": (BITS, OTHER > 0, {}, 1 - f1_score(BITS.ravel(), (OTHER > 0).ravel())),
    "tversky": (
        BITS,
        OTHER > 0,
        # An F score with beta is a Tversky index with these weights.
        {"alpha": 0.2, "beta": 0.8, "axis": (1,)},
        [1 - fbeta_score(y, p > 0, beta=2) for y, p in zip(BITS, OTHER, strict=True)],
    ),
}

every_value = pytest.mark.parametrize("row", VALUES.items(), ids=VALUES)


def call(row, dtype=None):
    (name, (y_true, y_pred, kwargs, _)) = row
    if dtype is not None:
        y_true, y_pred = (jnp.asarray(x, dtype) for x in (y_true, y_pred))
    return getattr(functional, name.split()[0])(y_true, y_pred, **kwargs)


@every_value
def test_values_are_those_of_a_float64_formula(row):
    value = call(row)
    assert value.dtype == jnp.float32
    np.testing.assert_allclose(value, row[1][-1], rtol=2e-5, atol=1e-6)


@every_value
def test_float64_keeps_its_digits(row, x64):
    np.testing.assert_allclose(call(row), row[1][-1], rtol=1e-6, atol=1e-12)


@every_value
def test_lists_are_taken_and_jit_changes_nothing(row):
    name, (y_true, y_pred, kwargs, _) = row
    fn = getattr(functional, name.split()[0])
    lists = fn(np.asarray(y_true).tolist(), np.asarray(y_pred).tolist(), **kwargs)
    jitted = jax.jit(lambda y, p: fn(y, p, **kwargs))(jnp.asarray(y_true), jnp.asarray(y_pred))
    np.testing.assert_allclose(lists, jitted, rtol=1e-5, atol=1e-6)


@every_value
def test_half_precision_and_small_integers_are_promoted(row):
    name, (y_true, y_pred, kwargs, _) = row
    fn = getattr(functional, name.split()[0])
    for dtype in ("bfloat16", "uint8"):
        x, y = (jnp.asarray(np.abs(3 * np.asarray(z, float)), dtype) for z in (y_true, y_pred))
        narrow = fn(x, y, **kwargs)
        assert narrow.dtype == jnp.float32
        wide = fn(x.astype(jnp.float32), y.astype(jnp.float32), **kwargs)
        np.testing.assert_array_equal(narrow, wide)


@every_value
def test_nothing_is_broadcast(row):
    name, (_, _, kwargs, _) = row
    fn = getattr(functional, name.split()[0])
    for shapes in (((6, 1), (6, C)), ((C,), (6, C)), ((6, C, 2), (6, C))):
        if "sparse" in name and shapes[0] == (6, 1):
            continue  # labels with a trailing axis of one
        with pytest.raises(MetraxError, match="y_true"):
            fn(np.zeros(shapes[0]), np.zeros(shapes[1]), **kwargs)


# Zero vectors, equal inputs, constant vectors, certain predictions right and wrong, wild ones.
HARD = (
    (np.zeros((2, C)), np.zeros((2, C))),
    (np.ones((2, C)), np.ones((2, C))),
    (np.full((2, C), 0.1), np.full((2, C), 0.1)),
    (ONE_HOT, ONE_HOT),
    (ONE_HOT, 1 - ONE_HOT),
    (ONE_HOT, np.zeros((6, C))),
    (ONE_HOT, 1e4 * (1 - ONE_HOT)),
)


@every_value
@pytest.mark.parametrize("at", range(len(HARD)))
def test_gradients_are_finite_at_the_hard_points(row, at):
    name, (_, _, kwargs, _) = row
    fn = getattr(functional, name.split()[0])
    y_true, y_pred = (x.astype(np.float32) for x in HARD[at])
    if "sparse" in name:
        gradients = jax.grad(lambda p: fn(LABELS[: len(p)], p, **kwargs).sum())(y_pred)
    else:
        gradients = jax.grad(lambda y, p: fn(y, p, **kwargs).sum(), (0, 1))(y_true, y_pred)
    assert all(np.isfinite(g).all() for g in jax.tree.leaves(gradients))
