"""``metrax.checked`` beyond the laws: messages, collections, other wrappers of errors."""

import chex
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.experimental import checkify

import metrax

LABELS, LOGITS = np.array([0, 2, 1]), np.eye(3, dtype=np.float32)[[0, 2, 0]]


def raises(message):
    return pytest.raises(metrax.MetraxError, match=message)


def test_a_message_says_which_value_and_how_many():
    metric = metrax.checked(metrax.SparseCategoricalAccuracy())
    with pytest.raises(metrax.MetraxError) as error:
        metric([0, 3, -1], LOGITS)
    assert str(error.value) == (
        "metrax.checked(metrax.SparseCategoricalAccuracy()): y_true: got 3 (and 1 more such "
        "values); expected whole numbers from 0 to 2; mend the data, or give such examples weight 0"
    )


PARTED = np.float32([[0.9, 0.2, 0.1], [0.3, 0.8, 0.2], [0.1, 0.4, 0.7]])
"""Scores that 200 thresholds tell apart."""


@pytest.mark.parametrize(
    ("metric", "inputs", "message"),
    [
        (metrax.AUC(), ([0, 1], [0.2, 1.5]), "got 1.5 .* numbers from 0 to 1; pass probabilities"),
        (metrax.AUC(), ([0, 2], [0.2, 0.5]), "y_true: got 2 .* whole numbers from 0 to 1"),
        (metrax.BinaryCrossentropy(), ([0, 1], [-0.5, 0.5]), "y_pred: got -0.5"),
        (metrax.MeanIoU(3), ([0, 5], [0, 1]), "y_true: got 5"),
        (metrax.MeanIoU(3), ([0, 1], [0, 5]), "y_pred: got 5"),
        (metrax.MeanIoU(3), ([0.0, 1.5], [0, 1]), "y_true: got 1.5"),
        (metrax.Poisson(), ([-1.0], [2.0]), "y_true: got -1.0 .* numbers of 0 or more"),
        (metrax.Hinge(), ([3.0], [2.0]), "y_true: got 3.0 .* from -1 to 1"),
        (metrax.MeanSquaredError(), ([np.nan], [2.0]), "y_true: got nan .* numbers, not NaN"),
        (metrax.Mean(), ([1.0, np.nan],), "values: got nan"),
        (metrax.AUC(multi_label=True), (LOGITS, LOGITS), "compute: got labels that were never"),
    ],
    ids=str,
)
def test_bad_values(metric, inputs, message):
    with raises(message):
        metrax.checked(metric)(*inputs)


@pytest.mark.parametrize(
    ("metric", "inputs"),
    [
        (metrax.AUC(from_logits=True), ([0, 1], [-3.0, 8.0])),
        (metrax.BinaryCrossentropy(from_logits=True), ([0, 1], [-3.0, 8.0])),
        (
            metrax.SparseCategoricalCrossentropy(ignore_class=-1, from_logits=True),
            ([0, -1], np.eye(2)),
        ),
        (metrax.MeanIoU(3, ignore_class=255), (np.uint8([0, 255]), [0, 1])),
        (metrax.Mean(), ([np.inf, 1.0],)),
        (metrax.SparseCategoricalAccuracy(), (np.uint8([0, 2, 1]), LOGITS.astype(jnp.bfloat16))),
        (metrax.AUC(multi_label=True), (np.eye(3), PARTED)),
        (metrax.AUC(multi_label=True, absent="skip"), (LOGITS, LOGITS)),
    ],
    ids=str,
)
def test_good_values(metric, inputs):
    np.testing.assert_array_equal(metrax.checked(metric)(*inputs), metric(*inputs))


def test_shapes_come_before_values():
    with raises("must have one shape"):
        metrax.checked(metrax.AUC())([0, 1], [2.0, 2.0, 2.0])


def test_weights_excuse_pixels_under_another_class_axis():
    metric = metrax.SparseCategoricalCrossentropy(axis=1)
    labels, scores = np.zeros((2, 3, 3), int), np.full((2, 3, 3, 3), 1 / 3, np.float32)
    labels[0, 1, 2], scores[0, :, 1, 2] = 7, np.nan
    with raises("y_true: got 7"):
        metrax.checked(metric)(labels, scores)
    w = np.ones((2, 3, 3))
    w[0, 1, 2] = 0
    assert np.isfinite(metrax.checked(metric)(labels, scores, w))


def test_a_collection_checks_its_members_and_shares_states_as_before():
    plain = metrax.Collection(
        {"p": metrax.Precision(), "r": metrax.Recall(), "loss": metrax.Mean().on("loss")}
    )
    checked = metrax.checked(plain)
    outputs = {"y_true": [0, 1], "y_pred": [0.2, 0.7], "loss": [1.0, 2.0]}
    state = checked.update(plain.init(), **outputs)
    assert state.keys() == plain.init().keys()
    assert plain.compute(state) == checked.compute(state)
    with raises("p: y_pred: got 7.0"):
        checked.update(state, **{**outputs, "y_pred": [0.2, 7.0]})
    with raises("loss: values: got nan"):
        checked.update(state, **{**outputs, "loss": [np.nan, 2.0]})
    with raises("p: .*no weight"):
        checked.compute(plain.init())


def test_chexify_raises_what_checkify_finds():
    metric = metrax.checked(metrax.AUC())
    step = chex.chexify(jax.jit(lambda y, p: metric(y, p)), async_check=False)
    assert float(step([0, 1], [0.2, 0.7])) == 1
    with pytest.raises(Exception, match=r"metrax.AUC.*y_pred: got 1.5"):
        step([0, 1], [0.2, 1.5])


def test_jit_alone_is_refused_by_jax():
    metric = metrax.checked(metrax.AUC())
    with pytest.raises(ValueError, match="checkify"):
        jax.jit(lambda y, p: metric(y, p))([0, 1], [0.2, 0.7])


def test_compute_under_checkify():
    metric = metrax.checked(metrax.Mean())
    error, _ = jax.jit(checkify.checkify(metric.compute))(metric.init())
    with pytest.raises(checkify.JaxRuntimeError, match="no weight"):
        error.throw()


def test_checking_twice_is_checking_once():
    metric = metrax.checked(metrax.AUC())
    assert metrax.checked(metric) is metric
    assert metrax.deserialize(metrax.serialize(metric)) == metric


def test_what_is_no_metric_is_refused():
    with pytest.raises(metrax.MetraxTypeError, match="checked: got 'auc'; expected a metric"):
        metrax.checked("auc")


@pytest.mark.parametrize(
    "build",
    [
        lambda auc: metrax.Collection({"a": auc}),
        lambda auc: metrax.Collection({"in": metrax.Collection({"a": auc})}),
        lambda auc: metrax.Collection({"a": auc.on("y_true", "y_pred"), "b": metrax.AUC()}),
        lambda auc: metrax.Collection({"in": metrax.Collection({"a": auc}).on("y_true", "y_pred")}),
        lambda auc: metrax.by_shard(metrax.Collection({"a": auc}), 2),
    ],
    ids=["member", "nested", "routed", "routed collection", "by shard"],
)
def test_a_checked_member_checks(build):
    metrics = build(metrax.checked(metrax.AUC()))
    inputs = {"y_true": [0, 1], "y_pred": [0.2, 0.7]}
    assert float(next(iter(metrics(**inputs).values()))) == 1
    with raises(r"a: y_pred: got 1\.5"):
        metrics(**{**inputs, "y_pred": [0.2, 1.5]})
    with raises("a: compute: got a state that has seen no weight"):
        metrics.compute(metrics.init())
    plain = build(metrax.AUC())
    assert float(next(iter(plain(**{**inputs, "y_pred": [0.2, 1.5]}).values()))) == 1
