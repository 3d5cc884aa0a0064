"""Metrics over the latest updates, and values by step."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

import metrax

VALUES = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0]


def fed(metric, values, **kwargs):
    state = metric.init()
    for i, value in enumerate(values):
        state = metric.update(state, value, **{name: x[i] for name, x in kwargs.items()})
    return state


@pytest.mark.parametrize("n", [1, 3, 20])
def test_a_window_is_the_last_updates_alone(n):
    metric = metrax.Windowed(metrax.Mean(), n)
    for end in range(len(VALUES)):
        value = metric.compute(fed(metric, VALUES[: end + 1]))
        assert float(value) == pytest.approx(np.mean(VALUES[: end + 1][-n:]))


def test_what_leaves_the_window_leaves_no_trace():
    metric = metrax.Windowed(metrax.Mean(), 2)
    assert float(metric.compute(fed(metric, [1e30, np.nan, 1.0, 2.0]))) == 1.5


def test_shards_that_started_apart_line_up_by_step():
    metric = metrax.Windowed(metrax.Sum(), 2)
    one = fed(metric, VALUES[:5], step=range(5))
    late = fed(metric, [10.0, 20.0], step=[3, 4])
    for both in (metrax.merge(one, late), metrax.merge(late, one)):
        assert float(metric.compute(both)) == sum(VALUES[3:5]) + 30
    old = fed(metric, [100.0], step=[2])
    assert float(metric.compute(metrax.merge(one, old))) == sum(VALUES[3:5])


def test_steps_that_were_left_out_are_no_data():
    metric = metrax.Windowed(metrax.Sum(), 3)
    assert float(metric.compute(fed(metric, [1.0, 2.0, 4.0], step=[0, 1, 7]))) == 4


def test_merging_windows_is_associative_and_commutative():
    metric = metrax.Windowed(metrax.Sum(), 2)
    parts = [fed(metric, [x], step=[s]) for x, s in ((1.0, 5), (2.0, 4), (4.0, 5), (8.0, 2))]
    a, b, c, d = parts
    value = float(metric.compute(metrax.merge(a, b, c, d)))
    assert value == 7
    assert float(metric.compute(metrax.merge(metrax.merge(d, c), metrax.merge(b, a)))) == value


def test_an_update_touches_one_slot():
    metric = metrax.Windowed(metrax.AUC(), 50)
    state = metric.init()
    y, p = np.array([0, 1]), np.array([0.2, 0.7], np.float32)
    step = jax.jit(lambda state, y, p: metric.update(state, y, p), donate_argnums=0)
    memory = step.lower(state, y, p).compile().memory_analysis()
    assert memory.temp_size_in_bytes < sum(x.nbytes for x in jax.tree.leaves(state)) / 8


def test_fading_halves_the_weight_after_each_half_life():
    metric = metrax.Decayed(metrax.Mean(), half_life=2.5)
    for end in range(1, len(VALUES) + 1):
        w = 0.5 ** (np.arange(end)[::-1] / 2.5)
        value = float(metric.compute(fed(metric, VALUES[:end])))
        assert value == pytest.approx(np.average(VALUES[:end], weights=w), rel=1e-6)


@pytest.mark.parametrize("half_life", [30.0, 1e4, 1e8])
def test_fading_so_slow_that_no_step_shows_it_adds_up(half_life):
    metric, steps = metrax.Decayed(metrax.Count(), half_life), 100_000
    run = jax.jit(
        lambda state: lax.fori_loop(0, steps, lambda i, s: metric.update(s, jnp.float32(1)), state)
    )
    expected = np.sum(0.5 ** (np.arange(steps + 1) / half_life))
    value = float(metric.compute(run(metric.update(metric.init(), 1.0))))
    assert value == pytest.approx(expected, rel=3e-7)


def test_fading_weighs_whole_updates():
    metric = metrax.Decayed(metrax.Variance(), half_life=1)
    state = fed(metric, [[1.0, 3.0], [5.0]])
    assert float(metric.compute(state)) == pytest.approx(
        np.cov([1.0, 3.0, 5.0], aweights=[0.5, 0.5, 1], ddof=0), rel=1e-6
    )


def test_the_older_of_two_fading_states_fades_on():
    metric = metrax.Decayed(metrax.Sum(), half_life=1)
    new, old = fed(metric, [8.0], step=[5]), fed(metric, [4.0], step=[3])
    for both in (metrax.merge(new, old), metrax.merge(old, new)):
        assert float(metric.compute(both)) == 9
    assert float(metric.compute(metrax.merge(new, metric.init()))) == 8


@pytest.mark.parametrize(
    "metric",
    [
        metrax.Last(),
        metrax.BestSoFar(higher_is_better=True),
        metrax.Extremes(),
        metrax.Windowed(metrax.Mean(), 2),
        metrax.Decayed(metrax.Mean(), 2),
    ],
    ids=lambda x: type(x).__name__,
)
def test_steps_below_0_are_left_out_and_checked_tells(metric):
    nothing = metric.compute(metric.update(metric.init(), 9.0, step=-7))
    assert jax.tree.map(float, nothing) == jax.tree.map(float, metric.compute(metric.init()))
    state = metric.update(metric.init(), 4.0, step=3)
    after = metric.update(state, 9.0, step=-1)
    assert jax.tree.map(float, metric.compute(after)) == jax.tree.map(float, metric.compute(state))
    looking = metrax.checked(metric)
    looking.update(looking.init(), 4.0, step=0)
    with pytest.raises(metrax.MetraxError, match=r"step: got -1.*number steps from 0"):
        looking.update(looking.init(), 9.0, step=-1)


@pytest.mark.parametrize(
    ("metric", "numpy"), [(metrax.Max(), np.max), (metrax.Min(), np.min)], ids=["Max", "Min"]
)
def test_an_extreme_that_is_infinite_is_not_no_data(metric, numpy):
    infinite = np.float32(np.inf)
    for values in ([-infinite, -infinite], [infinite], [infinite, -infinite], [2.0, -infinite]):
        assert float(metric(values)) == numpy(values)
        assert float(metric.compute(fed(metric, values))) == numpy(values)
        assert float(metric(values, [0.0] * len(values))) == 0
    grouped = metrax.Grouped(metric, 3)([infinite, -infinite], groups=[0, 1])
    assert grouped.tolist() == [infinite, -infinite, 0]


def test_what_cannot_fade_is_refused():
    for metric in (metrax.Max(), metrax.Last()):
        with pytest.raises(metrax.MetraxError, match=r"cannot count less|takes steps itself"):
            metrax.Decayed(metric, 2).init()
    with pytest.raises(metrax.MetraxError, match="half_life: got 0"):
        metrax.Decayed(metrax.Mean(), 0)


@pytest.mark.parametrize("kind", [metrax.Windowed, metrax.Decayed], ids=lambda x: x.__name__)
def test_collections_are_looked_back_over_as_one(kind):
    metric = kind(metrax.Collection(a=metrax.Mean().on("x"), b=metrax.Sum().on("x")), 3)
    state = metric.init()
    step = jax.jit(lambda state, x: metric.update(state, x=x))
    for value in VALUES:
        state = step(state, value)
    assert set(metric.compute(state)) == {"a", "b"}
    alone = kind(metrax.Mean(), 3)
    assert float(metric.compute(state)["a"]) == float(alone.compute(fed(alone, VALUES)))


def test_the_latest_is_by_step_whatever_the_order():
    last = metrax.Last()
    early, late = fed(last, [1.0], step=[3]), fed(last, [2.0], step=[1 << 25])
    for both in (metrax.merge(early, late), metrax.merge(late, early)):
        assert (float(last.compute(both).value), int(last.compute(both).step)) == (2, 1 << 25)
    assert int(last.compute(last.update(late, 5.0)).step) == (1 << 25) + 1


def test_the_best_is_the_earliest_of_equals_and_never_nan():
    best = metrax.BestSoFar(higher_is_better=True)
    state = fed(best, [np.nan, 2.0, 7.0, 7.0, 3.0, np.nan])
    assert (float(best.compute(state).value), int(best.compute(state).step)) == (7, 2)
    assert np.isnan(best.compute(fed(best, [np.nan])).value)
    lowest = metrax.BestSoFar(higher_is_better=metrax.MeanSquaredError.higher_is_better)
    assert int(lowest.compute(fed(lowest, VALUES)).step) == 1


def test_values_by_step_go_through_groups_and_weights():
    last = metrax.Grouped(metrax.Last(), 2)
    value = last([1.0, 2.0, 3.0, 4.0], [1, 1, 1, 0], step=[0, 5, 3, 9], groups=[0, 0, 1, 1])
    assert value.value.tolist() == [2, 3]
    assert value.step.tolist() == [5, 3]


def test_a_collection_counts_its_own_steps():
    log = metrax.Collection(
        rate=metrax.Last().on("rate"),
        recent=metrax.Windowed(metrax.Mean(), 2).on("loss"),
        best=metrax.BestSoFar(higher_is_better=False).on("loss", step="epoch"),
    )
    state = log.init()
    for i, loss in enumerate([3.0, 1.0, 2.0]):
        state = log.update(state, rate=loss / 10, loss=loss, epoch=10 * i)
    found = {name: float(x) for name, x in log.compute(state).items()}
    assert found == pytest.approx(
        {"rate/value": 0.2, "rate/step": 2, "recent": 1.5, "best/value": 1, "best/step": 10}
    )


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: metrax.Last()([1.0, 2.0]), "step= with a number for each"),
        (lambda: metrax.Last()(1.0, step=0.5), "step: got .*expected an integer"),
        (lambda: metrax.Windowed(metrax.Mean(), 2)(1.0, step=[1, 2]), "expected one integer"),
        (lambda: metrax.Windowed(metrax.Mean(), 0), "n: got 0"),
        (lambda: metrax.BestSoFar(), "higher_is_better"),
        (lambda: metrax.by_shard(metrax.Windowed(metrax.Mean(), 2), 2), "put by_shard inside"),
    ],
)
def test_wrong_calls_say_what_to_write(call, words):
    with pytest.raises(metrax.MetraxError, match=words):
        call()


def test_a_window_of_shards():
    metric = metrax.Windowed(metrax.by_shard(metrax.Mean(), 2), 2)
    assert float(metric.compute(fed(metric, [[1.0, 2.0], [3.0, 5.0], [5.0, 7.0]]))) == 5
