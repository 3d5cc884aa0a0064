"""An evaluation that is killed halfway ends where an uninterrupted one does."""

import json
import signal
from pathlib import Path

import pytest

from tests.cases import over
from tests.environments import environment
from tests.launch import QUICK, finish, start

pytestmark = pytest.mark.slow
WORKER = Path(__file__).with_name("worker.py")


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    """For each case how the end of a run that died on 8 devices and resumed on 3 compares."""
    checkpoints = tmp_path_factory.mktemp("checkpoints")
    killed = start(WORKER, "save", checkpoints, devices=8, flags=QUICK)
    assert killed.stdout
    assert "saved" in killed.stdout.readline(), killed.communicate()[1][-3000:]
    killed.kill()
    killed.communicate()
    assert killed.returncode == -signal.SIGKILL
    (printed,) = finish(start(WORKER, "resume", checkpoints, devices=3, flags=QUICK))
    return json.loads(printed)


@environment("Orbax")
@over("state", long=True)
def test_orbax(case, outcome):
    assert outcome[case.id] == "ok"
