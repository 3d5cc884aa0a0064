"""Tests see one device, as most users do; tests marked ``devices`` see eight, in the same process.

Where JAX has several devices, metrax compiles other programs (``metrax/kernels/devices.py``), and
JAX takes longer over each. On an accelerator every test sees the devices that there are.
"""

from collections.abc import Iterator

import jax
import pytest
from jax.extend.backend import clear_backends

from tests.ground import CPU, DEVICES

SHOWN = ("docs/recipes/sharding.md",)
"""Documents whose examples are of several devices."""

LAWS = "tests/laws/test_devices.py"
"""The laws of every statistic whose programs are for several devices."""


def several(item: pytest.Item) -> bool:
    """Whether a test is to see several devices."""
    return item.get_closest_marker("devices") is not None


def see(count: int) -> None:
    """Have JAX start anew with so many devices, unless it has them; nothing compiled is kept."""
    if CPU and jax.device_count() != count:
        clear_backends()
        jax.config.update("jax_num_cpu_devices", count)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of several devices come last, so that a process starts anew once at most."""
    for item in items:
        if item.nodeid.startswith(SHOWN):
            item.add_marker("devices")
        mark = item.get_closest_marker("devices")
        if mark and mark.args and mark.args[0] > DEVICES:
            item.add_marker(pytest.mark.skip(reason=f"needs {mark.args[0]} devices"))
    items.sort(key=several)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    see(DEVICES if several(item) else 1)
    return (yield)


@pytest.fixture(params=["one device", pytest.param("several", marks=pytest.mark.devices)])
def one_or_several(request: pytest.FixtureRequest) -> str:
    """The same test for the programs of one device and for those of several."""
    return request.param
