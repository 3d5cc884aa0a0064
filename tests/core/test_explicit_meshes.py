"""States and rows of scores on a mesh of ``Explicit`` axes, sharded along any of their axes."""

import jax
import numpy as np
import pytest
from jax.sharding import AxisType, NamedSharding
from jax.sharding import PartitionSpec as P

import metrax
from metrax import functional
from metrax.core import ways

pytestmark = pytest.mark.devices(8)

rng = np.random.default_rng(0)
LABELS, GUESSES = rng.integers(0, 8, (2, 32))
SCORES = rng.random((32, 8), np.float32)
IOU = metrax.MeanIoU(num_classes=8)
SEEN = IOU.observe(LABELS, GUESSES)
SPECS = [P(), P("data"), P(None, "model"), P("data", "model")]


def put(tree, spec):
    mesh = jax.make_mesh((4, 2), ("data", "model"), axis_types=(AxisType.Explicit,) * 2)
    return jax.device_put(tree, NamedSharding(mesh, spec))


def spec_of(state):
    return jax.typeof(state.cells.hi).sharding.spec


@pytest.mark.parametrize("theirs", [None, P("model"), *SPECS], ids=str)
@pytest.mark.parametrize("ours", SPECS, ids=str)
def test_states_sharded_differently_merge_and_keep_the_firsts_sharding(ours, theirs):
    mine = put(SEEN, ours)
    both = metrax.merge(mine, SEEN if theirs is None else put(SEEN, theirs))
    assert spec_of(both) == spec_of(mine)
    np.testing.assert_array_equal(both.matrix, 2 * SEEN.matrix)


@pytest.mark.parametrize("spec", SPECS, ids=str)
def test_a_sharded_state_is_updated_and_read(spec):
    state, batch = put(SEEN, spec), put((LABELS, GUESSES), P("data"))
    for update in (IOU.update, jax.jit(IOU.update)):
        after = update(state, *batch)
        assert spec_of(after) == spec_of(state)
        np.testing.assert_array_equal(after.matrix, 2 * SEEN.matrix)
    assert IOU.compute(state) == IOU.compute(SEEN)


@pytest.mark.parametrize("spec", SPECS, ids=str)
def test_states_by_group_keep_their_sharding(spec):
    ids = rng.integers(-1, 9, 32)
    batch = {"y_true": LABELS, "y_pred": GUESSES, "w": None}
    states = ways.by_group(IOU.statistic, batch, ids, 8)
    *data, given = put((LABELS, GUESSES, ids), P("data"))
    placed = dict(zip(("y_true", "y_pred"), data, strict=True)) | {"w": None}
    after = ways.into_groups(IOU.statistic, put(states, spec), placed, given, 8)
    assert spec_of(after) == spec_of(put(states, spec))
    np.testing.assert_array_equal(after.matrix, 2 * states.matrix)


@pytest.mark.parametrize("spec", [*SPECS, P(("data", "model")), P(None, "data")], ids=str)
def test_stacked_states_merge_along_a_sharded_axis(spec):
    rows = put(np.arange(64.0).reshape(8, 8), spec)
    states = {"iou": put(metrax.stack(SEEN, 8), spec), "rows": rows}
    merged = metrax.merge_stacked(states)
    assert tuple(spec_of(merged["iou"]))[:1] == tuple(spec[1:2] or (None,))
    np.testing.assert_array_equal(merged["iou"].matrix, 8 * SEEN.matrix)
    np.testing.assert_array_equal(merged["rows"], np.arange(8.0))


FUNCTIONS = (
    "categorical_accuracy",
    "categorical_crossentropy",
    "categorical_hinge",
    "concordance_correlation",
    "cosine_similarity",
    "kl_divergence",
    "mean_squared_error",
    "pearson_correlation",
    "sparse_categorical_accuracy",
    "sparse_categorical_crossentropy",
    "sparse_top_k_categorical_accuracy",
    "top_k_categorical_accuracy",
)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_of_rows_whose_axis_is_sharded(name):
    y_true = LABELS if name.startswith("sparse") else np.eye(8, dtype=np.float32)[LABELS]
    spec = P("data", "model")
    fn = getattr(functional, name)
    values = fn(put(y_true, P(*spec[: y_true.ndim])), put(SCORES, spec))
    np.testing.assert_allclose(values, fn(y_true, SCORES), rtol=1e-5)
    assert tuple(jax.typeof(values).sharding.spec)[:1] == ("data",)
