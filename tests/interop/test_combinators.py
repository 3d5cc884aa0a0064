"""Adapters pass on what combinators take by keyword, and name what is missing."""

import jax
import keras
import numpy as np
import pytest
from flax import nnx

import metrax
from metrax.interop.keras import as_keras
from metrax.interop.nnx import Metric

rng = np.random.default_rng(0)
Y = rng.integers(0, 2, 24).astype(np.float32)
P = rng.random(24, dtype=np.float32)
W = rng.random(24, dtype=np.float32)
IDS, OTHER = rng.integers(0, 3, 24), rng.integers(0, 2, 24)


class Sampled(metrax.Metric):
    """What takes an ``index`` and ``clusters`` by keyword, as intervals do."""

    def contribute(self, y_true, y_pred, *, clusters, index=None):
        place = clusters if index is None else index
        return metrax.accumulators.Mean.each((y_pred - y_true) * place.astype(y_pred.dtype))

    def read(self, state):
        return state.value


BY_GROUP = metrax.Grouped(metrax.BinaryAccuracy(), 3)
CALLS = {
    "groups": (BY_GROUP, {"groups": IDS}),
    "products": (metrax.Grouped(metrax.AUC(20), (3, 2)), {"groups": (IDS, OTHER)}),
    "names": (metrax.Grouped(metrax.Recall(), 3, names=("a", "b", "c")), {"groups": IDS}),
    "step": (metrax.Windowed(metrax.BinaryAccuracy(), 2), {"step": 7}),
    "no step": (metrax.Windowed(metrax.BinaryAccuracy(), 2), {}),
    "clusters": (Sampled(), {"clusters": OTHER}),
    "index": (Sampled(), {"clusters": OTHER, "index": IDS}),
    "collection": (metrax.Collection(all=metrax.AUC(20), by_group=BY_GROUP), {"groups": IDS}),
    "partial": (metrax.Collection(all=metrax.AUC(20), by_group=BY_GROUP, partial=True), {}),
}


def leaves(tree):
    return [np.asarray(x).tolist() for x in jax.tree.leaves(tree)]


@pytest.fixture(params=CALLS)
def call(request):
    return CALLS[request.param]


@pytest.mark.parametrize("w", [None, W], ids=["plain", "weighted"])
def test_nnx_passes_on_what_goes_by_keyword(call, w):
    metric, extra = call
    given = {"y_true": Y, "y_pred": P, **extra} | ({} if w is None else {"w": w})
    expected = metric.observe(Y, P, w, **extra)
    by_keyword, by_position = Metric(metric), Metric(metric)
    by_keyword.update(**given)
    by_position.update(Y, P, w, **extra)
    assert leaves(by_keyword.state) == leaves(by_position.state) == leaves(expected)


@pytest.mark.parametrize("w", [None, W], ids=["plain", "weighted"])
def test_keras_passes_on_what_goes_by_keyword(call, w):
    metric, extra = call
    ours = as_keras(metric)
    ours.update_state(Y, P, w, **extra)  # weights stay third
    assert leaves(ours.state) == leaves(metric.observe(Y, P, w, **extra))


def test_multi_metric_leaves_aside_what_others_read():
    windowed = metrax.Windowed(metrax.Mean(), 2).on("loss")
    metrics = nnx.MultiMetric(
        accuracy=Metric(metrax.BinaryAccuracy()), groups=Metric(BY_GROUP), recent=Metric(windowed)
    )
    for loss in (9.0, 1.0, 3.0):
        metrics.update(y_true=Y, y_pred=P, groups=IDS, loss=loss)
    values = metrics.compute()
    np.testing.assert_array_equal(values["groups"], BY_GROUP(Y, P, groups=IDS))
    assert float(values["recent"]) == 2


def test_a_partial_collection_does_not_lose_a_misspelt_output():
    metric = Metric(
        metrax.Collection(a=metrax.Mean().on("a"), b=metrax.Sum().on("b"), partial=True)
    )
    metric.update(a=3.0)
    metric.update(a=5.0, b=1.0)
    assert {k: float(v) for k, v in metric.compute().items()} == {"a": 4, "b": 1}
    with pytest.raises(metrax.MetraxTypeError, match="'bb', which no metric reads"):
        metric.update(a=3.0, bb=1.0)


@pytest.mark.parametrize("update", [Metric(BY_GROUP).update, as_keras(BY_GROUP).update_state])
def test_groups_that_are_missing_are_named(update):
    with pytest.raises(metrax.MetraxTypeError, match="groups: not given"):
        update(y_true=Y, y_pred=P)


ROUTED = metrax.Collection(["auc", metrax.Precision(), metrax.Grouped("mse", 3, name="by_group")])


def test_a_collection_is_routed_as_one_through_both_adapters():
    routed = ROUTED.on("labels", "scores", w="mask", groups="country")
    given = {"labels": Y, "scores": P, "mask": W, "country": IDS}
    expected = leaves(dict(ROUTED(Y, P, W, groups=IDS)))
    flax, ours = Metric(routed), as_keras(routed)
    flax.update(**given, learning_rate=0.1)
    ours.update_state(**given)
    for value in (flax.compute(), ours.result(), routed(**given)):
        assert leaves(dict(value)) == expected
    with pytest.raises(metrax.MetraxTypeError, match="country"):
        flax.update(**{name: x for name, x in given.items() if name != "country"})


class ByCountry(keras.Model):
    """What a user writes to feed groups inside ``evaluate``."""

    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Rescaling(1.0)
        self.by_country = as_keras(
            metrax.Grouped(metrax.MeanAbsoluteError(), 3, names=("a", "b", "c"))
        )

    def call(self, inputs):
        return self.dense(inputs["x"])

    def compute_metrics(self, x, y, y_pred, sample_weight=None):
        self.by_country.update_state(y, y_pred, sample_weight, groups=x["country"])
        return self.get_metrics_result()


def test_groups_reach_a_metric_of_a_model():
    model = ByCountry()
    model.compile(loss="mse")
    x = {"x": P[:, None], "country": IDS.astype(np.int32)}
    logs = model.evaluate(x, Y[:, None], batch_size=10, verbose=0, return_dict=True)
    metric = metrax.Grouped(metrax.MeanAbsoluteError(), 3, names=("a", "b", "c"))
    for name, value in metric(Y, P, groups=IDS).items():
        assert logs[f"mean_absolute_error/{name}"] == pytest.approx(float(value), rel=1e-5)
