"""A state for each shard: equal values, no collective, what merges and what is refused."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.sharding import AxisType, NamedSharding
from jax.sharding import PartitionSpec as P

import metrax
from tests.cases import REPRESENTATIVES
from tests.ground import DEVICES, mesh
from tests.laws.close import close
from tests.laws.test_devices import COLLECTIVE

FOUR = metrax.Collection(
    [metrax.AUC(), metrax.Precision(), metrax.MeanSquaredError(), metrax.R2Score(num_outputs=1)]
)


def batch(n, seed=0):
    rng = np.random.default_rng(seed)
    y, p, w = rng.integers(0, 2, n), rng.random(n), rng.integers(0, 4, n)
    return np.float32(y), np.float32(p), np.float32(w)


@pytest.mark.devices
@pytest.mark.parametrize(
    ("kind", "axis"), [(AxisType.Auto, "data"), (AxisType.Auto, None), (AxisType.Explicit, None)]
)
@pytest.mark.parametrize("arrays", [2, 3])
def test_a_step_has_no_collective(kind, axis, arrays):
    split = NamedSharding(mesh("1-D", kind), P("data"))
    metric = metrax.by_shard(FOUR, DEVICES, axis)
    xs = [tuple(jax.device_put(x, split) for x in batch(64, i)[:arrays]) for i in range(2)]
    state = jax.device_put(metric.init(), split)
    step = jax.jit(metric.update, donate_argnums=0).lower(state, *xs[0]).compile()
    assert not COLLECTIVE.search(step.as_text())
    for each in xs:
        state = step(state, *each)
    for x in jax.tree.leaves(state):
        assert x.sharding.spec[:1] == ("data",)
    whole = [np.concatenate(both) for both in zip(*xs, strict=True)]
    close(metric.compute(state), FOUR(*whole))


@pytest.mark.devices
@pytest.mark.parametrize("kind", [AxisType.Auto, AxisType.Explicit])
def test_a_state_from_init_goes_where_the_batch_lies(kind):
    split = NamedSharding(mesh("1-D", kind), P("data"))
    metric = metrax.by_shard(metrax.Mean(), DEVICES, "data")
    step = jax.jit(metric.update)
    x = jax.device_put(jnp.arange(16.0), split)
    state = step(step(metric.init(), x), x)
    assert {x.sharding.spec[:1] for x in jax.tree.leaves(state)} == {("data",)}
    assert not COLLECTIVE.search(step.lower(state, x).compile().as_text())
    assert float(metric.compute(state)) == 7.5


CUT = [case for case in REPRESENTATIVES if isinstance(case.metric._statistic, metrax.Statistic)]
"""Rows whose state is a sum over examples; ``tests/combinators`` has the others."""


@pytest.mark.parametrize("case", CUT, ids=[case.id for case in CUT])
def test_values_are_those_without_shards(case):
    mine = case.of(metrax.by_shard(case.metric, 5))
    first, second = case.batch(), case.batch(1)
    state = mine.update(mine.update(mine.metric.init(), first), second)
    one = metrax.merge(case.observe(first), case.observe(second))
    close(mine.value(state), case.value(one))
    close(case.value(metrax.merge_stacked(state)), case.value(one))
    assert jax.tree.structure(state) == jax.tree.structure(mine.metric.init())


@pytest.mark.parametrize("n", [1, 6, 8])
def test_any_length_and_any_weights(n):
    y, p, w = batch(n)
    two = metrax.Collection([metrax.AUC(num_thresholds=5), metrax.MeanSquaredError()])
    for weights in (None, w + 1, 2.0):
        close(metrax.by_shard(two, 4)(y, p, weights), two(y, p, weights))


@pytest.mark.parametrize(
    "weigh",
    [lambda w: w, lambda w: w[:1], lambda w: w[:, :1], lambda w: w[:1, :1]],
    ids=["each", "one row", "a weight an example", "a number"],
)
def test_weights_of_any_shape(weigh):
    y, p, w = (x.reshape(7, 2) for x in batch(14))
    squares, weights = metrax.MeanSquaredError(), weigh(w + 1)
    close(metrax.by_shard(squares, 4)(y, p, weights), squares(y, p, weights))


def test_outputs_of_other_lengths_and_numbers():
    metrics = metrax.Collection(
        loss=metrax.Mean().on("loss"),
        mask=metrax.Mean().on("x", w="m"),
        tokens=metrax.Mean().on("tokens", w="m2"),
        again=metrax.Mean().on("loss", w="m2"),
    )
    sharded = metrax.by_shard(metrics, 4)
    outputs = {"loss": 0.5, "x": [1.0, 2, 3], "m": [1, 0, 1], "tokens": [[1.0, 5]] * 6, "m2": 2}
    state = sharded.update(sharded.init(), **outputs)
    for _ in range(2):
        state = sharded.update(state, **outputs)
    close(sharded.compute(state), metrics(**outputs))
    assert float(jnp.sum(state["loss"].weight.value)) == 3


def test_an_empty_batch_leaves_no_trace():
    metric = metrax.by_shard(FOUR, 4)
    state = metric.observe(*batch(9))
    empty = [np.zeros((0,), np.float32)] * 2
    close(metric.compute(metric.update(state, *empty)), metric.compute(state))


def test_routes_checks_and_names_go_through():
    metric = metrax.by_shard(metrax.AUC(name="area"), 4)
    assert (metric.name, metric.inputs) == ("area", ("y_true", "y_pred"))
    y, p, _ = batch(10)
    area = float(metrax.AUC()(y, p))
    assert float(metric.on("a", "b")(a=y, b=p)) == pytest.approx(area)
    routed = metrax.by_shard(metrax.AUC().on("a", "b"), 4)
    assert float(routed(a=y, b=p)) == pytest.approx(area)
    for checked in (metrax.checked(metric), metrax.by_shard(metrax.checked(metrax.AUC()), 4)):
        assert float(checked(y, p)) == pytest.approx(area)
        with pytest.raises(metrax.MetraxError, match=r"y_pred: got 1\.5"):
            checked([0, 1], [0.2, 1.5])
        with pytest.raises(metrax.MetraxError, match="no weight"):
            checked.compute(checked.init())
    assert metrax.checked(metrax.by_shard(FOUR, 4))(y, p).keys() == FOUR(y, p).keys()
    assert metrax.deserialize(metrax.serialize(metric)) == metric


def test_states_merge_map_and_are_laid_out():
    metric, one = metrax.by_shard(FOUR, 4), metrax.by_shard(metrax.Mean(), 4)
    a, b = batch(10), batch(7, 1)
    both = metrax.merge(metric.observe(*a), metric.observe(*b))
    close(metric.compute(both), FOUR(*(np.concatenate(x) for x in zip(a, b, strict=True))))
    states = jax.vmap(one.observe)(jnp.arange(24.0).reshape(2, 12))
    merged = jax.vmap(lambda s: metrax.pmerge(s, "i"), axis_name="i")(states)
    assert jax.vmap(one.compute)(merged).tolist() == [11.5, 11.5]
    saved = metrax.layout(metric)
    metrax.check_layout(metric, saved)
    for other in (metrax.by_shard(FOUR, 8), FOUR):
        with pytest.raises(metrax.MetraxError, match=r"float32\[4,2,201\]"):
            metrax.check_layout(other, saved)


def test_what_is_refused():
    metric = metrax.by_shard(metrax.Precision(top_k=1), 2)
    with pytest.raises(metrax.MetraxError, match="ThresholdCounts reads as one example"):
        metric([0, 1, 0, 1], [0.1, 0.2, 0.3, 0.4])
    with pytest.raises(metrax.MetraxTypeError, match=r"metrax.by_shard\(metrax.Collection"):
        metrax.Collection({"a": metrax.by_shard(metrax.Mean(), 4)})
    with pytest.raises(metrax.MetraxTypeError, match="not by shard already"):
        metrax.by_shard(metrax.by_shard(metrax.Mean(), 4), 4)
    with pytest.raises(metrax.MetraxError, match="n: got 0; expected 1 or more"):
        metrax.by_shard(metrax.Mean(), 0)
    with pytest.raises(metrax.MetraxError, match=r"by_shard.*float32\[3,1\] and float32\[3,4\]"):
        metrax.by_shard(metrax.MeanSquaredError(), 2)(np.zeros((3, 1)), np.zeros((3, 4)))
    with pytest.raises(metrax.MetraxError, match="not stacked"):
        metrax.by_shard(metrax.Mean(), 2).compute(metrax.Mean().observe([1.0]))


def test_equal_configurations_share_a_trace():
    traces = []

    def error(y_true, y_pred):
        traces.append(y_true.shape)
        return jnp.abs(y_true - y_pred)

    statistic = metrax.statistics.WeightedMean(error)

    class Own(metrax.Metric):
        offset: float = 0.0

        @property
        def statistic(self):
            return statistic

        def read(self, state):
            return state.mean + self.offset

    x = np.ones(8, np.float32)
    metrax.by_shard(Own(), 4).observe(x, x)
    before = len(traces)
    metrax.by_shard(Own(offset=2.0, name="other"), 4).observe(x, x)
    assert len(traces) == before > 0
