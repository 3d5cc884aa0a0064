"""The description beside a stored state tells whose state it is."""

import functools
import json

import jax
import numpy as np
import optax
import pytest

import metrax
from metrax.statistics import WeightedMean
from tests.cases import CASES, over, representatives


def stored(metric):
    return json.loads(json.dumps(metrax.layout(metric)))


@over("metric")
def test_a_metric_accepts_its_own_layout(case):
    saved = stored(case.metric)
    metrax.check_layout(case.metric, saved)
    config = case.metric.get_config() | {"name": "renamed"}
    metrax.check_layout(type(case.metric).from_config(config), saved)


def accumulates(metric):
    """What decides, independently of layouts: the statistics in the state and its leaves."""
    statistic, state = metric._statistic, jax.eval_shape(metric.init)
    parts = getattr(statistic, "members", None)
    inner = statistic if parts is None else {k: s for k, s, _ in parts}
    return inner, [*map(str, jax.tree_util.tree_leaves_with_path(state))]


@functools.cache
def others():
    return [(stored(x.metric), accumulates(x.metric)) for x in representatives("statistic")]


@over("metric")
def test_a_layout_is_of_what_is_accumulated(case):
    ours = accumulates(case.metric)
    for saved, theirs in others():
        if theirs == ours:
            metrax.check_layout(case.metric, saved)
        else:
            with pytest.raises(metrax.MetraxError, match=r": got .*, expected .*\. Restore it"):
                metrax.check_layout(case.metric, saved)


def test_both_answers_are_among_the_rows():
    seen = [accumulates(case.metric) for case in CASES]
    assert sum(seen.count(x) > 1 for x in seen) > 10
    assert sum(seen.count(x) == 1 for x in seen) > 10


ANOTHER = "the saved state belongs to another metric: "
RESTORE = ". Restore it with metrax.deserialize(saved['metric']), or start anew from init()"


@pytest.mark.parametrize(
    ("saved", "metric", "differences"),
    [
        (
            metrax.AUC(num_thresholds=100, curve="PR"),
            metrax.AUC(num_thresholds=200),
            "num_thresholds: got 100, expected 200; curve: got 'PR', expected 'ROC'",
        ),
        (metrax.Mean(), metrax.AUC(), "class: got Mean, expected AUC"),
        (
            metrax.Recall(thresholds=0.3),
            metrax.Precision(thresholds=0.6),
            "thresholds: got [0.3], expected [0.6]",
        ),
        (metrax.Mean(dtype="float16"), metrax.Mean(), "dtype: got 'float16', expected None"),
        (
            metrax.MeanMetricWrapper(optax.losses.huber_loss, delta=1.0),
            metrax.MeanMetricWrapper(optax.losses.huber_loss, delta=2.0),
            "delta: got 1.0, expected 2.0",
        ),
        (
            metrax.Collection(a=metrax.Mean(), b=metrax.Recall(thresholds=0.3)),
            metrax.Collection(b=metrax.Recall(thresholds=0.6), c=metrax.AUC()),
            "b.thresholds: got 0.3, expected 0.6; c: got nothing, expected AUC; "
            "a: got Mean, expected nothing",
        ),
        (
            metrax.Collection(a=metrax.Mean().on("loss")),
            metrax.Collection(a=metrax.MeanSquaredError().on("y", "p")),
            "a: got Mean, expected MeanSquaredError",
        ),
        (
            metrax.Collection(a=metrax.Mean(), b=metrax.Recall(thresholds=0.3)),
            metrax.Collection(b=metrax.Recall(thresholds=0.6), c=metrax.Mean()),
            "got ['a'], expected ['c'], which accumulate the same: rename them in the restored "
            "tree by `state['c'] = state.pop('a')`; b.thresholds: got 0.3, expected 0.6",
        ),
        (
            metrax.AUC(thresholds=[x / 999 for x in range(1000)]),
            metrax.AUC(),
            "thresholds: got [0.0, 0.001001001001001001, 0.002002002002002002, 0.00300300... "
            "(20259 characters), expected None",
        ),
        (
            metrax.MeanMetricWrapper(optax.losses.huber_loss, delta=1),
            metrax.MeanMetricWrapper(optax.losses.huber_loss, delta=True),
            "delta: got 1, expected True",
        ),
    ],
    ids=(
        "arguments class statistic dtype function collection routed renamed long types".split()  # noqa: SIM905
    ),
)
def test_the_error_names_every_difference(saved, metric, differences):
    with pytest.raises(metrax.MetraxError) as error:
        metrax.check_layout(metric, stored(saved))
    assert str(error.value) == f"{metric}: {ANOTHER}{differences}{RESTORE}"


def test_states_of_other_precision_are_refused():
    with jax.enable_x64(True):
        saved = stored(metrax.Mean())
    with pytest.raises(metrax.MetraxError, match=r"\.total\.hi: got 'float64\[\]', expected 'fl"):
        metrax.check_layout(metrax.Mean(), saved)


@pytest.mark.parametrize(
    ("saved", "message"),
    [
        ({}, r"saved: got \[\]; expected \['metric', 'states', 'version'\]"),
        (np.zeros(2), "saved: got ndarray"),
        (stored(metrax.Mean()) | {"version": 1}, "got a layout of version 1; expected 3"),
        (stored(metrax.Mean()) | {"states": None}, "states: got None;"),
        (stored(metrax.Mean()) | {"states": {"": {}}}, "states: got"),
        (stored(metrax.Mean()) | {"states": {}}, "class: got nothing, expected Mean"),
    ],
)
def test_what_is_no_layout_is_refused(saved, message):
    with pytest.raises(metrax.MetraxError, match=message):
        metrax.check_layout(metrax.Mean(), saved)


def test_functions_without_a_name_have_no_layout():
    metric = metrax.MeanMetricWrapper(lambda y_true, y_pred: y_pred)
    with pytest.raises(metrax.MetraxError, match="top level"):
        metrax.layout(metric)


class Doubled(metrax.Metric):
    """Twice the mean: a readout over a statistic that exists."""

    @property
    def statistic(self):
        return metrax.MeanSquaredError().statistic

    def read(self, state):
        return 2 * state.mean


def test_a_readout_may_be_added_when_it_shares_a_state():
    before = metrax.Collection(p=metrax.Precision(), e=metrax.MeanSquaredError())
    after = metrax.Collection(
        p=metrax.Precision(), r=metrax.Recall(), e=metrax.MeanSquaredError(), d=Doubled()
    )
    metrax.check_layout(after, stored(before))
    metrax.check_layout(before, stored(after))


@pytest.mark.parametrize(
    "other",
    [
        metrax.checked(metrax.Precision()),
        metrax.Precision().on("labels", "scores"),
        metrax.Precision().on("labels", "scores", w="mask"),
        metrax.checked(metrax.Precision().on("labels", "scores")),
        metrax.Recall(name="found"),
    ],
    ids=str,
)
def test_what_shares_a_state_shares_its_layout(other):
    metrax.check_layout(other, stored(metrax.Precision()))
    metrax.check_layout(metrax.Precision(), stored(other))
    ours, theirs = (metrax.Collection(a=m, b=metrax.Mean()) for m in (metrax.Precision(), other))
    metrax.check_layout(metrax.checked(ours), stored(theirs))


def test_states_fed_from_other_outputs_warn():
    before = metrax.Collection(a=metrax.Mean().on("loss"))
    after = metrax.Collection(a=metrax.Mean().on("loss", w="mask"))
    with pytest.warns(UserWarning, match=r"fed from \['loss', None\], and is now from"):
        metrax.check_layout(after, stored(before))


def renaming(metric, saved):
    """The line of the message, run on the restored state."""
    with pytest.raises(metrax.MetraxError, match="rename them") as error:
        metrax.check_layout(metric, saved)
    return str(error.value).split("`")[1]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"a": "loss", "b": "score"}, {"mean": "loss", "b": "score"}),
        ({"a": "loss", "b": "score"}, {"c": "loss", "d": "score"}),
        ({"a": "loss", "b": "score"}, {"b": "loss", "a": "score"}),
        ({"class_name": "loss", "function": "score"}, {"function": "loss", "config": "score"}),
    ],
    ids=["one", "two", "swapped", "keywords"],
)
def test_a_renamed_member_comes_with_the_line_that_renames_it(before, after):
    values = {"loss": 2.0, "score": 5.0}
    old = metrax.Collection({name: metrax.Mean().on(x) for name, x in before.items()})
    new = metrax.Collection({name: metrax.Mean().on(x) for name, x in after.items()})
    state = old.update(old.init(), **values)
    exec(renaming(new, stored(old)), {"state": state})
    assert {k: float(v) for k, v in new.compute(state).items()} == {
        name: values[x] for name, x in after.items()
    }


def test_the_first_of_several_readouts_names_their_state():
    before = metrax.Collection([metrax.Precision()])
    after = metrax.Collection([metrax.Recall(), metrax.Precision()])
    assert renaming(after, stored(before)) == "state['recall'] = state.pop('precision')"


@pytest.mark.parametrize("key", ["class_name", "function", "config", "metric"])
def test_members_by_the_words_of_the_format_are_seen(key):
    before = metrax.Collection({key: metrax.Recall(thresholds=0.3), "b": metrax.Mean()})
    after = metrax.Collection({key: metrax.Recall(thresholds=0.6), "b": metrax.Mean()})
    metrax.check_layout(before, stored(before))
    assert metrax.deserialize(json.loads(json.dumps(metrax.serialize(before)))) == before
    with pytest.raises(metrax.MetraxError, match=rf"{key}.thresholds: got 0.3, expected 0.6"):
        metrax.check_layout(after, stored(before))


def half_error(y_true, y_pred):
    return (y_true - y_pred) / 2


class Halves(WeightedMean):
    pass


class HalfError(metrax.Metric):
    @property
    def statistic(self):
        return Halves(half_error)

    def read(self, state):
        return state.mean


def moved(saved):
    return json.loads(json.dumps(saved).replace(f"{__name__}:", "__main__:"))


def test_code_that_moved_to_another_module_warns_at_most():
    for metric in (HalfError(), metrax.MeanMetricWrapper(half_error)):
        with pytest.warns(UserWarning, match="'__main__:.*', and took it for the same"):
            metrax.check_layout(metric, moved(stored(metric)))
    metrax.check_layout(Doubled(), moved(stored(Doubled())))  # a readout: no warning


def test_metraxs_own_code_may_move_in_silence():
    saved = json.dumps(stored(metrax.MeanSquaredError()))
    assert "metrax.statistics.weighted_mean:" in saved
    metrax.check_layout(
        metrax.MeanSquaredError(),
        json.loads(saved.replace("metrax.statistics.weighted_mean:", "metrax.m:")),
    )
    with pytest.raises(metrax.MetraxError, match="fn: got cosine_similarity"):
        metrax.check_layout(
            metrax.MeanMetricWrapper(metrax.losses.cosine_similarity),
            stored(metrax.MeanMetricWrapper(metrax.functional.cosine_similarity)),
        )


def test_the_advice_is_safe_to_follow():
    saved = stored(metrax.Mean()) | {"metric": {"class_name": "os:system", "config": {}}}
    with pytest.raises(metrax.MetraxError, match="deserialize"):
        metrax.check_layout(metrax.AUC(), saved)
    with pytest.raises(metrax.MetraxError, match="names no metric"):
        metrax.deserialize(saved["metric"])
