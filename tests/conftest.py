"""Every test sees eight devices, strict promotion of dtypes and ranks, and warnings as errors."""

import os

# Both are read once, when their library is imported.
os.environ["XLA_FLAGS"] = os.environ.get("XLA_FLAGS", "") + (
    " --xla_force_host_platform_device_count=8"
)
os.environ["KERAS_BACKEND"] = "jax"

import jax
import pytest

jax.config.update("jax_numpy_dtype_promotion", "strict")
jax.config.update("jax_numpy_rank_promotion", "raise")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All laws of a case go to one worker, which compiles its programs once."""
    for item in items:
        case = getattr(item, "callspec", None) and item.callspec.params.get("case")  # pyright: ignore[reportAttributeAccessIssue]
        if case is not None:
            item.add_marker(pytest.mark.xdist_group(case.id))


@pytest.fixture
def x64():
    """64-bit types, for one test."""
    with jax.enable_x64(True):
        yield
