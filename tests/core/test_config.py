"""Configuration: frozen, normalised, checked."""

import copy
import dataclasses
import functools
import inspect
import json
import pickle
import re
from typing import ClassVar

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import metrax


def test_lists_and_arrays_become_tuples():
    for thresholds in ([0.25, 0.5], (0.25, 0.5), np.array([0.25, 0.5]), jnp.array([0.25, 0.5])):
        metric = metrax.Precision(thresholds=thresholds)
        assert metric == metrax.Precision(thresholds=(0.25, 0.5))
        assert hash(metric) == hash(metrax.Precision(thresholds=(0.25, 0.5)))


def test_dtypes_have_one_spelling():
    spellings = ("bfloat16", jnp.bfloat16, jnp.dtype("bfloat16"))
    assert len({metrax.Mean(dtype=dtype) for dtype in spellings}) == 1
    assert metrax.Mean(dtype=jnp.bfloat16)([1.0, 2.0]).dtype == jnp.bfloat16
    assert metrax.Mean(dtype=jnp.bfloat16).init().total.hi.dtype == jnp.float32


def test_float64_needs_its_switch():
    with pytest.raises(metrax.MetraxError, match="jax_enable_x64"):
        metrax.Mean(dtype="float64").init()


def test_float32_states_under_x64(x64):
    assert metrax.Mean().init().total.hi.dtype == jnp.float64
    assert metrax.Mean(dtype="float32").init().total.hi.dtype == jnp.float32


def test_metrics_pass_through_jit_as_arguments():
    traces = []

    @jax.jit
    def value(metric, y, p):
        traces.append(metric)
        return metric(y, p)

    y, p = jnp.array([0, 1]), jnp.array([0.2, 0.7])
    for threshold in (0.5, 0.5, 0.9):
        value(metrax.Recall(thresholds=threshold), y, p)
    assert len(traces) == 2


@pytest.mark.parametrize(
    "build",
    [
        lambda: metrax.AUC(num_thresholds="many"),  # pyright: ignore[reportArgumentType]
        lambda: metrax.AUC(thresholds="ab"),  # pyright: ignore[reportArgumentType]
        lambda: metrax.MeanIoU(num_classes="two"),  # pyright: ignore[reportArgumentType]
        lambda: metrax.Precision(top_k="1"),  # pyright: ignore[reportArgumentType]
    ],
)
def test_arguments_of_the_wrong_type(build):
    with pytest.raises(metrax.MetraxTypeError, match="expected a"):
        build()


def test_configurations_with_unknown_keys():
    with pytest.raises(metrax.MetraxTypeError, match="threshold"):
        metrax.Precision.from_config({"threshold": 0.5})


def once(y_true, y_pred, flag=None, nested=None):
    """Tells by its value, at trace time, which argument it was given."""
    told = flag if nested is None else nested[0][0]
    sign = np.copysign(1, told) if isinstance(told, float) else 0
    return jnp.full(y_pred.shape, 10.0 * ["bool", "int", "float"].index(type(told).__name__) + sign)


@pytest.mark.parametrize(
    ("given", "twin"), [(1, True), (0, False), (3, 3.0), (0.0, -0.0), (True, 1.0)], ids=str
)
@pytest.mark.parametrize("wrap", [lambda x: {"flag": x}, lambda x: {"nested": [[x], "y"]}])
def test_what_only_compares_equal_is_another_configuration(given, twin, wrap):
    y = np.float32([1.0, 2.0])
    ours, theirs = (metrax.MeanMetricWrapper(once, **wrap(x)) for x in (given, twin))
    assert ours != theirs
    assert len({ours, theirs}) == 2
    assert ours.statistic != theirs.statistic
    shared = metrax.Collection(a=ours, b=theirs)
    assert len(shared.init()) == 2
    for metric, value in ((ours, given), (theirs, twin)):
        expected = once(y, y, value).mean()
        assert float(metric(y, y)) == expected
        assert float(shared(y, y)["a" if metric is ours else "b"]) == expected
        assert metrax.deserialize(json.loads(json.dumps(metrax.serialize(plain(metric))))) == plain(
            metric
        )


def plain(metric):
    """The same keywords around a function that can be named."""
    return metrax.MeanMetricWrapper(optax.losses.huber_loss, **dict(metric.kwargs))


def test_a_frozenset_and_nan_are_compared_by_what_they_hold():
    def of(x):
        return metrax.MeanMetricWrapper(once, flag=x)

    assert of(frozenset([1])) != of(frozenset([True]))
    assert of(float("nan")) == of(float("nan"))
    assert of(1 + 0j) != of(1.0)


def test_numbers_of_a_float_argument_are_floats():
    for given in (1, 1.0, np.float32(1), jnp.float32(1)):
        metric = metrax.Precision(thresholds=given)
        assert metric == metrax.Precision(thresholds=1.0)
        assert repr(metric) == "metrax.Precision(thresholds=1.0)"
    assert metrax.Precision(thresholds=[0, 0.5]) == metrax.Precision(thresholds=[0.0, 0.5])
    assert metrax.BinaryCrossentropy(label_smoothing=0) == metrax.BinaryCrossentropy()
    with pytest.raises(metrax.MetraxTypeError, match="expected a number"):
        metrax.FBetaScore(beta=10**400)


def test_the_repr_shows_what_differs_from_a_default_in_type():
    class Own(metrax.Mean):
        table: object = 1

    assert repr(Own(table=True)) == f"{Own.__qualname__}(table=True)"


class Grown(metrax.Metric):
    """Its class attribute stands for code that changes between pickling and unpickling."""

    thresholds = (0.5,)
    scale: float = 1.0

    @property
    def statistic(self):
        return metrax.statistics.ThresholdCounts(type(self).thresholds)

    @functools.cached_property
    def doubled(self):
        return 2 * self.scale

    def read(self, state):
        return state.counts().tp


@pytest.mark.parametrize("copied", [pickle.dumps, copy.copy, copy.deepcopy])
def test_copies_carry_the_fields_alone(copied, monkeypatch):
    metric = Grown(scale=3)
    assert (metric.init().positives.hi.shape, metric.doubled) == ((2,), 6)
    stored = copied(metric)
    monkeypatch.setattr(Grown, "thresholds", (0.2, 0.5))
    twin = pickle.loads(stored) if isinstance(stored, bytes) else copied(metric)
    assert twin == metric
    assert twin.init().positives.hi.shape == (3,)
    assert "doubled" not in vars(twin)
    assert b"_statistic" not in pickle.dumps(metric)


def test_pickles_of_other_code():
    metric = Grown.__new__(Grown)
    metric.__setstate__({"scale": 2.0, "_statistic": "of 0.1"})  # which pickled what it derived
    assert metric == Grown(scale=2.0)  # and lacks the fields that have defaults
    with pytest.raises(metrax.MetraxTypeError, match=r"fields \['scale', 'width'\]; expected"):
        Grown.__new__(Grown).__setstate__({"scale": 2.0, "width": 1})
    with pytest.raises(metrax.MetraxTypeError, match=r"expected .*num_classes"):
        metrax.MeanIoU.__new__(metrax.MeanIoU).__setstate__({"name": "x"})
    with pytest.raises(metrax.MetraxError, match="num_thresholds: got 1"):
        metrax.AUC.__new__(metrax.AUC).__setstate__({"num_thresholds": 1})


class Several(metrax.Collection):
    """Keeps the constructor of collections."""


class Wrapped(metrax.MeanMetricWrapper):
    """Keeps the constructor of wrappers."""


class Both(metrax.Collection):
    """Has a constructor of its own."""

    def __init__(self, threshold, name=None):
        super().__init__([metrax.Precision(threshold), metrax.Recall(threshold)], name=name)


class BothAgain(Both):
    pass


def test_subclasses_keep_a_constructor_written_by_hand():
    several = Several(["mae", "auc"], mine=metrax.Mean().on("y_true"), name="all")
    assert list(several([0.0, 1.0], [0.0, 0.5])) == ["mae", "auc", "mine"]
    wrapped = Wrapped(optax.losses.huber_loss, delta=2.0)
    assert float(wrapped([0.0, 0.0], [1.0, 3.0])) == 2.25
    assert wrapped.name == "wrapped"
    for cls in (Both, BothAgain):
        assert [name for name, _ in cls(0.3).metrics] == ["precision", "recall"]
    for metric in (several, wrapped, Both(0.3), BothAgain(0.3, name="x")):
        assert pickle.loads(pickle.dumps(metric)) == metric
        assert dataclasses.replace(metric) == metric
    for metric in (several, wrapped):
        assert type(metric).from_config(metric.get_config()) == metric
        assert metrax.clone_metric(metric) == metric


def test_fields_beside_an_inherited_constructor_are_refused():
    with pytest.raises(metrax.MetraxTypeError, match=r"Wider: got the fields \['scale'\]"):

        class Wider(metrax.MeanMetricWrapper):
            scale: float = 1.0

    class Marked(metrax.MeanMetricWrapper):
        aliases: ClassVar[tuple[str, ...]] = ("marked",)

    assert Marked(once).name == "marked"


@pytest.mark.parametrize(
    "metric",
    [
        metrax.MeanMetricWrapper(optax.losses.huber_loss, delta=2.0, dtype="bfloat16"),
        metrax.Collection(a=metrax.Mean(), b=metrax.Collection([metrax.AUC()])),
        metrax.AUC(curve="PR"),
        metrax.Mean().on("loss", w="mask"),
        metrax.checked(metrax.AUC()),
    ],
    ids=str,
)
def test_replace_changes_what_it_is_told_to(metric):
    renamed = dataclasses.replace(metric, name="x")
    assert renamed.get_config() == metric.get_config() | {"name": "x"}
    assert dataclasses.replace(renamed, name=metric.name) == metric


def test_replace_of_a_wrapper_keeps_its_arguments():
    huber = metrax.MeanMetricWrapper(optax.losses.huber_loss, delta=2.0)
    assert float(dataclasses.replace(huber, name="x")([0.0, 0.0], [1.0, 3.0])) == 2.25
    other = dataclasses.replace(huber, fn=optax.losses.l2_loss, kwargs=())
    assert float(other([0.0, 0.0], [1.0, 3.0])) == 2.5
    with pytest.raises(metrax.MetraxTypeError, match="cannot be hashed"):
        dataclasses.replace(huber, kwargs={"delta": 1.0})


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (
            lambda: metrax.Precision(threshold=0.5),
            "Precision: got the unknown argument 'threshold'; expected thresholds, top_k, "
            "class_id, num_classes, average, name, dtype, ignore_class, multi_label, absent, "
            "zero_division; did you mean 'thresholds'?",
        ),
        (lambda: metrax.AUC(num_threshold=3), "did you mean 'num_thresholds'"),
        (lambda: metrax.AUC(multilabel=True), "did you mean 'multi_label'"),
        (lambda: metrax.MeanIoU(classes=3), "did you mean 'num_classes'?"),
        (lambda: metrax.TopKCategoricalAccuracy(top_k=3), "expected k, ties, name, dtype"),
        (lambda: metrax.Mean(nme="x"), "did you mean 'name'?"),
        (lambda: metrax.Routed(metrax.Mean(), output=("a",)), "did you mean 'outputs'?"),
        (lambda: Both(thresholds=0.5), "Both: got the unknown argument 'thresholds'; expected "
         "threshold, name; did you mean 'threshold'?"),
        (lambda: metrax.MeanIoU(), "MeanIoU: num_classes: not given; pass it to the constructor"),
        (lambda: metrax.MeanMetricWrapper(), "MeanMetricWrapper: fn: not given"),
        (lambda: metrax.Mean(1, 2, 3), "Mean: got 3 positional arguments"),
        (lambda: metrax.AUC(3, num_thresholds=3), "AUC: got 1 positional arguments and keywords"),
        (lambda: metrax.Precision.from_config({"threshold": 1}), "did you mean 'thresholds'?"),
        (lambda: metrax.Precision.from_config([1]), "expected a dictionary of arguments"),
        (lambda: metrax.get({"class_name": "AUC", "config": {"curves": "PR"}}), "mean 'curve'?"),
    ],
)  # fmt: skip
def test_calls_that_a_constructor_does_not_take(build, message):
    with pytest.raises(metrax.MetraxError, match=re.escape(message)):
        build()


def test_an_error_inside_a_constructor_stays_what_it_is():
    class Odd(metrax.Mean):
        def validate(self):
            raise TypeError("of the user's own")

    with pytest.raises(TypeError, match=r"^of the user's own$"):
        Odd()


def test_constructors_keep_their_signatures():
    assert list(inspect.signature(metrax.Precision).parameters) == [
        "thresholds", "top_k", "class_id", "num_classes", "average",
        "name", "dtype", "ignore_class", "multi_label", "absent", "zero_division",
    ]  # fmt: skip
    assert list(inspect.signature(metrax.Collection).parameters) == [
        "metrics", "extra", "partial", "name", "named",
    ]  # fmt: skip
