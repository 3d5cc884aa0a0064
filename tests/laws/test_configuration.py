"""Metrics as configuration: equal, hashed, pickled, shown, rebuilt."""

import pickle

import jax
import optax
import pytest

import metrax
from tests.cases import CASES, buffers, over, own


@over("metric")
def test_metrics_are_static_values(case):
    metric = case.metric
    twin = type(metric).from_config(metric.get_config())
    assert twin == metric
    assert hash(twin) == hash(metric)
    assert jax.tree.leaves(metric) == []
    assert pickle.loads(pickle.dumps(metric)) == metric
    with pytest.raises(AttributeError):
        metric.name = "other"


@over("metric")
def test_a_repr_can_be_pasted_back(case):
    names = {**vars(own), **vars(buffers), "metrax": metrax, "optax": optax}
    assert eval(repr(case.metric), names) == case.metric


def test_every_public_metric_has_a_row():
    classes = (x for x in (getattr(metrax, n) for n in metrax.__all__) if isinstance(x, type))
    public = {cls for cls in classes if issubclass(cls, metrax.Metric)} - {metrax.Metric}
    assert public == {type(case.metric) for case in CASES}
