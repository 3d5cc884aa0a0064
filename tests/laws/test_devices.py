"""Metrics over a mesh of devices: mapped, automatically sharded, explicitly sharded.

Most laws compile one program; a compilation for many devices is what these tests spend time on.
What a step does on the rows of one device is held by accumulating; what is merged, and how, is up
to the state.
"""

import functools
import math
import re

import jax
import numpy as np
import pytest
from jax.sharding import AxisType, NamedSharding
from jax.sharding import PartitionSpec as P

import metrax
from tests.cases import REPRESENTATIVES, Batch, over
from tests.environments import environment
from tests.ground import DEVICES, MESHES, QUICK, mesh
from tests.laws import test_monoid, test_rows, test_transformations, test_value
from tests.laws.close import close, counts_identical
from tests.laws.test_transformations import leaves, step_of

pytestmark = [pytest.mark.devices, pytest.mark.slow]

OF_ONE_DEVICE = (
    test_value.test_value_over_three_batches,
    test_value.test_no_weights_are_weights_of_one,
    test_value.test_half_precision_comes_in_but_never_stays,
    test_monoid.test_an_example_of_weight_zero_leaves_no_trace,
    test_monoid.test_integer_weights_are_repetitions,
    test_monoid.test_an_empty_batch_changes_nothing,
    test_rows.test_by_group_is_each_group_alone,
    test_transformations.test_update_is_a_scan_step,
)
"""What the programs for several devices, which are others, are to do with arrays on one of them."""

COLLECTIVE = re.compile(r" (?:all-\w+|collective-\w+|reduce-scatter)(?:-start)?\(")
RESULT = re.compile(r" = (.*)" + COLLECTIVE.pattern)
SHAPE = re.compile(r"\w\[([\d,]*)\]")


def uneven(case):
    """A batch of which every device's rows end with one more of weight zero than the last's."""
    batch = case.batch(1)
    rows = len(batch.w) // DEVICES
    real = np.arange(len(batch.w)) % rows < rows - np.arange(len(batch.w)) // rows % rows
    inputs = tuple(x.copy() for x in batch.inputs)
    for x, poison in zip(inputs, case.poison, strict=False):
        x[~real] = poison if x.dtype.kind == "f" or np.isfinite(poison) else -7
    return Batch(inputs, batch.w * real), batch[real]


@environment("shard_map, 2-D mesh")
@over("state", long=True)
def test_merging_over_one_axis_or_both(case):
    step, batch, (_, names) = step_of(case), case.batch(), MESHES["2-D"]

    @functools.partial(jax.jit, compiler_options=QUICK)
    @jax.shard_map(mesh=mesh("2-D"), in_specs=P(names), out_specs={"both": P(), "one": P("model")})
    def evaluate(xs):
        mine = step(case.metric.init(), xs)
        rows = metrax.pmerge(mine, "data")
        return {
            "both": metrax.pmerge(mine, names),
            "one": jax.tree.map(lambda x: x[None], rows),
        }

    states, expected = evaluate(leaves(batch)), case.value(case.observe(batch))
    close(case.value(states["both"]), expected)
    close(case.value(metrax.merge_stacked(states["one"])), expected)


@environment("pmap", "uneven data")
@over("state", long=True)
def test_pmap_over_uneven_data(case):
    step, (padded, real) = step_of(case), uneven(case)
    split = [x.reshape(DEVICES, -1, *x.shape[1:]) for x in leaves(padded)]
    evaluate = jax.pmap(
        lambda *xs: metrax.pmerge(step(case.metric.init(), xs), "devices"),
        axis_name="devices",
        devices=jax.devices()[:DEVICES],
    )
    state = jax.tree.map(lambda x: x[0], evaluate(*split))
    close(case.value(state), case.expected(real), case.rtol)


@environment("automatic sharding")
@over("kind", long=True)
def test_automatic_sharding_exchanges_partial_results_only(case):
    batch, split = case.batch(n=2**14), NamedSharding(mesh("1-D"), P("data"))
    xs = tuple(jax.device_put(x, split) for x in leaves(batch))
    step = jax.jit(step_of(case)).lower(case.metric.init(), xs).compile(compiler_options=QUICK)
    close(case.value(step(case.metric.init(), xs)), case.expected(batch), 2 * case.rtol)
    results = [match[1] for match in RESULT.finditer(step.as_text())]
    shapes = [shape for result in results for shape in SHAPE.findall(result)]
    sizes = [math.prod(map(int, filter(None, shape.split(",")))) for shape in shapes]
    assert bool(sizes) == (DEVICES > 1)
    assert max(sizes, default=0) < 2**14 / 4


@environment("explicit sharding")
@over("kind", long=True)
def test_explicit_sharding(case):
    devices, (_, names) = mesh("2-D", AxisType.Explicit), MESHES["2-D"]
    batch, step = case.batch(), jax.jit(step_of(case), compiler_options=QUICK)
    xs = tuple(jax.device_put(x, NamedSharding(devices, P(names))) for x in leaves(batch))
    state = jax.device_put(case.metric.init(), NamedSharding(devices, P()))
    twice = step(step(state, xs), xs)
    close(case.value(twice), case.value(metrax.merge(*[case.observe(batch)] * 2)))


@environment("shard_map, 1-D mesh", "accumulate, merge at the end")
@over("kind", long=True)
def test_accumulating_on_each_device_needs_no_collective_until_the_end(case):
    step, batches = step_of(case), [case.batch(seed) for seed in range(3)]
    split = NamedSharding(mesh("1-D"), P("data"))

    @functools.partial(jax.jit, compiler_options=QUICK)
    @jax.shard_map(mesh=mesh("1-D"), in_specs=P("data"), out_specs=P("data"))
    def accumulate(states, xs):
        mine = jax.tree.map(lambda x: x[0], states)
        return jax.tree.map(lambda x: x[None], step(mine, xs))

    @functools.partial(jax.jit, compiler_options=QUICK)
    @jax.shard_map(mesh=mesh("1-D"), in_specs=P("data"), out_specs=P())
    def merge(states):
        return metrax.pmerge(jax.tree.map(lambda x: x[0], states), "data")

    states = jax.device_put(metrax.stack(case.metric.init(), DEVICES), split)
    steps = [jax.device_put(leaves(batch), split) for batch in batches]
    compiled = accumulate.lower(states, steps[0]).compile()
    assert not COLLECTIVE.search(compiled.as_text())
    for xs in steps:
        states = compiled(states, xs)
    alone = metrax.merge(*map(case.observe, batches))
    merged = merge(states)
    close(case.value(merged), case.value(alone))
    counts_identical(case, merged, alone)
    counts_identical(case, metrax.merge_stacked(states), alone)


@pytest.mark.parametrize("law", OF_ONE_DEVICE, ids=lambda law: law.__name__)
@pytest.mark.parametrize("case", REPRESENTATIVES, ids=[case.id for case in REPRESENTATIVES])
def test_laws_of_one_device_hold_where_there_are_several(case, law):
    if law.__name__ in case.exempt:
        pytest.skip(case.exempt[law.__name__])
    if law.__name__ in case.awaits:
        pytest.skip(case.because)
    law(case)
