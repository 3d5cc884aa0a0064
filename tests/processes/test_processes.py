"""Several processes under ``jax.distributed``, on this machine, give the value of one."""

import json
from pathlib import Path

import pytest

from tests.cases import over
from tests.environments import environment
from tests.launch import QUICK, finish, free_port, start

pytestmark = pytest.mark.slow
WORKER = Path(__file__).with_name("worker.py")


@pytest.fixture(scope="module")
def outcome():
    """What each of two processes, of two devices each, says about every case."""
    port = free_port()
    workers = [start(WORKER, port, 2, index, devices=2, flags=QUICK) for index in range(2)]
    return [json.loads(printed.splitlines()[-1]) for printed in finish(*workers)]


@environment("merge_processes")
@over("kind", long=True)
def test_merge_processes(case, outcome):
    assert [said["merge_processes"][case.id] for said in outcome] == ["ok", "ok"]


@environment("global mesh")
@over("kind", long=True)
def test_global_mesh(case, outcome):
    assert [said["global_mesh"][case.id] for said in outcome] == ["ok", "ok"]
