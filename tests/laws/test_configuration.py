"""Metrics as configuration: equal, hashed, pickled, shown, rebuilt; and their errors."""

import pickle

import jax
import optax
import pytest

import metrax
from tests.cases import CASES, Batch, every_case


@every_case
def test_metrics_are_static_values(case):
    metric = case.metric
    twin = type(metric).from_config(metric.get_config())
    assert twin == metric
    assert hash(twin) == hash(metric)
    assert jax.tree.leaves(metric) == []
    assert pickle.loads(pickle.dumps(metric)) == metric
    with pytest.raises(AttributeError):
        metric.name = "other"


@every_case
def test_a_repr_can_be_pasted_back(case):
    assert eval(repr(case.metric), {"metrax": metrax, "optax": optax}) == case.metric


@every_case
def test_states_pickle(case):
    state = case.observe(case.batch())
    copy = pickle.loads(pickle.dumps(state))
    merged = metrax.merge(state, copy)
    assert jax.tree.structure(merged) == jax.tree.structure(state)


@every_case
def test_shapes_that_do_not_fit_raise(case):
    for inputs in case.misfits:
        with pytest.raises(metrax.MetraxError, match=r"got ") as error:
            case.metric.observe(*inputs)
        assert type(case.metric).__name__ in str(error.value)


@every_case
def test_weights_that_do_not_fit_raise(case):
    batch = case.batch()
    with pytest.raises(metrax.MetraxError, match="w: got"):
        case.observe(Batch(batch.inputs, batch.w[:-1]))


@every_case
def test_arguments_that_are_missing_or_unknown_raise(case):
    args, kwargs = case.arguments(case.batch())
    with pytest.raises(metrax.MetraxTypeError):
        case.metric.observe()
    with pytest.raises(metrax.MetraxTypeError):
        case.metric.observe(*args, **kwargs, surprise=1)
    with pytest.raises(metrax.MetraxTypeError):
        case.metric.observe(*args, 1, 1, 1, 1, **kwargs)


@every_case
def test_every_misfit_is_checked(case):
    if not case.misfits:
        assert case.id in {
            "Mean",  # takes any shape
            "Sum",  # takes any shape
            "MeanMetricWrapper",  # the function decides
            "Collection-routed",  # reads named outputs; its metrics have rows of their own
            "Routed",
        }


def test_every_public_metric_has_a_row():
    classes = (value for value in vars(metrax).values() if isinstance(value, type))
    public = {cls for cls in classes if issubclass(cls, metrax.Metric)} - {metrax.Metric}
    assert public == {type(case.metric) for case in CASES}
