"""Every metric lowers for platforms that this machine may not have.

``jax.export`` translates for an accelerator without one, and raises for what has no translation.
"""

import jax
import jax.numpy as jnp
import pytest
from jax import export

import metrax
from tests.cases import CASES, over
from tests.laws.test_transformations import leaves, step_of

PLATFORMS = ("cuda", "tpu")


def lower(case):
    """``update`` and ``compute`` in one program, for all platforms at once."""

    def step(state, xs):
        state = step_of(case)(state, xs)
        return state, case.value(state)

    xs = tuple(jax.typeof(jnp.asarray(x)) for x in leaves(case.batch()))
    shapes = jax.eval_shape(case.metric.init), xs
    return export.export(jax.jit(step), platforms=PLATFORMS)(*shapes)


@over("statistic")
def test_update_and_compute_lower_for_accelerators(case):
    assert lower(case).platforms == PLATFORMS


def test_what_an_accelerator_cannot_do_raises():
    def largest(y_true, y_pred):
        matrices = jnp.abs(y_true - y_pred)[..., None, None]
        return jax.lax.linalg.schur(matrices)[0][..., 0, 0]  # JAX has it for CPUs only

    (case,) = (case for case in CASES if case.metric == metrax.MeanSquaredError())
    with pytest.raises(NotImplementedError, match="schur"):
        lower(case.of(metrax.MeanMetricWrapper(largest)))
