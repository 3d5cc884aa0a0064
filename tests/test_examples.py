"""The examples run as a user runs them, and agree with scikit-learn."""

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import matplotlib.image
import pytest
from sklearn.metrics import roc_auc_score

ROOT = Path(__file__).parents[1]
COUNTED = {"accuracy", "top-3 accuracy", "mean IoU"}

pytestmark = pytest.mark.slow


def run(*args: str, path: Path = ROOT) -> subprocess.CompletedProcess[str]:
    env = os.environ | {
        "COLUMNS": "100",
        "MPLBACKEND": "Agg",
        "PYTHONIOENCODING": "utf-8",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(path)]),
    }
    return subprocess.run(
        [sys.executable, *args],
        cwd=ROOT,
        env=env,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


def rows(printed: str) -> dict[str, list[float]]:
    """The table of the test set: metric to metrax's value, scikit-learn's and the difference."""
    _, table = printed.split("test set")
    cells = [re.split(r"\s{2,}", line.strip()) for line in table.splitlines()]
    return {name: [float(x) for x in numbers] for name, *numbers in cells if len(numbers) == 3}


@pytest.fixture(scope="module")
def digits(tmp_path_factory):
    out = tmp_path_factory.mktemp("digits")
    done = run("examples/digits.py", "--epochs", "2", "--batch-size", "100", "--out", str(out))
    assert done.returncode == 0, done.stderr
    return done, out


def test_digits_prints_metrics_beside_scikit_learn(digits):
    done, _ = digits
    table = rows(done.stdout)
    assert table.keys() == COUNTED | {"loss", "macro AUC"}
    for name, (ours, theirs, difference) in table.items():
        assert ours == pytest.approx(theirs, abs=1e-3)
        assert difference <= (1e-6 if name in COUNTED else 1e-3)
    assert table["accuracy"][0] > 0.8


def test_digits_prints_a_table_an_epoch(digits):
    done, _ = digits
    assert done.stdout.count("  train  ") == done.stdout.count("  eval  ") == 2


def test_digits_writes_tensorboard_events(digits):
    _, out = digits
    (events,) = out.glob("events.out.tfevents.*")
    logged = events.read_bytes()
    for name in ("loss", "accuracy", "top_3", "auc", "mean_iou"):
        for split in ("train", "eval"):
            assert f"{name}/{split}".encode() in logged


def test_digits_draws_a_picture(digits):
    _, out = digits
    height, width, _ = (image := matplotlib.image.imread(out / "evaluation.png")).shape
    assert height > 400
    assert width > 800
    for half in (image[:, : width // 2], image[:, width // 2 :]):
        assert half.std() > 0.02


def test_digits_fails_when_a_counted_metric_is_off():
    code = """
import digits
same = dict.fromkeys(digits.TITLES, 0.5)
digits.compare(same, same | {"auc": 0.6})
print("the AUC may differ")
digits.compare(same, same | {"accuracy": 0.500002})
"""
    done = run("-c", code, path=ROOT / "examples")
    assert done.returncode == 1, done.stderr
    assert "the AUC may differ" in done.stdout
    assert "accuracy: off scikit-learn by more than 1e-06" in done.stderr


def test_linen_trainstate_learns():
    done = run("examples/linen_trainstate.py", "--epochs", "3")
    assert done.returncode == 0, done.stderr
    losses = [float(x) for x in re.findall(r"train  loss ([\d.]+)", done.stdout)]
    accuracies = [float(x) for x in re.findall(r"eval .*accuracy ([\d.]+)", done.stdout)]
    assert losses == sorted(losses, reverse=True)
    assert len(losses) == len(accuracies) == 3
    assert accuracies[-1] > 0.85


def test_multihost_gives_one_value_in_both_ways():
    done = run("examples/multihost.py")
    assert done.returncode == 0, done.stderr
    lines = re.findall(r"(loss [\d.]+  accuracy [\d.]+  top_3 [\d.]+)", done.stdout)
    assert len(lines) == 4
    assert "both ways give the values of one process, and so does the checkpoint" in done.stdout


@pytest.fixture(scope="module")
def reported(tmp_path_factory):
    out = tmp_path_factory.mktemp("report")
    done = run("examples/report.py", "--format", "md", "--out", str(out))
    assert done.returncode == 0, done.stderr
    return done, out, runpy.run_path(str(ROOT / "examples" / "report.py"))["load"]()


def test_report_has_slices_with_intervals_that_agree_with_scikit_learn(reported):
    _, out, data = reported
    cells = {}
    for line in (out / "logistic.md").read_text("utf-8").splitlines():
        name, *numbers = (x.strip() for x in line.strip("|").split("|"))
        if numbers and numbers[0] not in ("value", "---:"):
            cells.setdefault(name, numbers)
    y, score, size = (data[name] for name in ("malignant", "logistic", "size"))
    assert float(cells["accuracy"][0]) == pytest.approx(((score > 0.5) == y).mean(), rel=1e-3)
    assert float(cells["area"][0]) == pytest.approx(roc_auc_score(y, score), abs=5e-3)
    for i, name in enumerate(("small", "middle", "large")):
        mine = size == i
        value, low, high, _, weight = map(float, cells[name])
        assert value == pytest.approx(((score > 0.5) == y)[mine].mean(), rel=1e-3)
        assert low < value <= high
        assert weight == mine.sum()
    assert (out / "logistic-1.svg").exists()


def test_report_compares_two_models_on_the_same_cases(reported):
    done, out, data = reported
    found = dict(re.findall(r"(\w+) of logistic less bayes: ([-+.\d]+ .*)", done.stdout))
    assert found.keys() == {"area", "recall", "brier"}
    value, low, high = map(float, re.findall(r"[-+][.\d]+", found["brier"]))
    y = data["malignant"]
    expected = ((data["logistic"] - y) ** 2 - (data["bayes"] - y) ** 2).mean()
    assert value == pytest.approx(expected, abs=2e-4)
    assert low < value < high < 0  # the better one is better by more than chance
    assert "| brier |" in (out / "comparison.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("example", "options"),
    [
        ("digits", ["--epochs", "--out", "--seed", "--batch-size"]),
        ("linen_trainstate", ["--epochs"]),
        ("multihost", ["--coordinator", "--num-processes", "--process-id", "--out"]),
        ("report", ["--out", "--format", "--batch-size"]),
        ("resume", ["--epochs", "--every", "--out"]),
    ],
)
def test_help(example, options):
    done = run(f"examples/{example}.py", "--help")
    assert done.returncode == 0, done.stderr
    assert all(option in done.stdout for option in options)


def test_no_epochs_is_an_error():
    done = run("examples/digits.py", "--epochs", "0")
    assert done.returncode == 2
    assert "0 is not 1 or more" in done.stderr
