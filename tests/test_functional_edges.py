"""The per-example functions where a plain formula goes wrong, and the losses' signs."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from metrax import MetraxError, functional, losses
from tests.test_functional import ALPHA, BITS, CHANCE, ONE_HOT, OTHER, REAL, ROWS


@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0, 2.0])
@pytest.mark.parametrize("from_logits", [False, True])
def test_focal_gradients_are_finite_for_any_gamma(gamma, from_logits):
    for fn in (functional.binary_focal_crossentropy, functional.categorical_focal_crossentropy):
        for p in (ONE_HOT, 1 - ONE_HOT, 200 * ONE_HOT, 1e4 * (1 - ONE_HOT)):
            kwargs = {"gamma": gamma, "from_logits": from_logits}
            gradient = jax.grad(lambda p, fn=fn, kw=kwargs: fn(ONE_HOT, p, **kw).sum())(p)
            assert np.isfinite(gradient).all()


def test_log_cosh_is_accurate_for_small_errors_and_does_not_overflow():
    errors = np.array([0, 1e-9, 3e-4, 0.02, 0.999, 1, 1.001, 5, 50, 1e4, 1e30, np.inf], np.float32)
    wide = errors.astype(np.longdouble)[:8]
    expected = [*np.log1p(2 * np.sinh(wide / 2) ** 2), *(errors[8:] - np.log(2.0))]
    for sign in (1, -1):
        value = functional.log_cosh(np.zeros((12, 1)), sign * errors[:, None])
        np.testing.assert_allclose(value, np.float64(expected), rtol=1e-6)
    assert float(functional.log_cosh([0.0], [3e-4])) == pytest.approx(4.5e-8, rel=1e-6)
    slope = jax.vmap(jax.grad(lambda e: functional.log_cosh(jnp.zeros(1), e[None])))(errors)
    np.testing.assert_allclose(slope, np.tanh(errors), rtol=1e-5)


def test_percentage_error_of_a_zero_target_uses_the_clip():
    assert float(functional.mean_absolute_percentage_error([0.0], [1e-7])) == pytest.approx(100)
    assert float(functional.mean_absolute_percentage_error([-2.0], [-1.0])) == 50


def test_probabilities_are_clipped_as_in_keras():
    wrong = functional.binary_crossentropy([[1.0], [0.0]], [[0.0], [1.0]])
    # Keras has -log(2^-23) for the second: 1 - 1e-7 is 1 - 2^-23 in float32.
    np.testing.assert_allclose(wrong, [-np.log(1e-7)] * 2, rtol=1e-6)
    divergence = functional.kl_divergence([[1.0, 0.0]], [[0.0, 1.0]])
    np.testing.assert_allclose(divergence, [(1 - 1e-7) * np.log(1e7)], rtol=1e-6)
    np.testing.assert_allclose(functional.poisson([[2.0]], [[0.0]]), [-2 * np.log(1e-7)], 1e-6)


def test_a_small_loss_of_a_right_probability_is_not_rounded():
    value = functional.binary_crossentropy([[0.0]], [[1e-5]])
    np.testing.assert_allclose(value, [-np.log1p(-1e-5)], rtol=1e-6)


def test_hinge_decides_for_each_label_what_zero_means():
    alone = functional.hinge([[0.0, 1.0]], [[0.3, 0.3]])
    beside = functional.hinge([[0.0, 1.0], [-1.0, 1.0]], [[0.3, 0.3], [0.3, 0.3]])
    np.testing.assert_allclose(beside, [alone[0], alone[0]])
    np.testing.assert_allclose(alone, [(1.3 + 0.7) / 2], rtol=1e-6)


def in_top(labels, scores, k):
    return functional.sparse_top_k_categorical_accuracy(labels, scores, k).tolist()


def test_scores_that_tie_with_the_labels_are_not_above_it():
    assert in_top([0, 1, 2], [[0.5, 0.5, 0.5]] * 3, 1) == [1, 1, 1]
    assert in_top([0, 1, 2], [[0.1, 0.5, 0.5]] * 3, 2) == [0, 1, 1]
    dense = functional.top_k_categorical_accuracy(np.eye(3), [[0.1, 0.5, 0.5]] * 3, 2)
    assert dense.tolist() == [0, 1, 1]


def test_a_nan_is_above_every_score_and_never_a_hit():
    rows = [[np.nan, 0.2, 0.1]] * 3
    assert in_top([0, 1, 2], rows, 1) == [0, 0, 0]
    assert in_top([0, 1, 2], rows, 2) == [0, 1, 0]
    assert in_top([0, 1, 2], rows, 9) == [0, 1, 1]
    assert in_top([0, 1, 2], [[np.nan] * 3] * 3, 9) == [0, 0, 0]
    dense = functional.top_k_categorical_accuracy([[np.nan, 1.0, 0.0]], [[0.1, 0.2, 0.3]], 9)
    assert dense.tolist() == [0]


@pytest.mark.parametrize("label", [-1, -3, 3, 99, 0.5, np.nan, 2**31])
def test_an_impossible_label_is_never_a_hit(label):
    for k in (1, 3, 200):
        assert in_top([label], [[0.1, 0.2, 0.3]], k) == [0]
    ids = functional.sparse_top_k_categorical_accuracy(
        [label], [[-1.0, 0.5, np.nan]], 3, from_sorted_ids=True
    )
    assert ids.tolist() == [0]


def test_sorted_ids_count_in_their_order_and_once():
    hit = functional.sparse_top_k_categorical_accuracy
    ids = [[2**24 + 1, 7, 7], [2**24, 7, 2**24 + 1]]
    assert hit([2**24 + 1] * 2, ids, 2, from_sorted_ids=True).tolist() == [1, 0]
    assert hit([7, 7], ids, 3, from_sorted_ids=True).tolist() == [1, 1]


def test_labels_are_not_cast_to_the_dtype_of_scores():
    scores = jnp.zeros((1, 32_000), jnp.bfloat16).at[0, 31_999].set(1)
    assert in_top(np.array([31_999]), scores, 1) == [1]
    assert in_top(np.array([31_998]), scores, 1) == [0]


def test_k_below_one_raises():
    for fn in (
        functional.top_k_categorical_accuracy,
        functional.sparse_top_k_categorical_accuracy,
    ):
        labels = np.zeros((1, 3)) if fn is functional.top_k_categorical_accuracy else [0]
        with pytest.raises(MetraxError, match="k: got 0"):
            fn(labels, np.zeros((1, 3)), k=0)


CORRELATIONS = (functional.pearson_correlation, functional.concordance_correlation)


@pytest.mark.parametrize("fn", CORRELATIONS)
def test_a_constant_vector_has_no_correlation(fn):
    # The float32 mean of these is not their value.
    for constant in (0.0, 0.1, 1e4 + 1 / 3):
        x = np.full((1, 7), constant, np.float32)
        assert fn(x, np.arange(7.0)[None]).tolist() == [0]
        assert fn(np.arange(7.0)[None], x).tolist() == [0]
        assert fn(x, x).tolist() == [0]


@pytest.mark.parametrize("fn", CORRELATIONS)
def test_an_offset_costs_correlation_no_digits(fn):
    y, p = (1e4 + x.astype(np.float32) for x in (REAL, OTHER))
    expected = fn(*(np.float64(x) - 1e4 for x in (y, p)))
    np.testing.assert_allclose(fn(y, p), expected, rtol=1e-5)


@pytest.mark.parametrize("fn", CORRELATIONS)
def test_plain_vectors_are_told_of_the_streaming_metric(fn):
    with pytest.raises(MetraxError, match="axis=0"):
        fn(np.zeros(4), np.zeros(4))


def test_identical_vectors_concord_exactly():
    assert functional.concordance_correlation(REAL, REAL).tolist() == [1] * 6


def test_empty_masks_do_not_overlap():
    empty = np.zeros((2, 3))
    assert float(functional.dice(empty, empty)) == 1
    assert functional.tversky(empty, empty, axis=-1).tolist() == [1, 1]
    assert float(functional.dice(empty + 1, empty + 1)) == 0


def test_tversky_weighs_false_positives_by_alpha():
    y_true, y_pred = [1.0, 1.0, 0.0], [1.0, 1.0, 1.0]
    assert float(functional.tversky(y_true, y_pred, alpha=0, beta=9)) == 0
    assert float(functional.tversky(y_true, y_pred, alpha=2, beta=0)) == 0.5


def test_alpha_goes_along_the_class_axis():
    last = functional.categorical_focal_crossentropy(ONE_HOT, ROWS, alpha=ALPHA)
    first = functional.categorical_focal_crossentropy(ONE_HOT.T, ROWS.T, alpha=ALPHA, axis=0)
    np.testing.assert_allclose(first, last, rtol=1e-6)
    with pytest.raises(MetraxError, match="alpha: got"):
        functional.categorical_focal_crossentropy(ONE_HOT, ROWS, alpha=ALPHA[:3])


def test_a_masked_logit_leaves_the_focal_loss_finite():
    logits = np.where(ONE_HOT[:, ::-1] == 1, -np.inf, OTHER)
    keep = (ONE_HOT * np.isfinite(logits)).sum(1) == 1
    loss = functional.categorical_focal_crossentropy(ONE_HOT, logits, from_logits=True)
    assert np.isfinite(loss[keep]).all()


def test_an_axis_that_is_not_there_raises():
    with pytest.raises(MetraxError, match="no axis 2"):
        functional.binary_crossentropy(BITS, CHANCE, axis=2)
    with pytest.raises(MetraxError, match="no axis -1"):
        functional.mean_absolute_error(1.0, 2.0)


def test_the_loss_of_cosine_similarity_is_negative():
    y_true, y_pred = [[0.0, 1.0], [1.0, 1.0], [1.0, 1.0]], [[1.0, 0.0], [1.0, 1.0], [-1.0, -1.0]]
    loss = losses.cosine_similarity(y_true, y_pred, axis=1)
    np.testing.assert_allclose(loss, [0, -0.999, 0.999], atol=1.1e-3)
    np.testing.assert_array_equal(loss, -functional.cosine_similarity(y_true, y_pred, axis=1))


def test_the_other_losses_are_the_functions():
    for name, fn in vars(losses).items():
        if callable(fn) and getattr(fn, "__module__", "").startswith("metrax.functional"):
            assert fn is getattr(functional, name)
    assert "accuracy" not in vars(losses)
