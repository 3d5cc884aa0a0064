"""Calls that do not fit raise at trace time, and say what came and what to do."""

import jax
import numpy as np
import pytest

import metrax
from tests.cases import Batch, over
from tests.environments import environment
from tests.laws.test_transformations import leaves, step_of


@environment("bad input")
@over("metric")
def test_shapes_that_do_not_fit_raise(case):
    assert case.misfits
    for inputs in case.misfits:
        with pytest.raises(metrax.MetraxError, match=r"got ") as error:
            case.metric.observe(*inputs)
        said = (type(case.metric).__name__, str(case.metric))
        assert any(name in str(error.value) for name in said)


@environment("bad input")
@over("kind")
def test_weights_that_do_not_fit_raise(case):
    batch = case.batch()
    with pytest.raises(metrax.MetraxError, match="w: got"):
        case.observe(Batch(batch.inputs, batch.w[:-1]))


@environment("bad input")
@over("metric")
def test_arguments_that_are_missing_or_unknown_raise(case):
    args, kwargs = case.arguments(case.batch())
    with pytest.raises(metrax.MetraxTypeError):
        case.metric.observe()
    with pytest.raises(metrax.MetraxTypeError):
        case.metric.observe(*args, **kwargs, surprise=1)
    with pytest.raises(metrax.MetraxTypeError):
        case.metric.observe(*args, 1, 1, 1, 1, **kwargs)


NO_ARRAYS = {
    "complex numbers": lambda x: x.astype(complex),
    "a str": lambda x: "labels",
    "strings": lambda x: np.asarray(x).astype(str),
    "ragged": lambda x: [[1.0, 2.0], [3.0]],
    "objects": lambda x: np.asarray(x).astype(object),
}


@environment("bad input")
@over("kind")
def test_what_is_no_array_of_numbers_raises(case):
    xs = leaves(case.batch())
    names = [*(case.keywords or (*case.metric.inputs, "w"))]
    for i, spoil in [(i, spoil) for i in range(len(xs)) for spoil in NO_ARRAYS.values()]:
        given = [spoil(x) if i == j else x for j, x in enumerate(xs)]
        with pytest.raises(metrax.MetraxTypeError, match=r"got .*; ?.*pass") as error:
            step_of(case)(case.metric.init(), given)
        assert case.keywords or f"{names[i]}: " in str(error.value)


@environment("bad input")
@over("kind")
def test_errors_come_while_tracing(case):
    wrong = Batch(case.batch().inputs, case.batch().w[:-1])
    with pytest.raises(metrax.MetraxError, match="w: got"):
        jax.eval_shape(step_of(case), case.metric.init(), leaves(wrong))


@pytest.fixture
def foreign():
    """A state of none of the rows."""
    return metrax.AUC(num_thresholds=9).init()


@environment("bad input")
@over("state")
def test_another_metrics_state_is_refused(case, foreign):
    with pytest.raises(metrax.MetraxError, match="merge: "):
        case.update(foreign, case.batch())
    with pytest.raises(metrax.MetraxError, match="got NoneType") as error:
        case.update(None, case.batch())
    assert str(case.metric) in str(error.value)
