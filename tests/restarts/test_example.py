"""The example is killed, started again on fewer devices, and shows what it would have shown."""

import re
import signal

import pytest

from tests.launch import finish, start

pytestmark = pytest.mark.slow

DIES_AFTER_ITS_FIRST_CHECKPOINT = """
import os, pathlib, signal, sys, time, resume
train_step, checkpoint = resume.train_step, pathlib.Path(sys.argv[-1], "10")
def dies(state, batch):
    while int(state.step) == 13:
        time.sleep(0.01)
        if checkpoint.exists():
            os.kill(os.getpid(), signal.SIGKILL)
    return train_step(state, batch)
resume.train_step = dies
resume.main()
"""


def numbers(printed):
    return [float(x) for x in re.findall(r"(?:loss|accuracy) ([\d.]+)", printed)]


def test_a_restarted_example_ends_like_an_uninterrupted_one(tmp_path):
    options = ("--epochs", 2, "--every", 10, "--out")
    killed = start("-c", DIES_AFTER_ITS_FIRST_CHECKPOINT, *options, tmp_path / "a", devices=8)
    (whole,) = finish(start("examples/resume.py", *options, tmp_path / "b", devices=8))
    killed.communicate(timeout=60)
    assert killed.returncode == -signal.SIGKILL
    (resumed,) = finish(start("examples/resume.py", *options, tmp_path / "a", devices=3))
    assert "resumed at step 10 on 3 devices" in resumed
    assert len(numbers(whole)) == 8
    # Not to the last digit: on another number of devices gradients are summed in another order.
    assert numbers(resumed) == pytest.approx(numbers(whole), abs=1e-3)
