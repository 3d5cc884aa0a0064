"""Arithmetic of metrics, readouts of one's own, and what collections do like dictionaries."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import metrax

Y, PRED = [1, 0, 1, 1, 0], [0.9, 0.8, 0.7, 0.1, 0.2]
P, R, A = metrax.Precision(), metrax.Recall(), metrax.BinaryAccuracy()


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        (P + R, 4 / 3),
        (P - 1, -1 / 3),
        (1 - A, 0.4),
        (P * 3, 2),
        (6 / P, 9),
        (P / R, 1),
        (P**2, 4 / 9),
        (2**P, 2 ** (2 / 3)),
        (-A, -0.6),
        (2 * P * R / (P + R), 2 / 3),
        (1 - (P - (R - A)) ** 2 / 2, 1 - 0.18),
    ],
    ids=str,
)
def test_arithmetic_is_that_of_the_values(metric, value):
    assert float(metric(Y, PRED)) == pytest.approx(value, rel=1e-6)
    again = eval(repr(metric), {"metrax": metrax})
    assert float(again(Y, PRED)) == float(metric(Y, PRED))
    assert metrax.deserialize(metrax.serialize(metric)) == metric


def test_nothing_over_nothing_is_zero():
    assert float((P / R).compute((P / R).init())) == 0
    assert float((P / (1 - P))([1], [0.9])) == 0  # as x/0 everywhere


def test_states_are_shared_in_an_expression_and_with_the_collection_around_it():
    f1 = 2 * P * R / (P + R)
    assert len(f1.init()) == 1
    collection = metrax.Collection(precision=P, f1=f1, error=1 - A)
    assert set(collection.init()) == {"precision", "error/0"}
    assert float(collection(Y, PRED)["f1"]) == pytest.approx(2 / 3)


def test_expressions_are_routed_grouped_and_merged():
    f1 = 2 * P * R / (P + R)
    ids = [0, 0, 0, 1, 1]
    grouped = metrax.Grouped(f1, 2)
    assert grouped(Y, PRED, groups=ids).tolist() == pytest.approx([0.8, 0])
    inside = metrax.Collection(f1=grouped)(Y, PRED, groups=ids)["f1"]
    assert inside.tolist() == pytest.approx([0.8, 0])
    routed = f1.on("labels", "scores")
    assert float(routed(labels=Y, scores=PRED)) == pytest.approx(2 / 3)
    halves = [f1.observe(Y[i], PRED[i]) for i in (slice(2), slice(2, 5))]
    assert float(f1.compute(metrax.merge(halves))) == pytest.approx(2 / 3)


def test_two_streams_in_one_expression():
    gain = metrax.Mean().on("after") - metrax.Mean().on("before")
    assert float(gain(after=[3.0, 5.0], before=[1.0, 2.0])) == 2.5


def test_dictionaries_and_vectors_go_element_by_element():
    named = metrax.Grouped(metrax.Mean(), 2, names=("a", "b"))
    value = (100 * named)([1.0, 3.0], groups=[0, 1])
    assert {k: float(v) for k, v in value.items()} == {"a": 100, "b": 300}


@pytest.mark.parametrize("other", ["x", None, True, [1]], ids=str)
def test_what_is_no_operand_is_pythons_error(other):
    with pytest.raises(TypeError):
        P + other


def test_a_collection_is_no_operand():
    with pytest.raises(metrax.MetraxTypeError, match=r"collection\['name'\]"):
        1 - metrax.Collection([P])


def test_a_readout_of_ones_own():
    root = metrax.Mapped(metrax.MeanSquaredError(), jnp.sqrt)
    collection = metrax.Collection(mse=metrax.MeanSquaredError(), root=root)
    assert len(collection.init()) == 1
    assert float(collection([1.0, 2.0], [4.0, 5.0])["root"]) == 3
    several = metrax.Mapped(metrax.Collection([P, R]), lambda v: v["precision"] - v["recall"])
    assert float(several(Y, PRED)) == pytest.approx(0, abs=1e-6)


def test_equal_expressions_share_a_trace():
    traces = []

    @jax.jit
    def step(metric, y, p):
        traces.append(metric)
        return metric(y, p)

    for _ in range(3):
        step(2 * metrax.Precision() - 1, np.array(Y), np.array(PRED))
    assert len(traces) == 1


def test_collections_are_like_dictionaries():
    collection = metrax.Collection(a=P, b=R, c=metrax.Collection(d=A))
    assert collection["a"] == P
    assert collection[["b", "a"]] == metrax.Collection(b=R, a=P)
    assert [*collection] == ["a", "b", "c"]
    assert len(collection) == 3
    assert dict(collection.items())["b"] == R
    assert "a" in collection
    both = collection[["a"]] | metrax.Collection(a=R, z=A)
    assert both == metrax.Collection(a=R, z=A)
    with pytest.raises(metrax.MetraxError, match=r"got the name 'x'; expected one of \['a'"):
        collection["x"]


def test_a_collection_routes_all_members_at_once():
    collection = metrax.Collection([metrax.AUC(), A]).on("labels", "scores", w="mask")
    value = collection(labels=Y, scores=PRED, mask=[1, 1, 1, 0, 0])
    assert float(value["binary_accuracy"]) == pytest.approx(2 / 3)


LOSS = metrax.Mean().on("loss")


def test_extra_outputs_are_left_out_where_that_is_asked_for():
    given = {"loss": 2.0, "gradients": [1.0]}
    with pytest.raises(metrax.MetraxTypeError, match="'gradients', which no metric reads"):
        metrax.Collection(loss=LOSS)(**given)
    assert float(metrax.Collection(loss=LOSS, extra="ignore")(**given)["loss"]) == 2
    with pytest.raises(metrax.MetraxError, match="needs the output 'loss'"):
        metrax.Collection(loss=LOSS, extra="ignore")(lss=2.0)


def test_a_partial_update_leaves_other_members_alone():
    metrics = metrax.Collection(loss=LOSS, p=P, r=R, f=2 * P + LOSS, partial=True)
    state = metrics.update(metrics.init(), loss=4.0)
    state = metrics.update(state, Y, PRED)
    state = metrics.update(state, loss=2.0)
    found = {name: float(x) for name, x in metrics.compute(state).items()}
    assert found == pytest.approx({"loss": 3, "p": 2 / 3, "r": 2 / 3, "f": 4 / 3 + 3})
    for outputs in ({"los": 1.0}, {"y_true": Y}, {}):
        with pytest.raises(metrax.MetraxTypeError, match=r"no metric reads|could be updated"):
            metrics.update(state, **outputs)
    assert metrax.deserialize(metrax.serialize(metrics)) == metrics


def test_a_misspelt_output_cannot_update_nothing():
    with pytest.raises(metrax.MetraxError, match="would update nothing"):
        metrax.Collection(loss=LOSS, extra="ignore", partial=True)
