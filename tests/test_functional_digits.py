"""Functions keep their digits where a plain formula cancels, and finite derivatives there."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import special

import metrax
from metrax import functional


def exact(x):
    """What float32 inputs hold, in float64."""
    return np.float64(np.float32(x))


@pytest.mark.parametrize("offset", [0, 1, 1e3, 1e6, 1e20])
def test_squared_logarithmic_errors_at_an_offset(offset):
    y = np.float32(offset * (1 + np.linspace(0, 1e-3, 50)) + np.linspace(0, 1, 50))
    p = np.float32(np.concatenate([y[:48] * (1 + 1e-5), [0, -3]]))
    logs = np.log1p(np.maximum(exact(y), 1e-7)), np.log1p(np.maximum(exact(p), 1e-7))
    expected = (logs[0] - logs[1]) ** 2
    value = functional.mean_squared_logarithmic_error(y[:, None], p[:, None])
    # The quotient of two numbers next to each other is 1 + x, and x is that of exact(y), exact(p).
    quotients = (exact(y) - exact(p)) / (1 + np.maximum(exact(p), 1e-7))
    expected[:48] = np.log1p(quotients[:48]) ** 2
    np.testing.assert_allclose(value, expected, rtol=2e-6, atol=1e-30)


def test_msle_of_a_million_is_right():
    y = 1e6 + np.arange(64, dtype=np.float32)
    p = y + np.float32(1)
    expected = np.mean(np.log1p(1 / (1 + exact(y))) ** 2)
    assert float(metrax.MeanSquaredLogarithmicError()(y, p)) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("distance", [1e-2, 1e-4, 1e-6])
def test_divergence_of_distributions_that_are_nearly_equal(distance):
    rng = np.random.default_rng(0)
    y = rng.dirichlet(np.ones(100), 20).astype(np.float32)
    p = (y * (1 + distance * rng.normal(size=y.shape))).astype(np.float32)
    expected = special.rel_entr(np.clip(exact(y), 1e-7, 1), np.clip(exact(p), 1e-7, 1)).sum(-1)
    value = functional.kl_divergence(y, p)
    gaps = np.abs(exact(y) - exact(p)).sum(-1)
    assert (np.abs(value - expected) < 3e-7 * gaps).all()
    normal = np.float32(p / exact(p).sum(-1, keepdims=True))
    assert (np.asarray(functional.kl_divergence(p, p)) == 0).all()
    assert np.isfinite(functional.kl_divergence(y, normal)).all()


def test_divergence_of_far_distributions():
    y, p = np.float32([[1, 0], [0.5, 0.5], [0, 1]]), np.float32([[0, 1], [1, 0], [0, 1]])
    expected = special.rel_entr(np.clip(exact(y), 1e-7, 1), np.clip(exact(p), 1e-7, 1)).sum(-1)
    np.testing.assert_allclose(functional.kl_divergence(y, p), expected, rtol=1e-6)


def test_binary_crossentropy_clips_both_sides_alike():
    p = np.float32([0, 1e-9, 1e-7, 0.3, 0.5, 1 - 2**-22, 1 - 2**-23, 1 - 2**-24, 1, 1.5])
    for labels in (np.ones_like(p), np.zeros_like(p), np.full_like(p, 0.25)):
        chance = np.clip(exact(p), 1e-7, 1 - 1e-7)
        expected = -special.xlogy(labels, chance) - special.xlog1py(1 - labels, -chance)
        value = functional.binary_crossentropy(labels[:, None], p[:, None])
        np.testing.assert_allclose(value, expected, rtol=1e-6)
    wrong = metrax.BinaryCrossentropy()
    assert float(wrong([0.0], [1.0])) == float(wrong([1.0], [0.0])) == pytest.approx(-np.log(1e-7))
    assert float(wrong([1.0], [1.0])) == float(wrong([0.0], [0.0])) == pytest.approx(1e-7)


LOGITS = [0.0, 1e-3, 1.0, 4.0, 9.0, 15.0, 17.0, 40.0]


@pytest.mark.parametrize("classes", [2, 1000, (1 << 16) + 1])
def test_small_crossentropies_of_logits(classes):
    logits = np.full((len(LOGITS), classes), 7, np.float32)
    logits[:, 1] += np.float32(LOGITS)
    onehot = np.zeros_like(logits)
    onehot[:, 1] = 1
    expected = np.log1p((classes - 1) * np.exp(-np.float64(LOGITS)))
    focal = functional.categorical_focal_crossentropy
    for value in (
        functional.sparse_categorical_crossentropy([1] * len(LOGITS), logits, from_logits=True),
        functional.categorical_crossentropy(onehot, logits, from_logits=True),
        focal(onehot, logits, 1.0, gamma=0, from_logits=True),
    ):
        np.testing.assert_allclose(value, expected, rtol=3e-6)


@pytest.mark.parametrize("sign", [1, -1])
def test_binary_crossentropies_of_logits(sign):
    x = sign * np.float32(LOGITS)[:, None]
    for label in (0, 1, 0.3):
        expected = label * np.logaddexp(0, -exact(x)) + (1 - label) * np.logaddexp(0, exact(x))
        value = functional.binary_crossentropy(np.full_like(x, label), x, from_logits=True)
        np.testing.assert_allclose(value, expected[:, 0], rtol=1e-6)


@pytest.mark.parametrize("gamma", [2.0, 1.5, 0.5, 0.0])
@pytest.mark.parametrize("sign", [1, -1])
def test_focal_losses_of_large_logits(gamma, sign):
    x = sign * np.float32([0.1, 5, 15, 20, 25])[:, None]
    missed = special.expit(-exact(x))
    expected = missed**gamma * np.logaddexp(0, -exact(x))
    binary = functional.binary_focal_crossentropy(np.ones_like(x), x, gamma=gamma, from_logits=True)
    np.testing.assert_allclose(binary, expected[:, 0], rtol=5e-6)
    pairs, onehot = np.concatenate([x, 0 * x], 1), np.float32([[1, 0]] * 5)
    value = functional.categorical_focal_crossentropy(
        onehot, pairs, 1.0, gamma=gamma, from_logits=True
    )
    np.testing.assert_allclose(value, expected[:, 0], rtol=5e-6)


def test_gradients_of_focal_losses_of_large_logits():
    x = np.float32([-90, -20, 0, 20, 90, 200])
    for gamma in (0.5, 2.0):
        slope = jax.vmap(
            jax.grad(
                lambda x, gamma=gamma: functional.binary_focal_crossentropy(
                    jnp.ones(1), x[None], gamma=gamma, from_logits=True
                )
            )
        )(x)
        assert np.isfinite(slope).all()
        assert (np.asarray(slope)[:4] < 0).all()


@pytest.mark.parametrize("scale", [1e-20, 1e-12, 1, 1e20])
def test_gradients_of_probability_rows_of_any_sum(scale):
    rows = np.float32([[0.2, 0.5, 0.3], [0.7, 0.1, 0.2]])
    chances = exact(rows) / exact(rows).sum(-1, keepdims=True)
    labels, onehot = np.array([1, 0]), np.float32([[0, 1, 0], [1, 0, 0]])
    expected = (1 - onehot / chances) / exact(rows).sum(-1, keepdims=True)
    for fn, y in (
        (functional.sparse_categorical_crossentropy, labels),
        (functional.categorical_crossentropy, onehot),
    ):
        slope = jax.grad(lambda p, fn=fn, y=y: fn(y, p).sum())(rows * np.float32(scale))
        np.testing.assert_allclose(np.asarray(slope) * scale, expected, rtol=1e-5, atol=1e-6)
    focal = functional.categorical_focal_crossentropy
    slope = jax.grad(lambda p: focal(onehot, p).sum())(rows * np.float32(scale))
    assert np.isfinite(slope).all()


def test_gradients_of_rows_of_zeros_are_finite():
    for fn, y in (
        (functional.sparse_categorical_crossentropy, np.array([1])),
        (functional.categorical_crossentropy, np.float32([[0, 1]])),
    ):
        assert np.isfinite(jax.grad(lambda p, fn=fn, y=y: fn(y, p).sum())(jnp.zeros((1, 2)))).all()


DIFFERENTIABLE = {
    "log_cosh": (functional.log_cosh, {}, 2.0),
    "msle": (functional.mean_squared_logarithmic_error, {}, 1.0),
    "kl": (functional.kl_divergence, {}, 1.0),
    "bce": (functional.binary_crossentropy, {}, 1.0),
    "bce of logits": (functional.binary_crossentropy, {"from_logits": True}, 5.0),
    "cce": (functional.categorical_crossentropy, {}, 1.0),
    "cce of logits": (functional.categorical_crossentropy, {"from_logits": True}, 5.0),
    "focal": (functional.binary_focal_crossentropy, {"from_logits": True}, 5.0),
    "categorical focal": (functional.categorical_focal_crossentropy, {"from_logits": True}, 5.0),
}


@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_first_and_second_derivatives(name, x64):
    fn, kwargs, scale = DIFFERENTIABLE[name]
    rng = np.random.default_rng(0)

    def loss(yp):
        return jnp.sum(fn(yp[:1], yp[1:], **kwargs))

    slope, curvature = jax.jit(jax.grad(loss)), jax.jit(jax.hessian(loss))
    for yp in (np.full((2, 3), 0.25), rng.random((2, 3)) * [[1], [scale]]):
        for at in np.ndindex(yp.shape):
            step = np.zeros_like(yp)
            step[at] = 1e-5
            first = (loss(yp + step) - loss(yp - step)) / 2e-5
            np.testing.assert_allclose(slope(yp)[at], first, rtol=1e-6, atol=1e-8)
            second = (slope(yp + step) - slope(yp - step)) / 2e-5
            np.testing.assert_allclose(curvature(yp)[at], second, rtol=1e-5, atol=1e-6)


def test_an_error_of_zero_has_the_curvature_of_a_square():
    for x in (0.0, 1e-9):
        curvature = jax.hessian(lambda x: functional.log_cosh(jnp.zeros(1), x[None]))
        assert float(curvature(jnp.float32(x))) == 1
    curvature = jax.hessian(
        lambda x: functional.binary_crossentropy(jnp.ones(1), x[None], from_logits=True)
    )
    assert float(curvature(jnp.float32(0))) == 0.25
