"""What is hard about rows: ones, booleans, inputs by keyword, no examples, mixed dtypes."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import metrax
from metrax import accumulators as acc
from metrax.core import pieces, ways
from metrax.kernels.cells import sum_cells
from tests.accumulators.own import Latest

LABELS = np.array([0, 1, 1, 2, 2, 2], np.int32)
GUESSES = np.array([0, 1, 2, 2, 2, 0], np.int32)
X = np.arange(6, dtype=np.float32)


def statistic(contribute):
    return type("Own", (metrax.Statistic,), {"contribute": contribute})()


def observe(contribute, w=None):
    given = {"y_true": LABELS, "y_pred": GUESSES, "w": w}
    return statistic(contribute).observe(given)


def value(state):
    return np.asarray(state.value if hasattr(state, "value") else state.mean)


@pytest.mark.parametrize("kind", [acc.Max, acc.Min, acc.Mean, acc.Moments, acc.Sum], ids=str)
def test_any_accumulator_takes_a_one_and_booleans(kind):
    counts = np.bincount(LABELS) if kind is acc.Sum else np.ones(3)
    ones = observe(lambda self, y_true, y_pred: kind.each(1, at=y_true, shape=3))
    np.testing.assert_array_equal(value(ones), counts)
    w = np.array([0, 1, 1, 1, 1, 1], np.float32)
    read = {acc.Max: np.max, acc.Min: np.min, acc.Sum: np.sum}.get(kind, np.mean)
    right = observe(lambda self, y_true, y_pred: kind.each(y_true == y_pred), w)
    assert value(right) == pytest.approx(float(read((LABELS == GUESSES)[1:])))


class Masked(metrax.Metric):
    def contribute(self, values, *, mask=None):
        return acc.Mean.each(values, w=mask)

    def read(self, state):
        return state.mean


def test_an_input_by_keyword_is_not_lined_up_with_the_first():
    assert float(Masked()(X)) == 2.5
    assert float(Masked()(X, mask=X > 3)) == 4.5
    assert float(metrax.by_shard(Masked(), 4)(X)) == 2.5


def test_what_may_be_left_out_may_be_in_a_collection():
    mean = metrax.Collection(a=Masked())
    assert float(mean(values=X)["a"]) == 2.5
    assert float(mean(values=X, mask=X > 3)["a"]) == 4.5
    routed = metrax.Collection(a=Masked().on("loss"), b=Masked().on("loss", "m"))
    values = routed(loss=X, m=X > 3)
    assert (float(values["a"]), float(values["b"])) == (2.5, 4.5)
    with pytest.raises(metrax.MetraxTypeError, match="needs the output 'm'"):
        routed(loss=X)


class Table(metrax.Metric):
    def contribute(self, y_true, y_pred, *, table):
        return acc.Mean.each(table[y_true])

    def read(self, state):
        return state.mean


def test_by_shard_an_input_of_another_length_is_not_cut():
    table = np.array([1, 2, 4, 8], np.float32)
    assert float(Table()(LABELS, GUESSES, table=table)) == pytest.approx(table[LABELS].mean())
    with pytest.raises(metrax.MetraxError, match=r"table: got float32\[4\] beside inputs of 6"):
        metrax.by_shard(Table(), 2).observe(LABELS, GUESSES, table=table)


@pytest.mark.parametrize("shape", [0, -2, 3.0, "3", (3, 0)])
def test_a_shape_that_is_none_is_named(shape):
    at = (LABELS, LABELS) if isinstance(shape, tuple) else LABELS
    with pytest.raises(metrax.MetraxError, match=r"Sum\.each: shape: got"):
        observe(lambda self, y_true, y_pred: acc.Sum.each(1, at=at, shape=shape))


def test_no_examples_into_a_large_state():
    metric, none = metrax.MeanIoU(num_classes=300), np.zeros(0, np.int32)
    state = metric.update(metric.init(), LABELS, LABELS)
    assert float(metric.compute(metric.update(state, none, none))) == 1


def test_blocks_of_a_number_are_refused():
    with pytest.raises(metrax.MetraxError, match="by_block: got numbers"):
        ways.by_block(metrax.Mean()._statistic, {"values": 3.0, "w": None}, 2)


class Labels(metrax.Metric):
    def contribute(self, y_true, y_pred):
        return acc.Sum.each(1, at=y_true, shape=3)

    def read(self, state):
        return state.value


@pytest.mark.usefixtures("x64")
def test_members_of_two_dtypes_in_one_collection():
    both = metrax.Collection(a=Labels(dtype="float32"), b=Labels(dtype="float64"))
    values = both.compute(both.update(both.init(), jnp.asarray(LABELS), jnp.asarray(GUESSES)))
    assert (values["a"].dtype, values["b"].dtype) == (np.float32, np.float64)
    for x in values.values():
        np.testing.assert_array_equal(x, np.bincount(LABELS))


@pytest.mark.parametrize("at", [None, 3])
def test_weight_zero_leaves_no_trace_in_an_accumulator_of_ones_own(at):
    cell = {} if at is None else {"at": np.zeros(6, np.int32), "shape": at}
    rows = statistic(lambda self, time, price: Latest.each(time, price, **cell))
    time = np.array([3, 9, 5, np.nan, 2, 1], np.float32)
    w = np.array([1, 0, 1, 0, 1, 1], np.float32)
    state = rows.observe({"time": time, "price": X, "w": w})
    assert float(state.value.reshape(-1)[0]) == 2
    nothing = rows.observe({"time": time, "price": X, "w": 0 * w})
    assert not np.asarray(nothing.value).any()


def test_a_lift_of_other_shapes_is_named():
    class Two(metrax.Accumulator):
        neutral = 0.0
        value: jax.Array

        @classmethod
        def lift(cls, x, w):
            return cls(jnp.stack([x, x], -1))

        def combine(self, other):
            return Two(self.value + other.value)

    for cell in ({}, {"at": LABELS, "shape": 3}):
        with pytest.raises(metrax.MetraxError, match=r"Two\.lift returned arrays of shapes"):
            statistic(_each(Two, cell)).observe({"values": X, "w": None})


def _each(kind, cell):
    return lambda self, values: kind.each(values, **cell)


def mapped(fn, *specs):
    mesh = jax.make_mesh((8,), ("data",), axis_types=(jax.sharding.AxisType.Auto,))
    whole = jax.sharding.PartitionSpec()
    return jax.jit(jax.shard_map(fn, mesh=mesh, in_specs=specs, out_specs=whole))


@pytest.mark.devices(8)
def test_ones_by_cell_of_ones_own_under_shard_map():
    own = statistic(lambda self, y_true, y_pred: Latest.each(1, 2, at=y_true, shape=3))

    def step(y):
        return metrax.pmerge(own.observe({"y_true": y, "y_pred": y, "w": None}), "data").value

    y = np.repeat([0, 2], 8).astype(np.int32)
    np.testing.assert_array_equal(mapped(step, jax.sharding.PartitionSpec("data"))(y), [2, 0, 2])


@pytest.mark.devices(8)
def test_pieces_under_shard_map_with_a_weight_that_all_devices_share(monkeypatch):
    monkeypatch.setattr(pieces, "LARGE", 1 << 6)
    monkeypatch.setattr(pieces, "PIECE", 1 << 5)
    jax.clear_caches()
    metric = metrax.Collection(["mean_squared_error", "mean_absolute_error", "log_cosh_error"])
    data, whole = jax.sharding.PartitionSpec("data"), jax.sharding.PartitionSpec()

    def step(y, p, w):
        return metric.compute(metrax.pmerge(metric.observe(y, p, w), "data"))

    y, p = np.random.default_rng(0).random((2, 1024), np.float32)
    values = mapped(step, data, data, whole)(y, p, np.float32(0.5))
    jax.clear_caches()
    assert float(values["mean_squared_error"]) == pytest.approx(((y - p) ** 2).mean(), rel=1e-6)


@pytest.mark.parametrize("cells", [1 << 17, 1_000_000])
def test_memory_of_sums_in_many_cells_does_not_grow_with_their_product(cells):
    n = 1 << 20
    cell, x = (jax.ShapeDtypeStruct((n,), dtype) for dtype in (jnp.int32, jnp.float32))
    program = jax.jit(lambda cell, x: sum_cells(cell, cells, [x])).lower(cell, x).compile()
    assert program.memory_analysis().temp_size_in_bytes < 24 * (n + 2 * cells)


def test_equal_numbers_in_one_of_many_cells():
    n, x = 1 << 17, np.float32(0.1)
    (hi, lo), *_ = jax.jit(lambda c, x: sum_cells(c, 1 << 15, [x]))(
        np.full(n, 7, np.int32), np.full(n, x)
    )
    assert float(hi[7]) + float(lo[7]) == pytest.approx(float(x) * n, rel=2e-7)


def test_what_is_not_finite_stays_in_its_cell_of_many():
    cell, x = np.arange(64, dtype=np.int32) % 16, np.ones(64, np.float32)
    x[[1, 2]] = np.nan, np.inf
    (hi, lo), *_ = jax.jit(lambda c, x: sum_cells(c, 1 << 15, [x]))(cell, x)
    np.testing.assert_array_equal((hi + lo)[:4], [4, np.nan, np.inf, 4])
