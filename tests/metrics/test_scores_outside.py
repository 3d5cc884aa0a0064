"""Scores outside [0, 1] count as its ends: a curve reaches both corners, as Keras's does."""

import keras
import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

import metrax
from tests.keras.rules import keras_rules

RNG = np.random.default_rng(0)
LABELS = RNG.integers(0, 2, (400, 3))
LOGITS = (2 * RNG.normal(size=(400, 3)) + 1.5 * LABELS - 0.7).astype(np.float32)
WEIGHTS = RNG.random(400).astype(np.float32)
CURVES = ("ROC", "PR", "PRGAIN")
OWN = (0.1, 0.3, 0.5, 0.9)


def theirs(metric, *batch):
    with keras_rules():
        metric.update_state(*batch)
        return float(metric.result())


@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize("multi_label", [True, False])
@pytest.mark.parametrize("method", ["interpolation", "minoring"])
def test_logits_have_the_value_of_keras(curve, multi_label, method):
    arguments = {"curve": curve, "summation_method": method, "multi_label": multi_label}
    batch = (LABELS, LOGITS) if multi_label else (LABELS[:, 0], LOGITS[:, 0], WEIGHTS)
    expected = theirs(keras.metrics.AUC(**arguments), *batch)
    assert float(metrax.AUC(**arguments)(*batch)) == pytest.approx(expected, abs=2e-6)


@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize("thresholds", [OWN, (0.0, 0.5, 1.0)], ids=str)
def test_the_corners_win_over_thresholds_of_ones_own(curve, thresholds):
    y, x = LABELS[:, 0], LOGITS[:, 0]
    auc = metrax.AUC(curve=curve, thresholds=thresholds)
    counts = auc.observe(y, x, WEIGHTS).counts()
    over = x[:, None] > np.float32(thresholds)
    ends = np.ones((len(x), 1), bool), np.zeros((len(x), 1), bool)
    over = np.concatenate([ends[0], over, ends[1]], 1)
    w = np.float64(WEIGHTS)[:, None]
    np.testing.assert_allclose(counts.tp, (w * (over & (y == 1)[:, None])).sum(0), rtol=1e-6)
    np.testing.assert_allclose(counts.fp, (w * (over & (y == 0)[:, None])).sum(0), rtol=1e-6)
    if curve == "ROC":
        assert float(auc(y, x)) == pytest.approx(roc_auc_score(y, x), abs=0.06)
        assert theirs(keras.metrics.AUC(thresholds=list(thresholds)), y, x) < 0.1


@pytest.mark.parametrize("curve", CURVES)
def test_a_perfect_ranker_of_logits(curve):
    y, x = np.array([0, 0, 1, 1]), np.float32([-5, -0.5, 1.5, 7])
    for own in (None, OWN):
        assert float(metrax.AUC(curve=curve, thresholds=own)(y, x)) == pytest.approx(1)


@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize("own", [None, OWN], ids=str)
def test_scores_a_rounding_outside(curve, own):
    y = LABELS[:, 0]
    p = np.clip(LOGITS[:, 0], 0, 1)
    beside = np.where(p == 0, np.float32(-3e-7), np.where(p == 1, np.float32(1 + 3e-7), p))
    auc = metrax.AUC(curve=curve, thresholds=own)
    assert float(auc(y, beside, WEIGHTS)) == float(auc(y, p, WEIGHTS))


def test_one_label_far_off_does_not_move_the_others():
    shifted = LOGITS + np.float32([0, 0, 100])
    auc = metrax.AUC(multi_label=True, label_weights=[1, 1, 0])
    assert float(auc(LABELS, shifted)) == float(auc(LABELS, LOGITS))
    assert float(metrax.AUC()(LABELS[:, 2], shifted[:, 2])) == 0.5


@pytest.mark.parametrize(
    "name",
    [
        "PrecisionAtRecall",
        "RecallAtPrecision",
        "SensitivityAtSpecificity",
        "SpecificityAtSensitivity",
    ],
)
def test_operating_points_of_logits_have_the_value_of_keras(name):
    for bound in (0.0, 0.2, 0.8, 1.0):
        for n in (200, 1):
            arguments = {"num_thresholds": n}
            batch = (LABELS[:, 0], LOGITS[:, 0], WEIGHTS)
            expected = theirs(getattr(keras.metrics, name)(bound, **arguments), *batch)
            value = float(getattr(metrax, name)(bound, **arguments)(*batch))
            assert value == pytest.approx(expected, abs=2e-6), (bound, n)


def test_checked_names_them_still():
    for metric in (metrax.AUC(), metrax.PrecisionAtRecall(0.5)):
        with pytest.raises(metrax.MetraxError, match="pass probabilities"):
            metrax.checked(metric)([0, 1], [0.5, 1.5])


def test_thresholds_as_keras_writes_them():
    y, p = LABELS[:, 0], np.clip(LOGITS[:, 0], 0, 1)
    auc = metrax.AUC(num_thresholds=None, thresholds=OWN)
    assert auc.statistic == metrax.AUC(thresholds=OWN).statistic
    expected = theirs(keras.metrics.AUC(num_thresholds=None, thresholds=list(OWN)), y, p)
    assert float(auc(y, p)) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("name", ["Precision", "Recall"])
@pytest.mark.parametrize("arguments", [{}, {"class_id": 1}, {"thresholds": 0.5}], ids=str)
@pytest.mark.parametrize("w", [None, 0.5, "each"])
def test_scores_of_one_axis_are_one_row_with_top_k(name, arguments, w):
    y, p = np.array([0, 1, 1, 0, 1]), np.float32([0.1, 0.9, 0.6, 0.7, 0.2])
    w = np.float32([1, 2, 3, 4, 5]) if w == "each" else w
    metric = getattr(metrax, name)(top_k=3, **arguments)
    rows = (y[None], p[None], None if w is None else np.broadcast_to(np.float32(w), (1, 5)))
    assert float(metric(y, p, w)) == float(metric(*rows))
    both = metrax.merge(metric.observe(y, p, w), metric.observe(*rows))
    assert float(metric.compute(both)) == pytest.approx(float(metric(y, p, w)))
    if w is None and "class_id" not in arguments:
        expected = theirs(getattr(keras.metrics, name)(top_k=3, **arguments), y, p)
        assert float(metric(y, p)) == pytest.approx(expected)


def test_the_top_k_accuracies_still_need_rows():
    with pytest.raises(metrax.MetraxError):
        metrax.TopKCategoricalAccuracy(k=1)([0.0, 1.0], [0.2, 0.8])
