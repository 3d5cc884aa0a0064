"""One message of each kind, word by word: metric, argument, what came, what to do."""

import numpy as np
import pytest

import metrax
from metrax.core.config import Config

B, C = np.zeros(4, np.float32), np.zeros((4, 3), np.float32)
SPARSE = metrax.SparseCategoricalAccuracy()


def fails(y_true, y_pred):
    raise ValueError("no values")


MESSAGES = {
    "shapes that differ": (
        lambda: metrax.MeanSquaredError()(C[:, :1], C),
        "metrax.MeanSquaredError(): y_true and y_pred: got float32[4,1] and "
        "float32[4,3]; they must "
        "have one shape (a trailing axis of size one may be left out). Reshape or "
        "one-hot encode one",
    ),
    "a rank too low": (
        lambda: metrax.CategoricalAccuracy()(B, B),
        "metrax.CategoricalAccuracy(): y_true: got float32[4]; expected a batch axis "
        "and a class or "
        "feature axis, rank 2 or more. Add the missing axis, such as y[None, :] for one example",
    ),
    "labels beside scores": (
        lambda: SPARSE(C, C),
        "metrax.SparseCategoricalAccuracy(): y_true: got float32[4,3] for y_pred float32[4,3]; "
        "expected integer labels of shape (4,), one per row of scores. For one-hot labels use the "
        "categorical metric, not the sparse one",
    ),
    "no classes": (
        lambda: SPARSE(B, C[:, :0]),
        "metrax.SparseCategoricalAccuracy(): y_pred: got float32[4,0]; expected one class or "
        "feature at least along axis -1",
    ),
    "weights": (
        lambda: metrax.MeanSquaredError()(C, C, B[:3]),
        "metrax.MeanSquaredError(): w: got float32[3] for values of shape (4, 3); "
        "expected a scalar, "
        "a leading part of that shape such as (4,), or that shape with axes of size one",
    ),
    "another number of classes": (
        lambda: metrax.MeanIoU(5, sparse_y_pred=False)(B, C),
        "metrax.MeanIoU(num_classes=5, sparse_y_pred=False): y_pred: got 3 classes "
        "along axis -1 of "
        "shape (4, 3); expected num_classes=5",
    ),
    "a dtype": (
        lambda: metrax.Mean()(np.zeros(2, complex)),
        "metrax.Mean(): values: got complex numbers (complex128); pass the real part or the "
        "magnitude",
    ),
    "text": (
        lambda: metrax.Mean()("0.5"),
        "metrax.Mean(): values: got str of dtype <U3; pass numbers or booleans",
    ),
    "a missing argument": (
        lambda: metrax.AUC()(B),
        "metrax.AUC(): got 1 positional arguments and keywords []; expected y_true, "
        "y_pred, w (w is "
        "optional)",
    ),
    "a size that init needs": (
        lambda: metrax.R2Score().init(),
        "metrax.R2Score(): num_outputs: not given, and the state's shape depends on it; pass it to "
        "the constructor, such as num_outputs=1 for targets of shape (B,) or (B, 1)",
    ),
    "another metric's state": (
        lambda: metrax.Mean().update(metrax.AUC().init(), 1.0),
        "metrax.Mean(): merge: the states have different parts: ['.buckets'] in the "
        "first, ['.total', '.weight'] in the other. Merge states of one metric with one "
        "configuration",
    ),
    "no state": (
        lambda: metrax.Mean().update({}, 1.0),
        "metrax.Mean(): got dict without any metrax.State; pass what `init` or "
        "`update` returned, or "
        "a pytree that holds it",
    ),
    "an argument's type": (
        lambda: metrax.MeanIoU(num_classes=2.5),
        "MeanIoU: num_classes: got 2.5; expected an int",
    ),
    "an argument that is no number": (
        lambda: metrax.Precision(thresholds="a"),
        "Precision: thresholds: got 'a'; expected a number or a list of which each is a number or "
        "None",
    ),
    "an argument out of range": (
        lambda: metrax.Precision(thresholds=[0.5, 1.5]),
        "Precision: thresholds: got (0.5, 1.5); expected a number or several in [0, 1]",
    ),
    "an argument too small": (
        lambda: metrax.AUC(num_thresholds=1),
        "AUC: num_thresholds: got 1; expected 2 or more",
    ),
    "an unknown choice": (
        lambda: metrax.AUC(curve="DET"),
        "AUC: curve: got 'DET'; expected 'ROC' or 'PR' or 'PRGAIN'",
    ),
    "a function that raises": (
        lambda: metrax.MeanMetricWrapper(fails)(B, C),
        "metrax.MeanMetricWrapper(fn=tests.test_messages.fails): fn: fails got float32[4] and "
        "float32[4,3] and raised no values; pass what the function takes",
    ),
    "an axis without a name": (
        lambda: metrax.pmerge(metrax.Mean().init(), "data"),
        "pmerge: got the axis 'data', which is not mapped here; call it inside `shard_map`, `pmap` "
        "or `vmap(..., axis_name=...)`, with the name used there",
    ),
}


@pytest.mark.parametrize(("call", "message"), MESSAGES.values(), ids=MESSAGES)
def test_messages_word_by_word(call, message):
    with pytest.raises(metrax.MetraxError) as error:
        call()
    assert str(error.value) == message


ARGUMENTS = {
    metrax.AUC: [
        {"num_thresholds": 200.0},
        {"num_thresholds": True},
        {"multi_label": 1},
        {"summation_method": "trapezoid"},
        {"thresholds": 0.5},
        {"thresholds": [0.5, float("nan")]},
        {"num_labels": 3},
        {"multi_label": True, "num_labels": 0},
        {"multi_label": True, "num_labels": 2, "label_weights": [1.0]},
        {"label_weights": [1.0, -1.0]},
        {"label_weights": [0.0, 0.0]},
        {"dtype": "int32"},
        {"dtype": "float31"},
        {"name": 3},
    ],
    metrax.Precision: [
        {"thresholds": []},
        {"thresholds": -0.1},
        {"top_k": 0},
        {"top_k": 1.0},
        {"class_id": -1},
    ],
    metrax.PrecisionAtRecall: [
        {"recall": 1.2},
        {"recall": "high"},
        {"recall": 0.5, "num_thresholds": 0},
        {"recall": 0.5, "class_id": -2},
    ],
    metrax.FBetaScore: [
        {"beta": 0.0},
        {"beta": float("inf")},
        {"average": "mean"},
        {"threshold": 0.0},
        {"num_classes": 0},
    ],
    metrax.BinaryAccuracy: [{"threshold": None}, {"threshold": float("nan")}],
    metrax.TopKCategoricalAccuracy: [{"k": 0}, {"k": 2.0}],
    metrax.SparseTopKCategoricalAccuracy: [{"k": 0}, {"from_sorted_ids": "yes"}],
    metrax.BinaryCrossentropy: [{"label_smoothing": 1.1}, {"from_logits": 0}],
    metrax.CategoricalCrossentropy: [{"label_smoothing": -0.1}, {"axis": 0.5}],
    metrax.SparseCategoricalCrossentropy: [{"ignore_class": "background"}],
    metrax.R2Score: [
        {"class_aggregation": "mean"},
        {"num_regressors": -1},
        {"num_outputs": 0},
    ],
    metrax.MeanSquaredError: [
        {"num_outputs": 0},
        {"num_outputs": (3, 0)},
        {"num_outputs": True},
        {"num_outputs": 2.0},
        {"num_outputs": 2, "class_aggregation": "mean"},
        {"class_aggregation": "uniform_average"},
        {"num_outputs": (), "class_aggregation": "uniform_average"},
    ],
    metrax.PearsonCorrelation: [{"num_outputs": 0}, {"axis": None}],
    metrax.MeanIoU: [{"num_classes": 0}, {"num_classes": "ten"}, {"num_classes": 3, "axis": "C"}],
    metrax.IoU: [
        {"num_classes": 3, "target_class_ids": [3]},
        {"num_classes": 3, "target_class_ids": []},
        {"num_classes": 3, "target_class_ids": [0.5]},
        {"num_classes": 3, "target_class_ids": 1},
    ],
    metrax.BinaryIoU: [{"target_class_ids": [2]}, {"threshold": "half"}],
    metrax.MeanMetricWrapper: [{"fn": "mse"}],
    metrax.CosineSimilarity: [{"axis": "last"}],
}


@pytest.mark.parametrize(
    ("cls", "arguments"),
    [(cls, arguments) for cls, each in ARGUMENTS.items() for arguments in each],
    ids=str,
)
def test_arguments_out_of_range(cls, arguments):
    with pytest.raises(metrax.MetraxError, match=r"got .*expected ") as error:
        cls(**arguments)
    named = any(f" {name}: " in str(error.value) for name in arguments)
    assert str(error.value).startswith(f"{cls.__name__}: ")
    assert named


def test_annotations_of_the_users_own_are_left_alone():
    class Own(Config):
        table: dict[str, int] | tuple = ()
        mapping: "Elsewhere" = None  # noqa: F821

    assert Own(table=((1, 2),)).table == ((1, 2),)
    assert Own(mapping=3).mapping == 3
