"""From processes to tables: which libraries run, what becomes of those that do not, the files."""

import json
import platform
import sys

import pytest

from benchmarks import __main__ as command
from benchmarks import environments, speed
from benchmarks.launch import run_jobs
from benchmarks.machine import ROOT
from benchmarks.peers import OURS, PEERS, Peer
from benchmarks.report import facts, save
from benchmarks.workloads import WORKLOADS


def cell(peer, update, **more):
    return {
        "peer": peer,
        "workload": "AUC",
        "size": 100,
        "width": None,
        "dtype": "float32",
        "weighted": False,
        "update": update,
    } | more


# ---- processes


STUB = """\
#!{python} -S
import json, os, sys, time
jobs = json.load(sys.stdin)["jobs"]
if jobs[0]["do"] == "refuse":
    sys.exit("ImportError: no library")
for job in jobs:
    print(json.dumps({{"begin": job["id"]}}), flush=True)
    if job["do"] == "die":
        os.kill(os.getpid(), 9)
    if job["do"] == "hang":
        time.sleep(60)
    print(json.dumps({{"id": job["id"], "update": 1.0}}), flush=True)
"""


@pytest.fixture
def stub(tmp_path):
    path = tmp_path / "python"
    path.write_text(STUB.format(python=sys.executable))
    path.chmod(0o755)
    return path


def test_a_worker_that_dies_loses_one_job(stub):
    jobs = [{"do": "work"}, {"do": "die"}, {"do": "work"}]
    first, second, third = run_jobs("this", stub, jobs, limit=60)
    assert first["update"] == third["update"] == 1.0
    assert second["error"] == "killed, perhaps for want of memory"


def test_a_library_that_cannot_be_imported_fails_every_job_at_once(stub):
    done = run_jobs("this", stub, [{"do": "refuse"}] * 2, limit=60)
    assert [x["error"] for x in done] == ["ImportError: no library"] * 2


def test_a_worker_that_hangs_is_ended(stub):
    (only,) = run_jobs("this", stub, [{"do": "hang"}], limit=1)
    assert only["error"] == "took over 1 s"


# ---- which libraries are there


def test_a_peer_whose_environment_is_not_set_up_is_absent(monkeypatch, tmp_path):
    monkeypatch.setattr(environments, "FOLDER", tmp_path)
    present, absent = environments.find_versions(["metrax", "torchmetrics", "google-metrax"])
    assert list(present) == ["metrax"]
    assert absent.keys() == {"torchmetrics", "google-metrax"}
    assert all(environments.SETUP_COMMAND in reason for reason in absent.values())


def test_a_peer_that_is_not_installed_is_absent(monkeypatch):
    monkeypatch.setitem(PEERS, "ghost", Peer("ghost", "this", "no-such-distribution"))
    present, absent = environments.find_versions(["sklearn", "ghost"])
    assert list(present) == ["sklearn"]
    assert absent == {"ghost": "no-such-distribution is not installed"}


# ---- tables


def test_ratios_are_against_metrax():
    ours = cell(OURS, 2.0, compute=2.0)
    assert speed.ratio(cell("keras", 3.0, compute=99.0), ours) == 1.5
    assert speed.ratio(cell("torcheval", 1.0, compute=5.0), ours) == 1.5
    assert speed.ratio(cell("sklearn", 6.0), ours) == 1.5


def test_the_table_shows_ratios_gaps_and_doubts():
    cells = [
        cell(OURS, 0.002, compute=0.0, value=0.5),
        cell("keras", 0.003, value=0.5),
        cell("sklearn", 0.004, value=0.7),
        {**cell("nnx", 0.0), "none": "no such metric"},
        {**cell("clu", 0.0), "error": "killed"},
    ]
    for missing in cells[3:]:
        del missing["update"]
    table = next(x for x in speed.tables(cells) if x.title.startswith("Time of an update"))
    assert table.header[2:] == [OURS, "keras", "sklearn", "nnx", "clu"]
    assert table.rows == [["AUC", "1e2", "2", "3 (1.5x)", "4 (2x) ≠", "none", "failed"]]
    assert table.notes == ["clu, AUC: killed"]
    assert "| AUC | 1e2 | 2 | 3 (1.5x) | 4 (2x) ≠ | none | failed |" in table.markdown()


def test_rounds_are_combined_by_the_median():
    rounds = [[cell(OURS, t, value=1, input_bytes=8, bandwidth=0.0)] for t in (1.0, 9.0, 2.0)]
    (combined,) = speed.combine([*rounds, []])
    assert combined["update"] == 2.0
    assert combined["bandwidth"] == 4.0


# ---- end to end


def test_a_small_run_writes_every_file(monkeypatch, tmp_path, capsys):
    options = "speed --metrics BinaryAccuracy --peers sklearn --sizes 1e3 --rounds 1 --seconds 0"
    options += " --no-weighted"
    monkeypatch.setattr(sys, "argv", ["benchmarks", *options.split(), "--out", str(tmp_path)])
    command.main()
    assert "BinaryAccuracy" in capsys.readouterr().out
    cells = json.loads((tmp_path / "results.json").read_text())["speed"]["data"]
    assert [x["peer"] for x in cells] == ["metrax", "floor", "sklearn"]
    assert cells[0]["value"] == pytest.approx(cells[2]["value"], rel=1e-6)
    assert (tmp_path / "ratios.png").stat().st_size > 1000
    written = (tmp_path / "RESULTS.md").read_text()
    assert "BinaryAccuracy" in written
    assert str(ROOT) not in written
    assert platform.node() not in written


def test_a_suite_replaces_its_own_section_only(tmp_path):
    section = {"machine": {}, "versions": {}, "absent": {"torcheval": "not set up"}}
    imports = {"data": [{"first": "jax", "before": 1.0, "metrax": 0.25}]}
    save(tmp_path, "imports", section | imports)
    save(tmp_path, "merge", section | {"data": []})
    assert json.loads((tmp_path / "results.json").read_text()).keys() == {"imports", "merge"}
    assert "| import jax | 1 | 0.25 |" in (tmp_path / "RESULTS.md").read_text()
    assert "torcheval (not set up)" in facts(section)


@pytest.mark.parametrize("bad", [["nonsense"], ["--metrics", "nonsense"], ["--sizes", "0.5"]])
def test_nonsense_on_the_command_line_is_an_error(bad):
    with pytest.raises(SystemExit):
        command.parse_args(bad)


def test_metrics_are_chosen_by_the_beginning_of_their_names():
    assert command.select(["MeanIoU", "Recall"]) == ("Recall", "MeanIoU 1000", "MeanIoU 21")
    assert command.select(None) == tuple(WORKLOADS)
