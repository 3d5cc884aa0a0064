"""From processes to tables: which libraries run, what becomes of those that do not, the files."""

import json
import platform
import sys

import pytest

from benchmarks import __main__ as command
from benchmarks import environments, speed
from benchmarks.launch import run_jobs
from benchmarks.machine import ROOT
from benchmarks.options import Options
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
    if job["do"] == "die" and job.get("of", "metrax") in job.get("peers", ["metrax"]):
        os.kill(os.getpid(), 9)
    if job["do"] == "hang":
        time.sleep(60)
    cells = {{name: {{"update": 1.0}} for name in job.get("peers", ["metrax"])}}
    print(json.dumps({{"id": job["id"], "cells": cells}}), flush=True)
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
    assert first["cells"]["metrax"]["update"] == third["cells"]["metrax"]["update"] == 1.0
    assert second["error"] == "killed, perhaps for want of memory"


def test_a_library_that_cannot_be_imported_fails_every_job_at_once(stub):
    done = run_jobs("this", stub, [{"do": "refuse"}] * 2, limit=60)
    assert [x["error"] for x in done] == ["ImportError: no library"] * 2


def test_a_library_that_ends_the_process_loses_its_own_cells_only(monkeypatch, stub):
    monkeypatch.setattr(environments, "interpreter", lambda _: stub)
    both = {"peers": ["metrax", "keras"]}
    jobs = [{"do": "die", "of": "keras", **both}, {"do": "work", **both}]
    cells = environments.run_together("this", jobs, limit=60)
    assert [(x["peer"], x.get("update")) for x in cells] == [
        ("metrax", 1.0), ("keras", None), ("metrax", 1.0), ("keras", 1.0),
    ]  # fmt: skip
    assert cells[1]["error"] == "killed, perhaps for want of memory"
    assert not {"id", "peers", "cells"} & cells[0].keys()


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


def test_libraries_share_a_process_where_they_can():
    groups = speed.group(["metrax", "plain", "keras", "google-metrax", "clu", "sklearn"])
    assert groups == {
        ("metrax", "plain", "keras"): "this",
        ("google-metrax", "clu"): "google",
        ("sklearn",): "this",
    }


# ---- what is asked for


def options(line):
    return command.parse_args(line.split())


def test_by_default_a_million_elements_with_weights_and_without():
    args = options("")
    assert (args.sizes, args.widths, args.dtypes) == ([10**6], [None], ["float32"])
    assert args.weighted
    assert args.peers == list(PEERS)
    assert set(WORKLOADS) - set(args.metrics) == {x for x in WORKLOADS if x.endswith(" 32000")}
    assert args.out == command.FOLDER


def test_full_is_the_product_of_sizes_shapes_and_dtypes():
    args = options("speed --full")
    assert (args.sizes, args.widths) == ([10**5, 10**6, 10**7], [1, 10, 1000])
    assert args.dtypes == ["float32", "bfloat16"]
    assert args.metrics == tuple(WORKLOADS)


def test_quick_is_one_round_beside_keras_and_plain_jnp():
    args = options("--quick")
    assert (args.what, args.peers, args.rounds) == (["speed"], ["plain", "keras"], 1)
    assert args.seconds < 0.1
    assert args.out == command.PARTIAL


def test_what_is_asked_for_comes_before_presets():
    args = options("--full --sizes 1e3 --peers clu --rounds 3 --seconds 0 --no-weighted")
    assert (args.sizes, args.peers, args.rounds, args.seconds) == ([1000], ["clu"], 3, 0)
    assert not args.weighted


def test_a_part_does_not_replace_the_results():
    assert options("speed --metrics AUC").out == command.PARTIAL
    assert options("speed --peers keras --out here").out.name == "here"


def test_a_name_comes_before_the_beginnings_of_names():
    assert command.select(["Mean", "AUC uneven"]) == ("Mean", "AUC uneven")
    assert command.select(["TopK"]) == ("TopK 100", "TopK 32000")
    assert "MeanSquaredError" in command.select(["MeanS"])
    assert options("--metrics TopK").metrics == ("TopK 100", "TopK 32000")


def test_functions_have_one_shape_more_or_less_and_no_weights():
    args = options("--full --metrics functional.hinge F1Score")
    asked = Options(args.metrics, (1000,), (1, 10), ("float32",), (False, True), 1, 0.0, True, ())
    jobs = speed.jobs_of(asked, (OURS,))
    assert [(x["workload"], x["width"], x["weighted"]) for x in jobs] == [
        ("F1Score 10", None, False),
        ("F1Score 10", None, True),
        ("F1Score 100", None, False),
        ("F1Score 100", None, True),
        ("functional.hinge", 1, False),
        ("functional.hinge", 10, False),
    ]


def test_later_rounds_leave_out_what_was_slow_or_failed(monkeypatch):
    asked = []

    def run(environment, jobs, limit):
        asked.append([job["peers"] for job in jobs])
        times = {"metrax": 0.1, "keras": 5.0}
        return [
            {**job, "peer": name, **({"update": times[name]} if name in times else {})}
            for job in jobs
            for name in job["peers"]
        ]

    monkeypatch.setattr(speed, "run_together", run)
    every = ("metrax", "keras", "optax")
    wanted = Options(("AUC",), (100,), (None,), ("float32",), (False,), 2, 0.0, True, every)
    speed.measure(wanted, print)
    assert asked == [[list(every)], [["metrax"]]]


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
