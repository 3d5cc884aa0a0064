"""A hundred thousand classes, without a confusion matrix and without passing over the state."""

import jax
import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score, f1_score, matthews_corrcoef

import metrax

MANY, ROWS = 100_000, 512
METRICS = [
    metrax.MatthewsCorrelation(MANY),
    metrax.CohenKappa(MANY),
    metrax.Precision(num_classes=MANY, average="macro", absent="skip"),
    metrax.F1Score("macro", num_classes=MANY, absent="skip"),
]
IDS = [type(metric).__name__ for metric in METRICS]


def step_of(metric):
    def steps(state, y, p):
        return jax.lax.scan(lambda s, x: (metric.update(s, *x), None), state, (y, p))[0]

    return jax.jit(steps, donate_argnums=0)


@pytest.mark.parametrize("metric", METRICS, ids=IDS)
def test_scanned_updates_neither_copy_nor_pass_over_the_state(metric):
    state = jax.eval_shape(metric.init)
    size = sum(x.size * x.dtype.itemsize for x in jax.tree.leaves(state))
    assert size <= 4 * 8 * MANY
    batches = jax.ShapeDtypeStruct((100, ROWS), np.int32)
    compiled = step_of(metric).lower(state, batches, batches).compile()
    memory = compiled.memory_analysis()
    assert memory.alias_size_in_bytes >= size
    assert memory.temp_size_in_bytes < size / 8
    shapes = {f"[{','.join(map(str, x.shape))}]" for x in jax.tree.leaves(state)}
    copies = [x for x in compiled.as_text().splitlines() if " copy(" in x]
    assert not [x for x in copies if any(shape in x for shape in shapes)]


REFERENCES = [
    matthews_corrcoef,
    cohen_kappa_score,
    None,
    lambda y, p: f1_score(y, p, average="macro"),
]


def labels():
    rng = np.random.default_rng(0)
    y, other = rng.integers(0, MANY, (2, 4 * ROWS)).astype(np.int32)
    return y, np.where(rng.random(y.shape) < 0.5, y, other)


@pytest.mark.parametrize(
    ("metric", "reference"),
    [x for x in zip(METRICS, REFERENCES, strict=True) if x[1]],
    ids=lambda x: type(x).__name__,
)
def test_values_of_many_classes(metric, reference):
    y, p = labels()
    state = step_of(metric)(metric.init(), y.reshape(4, ROWS), p.reshape(4, ROWS))
    # scikit-learn's own confusion matrix is of the classes that occur.
    value = float(metric.compute(state))
    assert value == pytest.approx(reference(y, p), rel=1e-5)


def test_one_step_is_what_merging_gives():
    metric = METRICS[0]
    y, p = labels()
    whole = metric.observe(y, p)
    parts = metric.init()
    for i in range(4):
        rows = slice(i * ROWS, (i + 1) * ROWS)
        parts = jax.jit(metric.update)(parts, y[rows], p[rows])
    for a, b in zip(jax.tree.leaves(parts), jax.tree.leaves(whole), strict=True):
        np.testing.assert_array_equal(a, b)
