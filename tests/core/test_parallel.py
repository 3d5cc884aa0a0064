"""How states travel between devices: how many collectives, how much memory, which bits."""

import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.sharding import AxisType
from jax.sharding import PartitionSpec as P

import metrax
from metrax.accumulators import Max, Sum
from metrax.core import parallel

pytestmark = pytest.mark.devices(8)

COLLECTIVE = re.compile(
    r" (all-reduce|all-gather|all-to-all|collective-permute|reduce-scatter)(?:-start)?\("
)
FIVE = metrax.Collection(
    loss=metrax.Mean().on("loss"),
    accuracy=metrax.BinaryAccuracy(),
    precision=metrax.Precision(thresholds=[0.3, 0.6]),
    auc=metrax.AUC(),
    iou=metrax.MeanIoU(num_classes=3).on("labels", "guesses"),
)


def mesh():
    return jax.make_mesh((8,), ("data",), axis_types=(AxisType.Auto,))


def over_devices(fn):
    return jax.jit(jax.shard_map(fn, mesh=mesh(), in_specs=P("data"), out_specs=P()))


def collectives(fn, *args):
    return COLLECTIVE.findall(fn.lower(*args).compile().as_text())


def on_each(state):
    """The same state on every device, as if each had its own."""
    return jax.lax.pcast(state, "data", to="varying")


def batch(n=64):
    rng = np.random.default_rng(0)
    return {
        "loss": rng.random(n, np.float32),
        "y_true": rng.integers(0, 2, n),
        "y_pred": rng.random(n, np.float32),
        "labels": rng.integers(0, 3, n),
        "guesses": rng.integers(0, 3, n),
    }


def test_a_collection_of_five_merges_in_one_collective():
    evaluate = over_devices(lambda xs: metrax.pmerge(FIVE.update(FIVE.init(), **xs), "data"))
    assert collectives(evaluate, batch()) == ["all-reduce"]
    merged, alone = FIVE.compute(evaluate(batch())), FIVE(**batch())
    for name, value in alone.items():
        np.testing.assert_allclose(merged[name], value, rtol=1e-6)


def spread(x):
    """A different number on each device, beyond what one float32 holds."""
    index = jax.lax.axis_index("data").astype(x.dtype)
    return Sum(2.0**24 + 2 * (x + index), jnp.full_like(x, 0.5) + 0 * index)


@pytest.mark.parametrize("limit", [parallel.GATHER_LIMIT_BYTES, 0], ids=["small", "large"])
def test_both_paths_keep_every_bit(limit, monkeypatch):
    monkeypatch.setattr(parallel, "GATHER_LIMIT_BYTES", limit)
    x = jnp.arange(13, dtype=jnp.float32)
    fn = over_devices(lambda _: metrax.pmerge({"a": spread(x), "b": Max(x)}, "data"))
    merged = fn(jnp.zeros(8))
    exact = 8 * (2**24 + 2 * np.arange(13) + 0.5) + 2 * 28
    np.testing.assert_array_equal(np.float64(merged["a"].hi) + np.float64(merged["a"].lo), exact)
    np.testing.assert_array_equal(merged["b"].value, x)
    expected = ["all-reduce"] if limit else ["all-to-all", "all-reduce"]
    assert collectives(fn, jnp.zeros(8)) == expected


def test_large_states_are_merged_in_shares():
    size = 2**20

    def merge_large(_):
        return metrax.pmerge(spread(jnp.ones(size, jnp.float32)), "data")

    compiled = over_devices(merge_large).lower(jnp.zeros(8)).compile()
    state_bytes = 2 * 4 * size
    assert compiled.memory_analysis().temp_size_in_bytes < 4 * state_bytes
    merged = compiled(jnp.zeros(8))
    assert float(merged.lo[0]) + float(merged.hi[0]) == 8 * (2**24 + 2 + 0.5) + 2 * 28


@pytest.mark.parametrize(
    "dtype", ["float32", "float64", "bfloat16", "float16", "int8", "uint16", "int32", "bool"]
)
def test_words_carry_any_dtype(dtype, x64):
    x = jnp.asarray(np.arange(-3, 9) % 5, dtype).reshape(3, 4)
    words = parallel._to_words([x, x.ravel()], rows=1)
    assert words.dtype == jnp.uint32
    back, flat = parallel._from_words(words, [x, x.ravel()])
    np.testing.assert_array_equal(back[0], x)
    np.testing.assert_array_equal(flat[0], x.ravel())


def test_nan_and_infinity_travel():
    x = jnp.asarray([np.nan, np.inf, -np.inf, -0.0])
    merged = over_devices(lambda _: metrax.pmerge(on_each(Max(x)), "data"))(jnp.zeros(8))
    np.testing.assert_array_equal(merged.value, x)


def test_one_process_merges_with_itself():
    state = metrax.Mean().init()
    assert metrax.merge_processes(state) is state
    with pytest.raises(metrax.MetraxTypeError):
        metrax.merge_processes({"a": 1})


def test_other_leaves_stay_as_they_are():
    def merge_both(_):
        return metrax.pmerge({"n": jnp.int32(5), "s": on_each(Sum.zeros())}, "data")

    fn = over_devices(merge_both)
    assert int(fn(jnp.zeros(8))["n"]) == 5


def shards_past_two_to_the_24(metric):
    """Eight states, each of 2^24 examples and a few more that a float32 would lose."""
    heavy = metric.observe([1], [0.7], [2.0**24])
    return [
        heavy.merge(metric.observe(np.ones(2 * k + 1), np.full(2 * k + 1, 0.9))) for k in range(8)
    ]


def test_shards_past_two_to_the_24_lose_nothing_in_any_order():
    metric, rng = metrax.TruePositives(), np.random.default_rng(0)
    shards = shards_past_two_to_the_24(metric)
    stacked = jax.tree.map(lambda *xs: jnp.stack(xs), *shards)
    merge_devices = over_devices(
        lambda states: metrax.pmerge(jax.tree.map(lambda x: x[0], states), "data")
    )
    merged = [merge_devices(stacked), metrax.merge_stacked(stacked)]
    merged += [metrax.merge(*(shards[i] for i in rng.permutation(8))) for _ in range(5)]
    for state in merged:
        total = state.positives
        assert int(total.hi[1]) + int(total.lo[1]) == 8 * 2**24 + 64
        np.testing.assert_array_equal(total.hi, merged[0].positives.hi)


def test_the_order_of_merging_moves_a_mean_by_one_ulp_at_most():
    rng = np.random.default_rng(0)
    mean = metrax.Mean()
    shards = [
        mean.observe(rng.normal(1e4, 1, 1000).astype(np.float32), rng.random(1000) * 2**15)
        for _ in range(8)
    ]
    exact = mean.compute(metrax.merge(*shards))
    for _ in range(20):
        value = mean.compute(metrax.merge(*(shards[i] for i in rng.permutation(8))))
        np.testing.assert_array_max_ulp(np.asarray(value), np.asarray(exact), 1)
