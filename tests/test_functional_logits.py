"""Cross-entropies of hard logits, short rows and rows that are summed in blocks."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from metrax import functional

# One kernel; not divisible into blocks; 32 blocks of 40.
CLASSES = (100, 257, 1280)
every_size = pytest.mark.parametrize("classes", CLASSES)


def sparse(labels, logits, **kwargs):
    return functional.sparse_categorical_crossentropy(labels, logits, from_logits=True, **kwargs)


def dense(labels, logits):
    one_hot = np.eye(logits.shape[-1], dtype=logits.dtype)[labels]
    return functional.categorical_crossentropy(one_hot, logits, from_logits=True)


def expected(labels, logits):
    x = np.float64(logits)
    x = x - x[np.arange(len(x)), labels][:, None]
    top = x.max(1)
    return np.log(np.exp(x - top[:, None]).sum(1)) + top


def data(classes, offset=0.0, scale=1.0, rows=20):
    rng = np.random.default_rng(classes)
    logits = offset + scale * rng.standard_normal((rows, classes), np.float32)
    return rng.integers(0, classes, rows), logits


both = pytest.mark.parametrize("fn", [sparse, dense])


@both
@every_size
@pytest.mark.parametrize("offset", [1e4, -1e4])
def test_an_offset_of_the_logits_costs_no_digits(fn, classes, offset):
    labels, logits = data(classes, offset)
    # Losses near zero are 1 + x rounded, then its logarithm.
    np.testing.assert_allclose(fn(labels, logits), expected(labels, logits), 2e-6, 2e-7)


@both
@every_size
def test_logits_of_ten_thousand(fn, classes):
    labels, logits = data(classes)
    logits = 1e4 * np.sign(logits)
    np.testing.assert_allclose(fn(labels, logits), expected(labels, logits), 2e-6, 2e-7)


@both
@every_size
def test_float64_keeps_its_digits(fn, classes, x64):
    labels, logits = data(classes, 1e4)
    value = fn(labels, jnp.asarray(logits, "float64"))
    assert value.dtype == jnp.float64
    np.testing.assert_allclose(value, expected(labels, logits), 1e-12, 1e-15)


@both
@every_size
def test_equal_logits_are_a_uniform_distribution(fn, classes):
    for logit in (0.0, 1e4, -1e4):
        logits = np.full((2, classes), logit, np.float32)
        np.testing.assert_allclose(fn([0, classes - 1], logits), np.log([classes] * 2), 1e-6)


@both
def test_impossible_classes(fn):
    labels, logits = data(1280)
    labels = labels % 100
    # Whole blocks of them, as in a padded vocabulary, and the label's own.
    logits[:, 100:] = -np.inf
    np.testing.assert_allclose(fn(labels, logits), expected(labels, logits[:, :100]), 2e-6)
    logits[np.arange(20), labels] = -np.inf
    assert np.isposinf(fn(labels, logits)).all()
    assert np.isnan(fn(labels, np.full_like(logits, -np.inf))).all()


@both
@every_size
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_nan_and_infinity_give_nan_in_their_row(fn, classes, bad):
    labels, logits = data(classes)
    logits[3, -1] = bad
    np.testing.assert_array_equal(np.isnan(fn(labels, logits)), np.arange(20) == 3)


def test_smoothed_labels_of_an_impossible_class_cost_infinity():
    kwargs = {"from_logits": True, "label_smoothing": 0.1}
    loss = functional.categorical_crossentropy([[1.0, 0.0]], [[0.0, -jnp.inf]], **kwargs)
    assert np.isposinf(loss).all()


@both
@pytest.mark.parametrize("classes", [3, 256])
def test_first_and_second_derivatives(fn, classes):
    labels, logits = data(classes, scale=3, rows=4)
    softmax = jax.nn.softmax(logits)
    gradient = jax.grad(lambda x: fn(labels, x).sum())
    np.testing.assert_allclose(gradient(logits), softmax - np.eye(classes)[labels], atol=1e-6)
    _, curvature = jax.jvp(gradient, (logits,), (logits,))
    centred = logits - (softmax * logits).sum(1, keepdims=True)
    np.testing.assert_allclose(curvature, softmax * centred, rtol=1e-4, atol=2e-5)


@both
@pytest.mark.parametrize("classes", [3, 256])
def test_gradients_beside_impossible_classes_are_finite(fn, classes):
    labels, logits = data(classes)
    labels = np.zeros_like(labels)
    logits[:, classes // 2 :] = -np.inf
    gradient = jax.grad(lambda x: fn(labels, x).sum())(logits)
    assert np.isfinite(gradient).all()
    assert (np.asarray(gradient)[:, classes // 2 :] == 0).all()


def test_the_class_axis_may_be_any():
    labels, logits = data(256)
    last = sparse(labels.reshape(4, 5), logits.reshape(4, 5, 256))
    middle = sparse(labels.reshape(4, 5), logits.reshape(4, 5, 256).swapaxes(1, 2), axis=1)
    np.testing.assert_allclose(middle, last, rtol=2e-6)


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "int8", "uint8", "bool"])
def test_accuracy_is_that_of_the_first_highest_score(dtype):
    rng = np.random.default_rng(0)
    scores = jnp.asarray(rng.integers(0, 3, (200, 5))).astype(dtype)
    labels = rng.integers(-1, 7, 200)
    hits = functional.sparse_categorical_accuracy(labels, scores)
    best = np.asarray(scores.astype("float32")).argmax(1)
    np.testing.assert_array_equal(hits, best == labels)


def test_accuracy_of_a_row_with_a_nan_is_zero():
    scores = np.array([[0.1, np.nan, 0.3]] * 3)
    assert functional.sparse_categorical_accuracy([0, 1, 2], scores).tolist() == [0, 0, 0]
    assert functional.categorical_accuracy(np.eye(3), scores).tolist() == [0, 0, 0]
