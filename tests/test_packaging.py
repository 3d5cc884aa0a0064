"""What the package says that it needs, where it says it."""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

from tests.cases import CASES, REPRESENTATIVES
from tests.representative import PARTS

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_the_readme_says_the_range():
    (jax,) = (need for need in PROJECT["dependencies"] if need.startswith("jax>"))
    named = (re.search(r":: Python :: (3\.\d+)$", line) for line in PROJECT["classifiers"])
    pythons = [match[1] for match in named if match]
    assert PROJECT["requires-python"] == f">={pythons[0]}"
    claim = f"Python {pythons[0]} to {pythons[-1]}, and JAX {jax.removeprefix('jax>=')} or newer"
    assert claim in (ROOT / "README.md").read_text()


def test_nothing_that_is_needed_has_an_upper_bound():
    assert [need for need in PROJECT["dependencies"] if re.search("<|==|~=", need)] == []


def test_a_leg_without_its_interpreter_does_not_pass(tmp_path):
    for tool in ("bash", "dirname", "mktemp", "paste", "rm"):
        (tmp_path / tool).symlink_to(shutil.which(tool) or tool)
    done = subprocess.run(
        ["bash", ".ci/run", "newest", "lowest"],
        cwd=ROOT,
        env=os.environ | {"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    for leg, pythons in (("newest", "3.13 3.12"), ("lowest", "3.11")):
        assert f"NOT RUN: leg {leg} did not run, for there is no Python {pythons}" in done.stdout
    assert "INCOMPLETE" in done.stdout


def test_the_representative_tests_are_there_and_hold_every_statistic():
    assert [part for part in PARTS if not (ROOT / part).exists()] == []
    kinds, all_kinds = ({type(c.metric.statistic) for c in cs} for cs in (REPRESENTATIVES, CASES))
    assert kinds == all_kinds
