"""Configurations that Keras wrote, of every class, are read as they are."""

import json

import keras
import numpy as np
import pytest

import metrax
from tests.keras.rules import keras_rules

# Keras asks for int64 labels where 64-bit types are off.
pytestmark = pytest.mark.filterwarnings("ignore:Explicitly requested dtype int64")

REQUIRED = {
    "IoU": {"num_classes": 3, "target_class_ids": [0, 2]},
    "MeanIoU": {"num_classes": 3},
    "OneHotIoU": {"num_classes": 3, "target_class_ids": [0, 2]},
    "OneHotMeanIoU": {"num_classes": 3},
    "PrecisionAtRecall": {"recall": 0.5},
    "RecallAtPrecision": {"precision": 0.5},
    "SensitivityAtSpecificity": {"specificity": 0.5},
    "SpecificityAtSensitivity": {"sensitivity": 0.5},
    "MeanMetricWrapper": {"fn": keras.losses.huber, "delta": 2.0},
}
CLASSES = {
    name: cls
    for name, cls in vars(keras.metrics).items()
    if isinstance(cls, type) and issubclass(cls, keras.metrics.Metric)
}
del CLASSES["Metric"]


def written(metric):
    return json.loads(json.dumps(keras.metrics.serialize(metric)))


@pytest.mark.parametrize("name", CLASSES)
@pytest.mark.parametrize("dtype", [{}, {"dtype": "bfloat16"}], ids=["default", "bfloat16"])
def test_every_class_is_read(name, dtype):
    config = written(CLASSES[name](**REQUIRED.get(name, {}), name="given", **dtype))
    ours = metrax.deserialize(config)
    assert type(ours).__name__ == name
    expected = config["config"] | ({"dtype": None} if config["config"]["dtype"] == "int32" else {})
    given = json.loads(json.dumps(metrax.serialize(ours)["config"]))
    given |= {"fn": expected["fn"]} if "fn" in expected else {}
    assert {k: given[k] for k in expected} == expected
    assert (
        getattr(metrax, name).from_config(metrax.deserialize(metrax.serialize(ours)).get_config())
        == ours
    )


@pytest.mark.parametrize(
    ("metric", "arguments"),
    [
        (keras.metrics.AUC, {"thresholds": [0.2, 0.5], "curve": "PR"}),
        (keras.metrics.AUC, {"multi_label": True, "num_labels": 3, "label_weights": [1, 2, 1]}),
        (keras.metrics.Precision, {"thresholds": [0.2, 0.5], "class_id": 1}),
        (keras.metrics.R2Score, {"class_aggregation": None}),
        (keras.metrics.FBetaScore, {"average": "macro", "beta": 2.0, "threshold": 0.4}),
    ],
)
def test_arguments_are_read(metric, arguments):
    ours = metrax.deserialize(written(metric(**arguments))).get_config()
    for name, value in arguments.items():
        assert ours[name] == (tuple(value) if isinstance(value, list) else value)


def test_a_dtype_of_counts_is_the_default():
    y_true, y_pred = np.array([0, 1, 2, 1]), np.array([0, 1, 1, 1])
    theirs = keras.metrics.MeanIoU(3)
    with keras_rules():
        expected = float(theirs(y_true, y_pred))
    for ours in (
        metrax.deserialize(written(theirs)),
        metrax.MeanIoU.from_config(theirs.get_config()),
        metrax.MeanIoU(3, dtype="int32"),
    ):
        assert ours == metrax.MeanIoU(3, name=ours.name)
        assert float(ours(y_true, y_pred)) == pytest.approx(expected)
    for wrong in ("int33", "complex64", "bool"):
        with pytest.raises(metrax.MetraxError, match="dtype: got"):
            metrax.MeanIoU(3, dtype=wrong)
    with pytest.raises(metrax.MetraxError, match="dtype: got 'int32'"):
        metrax.AUC(dtype="int32")


@pytest.mark.parametrize("name", ["huber", "cosine_similarity", "mean_squared_error", "hinge"])
def test_functions_are_metraxs_of_the_same_number(name):
    fn = getattr(keras.losses, name)
    ours = metrax.deserialize(written(keras.metrics.MeanMetricWrapper(fn)))
    assert ours.get_config()["fn"] is getattr(metrax.losses, name)
    rng = np.random.default_rng(0)
    y_true, y_pred = rng.normal(size=(2, 8, 3)).astype(np.float32)
    with keras_rules():
        expected = float(np.mean(fn(y_true, y_pred)))
    assert float(ours(y_true, y_pred)) == pytest.approx(expected, rel=1e-5)


def test_functions_of_ones_own_are_passed():
    def own(y_true, y_pred):
        return y_true - y_pred

    config = written(keras.metrics.MeanMetricWrapper(own))
    assert metrax.deserialize(config, {"own": own}).get_config()["fn"] is own
    with pytest.raises(metrax.MetraxError, match=r"deserialize: got 'own', .*custom_objects"):
        metrax.deserialize(config)
