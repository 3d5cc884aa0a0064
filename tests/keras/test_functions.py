"""Every function against Keras's of the same name."""

import keras
import numpy as np
import pytest
from keras.src.metrics import accuracy_metrics  # `accuracy` is not exported

from metrax import functional, losses
from tests.keras import inputs
from tests.keras.rules import keras_rules

pytestmark = pytest.mark.filterwarnings("ignore:Explicitly requested dtype int64")

ROWS = [
    ("accuracy", {}, inputs.integers),
    ("binary_accuracy", {"threshold": 0.3}, inputs.binary_rows),
    ("categorical_accuracy", {}, inputs.dense),
    ("sparse_categorical_accuracy", {}, inputs.tokens),
    ("top_k_categorical_accuracy", {"k": 2}, inputs.dense),
    ("sparse_top_k_categorical_accuracy", {"k": 2}, inputs.sparse),
    ("mean_squared_error", {}, inputs.elements),
    ("mean_absolute_error", {}, inputs.elements),
    ("mean_absolute_percentage_error", {}, inputs.elements),
    ("mean_squared_logarithmic_error", {}, inputs.positive),
    ("log_cosh", {}, inputs.elements),
    ("huber", {"delta": 0.7}, inputs.elements),
    ("cosine_similarity", {"axis": 1}, inputs.elements),
    ("pearson_correlation", {}, inputs.elements),
    ("concordance_correlation", {}, inputs.elements),
    ("binary_crossentropy", {"label_smoothing": 0.1}, inputs.binary_rows),
    ("binary_crossentropy", {"from_logits": True}, inputs.logits_rows),
    ("binary_focal_crossentropy", {}, inputs.binary_rows),
    (
        "binary_focal_crossentropy",
        {"apply_class_balancing": True, "gamma": 1.5, "from_logits": True},
        inputs.logits_rows,
    ),
    ("categorical_crossentropy", {"label_smoothing": 0.1}, inputs.dense),
    ("categorical_crossentropy", {"from_logits": True}, inputs.dense_logits),
    ("categorical_focal_crossentropy", {}, inputs.dense),
    ("categorical_focal_crossentropy", {"from_logits": True, "alpha": 0.5}, inputs.dense_logits),
    ("sparse_categorical_crossentropy", {}, inputs.sparse),
    ("sparse_categorical_crossentropy", {"from_logits": True}, inputs.tokens),
    ("sparse_categorical_crossentropy", {"ignore_class": 1}, inputs.sparse),
    ("kl_divergence", {}, inputs.distributions),
    ("poisson", {}, inputs.positive),
    ("hinge", {}, inputs.signed),
    ("squared_hinge", {}, inputs.logits_rows),
    ("categorical_hinge", {}, inputs.dense),
    ("dice", {}, inputs.binary_rows),
    ("dice", {"axis": 1}, inputs.binary_rows),
    ("tversky", {"alpha": 0.6, "beta": 0.6}, inputs.binary_rows),
]
METRIC_FIRST = ("cosine_similarity",)
"""Where Keras's loss of that name has another sign, the metric is meant."""


def theirs(name):
    if name in METRIC_FIRST:
        return lambda *args, **kwargs: -keras.losses.cosine_similarity(*args, **kwargs)
    if name == "accuracy":
        return accuracy_metrics.accuracy
    return getattr(keras.metrics, name, None) or getattr(keras.losses, name)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}-{row[2].__name__}-{len(row[1])}")
def test_the_same_call_gives_the_same_numbers(row):
    name, arguments, make = row
    for size in (16, 8):
        batch = make(np.random.default_rng(size), size)
        batch = [x.astype(np.float32) if x.dtype.kind == "f" else x for x in batch]
        with keras_rules():
            expected = theirs(name)(*batch, **arguments)
        value = getattr(functional, name)(*batch, **arguments)
        assert value.shape == expected.shape
        np.testing.assert_allclose(value, expected, rtol=1e-5, atol=1e-6)


def test_every_function_is_compared():
    ours = {name: x for name, x in vars(functional).items() if callable(x)}
    # Keras has no calibration; `tests/metrics/test_forecasts.py` holds these functions.
    elsewhere = {name for name, x in ours.items() if ".calibration." in x.__module__}
    assert ours.keys() - elsewhere == {row[0] for row in ROWS}


def test_the_loss_of_cosine_similarity_is_negative():
    batch = [x.astype(np.float32) for x in inputs.elements(np.random.default_rng(0), 8)]
    with keras_rules():
        expected = keras.losses.cosine_similarity(*batch, axis=1)
    np.testing.assert_allclose(losses.cosine_similarity(*batch, axis=1), expected, rtol=1e-5)
