"""Buffers: what fits is kept, in any order; what does not makes every value NaN."""

import functools
import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.experimental import checkify
from jax.sharding import AxisType, NamedSharding
from jax.sharding import PartitionSpec as P

import metrax
from metrax import accumulators as acc
from metrax.core import parallel, ways
from tests.cases.buffers import ExactAUC, WeightedMedian, median


class Kept(metrax.Metric):
    """Everything, and a count that is a whole number."""

    capacity: int = 8
    keep: tuple[int, ...] = ()

    def contribute(self, values):
        return acc.Buffer.each(values, capacity=self.capacity, keep=self.keep)

    def read(self, state):
        return {
            "sum": state.values.sum(),
            "n": jnp.sum(state.weight != 0),
            "full": state.weight > 0,
        }


def content(buffer):
    """The rows and their weights, sorted: what is left once their order is forgotten."""
    rows = np.concatenate([np.asarray(buffer.rows), np.asarray(buffer.weight)[None]]).T
    return sorted(map(tuple, rows[np.asarray(buffer.weight) != 0]))


def refused(buffer):
    return int(buffer.refused.value)


def test_rows_are_kept_with_their_weights_and_those_of_weight_zero_are_not():
    state = ExactAUC(8).observe([1, 0, 1, 0], [0.5, np.nan, 0.25, 0.75], [1, 0, 2, 0.5])["pairs"]
    assert content(state) == [(0, 0.75, 0.5), (1, 0.25, 2), (1, 0.5, 1)]
    assert state.capacity == 8
    assert not np.isnan(state.rows).any()
    assert [x.shape for x in state.data] == [(8,), (8,)]
    assert refused(state) == 0
    assert not state.overflowed


@pytest.mark.parametrize("weighs", [False, True], ids=["unweighted", "weighted"])
@pytest.mark.parametrize(("n", "capacity"), [(0, 3), (2, 3), (7, 3), (4, 1)])
def test_a_batch_of_any_size(n, capacity, weighs):
    x = np.arange(1, n + 1, dtype=np.float32)
    w = (np.arange(n) % 3 != 1).astype(np.float32) if weighs else None
    state = WeightedMedian(capacity).observe(x, w)
    some = x if w is None else x[w > 0]
    assert refused(state) == max(0, len(some) - capacity)
    assert {x for x, _ in content(state)} <= set(some.tolist())
    assert len(content(state)) == min(len(some), capacity)


def test_merged_in_any_order_the_content_is_the_same():
    metric, rng = WeightedMedian(16), np.random.default_rng(0)
    parts = [rng.normal(size=4).astype(np.float32) for _ in range(4)]
    weights = [rng.integers(0, 3, 4).astype(np.float32) for _ in range(4)]
    states = [metric.observe(x, w) for x, w in zip(parts, weights, strict=True)]
    whole = metric.observe(np.concatenate(parts), np.concatenate(weights))
    for order in itertools.permutations(states):
        assert content(metrax.merge(*order)) == content(whole)
    a, b, c, d = states
    assert content(metrax.merge(metrax.merge(a, b), metrax.merge(c, d))) == content(whole)
    stacked = jax.tree.map(lambda *xs: jnp.stack(xs), *states)
    assert content(metrax.merge_stacked(stacked)) == content(whole)
    expected = median(np.concatenate(parts), np.concatenate(weights))
    assert float(metric.compute(metrax.merge(*states))) == pytest.approx(expected)


def test_refused_rows_are_counted_the_same_however_states_merge():
    metric = WeightedMedian(5)
    states = [metric.observe(np.ones(n)) for n in (2, 4, 7, 1)]
    for order in itertools.permutations(states):
        assert refused(metrax.merge(*order)) == 14 - 5
    a, b, c, d = states
    assert refused(metrax.merge(metrax.merge(a, b), metrax.merge(c, d))) == 9


def test_once_it_has_overflowed_every_value_is_nan():
    metric = Kept(4)
    state = metric.observe(np.ones(4))
    assert {name: np.asarray(x).tolist() for name, x in metric.compute(state).items()} == {
        "sum": 4,
        "n": 4,
        "full": [1, 1, 1, 1],
    }
    state = metric.update(state, [1.0])
    for read in (metric.compute, jax.jit(metric.compute)):
        values = read(state)
        assert all(np.isnan(x).all() for x in values.values())
    assert np.isnan(jax.tree.leaves(state.or_nan({"a": jnp.int32(3)}))[0])
    after = metrax.merge(metric.init(), state, metric.init())
    assert np.isnan(metric.compute(after)["sum"])


def test_other_members_of_a_collection_keep_their_values():
    metrics = metrax.Collection(
        exact=WeightedMedian(4).on("x"), mean=metrax.Mean().on("x"), fits=WeightedMedian(9).on("x")
    )
    values = metrics(x=np.arange(5.0))
    assert np.isnan(values["exact"])
    assert float(values["mean"]) == float(values["fits"]) == 2
    wrapped = [
        metrax.by_shard(metrics, 2),
        metrax.checked(metrax.Mean()),
        WeightedMedian(4).on("x"),
    ]
    assert np.isnan(wrapped[0](x=np.arange(5.0))["exact"])
    assert float(wrapped[0](x=np.arange(5.0))["mean"]) == 2
    assert np.isnan(wrapped[2](x=np.arange(5.0)))


def test_one_member_without_data_leaves_the_others_values():
    """The same for a state whose neutral numbers are infinite, which reads as 0."""

    class Highest(metrax.Metric):
        def contribute(self, values):
            return acc.Max.each(values)

        def read(self, state):
            return state.value

    metrics = metrax.Collection(a=Highest().on("x", w="none"), b=metrax.Mean().on("x"))
    values = metrics(x=[1.0, 5.0], none=[0.0, 0.0])
    assert (float(values["a"]), float(values["b"])) == (0, 3)


def test_by_shard_overflows_where_the_shards_together_do():
    metric = metrax.by_shard(WeightedMedian(6), 2)
    assert float(metric(np.arange(5.0))) == 2
    assert np.isnan(metric(np.arange(8.0)))


def test_checked_says_how_many_were_refused():
    metric = metrax.checked(WeightedMedian(4))
    assert float(metric(np.arange(4.0))) == 1
    state = metric.observe(np.arange(11.0))
    with pytest.raises(metrax.MetraxError, match=r"refused 7 rows.*larger capacity"):
        metric.compute(state)
    error, _ = jax.jit(checkify.checkify(metric.compute))(state)
    with pytest.raises(checkify.JaxRuntimeError, match="refused 7 rows"):
        error.throw()
    with pytest.raises(metrax.MetraxError, match=r"m: .*refused 7 rows"):
        metrax.checked(metrax.Collection(m=WeightedMedian(4).on("x"))).compute({"m": state})


@pytest.mark.parametrize("capacity", [0, -1, 2.5])
def test_a_capacity_that_is_none_raises(capacity):
    with pytest.raises(metrax.MetraxError, match=r"Buffer.each: capacity"):
        acc.Buffer.each(jnp.ones(3), capacity=capacity)


def test_states_of_other_capacities_do_not_merge():
    with pytest.raises(metrax.MetraxError, match="shape"):
        metrax.merge(WeightedMedian(4).init(), WeightedMedian(5).init())


@pytest.mark.devices(8)
@pytest.mark.parametrize("limit", [parallel.GATHER_LIMIT_BYTES, 0], ids=["small", "large"])
@pytest.mark.parametrize("capacity", [64, 40])
def test_devices_send_it_whole(limit, capacity, monkeypatch):
    monkeypatch.setattr(parallel, "GATHER_LIMIT_BYTES", limit)
    mesh = jax.make_mesh((8,), ("data",), axis_types=(AxisType.Auto,))
    metrics = {"m": WeightedMedian(capacity), "mean": metrax.Mean()}
    x, w = np.random.default_rng(0).normal(size=64), np.arange(64) % 3
    x = x.astype(np.float32)

    @functools.partial(jax.shard_map, mesh=mesh, in_specs=P("data"), out_specs=P())
    def evaluate(x, w):
        states = {name: metric.observe(x, w) for name, metric in metrics.items()}
        return metrax.pmerge(states, "data")

    states = jax.jit(evaluate)(x, w)
    assert refused(states["m"]) == max(0, int((w > 0).sum()) - capacity)
    if capacity == 64:
        assert content(states["m"]) == content(metrics["m"].observe(x, w))
    assert float(metrics["mean"].compute(states["mean"])) == pytest.approx(
        np.average(x, weights=w), rel=1e-5
    )


@pytest.mark.devices(8)
@pytest.mark.parametrize("kind", [AxisType.Auto, AxisType.Explicit], ids=str)
def test_of_a_sharded_batch_rows_are_gathered(kind):
    mesh = jax.make_mesh((2, 4), ("data", "model"), axis_types=(kind,) * 2)
    metric, x = WeightedMedian(64), np.random.default_rng(0).normal(size=(8, 8)).astype(np.float32)
    put = jax.device_put(x, NamedSharding(mesh, P("data", "model")))
    assert content(jax.jit(metric.update)(metric.init(), put)) == content(metric.observe(x))


def test_a_buffer_for_each_group_cell_and_kept_axis():
    class ByClass(metrax.Metric):
        def contribute(self, y_true, y_pred):
            return acc.Buffer.each(y_pred, capacity=3, at=y_true, shape=2)

        def read(self, state):
            return state.values.sum(-1)

    y, x = np.array([0, 1, 1, 5, 0, -1, 1]), np.arange(1.0, 8, dtype=np.float32)
    metric = ByClass()
    state = metric.observe(y, x)
    assert [sorted(r.tolist()) for r in state.values] == [[0, 1, 5], [2, 3, 7]]
    both = metric.update(state, y[:1], x[:1])
    assert both.refused.value.tolist() == [0, 0]
    assert metric.update(both, y[:2], x[:2]).refused.value.tolist() == [1, 1]
    inputs, ids = {"y_true": y, "y_pred": x, "w": None}, [0, 1, 0, 0, 0, 0, 1]
    states = ways.by_group(metric._statistic, inputs, ids, 2)
    kept = [[sorted(r.tolist()) for r in group] for group in states.values]
    assert kept == [[[0, 1, 5], [0, 0, 3]], [[0, 0, 0], [0, 2, 7]]]

    rows = x[:6].reshape(3, 2)
    w = np.array([[1, 0], [1, 1], [0, 1]], np.float32)
    columns = Kept(2, (-1,)).observe(rows, w)
    assert [sorted(r.tolist()) for r in columns.values] == [[1, 3], [4, 6]]
    twice = metrax.merge(columns, columns)
    assert twice.refused.value.tolist() == [2, 2]


def test_too_many_groups_for_the_capacity_raise():
    metric = Kept(1 << 20)
    with pytest.raises(metrax.MetraxError, match="beyond int32"):
        jax.eval_shape(
            lambda x, ids: ways.by_group(metric._statistic, {"values": x, "w": None}, ids, 1 << 12),
            *(jax.ShapeDtypeStruct((4,), dtype) for dtype in (jnp.float32, jnp.int32)),
        )


def test_in_64_bits_nothing_is_rounded(x64):
    x = np.array([1 + 2.0**-40, 3.0, 2.0])
    state = WeightedMedian(4).observe(x)
    assert {leaf.dtype.name for leaf in jax.tree.leaves(state)} == {"float64"}
    assert content(state) == sorted((v, 1.0) for v in x.tolist())


def test_a_donated_state_is_reused():
    metric = WeightedMedian(4096)
    state, x = jax.eval_shape(metric.init), jax.ShapeDtypeStruct((16,), jnp.float32)
    compiled = jax.jit(metric.update, donate_argnums=0).lower(state, x).compile()
    assert compiled.memory_analysis().alias_size_in_bytes >= 2 * 4 * 4096
    donated = jax.jit(metric.update, donate_argnums=0)
    assert float(metric.compute(donated(metric.init(), np.arange(5.0)))) == 2
