"""What a state is beside its arrays: how many axes one has, its fields, what may be redefined."""

import copy
import dataclasses
import functools
import pickle

import flax.serialization
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import export

import metrax
import metrax.interop.flax
from metrax.accumulators import Max, Moments, Sum

F1 = metrax.F1Score(average="macro", num_classes=3)
ROWS = np.eye(3, dtype=np.float32)
TRUE = ROWS[np.array([[0, 1, 2, 2], [1, 1, 0, 2]])]
PRED = ROWS[np.array([[0, 1, 1, 2], [1, 2, 0, 0]])]


def stacked(metric=F1, true=TRUE, pred=PRED):
    """A state for each of two batches, as a forgotten vmap leaves them."""
    return jax.vmap(metric.update)(metrax.stack(metric.init(), 2), true, pred)


def test_compute_of_stacked_states_raises():
    with pytest.raises(metrax.MetraxError, match=r"F1Score.*stacked\. Use jax.vmap"):
        F1.compute(stacked())
    with pytest.raises(metrax.MetraxError, match="stacked"):
        jax.jit(F1.compute)(stacked())
    each = jax.vmap(F1.compute)(stacked())
    np.testing.assert_allclose(each, [F1(*batch) for batch in zip(TRUE, PRED, strict=True)])
    whole = F1(TRUE.reshape(-1, 3), PRED.reshape(-1, 3))
    assert F1.compute(metrax.merge_stacked(stacked())) == whole


def test_compute_of_stacked_states_raises_where_the_shape_depends_on_data():
    unsized = metrax.F1Score(average="macro")
    states = jax.vmap(unsized.observe)(TRUE, PRED)
    with pytest.raises(metrax.MetraxError, match="stacked"):
        unsized.compute(states)
    assert unsized.compute(unsized.observe(TRUE[0], PRED[0])) == F1(TRUE[0], PRED[0])


def test_compute_of_a_stacked_collection_raises():
    metrics = metrax.Collection(f1=F1, mse=metrax.MeanSquaredError())
    with pytest.raises(metrax.MetraxError, match=r"\['f1'\].*stacked"):
        metrics.compute(stacked(metrics))


def test_compute_of_another_configurations_state_raises():
    with pytest.raises(metrax.MetraxError, match=r"has shape \(2, 101\); expected \(2, 201\)"):
        metrax.AUC().compute(metrax.AUC(num_thresholds=100).init())
    with pytest.raises(metrax.MetraxTypeError, match="got a Mean; expected a Confusion"):
        metrax.MeanIoU(3).compute(metrax.Mean().init())


def test_merge_stacked_of_one_state_raises():
    f1 = F1.observe(TRUE[0], PRED[0])
    iou = metrax.MeanIoU(3).observe([0, 1, 2], [0, 1, 1])
    for state in (f1, iou, {"a": metrax.R2Score(num_outputs=2).init()}):
        with pytest.raises(metrax.MetraxError, match="not stacked"):
            metrax.merge_stacked(state)
    with pytest.raises(metrax.MetraxError, match="not stacked"):
        metrax.merge_stacked(metrax.merge_stacked(stacked()))


def test_states_stacked_twice_merge_twice():
    twice = jax.tree.map(lambda x: jnp.stack([x, x]), stacked())
    once = F1.observe(TRUE.reshape(-1, 3), PRED.reshape(-1, 3))
    merged = metrax.merge_stacked(metrax.merge_stacked(twice, axis=1))
    assert F1.compute(merged) == F1.compute(once)


@pytest.mark.parametrize(
    "through",
    [
        lambda states: pickle.loads(pickle.dumps(states)),
        copy.deepcopy,
        lambda states: flax.serialization.from_bytes(states, flax.serialization.to_bytes(states)),
        lambda states: jax.tree.map(jnp.copy, states),
        jax.jit(lambda states: states),
        lambda states: jax.lax.scan(lambda c, x: (c, x), 0, states)[1],
        lambda states: export.deserialize(
            export.export(jax.jit(lambda s: s))(states).serialize()
        ).call(states),
        lambda states: metrax.merge(states, metrax.stack(F1.init(), 2)),
    ],
    ids=["pickle", "copy", "flax", "map", "jit", "scan", "export", "merge"],
)
def test_states_stay_known_as_stacked(through):
    states = through(stacked())
    assert jax.tree.structure(states) == jax.tree.structure(stacked())
    assert F1.compute(metrax.merge_stacked(states)) == F1.compute(metrax.merge_stacked(stacked()))
    one = jax.tree.map(lambda x: x[0], states)
    with pytest.raises(metrax.MetraxError, match="not stacked"):
        metrax.merge_stacked(one)


def test_one_stacked_state_and_one_of_that_shape_do_not_merge():
    labels = metrax.AUC(multi_label=True, num_labels=2).init()
    models = metrax.stack(metrax.AUC().init(), 2)
    assert labels.positives.hi.shape == models.positives.hi.shape
    with pytest.raises(metrax.MetraxError, match="stacked"):
        metrax.merge(labels, models)
    with pytest.raises(metrax.MetraxError, match="stacked"):
        metrax.AUC().update(models, [0, 1], [0.2, 0.7])


def test_accumulators_made_by_hand_fit_everywhere():
    mean = metrax.Mean()
    seen = mean.observe([1.0, 3.0])
    by_hand = type(seen)(Sum(seen.total.hi, seen.total.lo), Sum.of(jnp.ones(2)))
    assert jax.tree.structure(by_hand) == jax.tree.structure(seen)
    assert float(mean.compute(metrax.merge(by_hand, seen))) == 2
    stacked = jax.tree.map(lambda *xs: jnp.stack(xs), by_hand, seen)
    assert float(mean.compute(metrax.merge_stacked(stacked))) == 2

    def step(state, x):
        return dataclasses.replace(state, weight=Sum.of(x)), None

    state, _ = jax.lax.scan(step, mean.init(), jnp.ones((2, 3)))
    assert float(state.weight.value) == 3


class Spread(metrax.State):
    moments: Moments
    largest: Max

    @functools.cached_property
    def scaled(self):
        return self.moments.variance / self.largest.value


def spread(*values):
    x = jnp.asarray(values)
    return Spread(Moments.of(x), Max.of(x))


def test_a_cached_property_neither_merges_nor_travels():
    a, b = spread(1.0, 3.0), spread(5.0)
    assert float(a.scaled) == pytest.approx(1 / 3)
    both = metrax.merge(a, b)
    assert float(both.scaled) == pytest.approx(float(spread(1.0, 3.0, 5.0).scaled))
    assert float(metrax.merge(b, a).largest.value) == 5
    assert "scaled" not in vars(pickle.loads(pickle.dumps(a)))
    assert "scaled" not in vars(jax.tree.map(lambda x: x, a))
    assert len(jax.tree.leaves(a)) == 7


def override(base, name):
    return lambda: type("Mine", (base,), {name: lambda self, *args: None})


@pytest.mark.parametrize(
    ("base", "name", "hint"),
    [
        (metrax.AUC, "compute", "define `read`"),
        (metrax.Mean, "update", "contribute"),
        (metrax.Mean, "observe", "contribute"),
        (metrax.Mean, "init", "example"),
        (metrax.Mean, "merge", "combine"),
        (metrax.Mean, "__call__", "another name"),
        (metrax.Collection, "compute", "define `read`"),
        (metrax.Mean, "__post_init__", "validate"),
        (metrax.statistics.WeightedMean, "observe", "contribute"),
        (metrax.State, "merge", "combine"),
        (Sum, "merge", "combine"),
    ],
    ids=str,
)
def test_final_methods_cannot_be_redefined(base, name, hint):
    with pytest.raises(metrax.MetraxTypeError, match=rf"Mine: .*{name}.* final .*{hint}"):
        override(base, name)()


def test_final_methods_cannot_be_redefined_by_a_mixin():
    class Mixin:
        def compute(self, state):
            return 0

    with pytest.raises(metrax.MetraxTypeError, match=r"Mixin, but Metric\.compute is final"):
        type("Mine", (Mixin, metrax.Mean), {})
    assert type("Mine", (metrax.Mean, Mixin), {}) is not None  # the metric's own comes first


def test_hooks_are_called_in_a_collection():
    class Doubled(metrax.MeanSquaredError):
        def read(self, state):
            return 2 * super().read(state)

    both = metrax.Collection(plain=metrax.MeanSquaredError(), doubled=Doubled())
    assert {k: float(x) for k, x in both([0.0], [3.0]).items()} == {"plain": 9, "doubled": 18}


def test_a_list_of_states_merges():
    mean = metrax.Mean()
    states = [mean.observe([x]) for x in (1.0, 2.0, 6.0)]
    assert float(mean.compute(metrax.merge(states))) == 3
    assert float(mean.compute(mean.merge(states))) == 3
    trees = [{"mean": state, "step": i} for i, state in enumerate(states)]
    merged = metrax.merge(trees)
    assert float(merged["mean"].mean) == 3
    assert merged["step"] == 0
    assert metrax.merge(states[:1]) is not states
    pairs = metrax.merge([states[0], states[1]], [states[1], states[2]])  # trees that are lists
    assert [float(x.mean) for x in pairs] == [1.5, 4]
    with pytest.raises(metrax.MetraxTypeError, match="empty list"):
        metrax.merge([])


def test_compute_of_several_states_says_to_merge_them():
    mean = metrax.Mean()
    for states in ([mean.init()] * 2, (mean.init(),) * 2):
        with pytest.raises(metrax.MetraxTypeError, match=r"Mean\(\).*of 2; .*metrax.merge"):
            mean.compute(states)


@pytest.mark.parametrize("metric", [metrax.Mean(), metrax.Collection(mean=metrax.Mean().on("x"))])
@pytest.mark.parametrize("what", [None, "abc", 1.0, {"a": 1}, [], np.ones(3), ...], ids=str)
def test_compute_of_what_is_no_state_raises(metric, what):
    with pytest.raises(metrax.MetraxTypeError, match="pass what"):
        metric.compute(what)


def test_compute_raises_for_what_it_would_drop():
    metrics = metrax.Collection(loss=metrax.Mean().on("loss"), mse=metrax.MeanSquaredError())
    state = metrics.init()
    with pytest.raises(metrax.MetraxError, match=r"\[\"\['lr'\]\"\] beside .* lacks nothing"):
        metrics.compute({**state, "lr": 0.1})
    with pytest.raises(metrax.MetraxError, match=r"\['extra'\].total|\['extra'\]"):
        metrics.compute({**state, "extra": metrax.Mean().init()})
    with pytest.raises(metrax.MetraxError, match=r"lacks .*\['mse'\]"):
        metrics.compute({"loss": state["loss"]})
    with pytest.raises(metrax.MetraxTypeError, match="got a dict"):
        metrax.Mean().compute({"loss": state["loss"], "lr": 0.1})


def test_a_typo_in_a_readout_is_not_blamed_on_the_state():
    class Typo(metrax.Mean):
        def read(self, state):
            return state.maen

    with pytest.raises(AttributeError, match="maen"):
        Typo()([1.0])


def test_merge_stacked_keeps_numbers_beside_the_states():
    mean = metrax.Mean()
    states = jax.vmap(mean.observe)(jnp.arange(6.0).reshape(3, 2))
    tree = {"m": states, "epoch": 7, "lr": 0.1, "step": jnp.int32(5), "seeds": jnp.arange(3)}
    merged = metrax.merge_stacked(tree | {"note": "x", "none": None})
    assert float(mean.compute(merged.pop("m"))) == 2.5
    assert merged == {
        "epoch": 7, "lr": 0.1, "step": 5, "seeds": 0, "note": "x", "none": None
    }  # fmt: skip
    with pytest.raises(metrax.MetraxError, match=r"\['w'\] has shape \(2, 2\).*3 along axis 0"):
        metrax.merge_stacked({"m": states, "w": jnp.ones((2, 2))})


def test_a_train_state_with_a_python_integer_merges():
    import optax
    from flax.training import train_state

    class TrainState(train_state.TrainState):
        metrics: metrax.State

    mean = metrax.Mean()
    state = TrainState.create(
        apply_fn=None, params={"w": jnp.ones(3)}, tx=optax.sgd(0.1), metrics=mean.init()
    )
    assert state.step == 0
    stacked = jax.tree.map(lambda x: jnp.stack([x] * 2), state.replace(step=3)).replace(step=3)
    merged = metrax.merge_stacked(stacked)
    assert merged.step == 3
    assert merged.params["w"].shape == (3,)
