"""Where Keras loses digits: its value, ours, and a formula in float64.

Rows of the table in docs/trust/differences_from_keras.md, as in test_differences.
"""

import keras
import numpy as np
import pytest
from sklearn import metrics as sk

import metrax
from metrax import functional
from tests.keras.rules import keras_rules
from tests.keras.test_differences import ours, theirs


def both(name, y, p, **kwargs):
    """The values of the function in Keras and here, of one example."""
    with keras_rules():
        keras_value = getattr(keras.losses, name)(np.float32([y]), np.float32([p]), **kwargs)
    return float(keras_value[0]), float(getattr(functional, name)([y], [p], **kwargs)[0])


def test_squared_logarithmic_errors_of_millions():
    keras_value, value = both("mean_squared_logarithmic_error", [1e6], [1e6 + 0.25])
    exact = np.log1p(0.25 / (1e6 + 1)) ** 2
    assert value == pytest.approx(exact, rel=1e-6)
    assert keras_value == 0


def test_divergence_of_near_distributions():
    y = np.float32([0.1, 0.2, 0.3, 0.4])
    p = np.float32(y + np.float32([-1e-5, 1e-5, 1e-5, -1e-5]))
    exact = np.sum(np.float64(y) * np.log(np.float64(y) / np.float64(p)))
    keras_value, value = both("kl_divergence", y, p)
    assert value == pytest.approx(exact, rel=1e-4)
    assert keras_value < 0 < exact


def test_one_clip_for_both_labels():
    right, wrong = ([1.0], [0.0]), ([0.0], [1.0])
    mirrored = [theirs(keras.metrics.BinaryCrossentropy(), batch) for batch in (right, wrong)]
    assert mirrored == pytest.approx([16.118095, 15.942385])
    for batch in (right, wrong):
        assert ours(metrax.BinaryCrossentropy(), batch) == pytest.approx(-np.log(1e-7))


def test_crossentropy_from_a_logit_of_fifteen():
    keras_value, value = both("categorical_crossentropy", [1, 0], [15, 0], from_logits=True)
    assert value == pytest.approx(np.log1p(np.exp(-15)), rel=1e-6)
    assert keras_value / value == pytest.approx(1.17, abs=0.01)


def test_focal_loss_from_a_logit_of_twenty():
    keras_value, value = both("binary_focal_crossentropy", [1], [20], from_logits=True)
    assert value == pytest.approx(np.log1p(np.exp(-20)) / (1 + np.exp(20)) ** 2, rel=1e-5)
    assert keras_value == 0


def test_curves_of_logits_reach_their_corners():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 400)
    batch = (y, np.float32(2 * rng.normal(size=400) + 1.5 * y - 0.7))
    arguments = {"thresholds": [0.1, 0.3, 0.5, 0.9]}
    assert theirs(keras.metrics.AUC(**arguments), batch) == pytest.approx(0.087, abs=0.01)
    assert ours(metrax.AUC(**arguments), batch) == pytest.approx(0.679, abs=0.001)
    assert sk.roc_auc_score(*batch) == pytest.approx(0.7, abs=0.05)


def test_areas_of_rare_positives_do_not_cancel():
    batch = ([0, 1], np.float32([0.9, 0.5]), np.float32([1e7, 1]))
    assert theirs(keras.metrics.AUC(curve="PR"), batch) < -0.1
    assert ours(metrax.AUC(curve="PR"), batch) == pytest.approx(5e-8, rel=1e-4)
