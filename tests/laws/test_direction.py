"""What a metric says of its values: which are better, and between which bounds they lie."""

import jax
import numpy as np
import pytest

import metrax
from metrax.core.flat import named
from metrax.core.wrapper import Wrapper
from tests.cases import CASES, over, representatives
from tests.laws.close import ROUNDING

BASES = {metrax.Metric, Wrapper}


def by_name(said):
    """What is said, by the names of values; of a metric that is no collection under one name."""
    return said if isinstance(said, dict) else {"": said}


def values(case, batch):
    """The metric's values by name, nested ones joined, as arrays of float64."""
    found = named("", case.value(case.observe(batch)))
    return {name: np.asarray(value, np.float64) for name, value in found}


def said_of(name, said):
    """What is said of one value, by its name or of all that a metric has."""
    return by_name(said)[name if name in by_name(said) else ""]


def shuffled(case, batch):
    """The batch with each example's prediction given to another example."""
    order = np.random.default_rng(5).permutation(len(batch.w))
    return case.predicting(batch.inputs[-1][order], batch)


DIRECTED = [
    case
    for case in representatives("metric")
    if {True, False} & {*by_name(case.metric.higher_is_better).values()}
]


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_every_metric_says_what_its_values_mean(case):
    for part in case.metric._parts:
        if isinstance(part.metric, Wrapper):  # which forwards what the metric inside says
            continue
        classes = [cls for cls in type(part.metric).__mro__ if cls not in BASES]
        for name in ("higher_is_better", "value_range"):
            assert any(name in vars(cls) for cls in classes), (
                f"declare {name} in {type(part.metric).__name__}; metrax.Metric says what it means"
            )
    directions = by_name(case.metric.higher_is_better)
    bounds = by_name(case.metric.value_range)
    assert directions.keys() == bounds.keys()
    assert {*map(type, directions.values())} <= {bool, type(None)}
    for low, high in bounds.values():
        assert low < high


@over("metric")
def test_values_lie_in_their_range(case):
    batches = [case.batch(), case.batch(1)]
    batches += [case.perfected(x) for x in batches[:1] if len(x.inputs) > 1]
    for batch in batches:
        for name, value in values(case, batch).items():
            low, high = said_of(name, case.metric.value_range)
            slack = case.rtol * ROUNDING
            assert np.all(value >= low - slack)
            assert np.all(value <= high + slack)


@pytest.mark.tier("metric")
@pytest.mark.parametrize("case", DIRECTED, ids=[case.id for case in DIRECTED])
def test_a_perfect_prediction_is_better_than_a_random_one(case):
    batch = case.batch()
    best, random = (values(case, x) for x in (case.perfected(batch), shuffled(case, batch)))
    higher = {name: said_of(name, case.metric.higher_is_better) for name in best}
    gains = [
        (best[name] - random[name]) * (1 if up else -1)
        for name, up in higher.items()
        if up is not None
    ]
    assert all(np.all(gain >= 0) for gain in gains)
    assert any(np.any(gain > 0) for gain in gains)


@pytest.mark.parametrize("wrap", [metrax.checked, lambda x: x.on("y", "p")], ids=["checked", "on"])
def test_wrappers_say_what_the_metric_inside_says(wrap):
    for metric in (metrax.MeanSquaredError(), metrax.AUC(curve="PRGAIN"), metrax.AUC()):
        assert wrap(metric).higher_is_better is metric.higher_is_better
        assert wrap(metric).value_range == metric.value_range
        shards = metrax.by_shard(wrap(metric), 2)
        assert shards.higher_is_better is metric.higher_is_better
        assert shards.value_range == metric.value_range


class Several(metrax.Metric):
    """Two values, of which each has its own direction and range."""

    higher_is_better = {"mean": None, "largest": False}  # noqa: RUF012
    value_range = {"mean": (-np.inf, np.inf), "largest": (0, np.inf)}  # noqa: RUF012

    def contribute(self, y_true, y_pred):
        gap = y_true - y_pred
        return {
            "mean": metrax.accumulators.Mean.each(gap),
            "largest": metrax.accumulators.Max.each(abs(gap)),
        }

    def read(self, state):
        return {"mean": state["mean"].mean, "largest": state["largest"].value}


def test_collections_answer_by_the_names_of_their_values():
    inner = metrax.Collection([metrax.MeanSquaredError(), metrax.Mean().on("loss")])
    metrics = metrax.Collection(auc=metrax.AUC(curve="PRGAIN"), several=Several(), inner=inner)
    directions = {
        "auc": True,
        "several/mean": None,
        "several/largest": False,
        "inner/mean_squared_error": False,
        "inner/mean": None,
    }
    bounds = {
        "auc": (-np.inf, 1),
        "several/mean": (-np.inf, np.inf),
        "several/largest": (0, np.inf),
        "inner/mean_squared_error": (0, np.inf),
        "inner/mean": (-np.inf, np.inf),
    }
    for wrapped in (metrics, metrax.checked(metrics), metrax.by_shard(metrics, 2)):
        assert wrapped.higher_is_better == directions
        assert wrapped.value_range == bounds
    values = metrics([0.0, 1.0], [0.2, 0.7], loss=1.0)
    assert [*directions] == [*values]


def test_they_are_no_configuration():
    class Own(metrax.Mean):
        higher_is_better = False
        value_range = (0, 1)

    assert repr(Own()) == "test_they_are_no_configuration.<locals>.Own()"
    assert Own().get_config() == {"name": "own", "dtype": None}
    assert Own().higher_is_better is False
    assert jax.tree.leaves(Own()) == []
    assert hash(Own()) == hash(Own())
    with pytest.raises(metrax.MetraxTypeError, match="unknown argument 'value_range'"):
        Own(value_range=(0, 2))
    with pytest.raises(AttributeError):
        Own().higher_is_better = True


def test_a_metric_that_says_nothing_is_bounded_by_nothing():
    metric = metrax.MeanMetricWrapper(lambda y, p: y - p)
    assert metric.higher_is_better is None
    assert metric.value_range == (-np.inf, np.inf)
    assert metrax.Metric.higher_is_better is None
    assert metrax.Metric.value_range == (-np.inf, np.inf)
