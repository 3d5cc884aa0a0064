"""``ignore_class``, one or several: what it ignores leaves no trace, and nothing else goes."""

import jax
import numpy as np
import pytest
from sklearn.metrics import accuracy_score, jaccard_score, log_loss, top_k_accuracy_score

import metrax
from metrax import functional

RNG = np.random.default_rng(0)
C = 4
SCORES = RNG.dirichlet(np.ones(C), 12).astype(np.float32)
LABELS = np.array([0, 1, 2, 3, 0, 1, 2, 3, 3, 2, 1, 0])
PREDICTED = SCORES.argmax(1)


def iou(y, p):
    p = p if p.ndim == 1 else p.argmax(1)
    seen = sorted({*y, *p})
    return jaccard_score(y, p, labels=seen, average=None).mean()


METRICS = [
    (metrax.SparseCategoricalAccuracy, {}, SCORES, lambda y, p: accuracy_score(y, p.argmax(1))),
    (
        metrax.SparseTopKCategoricalAccuracy,
        {"k": 2},
        SCORES,
        lambda y, p: top_k_accuracy_score(y, p, k=2, labels=range(C)),
    ),
    (
        metrax.SparseTopKCategoricalAccuracy,
        {"k": 1, "from_sorted_ids": True},
        np.argsort(-SCORES),
        lambda y, p: accuracy_score(y, p[:, 0]),
    ),
    (
        metrax.SparseCategoricalCrossentropy,
        {},
        SCORES,
        lambda y, p: log_loss(y, p / p.sum(1, keepdims=True), labels=range(C)),
    ),
    (metrax.Accuracy, {}, PREDICTED, accuracy_score),
    (metrax.MeanIoU, {"num_classes": C}, PREDICTED, iou),
    (metrax.MeanIoU, {"num_classes": C, "sparse_y_pred": False}, SCORES, iou),
    (metrax.IoU, {"num_classes": C, "target_class_ids": range(C)}, PREDICTED, iou),
]
every_metric = pytest.mark.parametrize(("cls", "arguments", "y_pred", "reference"), METRICS)


def arguments_of(arguments, ignored):
    return {k: list(v) if isinstance(v, range) else v for k, v in arguments.items()} | {
        "ignore_class": ignored
    }


@every_metric
@pytest.mark.parametrize(
    ("label", "ignored", "dtype"),
    [
        (255, 255, "uint8"),
        (-100, -100, "int64"),
        (2, (0, 2, 255), "uint8"),
        (-1, [-1], "float16"),
    ],
)
def test_what_is_ignored_leaves_no_trace(cls, arguments, y_pred, reference, label, ignored, dtype):
    metric = cls(**arguments_of(arguments, ignored))
    y = LABELS.copy()
    y[[1, 4, 7]] = label
    keep = ~np.isin(y, ignored)
    expected = reference(y[keep].astype(int), y_pred[keep])
    y = y.astype(dtype)
    np.testing.assert_allclose(metric(y, y_pred), expected, rtol=1e-5)
    if isinstance(ignored, int):
        return
    np.testing.assert_allclose(metrax.checked(metric)(y, y_pred), expected, rtol=1e-5)
    w = np.arange(12.0, dtype=np.float32)
    close = np.testing.assert_allclose
    close(metric(y, y_pred, w), metric(y, y_pred, np.where(keep, w, 0)), rtol=1e-6)


@every_metric
@pytest.mark.parametrize(
    ("label", "dtype"), [(255, "uint8"), (2**32 - 1, "uint32"), (np.nan, None)]
)
def test_minus_one_ignores_no_other_label(cls, arguments, y_pred, reference, label, dtype):
    metric, plain = (cls(**arguments_of(arguments, ignored)) for ignored in (-1, None))
    y = LABELS.astype(dtype or np.float32)
    y[[1, 4]] = label
    np.testing.assert_array_equal(metric(y, y_pred), plain(y, y_pred))


def test_minus_one_in_uint8_does_not_swallow_255():
    # 255 is an impossible label, and a miss.
    metric = metrax.SparseCategoricalAccuracy(ignore_class=-1)
    assert float(metric(np.uint8([255, 0]), [[0.9, 0.1], [0.9, 0.1]])) == 0.5


def test_the_function_takes_several():
    loss = functional.sparse_categorical_crossentropy(
        np.uint8([0, 255, 1]), SCORES[:3], ignore_class=(0, 255)
    )
    np.testing.assert_allclose(loss, [0, 0, -np.log(SCORES[2, 1])], rtol=1e-5)


def test_binary_iou():
    metric = metrax.BinaryIoU(ignore_class=(255, 7))
    y, p = np.uint8([0, 1, 255, 1, 7]), np.float32([0.1, 0.9, 0.9, 0.2, 0.1])
    for given in (metric, metrax.checked(metric)):
        assert float(given(y, p)) == pytest.approx((1 / 2 + 1 / 2) / 2)


def test_lists_and_tuples_are_one_configuration():
    one, other = metrax.MeanIoU(3, ignore_class=[0, 255]), metrax.MeanIoU(3, ignore_class=(0, 255))
    assert one == other
    assert metrax.deserialize(metrax.serialize(one)) == other
    with pytest.raises(metrax.MetraxTypeError, match="ignore_class: got 'void'"):
        metrax.MeanIoU(3, ignore_class="void")


def test_a_collection_agrees_on_what_counts():
    metrics = metrax.Collection(
        loss=metrax.SparseCategoricalCrossentropy(ignore_class=-100),
        accuracy=metrax.SparseCategoricalAccuracy(ignore_class=-100),
        top=metrax.SparseTopKCategoricalAccuracy(k=C, ignore_class=-100),
    )
    y = np.where(np.arange(12) < 4, -100, LABELS)
    value = jax.jit(lambda y, p: metrics(y, p))(y, SCORES)
    assert float(value["top"]) == 1
    assert float(value["accuracy"]) == pytest.approx(accuracy_score(y[4:], PREDICTED[4:]))
