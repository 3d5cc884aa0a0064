"""Mistakes that ``shard_map`` lets one see: states merged twice, classes cut by hand."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.sharding import AxisType
from jax.sharding import PartitionSpec as P

import metrax
from metrax.core.sharding import varying

pytestmark = pytest.mark.devices(8)

rng = np.random.default_rng(0)
LABELS = rng.integers(0, 16, 32)
SCORES = rng.random((32, 16), np.float32)
MEAN = metrax.Mean()


def mapped(fn, in_specs, out_specs=None, **options):
    mesh = jax.make_mesh((2, 4), ("data", "model"), axis_types=(AxisType.Auto,) * 2)
    out_specs = P() if out_specs is None else out_specs
    return jax.jit(jax.shard_map(fn, mesh=mesh, in_specs=in_specs, out_specs=out_specs, **options))


def test_a_state_merged_twice_raises():
    def twice(x):
        return metrax.pmerge(metrax.pmerge(MEAN.observe(x), "data"), "data")

    with pytest.raises(metrax.MetraxError, match=r"'data': it was merged .* 2 times.*pcast"):
        mapped(twice, P("data"))(SCORES)


def test_a_state_of_equal_data_raises_and_can_be_counted_for_each():
    def merged(x):
        return metrax.pmerge(MEAN.observe(x), "data")

    with pytest.raises(metrax.MetraxError, match="'data'"):
        mapped(merged, P())(SCORES)

    def counted(x):
        return metrax.pmerge(jax.lax.pcast(MEAN.observe(x), "data", to="varying"), "data")

    assert float(mapped(counted, P())(SCORES).weight.value) == 2 * SCORES.size


def test_every_axis_is_looked_at_on_its_own():
    def merged(names):
        return lambda x: metrax.pmerge(MEAN.observe(x), names)

    with pytest.raises(metrax.MetraxError, match="'model'"):
        mapped(merged(("data", "model")), P("data"))(SCORES)
    both = mapped(merged(("data", "model")), P("data", "model"))(SCORES)
    assert float(both.weight.value) == SCORES.size


def test_the_whole_state_is_judged():
    def merged(x):
        seen = MEAN.observe(x)
        assert varying(seen.total.hi)
        assert not varying(seen.weight.hi)
        return metrax.pmerge({"loss": seen, "count": metrax.Sum().observe(float(len(x)))}, "data")

    state = mapped(merged, P("data"))(SCORES)  # both weights are constants
    assert float(MEAN.compute(state["loss"])) == pytest.approx(SCORES.mean(), rel=1e-6)
    assert float(metrax.Sum().compute(state["count"])) == 32


def test_merging_in_a_loop_is_wrong_and_the_pattern_on_the_page_is_right():
    batches = SCORES.reshape(4, 8, 16)

    def in_the_loop(xs):
        state = MEAN.init()
        for x in xs:
            state = metrax.pmerge(MEAN.update(state, x), "data")
        return state.weight.value

    def at_the_end(xs):
        mine = MEAN.init()
        for x in xs:
            mine = MEAN.update(mine, x)
        return metrax.pmerge(mine, "data").weight.value

    def shown_in_the_loop(xs):
        mine, shown = MEAN.init(), []
        for x in xs:
            mine = MEAN.update(mine, x)
            shown.append(metrax.pmerge(mine, "data").weight.value)
        return jnp.stack(shown)

    assert float(mapped(in_the_loop, P(None, "data"))(batches)) > batches.size  # nobody can tell
    assert float(mapped(at_the_end, P(None, "data"))(batches)) == batches.size
    shown = mapped(shown_in_the_loop, P(None, "data"))(batches)
    np.testing.assert_array_equal(shown, 128 * np.arange(1, 5))


def test_a_plain_psum_is_right_for_means_and_wrong_for_r2():
    y, p = rng.normal(size=32), rng.normal(size=32)
    y[:16] += 3
    p = (0.7 * y + 0.3 * p).astype(np.float32)

    def values(y, p):
        r2, mse = metrax.R2Score(num_outputs=1), metrax.MeanSquaredError()
        summed = jax.lax.psum((r2.observe(y, p), mse.observe(y, p)), "data")
        merged = metrax.pmerge((r2.observe(y, p), mse.observe(y, p)), "data")
        return [(r2.compute(a), mse.compute(b)) for a, b in (summed, merged)]

    summed, merged = mapped(values, P("data"))(np.float32(y), p)
    expected = 1 - np.sum((y - p) ** 2) / np.sum((y - y.mean()) ** 2)
    assert float(merged[0]) == pytest.approx(expected, rel=1e-5)
    assert abs(float(summed[0]) - expected) > 0.01
    assert float(summed[1]) == pytest.approx(float(merged[1]), rel=1e-6)


CUT = [
    metrax.SparseCategoricalAccuracy(),
    metrax.SparseTopKCategoricalAccuracy(k=2),
    metrax.SparseCategoricalCrossentropy(from_logits=True),
]


@pytest.mark.parametrize("metric", [*CUT, metrax.Collection([CUT[0]])], ids=lambda m: m.name)
def test_a_class_axis_cut_by_hand_raises(metric):
    evaluate = mapped(lambda y, p: metric(y, p), (P("data"), P("data", "model")), P("data"))
    with pytest.raises(metrax.MetraxError, match=r"y_pred: .*'model'.* axis_names.*pcast"):
        evaluate(LABELS, SCORES)
    routed = metric.on("labels", "logits")
    evaluate = mapped(lambda y, p: routed(labels=y, logits=p), (P(), P(None, "model")))
    with pytest.raises(metrax.MetraxError, match=r"y_pred: .*'model'"):
        evaluate(LABELS, SCORES)


@pytest.mark.parametrize("metric", CUT, ids=lambda m: m.name)
def test_an_automatic_class_axis_is_right(metric):
    def merged(y, p):
        return metric.compute(metrax.pmerge(metric.observe(y, p), "data"))

    evaluate = mapped(merged, P("data"), axis_names={"data"})
    mesh = jax.make_mesh((2, 4), ("data", "model"), axis_types=(AxisType.Auto,) * 2)
    cut = jax.device_put(SCORES, jax.NamedSharding(mesh, P("data", "model")))
    np.testing.assert_allclose(evaluate(LABELS, cut), metric(LABELS, SCORES), rtol=1e-5)


def test_both_inputs_cut_along_the_classes_are_wrong_and_nobody_can_tell():
    one_hot = np.eye(16, dtype=np.float32)[LABELS]
    scores = one_hot.copy()
    scores[:16] = np.roll(one_hot, 4, axis=1)[:16]  # half of them right
    metric = metrax.CategoricalAccuracy()

    def cut(y, p):
        return metric.compute(metrax.pmerge(metric.observe(y, p), "model"))

    by_hand = mapped(cut, (P(None, "model"), P(None, "model")))(one_hot, scores)
    assert float(metric(one_hot, scores)) == 0.5
    assert abs(float(by_hand) - 0.5) > 0.1


def test_an_ensemble_over_a_mesh_axis_with_the_same_labels():
    metric, members = CUT[0], rng.random((4, 32, 16), np.float32)

    def value(y, p):
        return metric(jax.lax.pcast(y, "model", to="varying"), p[0])[None]

    values = mapped(value, (P(), P("model")), P("model"))(LABELS, members)
    np.testing.assert_allclose(values, [metric(LABELS, p) for p in members])


def test_labels_made_from_the_predictions_pass():
    def value(p):
        metric = metrax.BinaryAccuracy()
        return metric.compute(metrax.pmerge(metric.observe(jnp.ones_like(p), p), "data"))

    expected = np.mean(SCORES > 0.5)
    assert float(mapped(value, P("data"))(SCORES)) == pytest.approx(expected)
