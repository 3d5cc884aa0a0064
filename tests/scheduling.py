"""Which tests run in one process: those that compile the same programs or share a fixture.

pytest-xdist's own groups go by node ids that pytest 9 no longer lets it mark.
"""

import re

import pytest
from xdist.scheduler import LoadScopeScheduling

SHARE_A_FIXTURE = ("tests/processes/", "tests/restarts/test_orbax.py", "tests/test_examples.py")
SHARE_A_CASE = re.compile(r"tests/(?:laws|restarts)/.*\[(.*)\]")
SHARE_BATCHES = re.compile(r"tests/keras/test_classes.py.*\)-(\w+)-")


class ByPrograms(LoadScopeScheduling):
    """All laws of a case go to one worker, and so on; other tests to whoever is free."""

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(SHARE_A_FIXTURE):
            return nodeid.partition("::")[0]
        shared = SHARE_A_CASE.match(nodeid) or SHARE_BATCHES.match(nodeid)
        return shared.group(1) if shared else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByPrograms:
    return ByPrograms(config, log)
