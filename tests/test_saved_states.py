"""States that an earlier metrax saved under this layout's version load, and mean the same."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import metrax
from tests.saved_states import FILE, paths, read, smallest, unpacked

COMMAND = "python -m tests.saved_states"
RAISE = f"raise VERSION in metrax/storage/checkpoint.py, then run {COMMAND}"
KEPT = read()


@pytest.fixture(params=KEPT)
def kept(request):
    """What is kept of a statistic."""
    return KEPT[request.param]


@pytest.fixture
def metric(kept):
    return metrax.deserialize(kept["layout"]["metric"])


def test_a_saved_state_loads_and_has_its_value(kept, metric):
    metrax.check_layout(metric, kept["layout"])
    like = metric.init()
    assert [path for path, _ in paths(like)] == list(kept["leaves"]), RAISE
    leaves = [jnp.asarray(unpacked(x)) for x in kept["leaves"].values()]
    state = jax.tree.unflatten(jax.tree.structure(like), leaves)
    ours, theirs = (flat(x) for x in ({"value": metric.compute(state)}, kept["value"]))
    for x, y in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(x, y, rtol=1e-6)


def test_the_batch_of_a_saved_state_gives_it_again(kept, metric):
    args = [unpacked(x) for x in kept["args"]]
    kwargs = {name: unpacked(x) for name, x in kept["kwargs"].items()}
    for path, x in paths(metric.observe(*args, **kwargs)):
        saved = unpacked(kept["leaves"][path])
        assert (x.shape, x.dtype) == (saved.shape, saved.dtype), RAISE
        np.testing.assert_allclose(x, saved, rtol=1e-5, atol=1e-4, err_msg=RAISE)


def flat(value):
    """The values of a dictionary, nested ones too, by sorted names."""
    if isinstance(value, dict):
        return [x for name in sorted(value) for x in flat(value[name])]
    return [np.asarray(value)]


def test_every_statistic_is_saved():
    assert FILE.exists(), f"run {COMMAND}"
    assert smallest().keys() - KEPT.keys() == set(), f"run {COMMAND}"
