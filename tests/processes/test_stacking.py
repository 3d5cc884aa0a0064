"""Four processes save their own states, two restore and merge them; the value is that of one."""

import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import r2_score, roc_auc_score

from tests.launch import QUICK, finish, free_port, start
from tests.processes.stacker import PARTS, part

pytestmark = pytest.mark.slow
WORKER = Path(__file__).with_name("stacker.py")


def run(action, count, directory):
    port = free_port()
    workers = [
        start(WORKER, action, port, count, index, directory, devices=2, flags=QUICK)
        for index in range(count)
    ]
    return finish(*workers)


def test_processes_states_are_saved_and_merged_by_fewer(tmp_path):
    run("save", PARTS, tmp_path)
    restored = [json.loads(said.splitlines()[-1]) for said in run("restore", 2, tmp_path)]
    data = part(0, 1)
    area = roc_auc_score(data["y_true"], data["y_pred"])
    expected = {
        "loss": np.mean(data["loss"], dtype=np.float64),
        "r2": r2_score(data["y_true"], data["y_pred"]),
    }
    for way in (way for values in restored for way in values):
        assert way == pytest.approx(restored[0][0], rel=1e-6)
        assert {name: way[name] for name in expected} == pytest.approx(expected, rel=1e-5)
        assert way["auc"] == pytest.approx(area, abs=2e-3)  # of 200 thresholds
