"""``--full``, every law on every row; ``--representative``, a part at both ends of what we support.

By default a law runs over its tier (``tests/cases/tiers.py``). The part is every law over one case
of each kind of statistic (``REPRESENTATIVES``), the core, the adapters, restarts and processes, the
examples and the doctests.
"""

import os

import pytest

from tests.cases import REPRESENTATIVES, Case
from tests.cases.tiers import CHOICE

PARTS = (
    "README.md",
    "docs/",
    "metrax/",
    "tests/core/",
    "tests/interop/",
    "tests/laws/",
    "tests/processes/",
    "tests/restarts/",
    "tests/test_collection.py",
    "tests/test_custom_metrics.py",
    "tests/test_examples.py",
    "tests/test_layers.py",
)
"""Where the part is taken from."""

OUR_OWN = tuple(
    f"tests/laws/test_{name}.py" for name in ("fuzz", "growth", "program", "properties", "rows")
)
"""Laws of the part that no other version of a library breaks alone."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--full", action="store_true", help="run every law on every row of the table of cases"
    )
    parser.addoption(
        "--representative",
        action="store_true",
        help="run the laws over one case of each kind of statistic, and no sweeps over values",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Before the laws are collected, which ask for their rows."""
    for option, rows in (("--full", "all"), ("--representative", "few")):
        if config.getoption(option):
            os.environ[CHOICE] = rows


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the other tests out; the run says how many."""
    if config.getoption("--representative"):
        left_out = [item for item in items if not represents(item)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if represents(item)]


def represents(item: pytest.Item) -> bool:
    """Whether a test belongs to the part."""
    case = getattr(getattr(item, "callspec", None), "params", {}).get("case")
    chosen = case in REPRESENTATIVES if isinstance(case, Case) else True
    return chosen and item.nodeid.startswith(PARTS) and not item.nodeid.startswith(OUR_OWN)
