"""Every test sees eight devices, strict promotion of dtypes and ranks, and warnings as errors."""

import os

# Both are read once, when their library is imported.
os.environ["XLA_FLAGS"] = os.environ.get("XLA_FLAGS", "") + (
    " --xla_force_host_platform_device_count=8"
)
os.environ["KERAS_BACKEND"] = "jax"

import hypothesis
import jax
import pytest

from tests.cases import Case

jax.config.update("jax_numpy_dtype_promotion", "strict")
jax.config.update("jax_numpy_rank_promotion", "raise")

# The same examples every time: a build that failed fails again.
hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None)
hypothesis.settings.load_profile("repeatable")


pytest_plugins = ["tests.environments"]


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What compiles the same programs goes to one worker: all laws of a case, for example."""
    for item in items:
        case = item.callspec.params.get("case") if hasattr(item, "callspec") else None
        if isinstance(case, Case) and item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(case.id))


@pytest.fixture
def x64():
    """64-bit types, for one test."""
    with jax.enable_x64(True):
        yield
