"""Collections: sharing, routing, names."""

import dataclasses

import flax.serialization
import jax
import numpy as np
import pytest
from jax import export

import metrax
import metrax.interop.flax

Y, P = np.array([0, 1, 1, 0, 1]), np.array([0.2, 0.95, 0.6, 0.7, 0.4], np.float32)


def test_equal_statistics_share_one_state():
    counts = metrax.Collection(
        precision=metrax.Precision(), recall=metrax.Recall(), again=metrax.Precision(name="other")
    )
    assert list(counts.init()) == ["precision"]
    values = counts(Y, P)
    assert list(values) == ["precision", "recall", "again"]
    assert float(values["recall"]) == pytest.approx(2 / 3)
    assert float(values["precision"]) == float(values["again"]) == pytest.approx(2 / 3)


def test_other_thresholds_do_not_share():
    counts = metrax.Collection(
        low=metrax.Precision(thresholds=0.5), high=metrax.Precision(thresholds=0.9)
    )
    assert set(counts.init()) == {"low", "high"}
    values = counts(Y, P)
    assert float(values["low"]) == pytest.approx(2 / 3)
    assert float(values["high"]) == 1


def test_other_inputs_do_not_share():
    means = metrax.Collection(
        a=metrax.Mean().on("x"),
        b=metrax.Mean().on("y"),
        c=metrax.Mean().on("x", w="m"),
        d=metrax.Sum().on("x"),
    )
    assert set(means.init()) == {"a", "b", "c"}
    values = means(x=[1.0, 2.0], y=[3.0], m=[1, 0])
    assert [float(values[k]) for k in "abcd"] == [1.5, 3, 1, 3]


def test_positional_and_named_outputs_together():
    metrics = metrax.Collection(loss=metrax.Mean().on("loss"), accuracy=metrax.BinaryAccuracy())
    values = metrics(Y, P, [1, 1, 1, 0, 0], loss=[0.25])
    assert float(values["loss"]) == 0.25
    assert float(values["accuracy"]) == 1


def test_collections_nest_and_flatten():
    nested = metrax.Collection(
        train=metrax.Collection([metrax.Precision(), metrax.Recall()]),
        named=metrax.Collection(auc=metrax.AUC()).on("labels", "scores"),
    )
    state = nested.update(nested.init(), Y, P, labels=Y, scores=P)
    values = nested.compute(state)
    assert list(values) == ["train/precision", "train/recall", "named/auc"]
    assert float(values["named/auc"]) == float(metrax.AUC()(Y, P))
    assert set(state) == {"train/precision", "named/auc"}


def test_a_routed_collection_keeps_inner_routes():
    inner = metrax.Collection(loss=metrax.Mean().on("loss"), mse=metrax.MeanSquaredError())
    values = inner.on("target", "output", w="mask")(
        loss=[2.0], target=[1.0, 9.0], output=[2.0, 0.0], mask=[1, 0]
    )
    assert float(values["loss"]) == 2
    assert float(values["mse"]) == 1


def test_metrics_with_several_values_are_flattened():
    class Both(metrax.Metric):
        @property
        def statistic(self):
            return metrax.Mean().statistic

        def read(self, state):
            return {"total": state.total.value, "mean": state.mean}

    values = metrax.Collection(x=Both().on("x"), y=metrax.Mean().on("x"))(x=[1.0, 3.0])
    assert {k: float(v) for k, v in values.items()} == {"x/total": 4, "x/mean": 2, "y": 2}


class Shares(metrax.Metric):
    """The share of each class, in an order of one's own."""

    classes: tuple[str, ...]

    @property
    def statistic(self):
        return metrax.Mean().statistic

    def read(self, state):
        return {name: state.mean * i for i, name in enumerate(self.classes)}


@pytest.mark.parametrize(
    "metrics",
    [
        {"a/b": metrax.Mean().on("x"), "a": metrax.Collection(b=metrax.Mean().on("y"))},
        {"a/b": metrax.Mean().on("x"), "a": metrax.Collection(b=metrax.Mean().on("x"))},
        {
            "a": metrax.Collection({"b/c": metrax.Mean().on("x")}),
            "a/b": metrax.Collection(c=metrax.Mean().on("x")),
        },
        {"a": metrax.Mean().on("x"), "": metrax.Collection(a=metrax.Sum().on("x"))},
    ],
    ids=["member", "shared state", "two collections", "empty name"],
)
def test_members_that_end_in_one_name_are_refused(metrics):
    with pytest.raises(metrax.MetraxError, match=r"two values named 'a.*would be lost"):
        metrax.Collection(metrics)


def test_values_that_end_in_one_name_are_refused():
    shares, mean = Shares(("x", "b")).on("x"), metrax.Mean().on("x")
    metrics = metrax.Collection({"a": shares, "a/b": mean})
    with pytest.raises(metrax.MetraxError, match="two values named 'a/b'"):
        metrics.compute(metrics.init())


def test_a_member_may_be_named_like_the_start_of_another():
    metrics = metrax.Collection({"a": metrax.Mean().on("x"), "a/b": metrax.Sum().on("x")})
    values = metrics(x=[1.0, 3.0])
    assert {name: float(x) for name, x in values.items()} == {"a": 2, "a/b": 4}


@pytest.mark.parametrize(
    "call",
    [
        lambda metric, state: metric.compute(state),
        lambda metric, state: jax.jit(metric.compute)(state),
        lambda metric, state: jax.jit(lambda s: metric.compute(s))(state),
        lambda metric, state: jax.vmap(metric.compute)(metrax.stack(state, 2)),
        lambda metric, state: jax.tree.map(np.asarray, metric.compute(state)),
        lambda metric, state: jax.eval_shape(metric.compute, state),
        lambda metric, state: jax.lax.scan(
            lambda c, _: (c, metric.compute(state)), 0, None, length=2
        )[1],
        lambda metric, state: export.deserialize(
            export.export(jax.jit(metric.compute))(state).serialize()
        ).call(state),
    ],
    ids=["eager", "jit", "lambda", "vmap", "map", "eval_shape", "scan", "export"],
)
def test_values_come_in_the_order_given(call):
    shares = Shares(("dog", "cat", "ant"))
    inner = metrax.Collection(zebra=metrax.BinaryAccuracy(), ant=metrax.MeanSquaredError())
    for metric, names in (
        (shares, ["dog", "cat", "ant"]),
        (shares.on("x"), ["dog", "cat", "ant"]),
        (dataclasses.replace(shares, dtype="bfloat16"), ["dog", "cat", "ant"]),
        (metrax.Collection(shares=shares.on("x")), ["shares/dog", "shares/cat", "shares/ant"]),
        (inner.on("a", "b"), ["zebra", "ant"]),
    ):
        values = call(metric, metric.init())
        assert list(values) == names
        assert isinstance(values, dict)


def test_values_go_through_flax_serialization():
    values = Shares(("dog", "cat"))([1.0])
    back = flax.serialization.from_bytes(values, flax.serialization.to_bytes(values))
    assert list(back) == ["dog", "cat"]
    assert back == values


@pytest.mark.parametrize(
    ("outputs", "message"),
    [
        ({"loss": [1.0], "lables": [1], "mask": [1]}, r"'lables'.*no metric reads.*labels"),
        ({"loss": [1.0], "labels": [1]}, r"accuracy: needs the output 'logits'.*labels.*loss"),
        ({}, r"needs the output 'loss'"),
    ],
)
def test_misspelt_and_missing_outputs_are_named(outputs, message):
    metrics = metrax.Collection(
        loss=metrax.Mean().on("loss"),
        accuracy=metrax.SparseCategoricalAccuracy().on("labels", "logits"),
    )
    with pytest.raises(metrax.MetraxTypeError, match=message):
        metrics.update(metrics.init(), **outputs)


def test_a_mean_without_a_route_does_not_take_labels_for_values():
    metrics = metrax.Collection([metrax.Mean()])
    with pytest.raises(metrax.MetraxTypeError, match="no metric reads"):
        metrics(Y, P)


def test_wrong_shapes_name_the_metric_inside():
    metrics = metrax.Collection(mse=metrax.MeanSquaredError(), accuracy=metrax.BinaryAccuracy())
    with pytest.raises(metrax.MetraxError, match=r"Collection.*mse: y_true and y_pred"):
        metrics(np.zeros((3, 1)), np.zeros((3, 4)))


@pytest.mark.parametrize(
    "build",
    [
        lambda: metrax.Collection(),
        lambda: metrax.Collection([metrax.Mean(), metrax.Mean()]),
        lambda: metrax.Collection({"a": metrax.Mean()}, a=metrax.Sum()),
        lambda: metrax.Collection(a="auk"),
        lambda: metrax.Collection([3]),
        lambda: metrax.Mean().on("a", "b"),
        lambda: metrax.AUC().on("a"),
    ],
)
def test_what_cannot_be_built(build):
    with pytest.raises(metrax.MetraxError):
        build()


def test_states_of_collections_scan_and_merge():
    metrics = metrax.Collection(auc=metrax.AUC(), accuracy=metrax.BinaryAccuracy())
    ys, ps = np.stack([Y, 1 - Y]), np.stack([P, P])

    def step(state, batch):
        return metrics.update(state, *batch), None

    state, _ = jax.lax.scan(step, metrics.init(), (ys, ps))
    both = metrics.merge(metrics.observe(Y, P), metrics.observe(1 - Y, P))
    for name, value in metrics.compute(state).items():
        assert float(value) == pytest.approx(float(metrics.compute(both)[name]))


def test_the_state_of_a_member_can_be_had():
    counts = metrax.Collection(precision=metrax.Precision(), recall=metrax.Recall())
    state = counts.observe(Y, P)
    assert counts.state_of(state, "recall") is state["precision"]
    with pytest.raises(metrax.MetraxError, match="precision"):
        counts.state_of(state, "f1")


def test_a_routed_metric_takes_no_other_outputs():
    with pytest.raises(metrax.MetraxTypeError, match="loss"):
        metrax.Mean().on("loss")(loss=[1.0, 2.0], w=[1.0, 0.0])
    assert repr(metrax.Mean().on("loss", w="m")) == "metrax.Mean().on('loss', w='m')"


def test_dtypes_of_members_are_kept():
    half = metrax.Collection(a=metrax.BinaryAccuracy(dtype="bfloat16"), b=metrax.BinaryAccuracy())
    values = half(Y, P)
    assert values["a"].dtype == "bfloat16"
    assert values["b"].dtype == "float32"


def counting():
    """A class of metrics over one function, and what that function was traced with."""
    traces = []

    def error(y_true, y_pred):
        traces.append(y_true.shape)
        return abs(y_true.astype(y_pred.dtype) - y_pred)

    class Own(metrax.Metric):
        offset: float = 0.0

        @property
        def statistic(self):
            return metrax.statistics.WeightedMean(error, dtype=self.dtype)

        def read(self, state):
            return state.mean + self.offset

    return Own, traces


@pytest.mark.parametrize(
    "build",
    [
        lambda own: metrax.Collection({"a": own(offset=2.0), "b": metrax.Precision()}),
        lambda own: metrax.Collection({"a": own(name="other"), "c": metrax.Precision()}),
        lambda own: metrax.Collection({"a": own(), "b": metrax.Recall(), "c": own(offset=1.0)}),
        lambda own: metrax.Collection({"a": own(), "b": metrax.Recall()}, name="other"),
        lambda own: metrax.Collection(
            {"a": own().on("y_true", "y_pred", w="w"), "b": metrax.Recall()}
        ),
    ],
    ids=["readout", "name", "more readers", "collection's name", "routed alike"],
)
def test_collections_that_differ_in_the_readout_share_a_trace(build):
    own, traces = counting()
    first = metrax.Collection({"a": own(), "b": metrax.Precision()})
    first.update(first.init(), Y > 0, P, np.ones(5))
    before, other = len(traces), build(own)
    seen = other.observe(Y > 0, P, np.ones(5))
    assert (len(traces) == before > 0) == (list(seen) == ["a", "b"])


def test_curves_share_a_statistic_inside_collections():
    curves = [metrax.Collection([metrax.AUC(curve=c, name="auc")]) for c in ("ROC", "PR")]
    assert curves[0].statistic == curves[1].statistic == metrax.checked(curves[0]).statistic
    assert curves[0].statistic != metrax.Collection([metrax.AUC(num_thresholds=9)]).statistic


def test_what_a_collection_derives_is_not_pickled():
    metrics = metrax.Collection([metrax.AUC()])
    metrics(Y, P)
    assert set(metrics.__getstate__()) == {"metrics", "extra", "partial", "name", "dtype"}
    assert "_keys" in vars(metrics)
