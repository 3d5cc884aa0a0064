"""What configurations may name: what is listed, registered or passed, and written so."""

import contextlib
import functools
import inspect
import json
import re

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import metrax
from metrax.storage import known
from metrax.storage import registry as registry_module


class Mine(metrax.Mean):
    pass


def gap(y_true, y_pred):
    return jnp.abs(y_true - y_pred)


@functools.wraps(gap)
def disguised(y_true, y_pred):
    return 2 * gap(y_true, y_pred)


class Scale:
    def __init__(self, factor):
        self.factor = factor

    def __call__(self, y_true, y_pred):
        return self.factor * gap(y_true, y_pred)

    def method(self, y_true, y_pred):
        return self(y_true, y_pred)

    @classmethod
    def made(cls, y_true, y_pred):
        return gap(y_true, y_pred)

    @staticmethod
    def static(y_true, y_pred):
        return gap(y_true, y_pred)


SCALE = Scale(3.0)


@pytest.fixture
def registry(monkeypatch):
    """What a test registers is forgotten."""
    monkeypatch.setattr(known, "_REGISTERED", dict(known.registered()))


def round_trip(metric, **kwargs):
    return metrax.deserialize(json.loads(json.dumps(metrax.serialize(metric))), **kwargs)


NAMELESS = {
    "a lambda": lambda y_true, y_pred: y_pred,
    "functools.wraps": disguised,
    "jit of a function": jax.jit(gap),
    "a partial function": functools.partial(gap, y_true=0),
    "a callable object": SCALE,
    "a bound method": SCALE.method,
    "a class method": Scale.made,
    "a builtin's method": [].append,
    "a function in a function": (lambda: lambda y_true, y_pred: y_pred)(),
}


@pytest.mark.parametrize("fn", NAMELESS.values(), ids=NAMELESS)
def test_what_would_come_back_as_something_else_is_refused(fn):
    metric = metrax.MeanMetricWrapper(fn)
    for call in (metrax.serialize, metrax.layout):
        with pytest.raises(metrax.MetraxError, match=r"serialize: got .*metrax\.register"):
            call(metric)


@pytest.mark.parametrize("fn", NAMELESS.values(), ids=NAMELESS)
def test_all_of_it_can_be_registered_under_a_name(fn, registry):
    assert metrax.register(fn, name="tests>named") is fn
    metric = metrax.MeanMetricWrapper(fn)
    assert metrax.serialize(metric)["config"]["fn"] == {"function": "tests>named"}
    assert round_trip(metric) == metric
    assert metrax.get("tests>named") == metrax.MeanMetricWrapper(fn, name="tests>named")
    metrax.check_layout(metric, metrax.layout(metric))


def test_functions_that_have_a_name_are_written_by_it():
    for fn, name in ((gap, "gap"), (Scale.static, "Scale.static")):
        metric = metrax.MeanMetricWrapper(fn)
        path = f"{__name__}:{name}"
        assert metrax.serialize(metric)["config"]["fn"] == {"function": path}
        with pytest.raises(metrax.MetraxError, match="Nothing is imported"):
            round_trip(metric)
        for objects in ({path: fn}, {name: fn}):
            assert round_trip(metric, custom_objects=objects) == metric


def test_registered_classes_are_known_by_module_and_name(registry):
    path = f"{__name__}:Mine"
    with pytest.raises(metrax.MetraxError, match="names no metric"):
        round_trip(Mine())
    assert metrax.register(Mine) is Mine
    assert metrax.serialize(Mine(dtype="float16"))["class_name"] == path
    assert round_trip(Mine(dtype="float16")) == Mine(dtype="float16")
    assert metrax.get(path) == Mine()
    assert metrax.get({"class_name": path}) == Mine()
    nested = metrax.Collection(a=Mine(), b=metrax.checked(Mine()).on("loss"))
    assert round_trip(nested) == nested
    metrax.register(Mine)  # the same again


def test_register_decorates(registry):
    @metrax.register(name="tests>half")
    def half(y_true, y_pred):
        return (y_true - y_pred) / 2

    @metrax.register
    def local(y_true, y_pred):
        return y_true

    assert metrax.get("tests>half")([3.0], [1.0]) == 1
    (name,) = (name for name, fn in known.registered().items() if fn is local)
    assert name == f"{__name__}:test_register_decorates.<locals>.local"
    assert metrax.get(name).name == "local"
    metric = metrax.Collection(["tests>half", local])
    assert [name for name, _ in metric.metrics] == ["tests>half", "local"]
    assert round_trip(metric) == metric


@pytest.mark.parametrize(
    ("target", "name", "message"),
    [
        (disguised, None, r"which is that of <function gap"),
        (disguised, "tests>gap", r"which is that of <function gap"),
        (Mine, "AUC", "for the name 'AUC', which is that of"),
        (Mine, "auc", "for the name 'auc', which is that of"),
        (Mine, "mse", "for the name 'mse', which is that of"),
        (gap, "huber", "for the name 'huber', which is that of"),
        (gap, "optax.losses:huber_loss", "which is that of <function huber_loss"),
        (gap, "metrax.functional:huber", "which is that of <function huber"),
        (lambda y_true, y_pred: y_pred, None, "which has no name of its own"),
        (SCALE, None, "which has no name of its own"),
        (functools.partial(gap), None, "which has no name of its own"),
        ("gap", None, "expected a metric class or a function"),
        (metrax.Mean(), None, "expected a metric class or a function"),
        (Scale, None, "expected a metric class or a function"),
        (metrax.State, None, "expected a metric class or a function"),
        (gap, 3, "and a name by keyword"),
        (gap, "", "and a name by keyword"),
    ],
)
def test_names_are_given_once_and_to_what_can_be_used(target, name, message, registry):
    metrax.register(gap)
    metrax.register(gap, name="tests>gap")
    with pytest.raises(metrax.MetraxError, match=message):
        metrax.register(target, name=name)


def test_registered_names_cannot_be_misused(registry):
    metrax.register(gap, name="tests>gap")
    metrax.register(Mine, name="tests>mine")
    wrapped = {"class_name": "MeanMetricWrapper", "config": {"fn": {"function": "tests>mine"}}}
    with pytest.raises(metrax.MetraxTypeError, match="expected a function"):
        metrax.deserialize(wrapped)
    with pytest.raises(metrax.MetraxTypeError, match="expected the name of a metric class"):
        metrax.deserialize({"class_name": "tests>gap"})


@pytest.mark.parametrize("name", known.OPTAX.split())
def test_every_loss_of_optax_is_known(name):
    # A wrapper takes functions of two arrays; what else a loss takes goes by keyword.
    more = {"ctc_loss": ("logit_paddings", "label_paddings"), "triplet_margin_loss": ("negatives",)}
    given = dict.fromkeys(more.get(name, ()), 0.5)
    order = ("y_true", "y_pred") if name == "triplet_margin_loss" else None
    metric = metrax.MeanMetricWrapper(getattr(optax.losses, name), order=order, alpha=0.5, **given)
    assert metrax.serialize(metric)["config"]["fn"] == {"function": f"optax.losses:{name}"}
    assert round_trip(metric) == metric


def test_functions_are_known_where_metrax_01_found_them():
    fns = [optax.losses.huber_loss, jnp.square, metrax.functional.huber, metrax.losses.hinge]
    for fn in (*fns, metrax.losses.cosine_similarity):
        old = {"function": f"{fn.__module__}:{fn.__qualname__}"}
        config = {"class_name": "MeanMetricWrapper", "config": {"fn": old}}
        assert metrax.deserialize(config).get_config()["fn"] is fn
        assert round_trip(metrax.MeanMetricWrapper(fn)) == metrax.MeanMetricWrapper(fn)


def test_the_lists_hold_functions_that_touch_nothing_but_arrays(x64):
    listed = {name: getattr(jnp, name) for name in known.NUMPY.split()}
    x = jnp.float32([0.25, 0.5])
    for name, fn in listed.items():
        values = []
        for args in ((x,), (x, x)):
            with contextlib.suppress(TypeError, ValueError):
                values.append(fn(*args))
        assert values, name
        assert all(isinstance(value, jax.Array) and value.shape == (2,) for value in values), name
    assert all(inspect.getmodule(getattr(optax.losses, n)) for n in known.OPTAX.split())


@pytest.mark.parametrize(
    "value",
    [{1: 2}, {"class_name": "x"}, {"function": "x"}, b"bytes", 1j, ..., np.dtype("int8")],
    ids=str,
)
def test_arguments_that_json_has_not_are_refused(value):
    class Own(metrax.Mean):
        def _arguments(self):
            return {"table": value}

    metrax.register(Own, name=f"tests>{id(value)}")
    with pytest.raises(metrax.MetraxError, match=r"serialize: got .*expected"):
        metrax.serialize(Own())
    del known._REGISTERED[f"tests>{id(value)}"]


@pytest.mark.parametrize(
    ("name", "there_is"),
    [
        ("f1", "did you mean 'F1Score'"),
        ("ROC-AUC", "did you mean 'roc_auc'"),
        ("iou", "'IoU'"),
        ("r2", "did you mean 'R2Score'"),
        ("crossentropy", "did you mean 'binary_crossentropy'"),
        ("pearson", "'pearson_correlation'"),
        ("precison", "Precision"),
        ("top_5", "top_k_categorical_accuracy"),
        ("class_likelihood_ratios", "it is 'PositiveLikelihoodRatio'"),
        ("log loss", "'LogLoss'"),
    ],
)
def test_names_that_metrax_has_not_suggest_what_it_has(name, there_is):
    with pytest.raises(metrax.MetraxError) as error:
        metrax.get(name)
    assert str(error.value).startswith(f"get: got {name!r}, which names no metric; ")
    assert there_is in str(error.value)
    if there_is.startswith("it is '"):
        metrax.get(there_is.split("'")[1])


def test_every_suggestion_exists():
    for text in registry_module._INSTEAD.values():
        for name in re.findall(r"'(\w+)'", text.replace("curve='PR'", "")):
            assert name in known.identifiers(), name


def test_errors_of_deserialize_say_so():
    for config in ({"class_name": "Aucc"}, {"class_name": "f1"}, {"config": {}}):
        with pytest.raises(metrax.MetraxError, match=r"^deserialize: got "):
            metrax.deserialize(config)
    with pytest.raises(metrax.MetraxError, match="did you mean 'F1Score'"):
        metrax.deserialize({"class_name": "f1"})
