"""A metric's value is that of an independent float64 formula."""

import jax
import jax.numpy as jnp
import numpy as np

from tests.cases import Batch, over
from tests.environments import environment
from tests.laws.close import close


@over("metric")
def test_value_of_one_batch(case):
    batch = case.batch()
    close(case.value(case.observe(batch)), case.expected(batch), case.rtol)


@over("kind")
def test_value_over_three_batches(case):
    batch, state = case.batch(1), case.metric.init()
    for rows in (slice(0, 8), slice(8, 16), slice(16, 24)):
        state = case.update(state, batch[rows])
    close(case.value(state), case.expected(batch), case.rtol)


@over("kind")
def test_no_weights_are_weights_of_one(case):
    batch = case.batch(2)
    ones = Batch(batch.inputs, np.ones_like(batch.w))
    args, kwargs = case.arguments(ones)
    if kwargs:
        value = case.metric(**kwargs)
    else:
        value = case.metric(*batch.inputs)
        close(case.metric(*args), value)
    close(value, case.expected(ones), case.rtol)


@environment("bfloat16")
@over("statistic")
def test_half_precision_comes_in_but_never_stays(case):
    batch = case.batch(3)
    half = tuple(jnp.asarray(x, "bfloat16") if x.dtype.kind == "f" else x for x in batch.inputs)
    rounded = tuple(np.asarray(x, np.float32) if x.dtype == "bfloat16" else x for x in half)
    exact = Batch(rounded, batch.w)
    close(case.value(case.observe(Batch(half, batch.w))), case.expected(exact), case.rtol)


@environment("integers")
@over("statistic")
def test_integer_inputs_are_promoted(case):
    batch = case.batch(4)
    whole = tuple(1 + np.round(2 * np.abs(x)) if x.dtype.kind == "f" else x for x in batch.inputs)
    floats = Batch(whole, 4 * batch.w)
    integers = Batch(tuple(x.astype(np.uint8) for x in whole), (4 * batch.w).astype(np.uint8))
    close(case.value(case.observe(integers)), case.expected(floats), case.rtol, 1e-6)


@over("kind")
def test_lists_and_wide_integers_are_taken(case):
    batch = case.batch(5)
    lists = Batch(
        tuple((x.astype(np.int64) if x.dtype.kind == "i" else x).tolist() for x in batch.inputs),
        batch.w.tolist(),
    )
    close(case.value(case.observe(lists)), case.expected(batch), case.rtol)


@environment("float64")
@over("kind")
def test_float64_throughout(case, x64):
    batch = case.batch(6)
    wide = Batch(
        tuple(x.astype(np.float64) if x.dtype.kind == "f" else x for x in batch.inputs),
        batch.w.astype(np.float64),
    )
    state = case.update(case.metric.init(), wide)
    assert {x.dtype.name for x in jax.tree.leaves(state)} == {"float64"}
    close(case.value(state), case.expected(wide), 1e-12, 1e-14)
