"""Metrics by group and along an axis, beyond what the laws hold of their rows."""

import jax
import numpy as np
import pytest

import metrax

rng = np.random.default_rng(0)
Y, P = rng.integers(0, 2, 40), rng.random(40).astype(np.float32)
IDS, OTHER = rng.integers(-1, 4, 40), rng.integers(0, 3, 40)


def alone(metric, ids, group):
    return metric.observe(Y[ids == group], P[ids == group])


@pytest.mark.parametrize("metric", [metrax.AUC(), metrax.Precision(), metrax.BinaryIoU()], ids=str)
def test_counts_by_group_are_each_groups_alone_bit_for_bit(metric):
    states = metrax.Grouped(metric, 4).observe(Y, P, groups=IDS)
    for group in range(4):
        for mine, theirs in zip(
            *map(jax.tree.leaves, (states, alone(metric, IDS, group))), strict=True
        ):
            np.testing.assert_array_equal(mine[group], theirs)


def test_products_of_divisions_are_groups_of_their_own():
    metric = metrax.Grouped(metrax.MeanAbsoluteError(), (4, 3))
    value = metric(Y, P, groups=(IDS, OTHER))
    assert value.shape == (4, 3)
    for a in range(4):
        for b in range(3):
            i = (a == IDS) & (b == OTHER)
            expected = np.abs(Y[i] - P[i]).mean() if i.any() else 0
            assert float(value[a, b]) == pytest.approx(expected, abs=1e-6)
    np.testing.assert_array_equal(metric(Y, P, groups=np.stack([IDS, OTHER])), value)


def test_names_make_a_dictionary_in_their_order():
    named = metrax.Grouped(metrax.Mean(), (2, 2), names=(("b", "a"), ("y", "x")))
    value = named([1.0, 2.0, 3.0, 4.0], groups=([0, 0, 1, 1], [0, 1, 0, 1]))
    assert {k: float(v) for k, v in value.items()} == {"b/y": 1, "b/x": 2, "a/y": 3, "a/x": 4}
    assert list(value) == ["b/y", "b/x", "a/y", "a/x"]
    collection = metrax.Collection(
        acc=metrax.Grouped(metrax.BinaryAccuracy(), 2, names=("cats", "dogs")).on(
            "labels", "scores", groups="animal"
        )
    )
    assert list(collection(labels=[1, 0], scores=[1.0, 1.0], animal=[0, 1])) == [
        "acc/cats",
        "acc/dogs",
    ]


def test_readouts_over_groups_leave_out_those_without_data():
    error = metrax.Grouped(metrax.MeanAbsoluteError(), 3)
    state = error.observe([1.0, 1.0, 1.0], [1.5, 1.5, 3.0], [1, 3, 2], groups=[0, 0, 2])
    assert error.weights(state).tolist() == [4, 0, 2]
    assert float(error.worst(state)) == 2
    assert float(error.gap(state)) == 1.5
    assert float(error.ratio(state)) == 0.25
    assert float(error.macro(state)) == 1.25
    none = error.init()
    assert [float(read(none)) for read in (error.worst, error.gap, error.ratio, error.macro)] == [
        0
    ] * 4


def test_the_worst_goes_by_the_metrics_direction():
    accuracy = metrax.Grouped(metrax.BinaryAccuracy(), 2)
    state = accuracy.observe([1, 1, 0], [0.9, 0.1, 0.1], groups=[0, 0, 1])
    assert float(accuracy.worst(state)) == 0.5
    mean = metrax.Grouped(metrax.Mean(), 2)
    with pytest.raises(metrax.MetraxError, match="higher_is_better=True or False"):
        mean.worst(mean.init())
    assert float(mean.worst(mean.observe([1.0, 2.0], groups=[0, 1]), higher_is_better=True)) == 1


def test_collections_are_grouped_as_one():
    collection = metrax.Collection([metrax.Precision(), metrax.Recall(), metrax.AUC()])
    grouped = metrax.Grouped(collection, 4)
    values = grouped(Y, P, groups=IDS)
    inside = metrax.Collection({name: metrax.Grouped(m, 4) for name, m in collection.items()})
    for name, value in inside(Y, P, groups=IDS).items():
        np.testing.assert_array_equal(values[name], value)
    assert len(inside.init()) == len(collection.init()) == 2


def test_a_group_of_any_leading_shape():
    y, p = rng.normal(size=(2, 6, 4)).astype(np.float32)
    ids = rng.integers(0, 3, (6, 4))
    value = metrax.Grouped(metrax.MeanSquaredError(), 3)(y, p, groups=ids)
    expected = [((y - p)[ids == k] ** 2).mean() for k in range(3)]
    np.testing.assert_allclose(value, expected, rtol=1e-5)


def test_a_thousand_groups_of_curves_take_the_memory_of_their_states():
    metric = metrax.Grouped(metrax.AUC(), 1000)
    compiled = jax.jit(metric.update).lower(metric.init(), Y, P, None, groups=IDS).compile()
    size = sum(x.nbytes for x in jax.tree.leaves(metric.init()))
    assert compiled.memory_analysis().temp_size_in_bytes <= 2 * size


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda m: m(Y, P), "groups: not given"),
        (lambda m: m(Y, P, groups=IDS[:7]), r"groups: got int32\[7\] for values"),
        (lambda m: m(Y, P, groups=IDS / 2), "groups: got .*expected an integer"),
        (lambda m: metrax.Grouped(m, 2), "by group already"),
        (lambda m: metrax.Grouped(metrax.AUC(), 0), "num_groups: got 0"),
        (lambda m: metrax.Grouped(metrax.AUC(), 2, names=("a", "a")), "expected 2 different"),
        (lambda m: metrax.Grouped(metrax.Windowed(metrax.AUC(), 3), 2), "no sum over examples"),
        (lambda m: m.on("y", "p", group="g"), "on: got 'group'"),
        (lambda m: m.on("y", "p"), "on: got outputs"),
    ],
)
def test_wrong_calls_say_what_to_write(call, words):
    with pytest.raises(metrax.MetraxError, match=words):
        call(metrax.Grouped(metrax.AUC(), 4))


def test_along_an_axis_is_vmap_of_the_metric():
    y, p = rng.integers(0, 2, (2, 8, 5, 3)) * 1.0
    p = (p + rng.random(p.shape)).astype(np.float32)
    w = rng.random(8).astype(np.float32)
    for axis in (1, 2, -1):
        metric = metrax.Along(metrax.MeanSquaredError(), y.shape[axis], axis)
        each = jax.vmap(lambda y, p: metrax.MeanSquaredError()(y, p, w), in_axes=axis)(y, p)
        np.testing.assert_allclose(metric(y, p, w), each, rtol=1e-6)


def test_along_and_grouped_nest_in_either_order():
    y = rng.integers(0, 2, (40, 3))
    p = rng.random((40, 3)).astype(np.float32)
    one = metrax.Along(metrax.Grouped(metrax.AUC(), 4), 3)(y, p, groups=IDS)
    other = metrax.Grouped(metrax.Along(metrax.AUC(), 3), 4)(y, p, groups=IDS)
    np.testing.assert_array_equal(one, other.T)


def test_weights_along_an_axis_of_their_own():
    metric = metrax.Along(metrax.Mean(), 2)
    value = metric([[1.0, 2.0], [3.0, 6.0]], [[1, 0], [3, 1]])
    assert value.tolist() == [2.5, 6.0]


@pytest.mark.parametrize("axis", [0, 3])
def test_the_batch_is_no_axis_to_go_along(axis):
    with pytest.raises(metrax.MetraxError, match="axis"):
        metrax.Along(metrax.Mean(), 2, axis)([[1.0, 2.0], [3.0, 4.0]])
