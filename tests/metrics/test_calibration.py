"""Calibration of probabilities: published examples, edges of bins, classes, and what is rare."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import softmax, xlogy
from scipy.stats import binomtest
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss, d2_brier_score, d2_log_loss_score, log_loss

import metrax

RNG = np.random.default_rng(0)
LABELS = RNG.integers(0, 3, 40)
ROWS = RNG.dirichlet(np.ones(3), 40)
TRUTH = RNG.integers(0, 2, 40)
CHANCE = np.clip(0.3 * TRUTH + 0.7 * RNG.random(40), 0, 1)
WEIGHTS = RNG.random(40)

PUBLISHED = {
    "scikit-learn, brier_score_loss": (
        metrax.BrierScore(),
        [0, 1, 1, 0],
        [0.1, 0.9, 0.8, 0.3],
        0.0375,
    ),
    "scikit-learn, brier_score_loss, not halved": (
        metrax.BrierScore(scale_by_half=False),
        [0, 1, 1, 0],
        [0.1, 0.9, 0.8, 0.3],
        0.075,
    ),
    "scikit-learn, brier_score_loss of classes": (
        metrax.BrierScore(),
        [0, 1, 2],
        [[0.8, 0.1, 0.1], [0.2, 0.7, 0.1], [0.2, 0.2, 0.6]],
        0.1466666667,
    ),
    "scikit-learn, log_loss": (
        metrax.LogLoss(),
        [1, 0, 0, 1],
        [[0.1, 0.9], [0.9, 0.1], [0.8, 0.2], [0.35, 0.65]],
        0.21616,
    ),
    **{
        f"torchmetrics, BinaryCalibrationError {norm}": (
            metrax.CalibrationError(n_bins=2, norm=norm),
            [0, 0, 1, 1, 1],
            [0.25, 0.25, 0.55, 0.75, 0.75],
            value,
        )
        for norm, value in (("l1", 0.29), ("l2", 0.2918), ("max", 0.3167))
    },
    **{
        f"torchmetrics, MulticlassCalibrationError {norm}": (
            metrax.CalibrationError(n_bins=3, norm=norm),
            [0, 1, 2, 0],
            [[0.25, 0.20, 0.55], [0.55, 0.05, 0.40], [0.10, 0.30, 0.60], [0.90, 0.05, 0.05]],
            value,
        )
        for norm, value in (("l1", 0.2), ("l2", 0.2082), ("max", 0.2333))
    },
    "torcheval, BinaryNormalizedEntropy": (
        metrax.NormalizedEntropy(),
        [1, 0],
        [0.2, 0.3],
        1.4183,
    ),
    "torcheval, BinaryNormalizedEntropy of logits": (
        metrax.NormalizedEntropy(from_logits=True),
        [1, 0],
        [-1.3863, -0.8473],
        1.4183,
    ),
    "torcheval, WeightedCalibration": (
        metrax.WeightedCalibration(),
        [1, 1, 0, 0, 1, 0],
        [0.8, 0.4, 0.3, 0.8, 0.7, 0.6],
        1.2,
    ),
}


@pytest.mark.parametrize("row", PUBLISHED.values(), ids=PUBLISHED)
def test_published_examples(row):
    metric, y_true, y_pred, value = row
    assert float(metric(y_true, y_pred)) == pytest.approx(value, abs=6e-5)


def test_published_examples_with_weights():
    value = metrax.NormalizedEntropy()([1, 0], [0.2, 0.3], [5.0, 1.0])
    assert float(value) == pytest.approx(3.1087, abs=6e-5)
    given = [1, 1, 0, 0, 1, 0], [0.8, 0.4, 0.3, 0.8, 0.7, 0.6], [0.5, 1, 2, 0.4, 1.3, 0.9]
    assert float(metrax.WeightedCalibration()(*given)) == pytest.approx(1.1321, abs=6e-5)


def test_a_published_curve():
    y, p = [0, 0, 0, 0, 1, 1, 1, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.65, 0.7, 0.8, 0.9, 1.0]
    curve = metrax.ReliabilityCurve(n_bins=3)(y, p)
    np.testing.assert_allclose(curve.rate, [0, 0.5, 1], atol=1e-6)
    np.testing.assert_allclose(curve.score, [0.2, 0.525, 0.85], atol=1e-6)


BINARY = {"y_true": TRUTH, "y_prob": CHANCE}
CLASSES = {"y_true": LABELS, "y_prob": ROWS}
SCIKIT_LEARN = {
    **{
        f"brier_score_loss {half}": (
            lambda n, half=half: metrax.BrierScore(n, scale_by_half=half),
            lambda y, p, half=half: brier_score_loss(
                y, p, sample_weight=WEIGHTS, scale_by_half=half
            ),
        )
        for half in (True, False, "auto")
    },
    "log_loss": (lambda n: metrax.LogLoss(n), lambda y, p: log_loss(y, p, sample_weight=WEIGHTS)),
    "d2_log_loss_score": (
        lambda n: metrax.D2LogLoss(n),
        lambda y, p: d2_log_loss_score(y, p, sample_weight=WEIGHTS),
    ),
    "d2_brier_score": (
        lambda n: metrax.D2Brier(n),
        lambda y, p: d2_brier_score(y, p, sample_weight=WEIGHTS),
    ),
}
FORMS = {
    "binary": (None, TRUTH, CHANCE, TRUTH, CHANCE),
    "two columns": (2, TRUTH, np.stack([1 - CHANCE, CHANCE], 1), TRUTH, CHANCE),
    "labels": (3, LABELS, ROWS, LABELS, ROWS),
    "labels in a column": (3, LABELS[:, None], ROWS, LABELS, ROWS),
    "one-hot": (3, np.eye(3)[LABELS], ROWS, LABELS, ROWS),
}


@pytest.mark.parametrize("name", SCIKIT_LEARN)
def test_weighted_values_are_those_of_scikit_learn_in_every_form(name):
    metric, reference = SCIKIT_LEARN[name]
    for classes, y, p, their_y, their_p in FORMS.values():
        value = float(metric(classes)(y, p, WEIGHTS))
        assert value == pytest.approx(reference(their_y, their_p), rel=3e-6)


@pytest.mark.parametrize("strategy", ["uniform", "quantile"])
@pytest.mark.parametrize("n_bins", [1, 4])
def test_curves_are_those_of_scikit_learn(strategy, n_bins):
    rate, score = calibration_curve(TRUTH, CHANCE, n_bins=n_bins, strategy=strategy)
    curve = metrax.ReliabilityCurve(n_bins, binning=strategy)(TRUTH, CHANCE)
    seen = np.asarray(curve.weight) > 0
    np.testing.assert_allclose(curve.rate[seen], rate, rtol=1e-6)
    np.testing.assert_allclose(curve.score[seen], score, rtol=1e-6)


@pytest.mark.parametrize("level", [0.5, 0.95, 0.999])
def test_intervals_are_wilsons(level):
    n, hits = [1, 7, 7, 7, 4000, 90000], [0, 0, 7, 3, 3999, 2]
    state = metrax.statistics.CalibrationState.zeros((6,))
    sums = {"weight": n, "labels": hits, "scores": hits}
    sums = {k: metrax.accumulators.Sum(jnp.float32(x), jnp.zeros(6)) for k, x in sums.items()}
    state = type(state)(**sums)
    curve = metrax.ReliabilityCurve(n_bins=6, level=level).compute(state)
    for i, (k, m) in enumerate(zip(hits, n, strict=True)):
        low, high = binomtest(k, m).proportion_ci(level, method="wilson")
        assert float(curve.low[i]) == pytest.approx(low, rel=3e-6, abs=1e-12)
        assert 1 - float(curve.high[i]) == pytest.approx(1 - high, rel=3e-6, abs=1e-7)


def test_bins_hold_their_right_edge_and_the_first_its_left():
    edges = np.arange(9) / 8
    curve = metrax.ReliabilityCurve(n_bins=8)(np.zeros(9), edges)
    assert curve.weight.tolist() == [2, 1, 1, 1, 1, 1, 1, 1]
    beyond = np.nextafter(np.float32(edges), np.float32(2))
    curve = metrax.ReliabilityCurve(n_bins=8)(np.zeros(9), beyond)
    assert curve.weight.tolist() == [1, 1, 1, 1, 1, 1, 1, 2]
    third = np.float32(1 / 3)
    around = [np.nextafter(third, np.float32(0)), third, np.nextafter(third, np.float32(1))]
    assert metrax.ReliabilityCurve(n_bins=3)(np.zeros(3), around).weight.tolist() == [2, 1, 0]


def test_ties_stay_together_in_bins_of_equal_weight():
    p = np.repeat([0.1, 0.2, 0.7], [5, 1, 6])
    curve = metrax.ReliabilityCurve(4, binning="quantile")(p > 0.5, p)
    assert curve.weight.tolist() == [5, 1, 6, 0]
    np.testing.assert_allclose(curve.score, [0.1, 0.2, 0.7, 0], rtol=1e-6)


@pytest.mark.parametrize("n", [1000, 100_000])
def test_bins_of_equal_weight_of_many_rare_events(n):
    rng = np.random.default_rng(3)
    p = rng.beta(0.5, 200, n).astype(np.float32)
    y = rng.random(n) < p
    curve = metrax.ReliabilityCurve(15, binning="quantile")(y, p)
    rate, score = calibration_curve(y, p, n_bins=15, strategy="quantile")
    np.testing.assert_allclose(curve.weight, n / 15, rtol=0.08)
    np.testing.assert_allclose(curve.score, score, rtol=0.02)
    exact = np.sum(np.abs(score - rate)) / 15
    error = metrax.CalibrationError(15, binning="quantile")(y, p)
    assert float(error) == pytest.approx(exact, rel=0.05)


def test_an_empty_bin_is_zero_everywhere():
    curve = metrax.ReliabilityCurve(n_bins=3)([0, 1], [0.1, 0.2])
    assert all(x[1:].tolist() == [0, 0] for x in curve)


def test_the_parts_of_a_brier_score_make_it_where_bins_hold_one_probability():
    p = RNG.integers(0, 10, 500) / 10 + 0.05
    y = (RNG.random(500) < p**2).astype(int)
    w = RNG.random(500)
    parts = metrax.BrierDecomposition(n_bins=10)(y, p, w)
    expected = brier_score_loss(y, p, sample_weight=w)
    assert float(parts.reliability - parts.resolution + parts.uncertainty) == pytest.approx(
        expected, rel=3e-6
    )


def test_logits_are_probabilities_of_the_same_numbers():
    logits = 3 * RNG.normal(size=(40, 3))
    binary = logits[:, 0], 1 / (1 + np.exp(-logits[:, 0])), TRUTH
    for cls in (metrax.BrierScore, metrax.CalibrationError, metrax.LogLoss, metrax.D2Brier):
        pairs = [(binary, {})]
        if cls is not metrax.D2Brier:
            pairs.append(((logits, softmax(logits, 1), LABELS), {"num_classes": 3}))
        for (x, p, y), kwargs in pairs:
            value = cls(from_logits=True, **kwargs)(y, x)
            np.testing.assert_allclose(value, cls(**kwargs)(y, p), rtol=2e-5, atol=1e-7)


def test_a_small_brier_score_of_logits_keeps_its_digits():
    value = float(metrax.BrierScore(from_logits=True)([1, 0], [12.0, -12.0]))
    assert value == pytest.approx((1 / (1 + np.exp(12.0))) ** 2, rel=1e-5)


@pytest.mark.parametrize("prevalence", [1e-6, 1 - 1e-6])
def test_the_entropy_of_rare_labels_keeps_its_digits(prevalence):
    y = np.array([0, 1])
    w = np.float32([1 - prevalence, prevalence]) * np.float32(1e6)
    p = np.float32([prevalence, prevalence])
    rate = float(w[1]) / (float(w[0]) + float(w[1]))
    expected = -(xlogy(rate, rate) + xlogy(1 - rate, 1 - rate))
    mean = metrax.LogLoss()(y, p, w)
    value = float(mean) / float(metrax.NormalizedEntropy()(y, p, w))
    assert value == pytest.approx(expected, rel=2e-5)


def test_labels_of_one_class():
    ones, p = np.ones(4), np.full(4, 0.9)
    assert float(metrax.D2Brier()(ones, ones)) == float(metrax.D2LogLoss(2)(ones, [[0, 1]] * 4))
    assert float(metrax.D2Brier()(ones, ones)) == 1
    assert [float(x(ones, p)) for x in (metrax.D2Brier(), metrax.NormalizedEntropy())] == [0, 0]
    assert metrax.WeightedCalibration()(0 * ones, p) == np.inf
    assert metrax.WeightedCalibration()(0 * ones, 0 * p) == 0


def test_a_label_that_is_no_class_is_seen():
    for metric in (metrax.BrierScore(3), metrax.LogLoss(3), metrax.D2Brier(3)):
        assert np.isnan(metric([-1, 2], ROWS[:2]))
        assert np.isfinite(metric([-1, 2], ROWS[:2], [0, 1]))
        with pytest.raises(metrax.MetraxError, match="y_true: got -1"):
            metrax.checked(metric)([-1, 2], ROWS[:2])
    top = metrax.CalibrationError(1)([-1], [[0.25, 0.75]])
    assert float(top) == 0.75


def test_every_label_of_rows_has_a_curve_of_its_own():
    y, p = RNG.integers(0, 2, (40, 3)), RNG.random((40, 3))
    metric = metrax.ReliabilityCurve(5, multi_class="classwise", num_classes=3)
    curve = metric(y, p, WEIGHTS)
    for label in range(3):
        alone = metrax.ReliabilityCurve(5)(y[:, label], p[:, label], WEIGHTS)
        for ours, theirs in zip(curve, alone, strict=True):
            np.testing.assert_allclose(ours[label], theirs, rtol=1e-6, atol=1e-7)


def test_classwise_needs_to_know_the_classes():
    metric = metrax.CalibrationError(multi_class="classwise")
    with pytest.raises(metrax.MetraxError, match="num_classes: not given"):
        metric.init()
    assert np.isfinite(metric(LABELS, ROWS))
    with pytest.raises(metrax.MetraxError, match="num_classes=3 for a metric that takes classes"):
        metrax.D2LogLoss()(LABELS, ROWS)


def test_errors_and_curves_share_a_state():
    metrics = metrax.Collection(
        [metrax.CalibrationError(), metrax.ReliabilityCurve(), metrax.BrierDecomposition()]
    )
    assert len(jax.tree.leaves(metrics.init())) == len(
        jax.tree.leaves(metrics.metrics[0][1].init())
    )


def test_many_examples_do_not_saturate_a_bin():
    metric = metrax.CalibrationError(1)
    state = metric.observe(np.ones(1, np.int8), np.float32([0.75]), np.float32([2**24]))
    step = jax.jit(lambda s: metric.update(s, np.zeros(1, np.int8), np.float32([0.75])))
    hi = state.weight.hi
    for _ in range(3):
        state = step(state)
    assert (state.weight.hi - hi + state.weight.lo).tolist() == [3]
