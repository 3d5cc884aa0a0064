"""Every class against Keras's of the same name and arguments, over weights, dtypes and splits."""

from pathlib import Path

import keras
import numpy as np
import pytest

import metrax
from tests.keras import inputs
from tests.keras.rules import keras_rules

# Keras asks for int64 labels where 64-bit types are off.
pytestmark = pytest.mark.filterwarnings("ignore:Explicitly requested dtype int64")

DTYPES = ({"f": "f4", "i": "i8"}, {"f": "f4", "i": "u1"}, {"f": "f8", "i": "f4"})
"""Of floats and of integers, batch by batch."""

MEAN = ("none", "scalar", "example", "element")
COUNT = ("none", "scalar", "example")
PER_EXAMPLE = ("none", "scalar", "example")
BATCH = ("none", "example")

# class, arguments, kind of batch, weights that Keras takes, arguments of ours alone
ROWS = [
    ("MeanSquaredError", {}, inputs.elements, PER_EXAMPLE, {}),
    ("RootMeanSquaredError", {}, inputs.elements, MEAN, {}),
    ("MeanAbsoluteError", {}, inputs.elements, PER_EXAMPLE, {}),
    ("MeanAbsolutePercentageError", {}, inputs.positive, PER_EXAMPLE, {}),
    ("MeanSquaredLogarithmicError", {}, inputs.positive, PER_EXAMPLE, {}),
    ("LogCoshError", {}, inputs.elements, PER_EXAMPLE, {}),
    ("CosineSimilarity", {}, inputs.elements, PER_EXAMPLE, {}),
    ("CosineSimilarity", {"axis": 1}, inputs.elements, PER_EXAMPLE, {}),
    ("R2Score", {}, inputs.elements, COUNT, {"num_outputs": 3}),
    ("R2Score", {"class_aggregation": None}, inputs.elements, BATCH, {"num_outputs": 3}),
    (
        "R2Score",
        {"class_aggregation": "variance_weighted_average"},
        inputs.elements,
        BATCH,
        {"num_outputs": 3},
    ),
    ("PearsonCorrelation", {}, inputs.elements, PER_EXAMPLE, {}),
    ("ConcordanceCorrelation", {}, inputs.elements, PER_EXAMPLE, {}),
    ("Accuracy", {}, inputs.integers, MEAN, {}),
    ("BinaryAccuracy", {}, inputs.binary_rows, MEAN, {}),
    ("BinaryAccuracy", {"threshold": 0.3}, inputs.binary, PER_EXAMPLE, {}),
    ("CategoricalAccuracy", {}, inputs.dense, PER_EXAMPLE, {}),
    ("SparseCategoricalAccuracy", {}, inputs.sparse, PER_EXAMPLE, {}),
    ("SparseCategoricalAccuracy", {}, inputs.tokens, MEAN, {}),
    ("TopKCategoricalAccuracy", {"k": 2}, inputs.dense, PER_EXAMPLE, {}),
    ("SparseTopKCategoricalAccuracy", {"k": 3}, inputs.sparse, PER_EXAMPLE, {}),
    ("BinaryCrossentropy", {}, inputs.binary_rows, PER_EXAMPLE, {}),
    ("BinaryCrossentropy", {"from_logits": True}, inputs.logits_rows, PER_EXAMPLE, {}),
    ("BinaryCrossentropy", {"label_smoothing": 0.2}, inputs.binary_rows, PER_EXAMPLE, {}),
    ("CategoricalCrossentropy", {}, inputs.dense, PER_EXAMPLE, {}),
    ("CategoricalCrossentropy", {"from_logits": True}, inputs.dense_logits, PER_EXAMPLE, {}),
    ("CategoricalCrossentropy", {"label_smoothing": 0.2}, inputs.dense, PER_EXAMPLE, {}),
    ("SparseCategoricalCrossentropy", {}, inputs.sparse, PER_EXAMPLE, {}),
    ("SparseCategoricalCrossentropy", {"from_logits": True}, inputs.tokens, MEAN, {}),
    ("KLDivergence", {}, inputs.distributions, PER_EXAMPLE, {}),
    ("Poisson", {}, inputs.positive, PER_EXAMPLE, {}),
    ("Hinge", {}, inputs.signed, PER_EXAMPLE, {}),
    ("SquaredHinge", {}, inputs.signed, PER_EXAMPLE, {}),
    ("Hinge", {}, inputs.logits_rows, PER_EXAMPLE, {}),
    ("CategoricalHinge", {}, inputs.dense, PER_EXAMPLE, {}),
    ("TruePositives", {}, inputs.binary, COUNT, {}),
    ("TrueNegatives", {"thresholds": [0.2, 0.6]}, inputs.binary_rows, BATCH, {}),
    ("FalsePositives", {"thresholds": 0.3}, inputs.binary_rows, COUNT, {}),
    ("FalseNegatives", {}, inputs.binary, COUNT, {}),
    ("Precision", {}, inputs.binary, COUNT, {}),
    ("Precision", {"thresholds": [0.7, 0.2]}, inputs.binary, BATCH, {}),
    ("Precision", {"top_k": 2}, inputs.binary_rows, BATCH, {}),
    ("Precision", {"top_k": 3, "class_id": 1, "thresholds": 0.3}, inputs.binary_rows, BATCH, {}),
    ("Recall", {"class_id": 2}, inputs.binary_rows, BATCH, {}),
    ("Recall", {"top_k": 1}, inputs.binary_rows, BATCH, {}),
    ("PrecisionAtRecall", {"recall": 0.6}, inputs.binary, COUNT, {}),
    ("RecallAtPrecision", {"precision": 0.5, "num_thresholds": 30}, inputs.binary, BATCH, {}),
    ("SensitivityAtSpecificity", {"specificity": 0.4}, inputs.binary, BATCH, {}),
    (
        "SpecificityAtSensitivity",
        {"sensitivity": 0.4, "class_id": 1, "num_thresholds": 1},
        inputs.binary_rows,
        BATCH,
        {},
    ),
    *(
        ("AUC", {"curve": c, "summation_method": s, "num_thresholds": 40}, inputs.binary, BATCH, {})
        for c in ("ROC", "PR", "PRGAIN")
        for s in ("interpolation", "minoring", "majoring")
    ),
    ("AUC", {"thresholds": [0.1, 0.15, 0.6]}, inputs.binary_rows, COUNT, {}),
    ("AUC", {"from_logits": True}, inputs.logits_rows, BATCH, {}),
    ("AUC", {"multi_label": True}, inputs.binary_rows, ("none",), {"num_labels": 4}),
    (
        "AUC",
        {"multi_label": True, "label_weights": [0.1, 0.2, 0.3, 0.4], "curve": "PR"},
        inputs.binary_rows,
        ("none",),
        {"num_labels": 4},
    ),
    ("AUC", {"label_weights": [0.1, 0.2, 0.3, 0.4]}, inputs.binary_rows, ("none",), {}),
    *(
        ("F1Score", {"average": a, "threshold": t}, inputs.binary_rows, BATCH, {"num_classes": 4})
        for a in (None, "micro", "macro", "weighted")
        for t in (None, 0.4)
    ),
    ("FBetaScore", {"beta": 2.0}, inputs.binary_rows, BATCH, {"num_classes": 4}),
    ("IoU", {"num_classes": 4, "target_class_ids": [0, 2]}, inputs.labels, ("none",), {}),
    ("MeanIoU", {"num_classes": 4}, inputs.labels, ("none",), {}),
    ("MeanIoU", {"num_classes": 5, "ignore_class": 1}, inputs.labels, ("none",), {}),
    ("MeanIoU", {"num_classes": 4, "sparse_y_pred": False}, inputs.sparse, ("none",), {}),
    ("BinaryIoU", {"threshold": 0.3}, inputs.binary, ("none",), {}),
    ("BinaryIoU", {"target_class_ids": [1]}, inputs.binary, ("none",), {}),
    ("OneHotIoU", {"num_classes": 4, "target_class_ids": [1, 3]}, inputs.dense, ("none",), {}),
    ("OneHotMeanIoU", {"num_classes": 4}, inputs.dense, ("none",), {}),
]
BOTH = [
    (*row[:3], weights, row[4], weights == "example" or len(row[3]) == 1)
    for row in ROWS
    for weights in row[3]
]


def weights_of(kind, rng, y_true, y_pred):
    return {
        "none": None,
        "scalar": np.float32(0.7),
        "example": rng.random(len(y_pred)).astype(np.float32),
        "element": rng.random(y_true.shape).astype(np.float32),
    }[kind]


def label(row):
    name, arguments, make, weights, *_ = row
    given = ",".join(f"{k}={v}" for k, v in arguments.items())
    return f"{name}({given})-{make.__name__}-{weights}"


@pytest.mark.parametrize("row", BOTH, ids=label)
def test_the_same_call_gives_the_same_number(row):
    name, arguments, make, kind, ours, uneven = row
    rng = np.random.default_rng(len(label(row)))
    theirs = getattr(keras.metrics, name)(**arguments)
    metric = getattr(metrax, name)(**arguments, **ours)
    state = metric.init()
    # All dtypes go with weights of examples, and so do sizes: fewer compilations for the others.
    # (Keras counts a scalar weight once a batch, whatever its size; we once an element.)
    sizes = (16, 8, 16) if uneven else (16, 16, 16)
    for size, dtypes in [*zip(sizes, DTYPES, strict=True)][: 3 if kind == "example" else 2]:
        batch = make(rng, size)
        y_true, y_pred = (x.astype(dtypes[x.dtype.kind]) for x in batch)
        w = weights_of(kind, rng, y_true, y_pred)
        state = metric.update(state, y_true, y_pred, w)
        with keras_rules():
            theirs.update_state(y_true, y_pred, sample_weight=w)
    with keras_rules():
        expected = np.asarray(theirs.result())
    np.testing.assert_allclose(metric.compute(state), expected, rtol=1e-5, atol=1e-6)


def test_every_class_of_the_catalogue_is_compared():
    classes = (value for value in vars(keras.metrics).values() if isinstance(value, type))
    keras_names = {cls.__name__ for cls in classes if issubclass(cls, keras.metrics.Metric)}
    assert keras_names - {row[0] for row in ROWS} == {
        "Mean",  # below
        "Metric",
        "MeanMetricWrapper",  # below
        "Sum",  # below
    }


def test_the_table_of_names_has_every_class():
    page = Path(__file__).parents[2] / "docs" / "coming_from" / "keras.md"
    rows = [line.split("|") for line in page.read_text().splitlines() if line.count("|") == 5]
    pairs = {(row[3].strip(), row[4].split(",")[0].strip()) for row in rows}
    assert {(f"`{row[0]}`", f"`{row[0]}`") for row in ROWS} <= pairs


@pytest.mark.parametrize("name", ["Mean", "Sum"])
@pytest.mark.parametrize("kind", MEAN)
def test_reductions(name, kind):
    rng = np.random.default_rng(0)
    theirs, metric = getattr(keras.metrics, name)(), getattr(metrax, name)()
    state = metric.init()
    for size in (16, 16) if kind == "scalar" else (16, 8):
        values = rng.normal(size=(size, 3)).astype(np.float32)
        w = weights_of(kind, rng, values, values)
        state = metric.update(state, values, w)
        with keras_rules():
            theirs.update_state(values, sample_weight=w)
    np.testing.assert_allclose(metric.compute(state), theirs.result(), rtol=1e-5, atol=1e-6)


def test_mean_of_a_function():
    def error(y_true, y_pred, power):
        return keras.ops.abs(y_true - y_pred) ** power

    rng = np.random.default_rng(0)
    y_true, y_pred = (x.astype(np.float32) for x in inputs.elements(rng, 16))
    w = rng.random(16).astype(np.float32)
    with keras_rules():
        theirs = keras.metrics.MeanMetricWrapper(error, power=3)
        theirs.update_state(y_true, y_pred, sample_weight=w)
        ours = metrax.MeanMetricWrapper(error, power=3)(y_true, y_pred, w)
    np.testing.assert_allclose(ours, theirs.result(), rtol=1e-5)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}-{len(row[1])}")
def test_names_are_kerass(row):
    name, arguments, _, _, ours = row
    theirs = getattr(keras.metrics, name)(**arguments).name
    assert getattr(metrax, name)(**arguments, **ours).name == theirs.rstrip("_0123456789")
