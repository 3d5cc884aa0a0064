"""The law on which tiers stand: a row's ``update`` is the program of the row that stands for it.

That program is in turn nothing but the statistic's: ``merge(state, statistic.observe(inputs))``.
"""

import re

import jax
import pytest

import metrax
from tests.cases import CASES, Batch, over, representative
from tests.laws.test_transformations import leaves, step_of

ADDRESS, NUMBER = re.compile(r" at 0x[0-9a-f]+"), re.compile(r"-?\d+\.\d+(?:e[+-]?\d+)?")


def statistics_own(case):
    """What ``update`` is to compile to, over a flat tuple of arrays."""

    def step(state, xs):
        args, kwargs = case.arguments(Batch(tuple(xs[:-1]), xs[-1]))
        return metrax.merge(state, case.metric._statistic.observe(case.metric._bind(args, kwargs)))

    return step


def program(step, case, exact):
    """The program of a step over the case's batch, as text; numbers are left out unless exact."""
    xs = leaves(case.batch())
    text = ADDRESS.sub("", str(jax.make_jaxpr(step)(case.metric.init(), xs)))
    return text if exact else NUMBER.sub("number", text)


def check(case, first):
    exact = case.metric.statistic == first.metric.statistic
    ours = program(step_of(case), case.but(make=first.make), exact)
    assert ours == program(statistics_own(first), first, exact), (
        f"{case.id}: update is another program than that of {first.id}, which stands for it in "
        "the tier of statistics. If numbers in the configuration change it, say which in the "
        "row: apart='...'"
    )


@over("metric")
def test_update_is_the_program_of_the_row_that_stands_for_this_one(case):
    check(case, representative(case, "statistic"))


@pytest.mark.parametrize(
    ("first", "other"),
    [
        (metrax.MeanSquaredError(), metrax.MeanAbsoluteError()),
        (metrax.BinaryCrossentropy(), metrax.BinaryCrossentropy(label_smoothing=0.1)),
        (metrax.Precision(), metrax.Precision(thresholds=[0.4, 0.6])),
    ],
    ids=["function", "number", "shape"],
)
def test_another_program_is_found(first, other):
    (case,) = (case for case in CASES if case.metric == first)
    with pytest.raises(AssertionError, match="another program"):
        check(case.of(other), case)
