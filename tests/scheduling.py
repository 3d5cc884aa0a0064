"""Which tests run in one process: those that compile the same programs or share a fixture.

Tests of several devices come last (``tests/devices.py``), in whichever process is free by then.
pytest-xdist's own groups go by node ids that pytest 9 no longer lets it mark.
"""

import re

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests.cases import ROWS, representative
from tests.devices import LAWS

SHARE_A_FIXTURE = (
    "tests/laws/test_growth.py",
    "tests/processes/",
    "tests/restarts/test_orbax.py",
    "tests/test_examples.py",
)
SHARE_A_CASE = re.compile(r"tests/(?:laws|restarts|metrics)/.*\[(.*)\]")
SHARE_BATCHES = re.compile(r"tests/keras/test_classes.py.*\)-(\w+)-")
FIRST = {case.id: representative(case, "statistic").id for case in ROWS}
"""The row whose programs a row's tests run as well."""


class ByPrograms(LoadScopeScheduling):
    """All laws of a statistic go to one worker, and so on; other tests to whoever is free."""

    def __init__(self, config: pytest.Config, log: Producer) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False  # which would mix one device with several

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(SHARE_A_FIXTURE):
            return nodeid.partition("::")[0]
        if shared := SHARE_A_CASE.match(nodeid):
            first = self._first(shared[1]) or nodeid
            return f"{first} on devices" if nodeid.startswith(LAWS) else first
        shared = SHARE_BATCHES.match(nodeid)
        return shared[1] if shared else nodeid

    def _first(self, parameters: str) -> str | None:
        """The row whose programs a test runs, of ids such as ``AUC``, ``AUC-0`` and ``4-AUC``."""
        ids = (parameters, parameters.rpartition("-")[0], parameters.partition("-")[2])
        return next((FIRST[row] for row in ids if row in FIRST), None)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByPrograms:
    return ByPrograms(config, log)
