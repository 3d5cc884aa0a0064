"""Every test sees strict promotion of dtypes and ranks, and warnings as errors."""

import atexit
import os
import shutil
import tempfile

# What follows is read once, when the libraries are imported.
os.environ["KERAS_BACKEND"] = "jax"

# All processes of a run share what they compile; it goes when the run ends.
if "JAX_COMPILATION_CACHE_DIR" not in os.environ:
    programs = tempfile.mkdtemp(prefix="metrax-programs-")
    atexit.register(shutil.rmtree, programs, ignore_errors=True)
    os.environ |= {
        "JAX_COMPILATION_CACHE_DIR": programs,
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
    }

import hypothesis
import jax
import pytest

jax.config.update("jax_num_cpu_devices", 1)  # until a test is marked `devices`
jax.config.update("jax_numpy_dtype_promotion", "strict")
jax.config.update("jax_numpy_rank_promotion", "raise")

# The same examples every time: a build that failed fails again.
hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None)
hypothesis.settings.load_profile("repeatable")


pytest_plugins = [
    "tests.devices",
    "tests.environments",
    "tests.pace",
    "tests.representative",
    "tests.scheduling",
    "tests.site",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse ids that change; leave out laws that a row is exempt from.

    Laws that a row awaits must fail, so that none is forgotten.
    """
    for item in items:
        if " at 0x" in item.nodeid:
            raise pytest.UsageError(f"{item.nodeid}: expected ids that are the same in every run")
        case = item.callspec.params.get("case") if hasattr(item, "callspec") else None
        law = getattr(item, "originalname", None)
        if reason := getattr(case, "exempt", {}).get(law):
            item.add_marker(pytest.mark.skip(reason=f"{case.id}: {reason}"))
        if law in getattr(case, "awaits", ()):
            item.add_marker(pytest.mark.xfail(strict=True, reason=case.because))


@pytest.fixture
def x64():
    """64-bit types, for one test."""
    with jax.enable_x64(True):
        yield
