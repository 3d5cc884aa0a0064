"""``metrax.checked`` finds bad values, changes no result, and costs nothing if left out."""

import jax
import numpy as np
import pytest
from jax.experimental import checkify

import metrax
from tests.cases import Batch, over
from tests.cases.case import LABELS_OUT_OF_RANGE
from tests.environments import environment
from tests.laws.close import identical
from tests.laws.test_transformations import leaves, step_of


def checked(case):
    """The case with its metric checked."""
    return case.of(metrax.checked(case.metric))


def spoiled(case):
    """For each input, and for the weights, a batch with one bad value."""
    batch = case.batch()
    for i, x in enumerate(leaves(batch)):
        bad = np.nan if x.dtype.kind == "f" else 77
        if bad == 77 and LABELS_OUT_OF_RANGE in case.exempt:
            continue
        xs = [x.copy() for x in leaves(batch)]
        xs[i].reshape(-1)[5] = bad
        yield ("w" if i == len(batch.inputs) else "got", Batch(tuple(xs[:-1]), xs[-1]))
    w = batch.w.copy()
    w[3] = -1
    yield "w: got -1", Batch(batch.inputs, w)


@environment("checked")
@over("domain")
def test_good_values_pass_and_give_the_same_state(case):
    batch = case.batch()
    state = checked(case).update(case.metric.init(), batch)
    identical(state, case.update(case.metric.init(), batch))


@environment("checked")
@over("domain")
def test_bad_values_raise(case):
    for message, batch in spoiled(case):
        with pytest.raises(metrax.MetraxError, match=message) as error:
            checked(case).observe(batch)
        assert "metrax.checked(" in str(error.value)
        assert "expected" in str(error.value)


@environment("checked")
@over("domain")
def test_what_has_weight_zero_is_not_looked_at(case):
    batch, w = case.batch(), case.batch().w.copy()
    w[16:] = 0
    inputs = tuple(x.copy() for x in batch.inputs)
    for x, poison in zip(inputs, case.poison, strict=False):
        x[16:] = poison if x.dtype.kind == "f" or np.isfinite(poison) else -7
    checked(case).observe(Batch(inputs, w))


@environment("checked")
@over("domain")
def test_a_state_without_weight_is_not_read(case):
    with pytest.raises(metrax.MetraxError, match="no weight"):
        checked(case).value(case.metric.init())


@environment("checked")
@over("domain", long=True)
def test_under_jit_the_errors_come_through_checkify(case):
    step = jax.jit(checkify.checkify(step_of(checked(case))))
    error, state = step(case.metric.init(), leaves(case.batch()))
    error.throw()
    identical(state, case.update(case.metric.init(), case.batch()))
    *_, (_, batch) = spoiled(case)
    error, _ = step(case.metric.init(), leaves(batch))
    with pytest.raises(checkify.JaxRuntimeError, match="w: got -1"):
        error.throw()


@over("kind")
def test_a_metric_that_is_not_checked_compiles_to_what_its_statistic_does(case):
    state, xs = case.metric.init(), leaves(case.batch())

    def plain(state, xs):
        args, kwargs = case.arguments(Batch(xs[:-1], xs[-1]))
        return metrax.merge(state, case.metric.statistic.observe(case.metric._bind(args, kwargs)))

    step = step_of(case)
    programs = [jax.jit(lambda *args, f=f: f(*args)).lower(state, xs) for f in (plain, step)]
    assert programs[0].as_text() == programs[1].as_text()
