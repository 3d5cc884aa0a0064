"""Every metric goes into every combinator, or its row says why not, and a metrax error does."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import metrax
from tests.cases import CASES
from tests.cases.case import SIZE

pytestmark = pytest.mark.slow

IDS = np.arange(SIZE) % 2
COMBINATORS = {
    "Grouped": lambda metric: (metrax.Grouped(metric, 2), {"groups": IDS}),
    "Windowed": lambda metric: (metrax.Windowed(metric, 2), {}),
    "Decayed": lambda metric: (metrax.Decayed(metric, 2), {}),
    "Mapped": lambda metric: (metrax.Mapped(metric, lambda x: jax.tree.map(jnp.abs, x)), {}),
    "by_shard": lambda metric: (metrax.by_shard(metric, 2), {}),
    "checked": lambda metric: (metrax.checked(metric), {}),
    "Collection": lambda metric: (metrax.Collection(a=metric, b=metric), {}),
    "Grouped in Windowed": lambda metric: (
        metrax.Windowed(metrax.Grouped(metric, 2), 2),
        {"groups": IDS},
    ),
}


LEADING = {"Grouped": (2,), "Grouped in Windowed": (2,)}
"""The axes that a combinator puts before those of the value."""


def traced(case, combine):
    """The shapes of the value after an update, with the metric in a combinator."""
    metric, more = combine(case.metric)
    batch = case.batch()
    names = case.keywords or (*case.metric.inputs[: len(batch.inputs)], "w")
    given = dict(zip(names, (*batch.inputs, batch.w), strict=True))

    def value(given):
        return metric.compute(metric.update(metric.init(), **given))

    return jax.eval_shape(value, {**given, **more})


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_every_metric_in_every_combinator(case):
    alone = jax.tree.leaves(traced(case, lambda metric: (metric, {})))
    for name, combine in COMBINATORS.items():
        if f"test_every_metric_in_every_combinator, {name}" in case.exempt:
            with pytest.raises(metrax.MetraxError):
                traced(case, combine)
            continue
        found = jax.tree.leaves(traced(case, combine))
        lead = LEADING.get(name, ())
        assert [x.shape for x in found[: len(alone)]] == [(*lead, *x.shape) for x in alone], name
