"""Metrics as ``flax.nnx`` metrics do what the functional ones do."""

import subprocess
import sys

import chex
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

import metrax
from metrax.interop.nnx import Metric

rng = np.random.default_rng(0)
LABELS = rng.integers(0, 4, (3, 16))
SCORES = rng.random((3, 16, 4), dtype=np.float32)
WEIGHTS = rng.random((3, 16), dtype=np.float32)
BATCHES = list(zip(LABELS, SCORES, WEIGHTS, strict=True))

COLLECTION = metrax.Collection(
    loss=metrax.Mean().on("loss", w="mask"),
    accuracy=metrax.SparseCategoricalAccuracy().on("labels", "logits", w="mask"),
)
OUTPUTS = {"loss": WEIGHTS[0], "labels": LABELS[0], "logits": SCORES[0], "mask": WEIGHTS[1]}


def accuracy() -> Metric:
    return Metric(metrax.SparseCategoricalAccuracy())


def functional(batches=BATCHES):
    """The accuracy's state after the batches, without nnx."""
    metric = metrax.SparseCategoricalAccuracy()
    state = metric.init()
    for batch in batches:
        state = metric.update(state, *batch)
    return state


def value(state):
    return metrax.SparseCategoricalAccuracy().compute(state)


def test_update_compute_and_reset():
    metric = accuracy()
    assert metric.compute() == 0
    for batch in BATCHES:
        metric.update(*batch)
    chex.assert_trees_all_equal(metric.state, functional())
    assert metric.compute() == value(functional())
    metric.reset()
    chex.assert_trees_all_equal(metric.state, functional([]))


@pytest.mark.parametrize(
    "metric",
    [
        metrax.AUC(num_thresholds=20, multi_label=True, num_labels=4),
        metrax.MeanSquaredError(),
        metrax.R2Score(num_outputs=4),
        metrax.CategoricalCrossentropy(),
    ],
    ids=lambda metric: metric.name,
)
def test_the_value_is_the_functional_metrics(metric):
    ours, state = Metric(metric), metric.init()
    for labels, scores, w in BATCHES:
        one_hot = np.eye(4, dtype=np.float32)[labels]
        ours.update(one_hot, y_pred=scores, w=w)
        state = metric.update(state, one_hot, scores, w)
    chex.assert_trees_all_equal(ours.compute(), metric.compute(state))


def test_every_array_is_a_metric_state_variable():
    for metric in (accuracy(), Metric(COLLECTION)):
        variables = jax.tree.leaves(metric, is_leaf=lambda x: isinstance(x, nnx.Variable))
        assert {type(x) for x in variables} == {nnx.metrics.MetricState}
        assert len(variables) == len(jax.tree.leaves(metric.state))


def test_a_collection_takes_named_outputs_and_leaves_others_aside():
    metric = Metric(COLLECTION)
    metric.update(**OUTPUTS, learning_rate=0.1)
    chex.assert_trees_all_equal(metric.compute(), COLLECTION(**OUTPUTS))


def test_multi_metric_gives_each_metric_what_it_reads():
    metrics = nnx.MultiMetric(
        loss=Metric(metrax.Mean().on("loss")),
        accuracy=accuracy(),
        both=Metric(COLLECTION),
    )
    masks = dict.fromkeys(("accuracy", "both"), OUTPUTS["mask"])
    metrics.update(**{**OUTPUTS, "mask": masks}, y_true=LABELS[0], y_pred=SCORES[0])
    values = metrics.compute()
    assert values["loss"] == metrax.Mean()(OUTPUTS["loss"])
    masked = (LABELS[0], SCORES[0], OUTPUTS["mask"])
    assert values["accuracy"] == value(functional([masked]))
    chex.assert_trees_all_equal(values["both"], COLLECTION(**OUTPUTS))
    metrics.reset()
    assert metrics.compute()["accuracy"] == 0


def test_multi_metric_takes_a_mask_for_one_metric():
    metrics = nnx.MultiMetric(masked=accuracy(), plain=accuracy())
    metrics.update(y_true=LABELS[0], y_pred=SCORES[0], mask={"masked": WEIGHTS[0] > 0.5})
    values = metrics.compute()
    assert values["plain"] == value(functional([(LABELS[0], SCORES[0])]))
    assert values["masked"] == value(functional([(LABELS[0], SCORES[0], WEIGHTS[0] > 0.5)]))


ROUTED = metrax.SparseCategoricalAccuracy().on("labels", "logits")


@pytest.mark.parametrize(
    "metric",
    [
        ROUTED,
        metrax.Collection(accuracy=ROUTED),
        metrax.Collection([metrax.SparseCategoricalAccuracy()]).on("labels", "logits"),
    ],
    ids=["routed", "collection", "routed collection"],
)
def test_a_mask_that_no_route_reads_raises(metric):
    given = {"labels": LABELS[0], "logits": SCORES[0], "mask": WEIGHTS[0] > 0.5}
    for metrics in (Metric(metric), nnx.MultiMetric(only=Metric(metric))):
        with pytest.raises(metrax.MetraxTypeError, match=r"got a mask.*w='mask'.*MultiMetric"):
            metrics.update(**given)
    alone = nnx.MultiMetric(accuracy=Metric(metric))
    alone.update(**{**given, "mask": {"other": given["mask"]}})
    plain = value(functional([(LABELS[0], SCORES[0])]))
    assert jax.tree.leaves(alone.compute()) == [plain]


def test_a_mask_that_is_routed_counts():
    mask = WEIGHTS[0] > 0.5
    metric = Metric(metrax.SparseCategoricalAccuracy().on("labels", "logits", w="mask"))
    metric.update(labels=LABELS[0], logits=SCORES[0], mask=mask)
    assert metric.compute() == value(functional([(LABELS[0], SCORES[0], mask)]))


def test_nnx_jit_traces_once():
    traces = []

    @nnx.jit
    def step(metrics, y_true, y_pred, w):
        traces.append("one")
        metrics.update(y_true=y_true, y_pred=y_pred, w=w, loss=jnp.mean(w))

    ours, loss = accuracy(), Metric(metrax.Mean().on("loss"))
    metrics = nnx.MultiMetric(accuracy=ours, loss=loss)
    for batch in BATCHES:
        step(metrics, *batch)
    assert len(traces) == 1
    chex.assert_trees_all_close(ours.state, functional())
    assert loss.compute() == pytest.approx(np.mean(WEIGHTS))


def test_reset_and_compute_inside_nnx_jit():
    @nnx.jit
    def last_value(metric, *batch):
        metric.reset()
        metric.update(*batch)
        return metric.compute()

    metric = accuracy()
    for batch in BATCHES:
        assert last_value(metric, *batch) == value(functional([batch]))


def test_split_and_merge_round_trip():
    metric = accuracy()
    metric.update(*BATCHES[0])
    graph, state = nnx.split(metric)
    jit_compute = jax.jit(lambda state: nnx.merge(graph, state).compute())
    assert jit_compute(state) == metric.compute()
    restored = nnx.merge(graph, jax.tree.map(jnp.copy, state))
    restored.update(*BATCHES[1])
    chex.assert_trees_all_equal(restored.state, functional(BATCHES[:2]))
    chex.assert_trees_all_equal(metric.state, functional(BATCHES[:1]))


def test_a_checkpoint_of_plain_arrays_restores():
    metric, fresh = Metric(COLLECTION), Metric(COLLECTION)
    metric.update(**OUTPUTS)
    arrays = jax.tree.map(np.asarray, nnx.to_pure_dict(nnx.state(metric)))
    state = nnx.state(fresh)
    nnx.replace_by_pure_dict(state, arrays)
    nnx.update(fresh, state)
    chex.assert_trees_all_equal(fresh.compute(), metric.compute())


def test_states_merge():
    left, right = accuracy(), accuracy()
    left.update(*BATCHES[0])
    right.update(*BATCHES[1])
    left.set_state(metrax.merge(left.state, right.state))
    chex.assert_trees_all_equal(left.state, functional(BATCHES[:2]))


def test_states_pmerge_across_devices():
    metric = accuracy()
    graph, empty = nnx.split(metric)

    def observe(*batch):
        local = nnx.merge(graph, empty, copy=True)
        local.update(*batch)
        return metrax.pmerge(local.state, "data")

    merged = jax.vmap(observe, axis_name="data")(LABELS, SCORES, WEIGHTS)
    metric.set_state(jax.tree.map(lambda x: x[0], merged))
    chex.assert_trees_all_close(metric.state, functional())


def test_another_metrics_state_raises():
    with pytest.raises(metrax.MetraxError, match="merge: the states have different parts"):
        accuracy().set_state(metrax.R2Score(num_outputs=1).init())


@pytest.mark.parametrize("kwargs", [{}, {"y_prd": 1.0}, {"y_pred": None}])
def test_a_missing_or_misspelt_input_raises(kwargs):
    with pytest.raises(metrax.MetraxTypeError, match="expected y_true, y_pred, w") as caught:
        accuracy().update(y_true=LABELS[0], **kwargs)
    assert all(name in str(caught.value) for name in kwargs)


def test_an_unknown_keyword_beside_positional_arguments_raises():
    with pytest.raises(metrax.MetraxTypeError, match="'wieght'"):
        accuracy().update(LABELS[0], SCORES[0], wieght=WEIGHTS[0])


@pytest.mark.parametrize("missing", list(OUTPUTS))
def test_a_missing_output_raises_and_is_named(missing):
    given = {name: x for name, x in OUTPUTS.items() if name != missing}
    with pytest.raises(metrax.MetraxTypeError, match=f"needs the output '{missing}'"):
        Metric(COLLECTION).update(**given)


def test_weights_by_another_name_raise_unless_they_are_routed():
    given = {"y_true": LABELS[0], "y_pred": SCORES[0], "sample_weight": WEIGHTS[0]}
    with pytest.raises(metrax.MetraxTypeError, match="got 'sample_weight' and no w"):
        accuracy().update(**given)
    routed = metrax.SparseCategoricalAccuracy().on("y_true", "y_pred", w="sample_weight")
    metric = Metric(routed)
    metric.update(**given)
    assert metric.compute() == value(functional(BATCHES[:1]))


def test_mask_and_w_together_raise():
    with pytest.raises(metrax.MetraxTypeError, match="both w and mask"):
        accuracy().update(y_true=LABELS[0], y_pred=SCORES[0], w=WEIGHTS[0], mask=WEIGHTS[0])


def test_what_is_no_metric_raises():
    with pytest.raises(metrax.MetraxTypeError, match="expected a metrax metric"):
        Metric(metrax.Mean)  # pyright: ignore[reportArgumentType]


def test_flax_is_not_imported_with_metrax():
    code = "import sys, metrax; sys.exit('flax' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
