"""States that an earlier metrax saved under this layout's version load, and mean the same."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import metrax
from tests.saved_states import FILE, paths, read, smallest, unpacked

COMMAND = "python -m tests.saved_states"


@pytest.mark.parametrize("name", read())
def test_a_saved_state_has_its_value(name):
    kept = read()[name]
    metric = metrax.deserialize(kept["layout"]["metric"])
    metrax.check_layout(metric, kept["layout"])
    like, saved = metric.init(), kept["leaves"]
    names = [path for path, _ in paths(like)]
    assert names == list(saved), f"raise VERSION in metrax/storage/checkpoint.py; run {COMMAND}"
    arrays = [jnp.asarray(unpacked(saved[path], x.dtype)) for path, x in paths(like)]
    state = jax.tree.unflatten(jax.tree.structure(like), arrays)
    value = {"value": metric.compute(state)}
    ours, theirs = ([np.asarray(x) for x in flat(v)] for v in (value, kept["value"]))
    for x, y in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(x, y, rtol=1e-6)


def flat(value):
    """The values of a dictionary, nested ones too, by sorted names."""
    if isinstance(value, dict):
        return [x for name in sorted(value) for x in flat(value[name])]
    return [value]


def test_every_statistic_is_saved():
    assert FILE.exists(), f"run {COMMAND}"
    assert smallest().keys() - read().keys() == set(), f"run {COMMAND}"
