"""What the benchmarks measure of one program; nothing here is timed."""

import importlib
import sys

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.sharding import PartitionSpec as P
from sklearn import metrics as sk

from benchmarks import analysis, hard_inputs, speed, timing, worker
from benchmarks.measure import inputs, scalar, traces
from benchmarks.merging import count_collectives
from benchmarks.peers import OURS, PEERS
from benchmarks.peers.program import Program
from benchmarks.timing import interleaved_times, median_time
from benchmarks.workloads import WORKLOADS

N = 10_000
HERE = ("metrax", "floor", "plain", "keras", "nnx", "optax", "sklearn")
"""Libraries that the tests' own environment has."""


def array(n=N):
    return jax.ShapeDtypeStruct((n,), np.float32)


def job(workload, weighted=False, **more):
    shape = {"size": 640, "width": None, "dtype": "float32", "weighted": weighted}
    return {"workload": workload, **shape, "seconds": 0.0, "details": False, **more}


def cell_of(peer, *args, **more):
    return worker.compare(job(*args, peers=[peer], **more))[peer]


# ---- what XLA says


def test_bytes_of_one_pass_over_two_arrays():
    costs = analysis.compile_with_costs(lambda x, y: jnp.sum(x * y), array(), array())
    assert costs.bytes_accessed == pytest.approx(2 * 4 * N, rel=0.05)


def test_bytes_of_a_copy_count_reading_and_writing():
    costs = analysis.compile_with_costs(lambda x: x + 1, array())
    assert costs.bytes_accessed == pytest.approx(2 * 4 * N, rel=0.05)


def test_a_program_that_does_not_fit_is_not_run(monkeypatch):
    monkeypatch.setattr(analysis, "available_memory", lambda: 1000)
    with pytest.raises(analysis.TooLargeError, match="GiB of temporary memory"):
        analysis.compile_with_costs(lambda x: jnp.sum(jnp.sort(x) * x), array())


def test_traces_are_counted_by_shape():
    def count(*sizes):
        return analysis.count_traces(
            lambda s, x: s + x.sum(), jnp.zeros(()), [(jnp.ones(n),) for n in sizes]
        )

    assert count(4, 4, 4) == 1
    assert count(4, 4, 3) == 2


def test_a_state_that_changes_shape_costs_a_trace():
    batches = [(jnp.ones(3),)] * 3
    assert analysis.count_traces(lambda s, x: s + x, jnp.zeros(()), batches) == 2


def test_the_ragged_batch_is_padded_only_for_metrics_that_take_weights():
    def update(state, y, p, w=None):
        return state + jnp.sum(p if w is None else w)

    takes, takes_not = (
        Program(lambda: jnp.zeros(()), update, lambda s: s, weighted) for weighted in (True, False)
    )
    assert traces(takes, WORKLOADS["AUC"], weighted=False) == 1
    assert traces(takes_not, WORKLOADS["AUC"], weighted=False) == 2


@pytest.mark.devices(2)
def test_collectives_are_counted():
    n = jax.device_count()
    mesh = jax.make_mesh((n,), ("data",))
    x = jax.device_put(jnp.ones(n), jax.NamedSharding(mesh, P("data")))

    def count(fn):
        mapped = jax.shard_map(fn, mesh=mesh, in_specs=P("data"), out_specs=P())
        return count_collectives(jax.jit(mapped).lower(x).compile().as_text())

    def shifted(x):
        return jax.lax.ppermute(x, "data", [(i, (i + 1) % n) for i in range(n)])

    assert count(lambda x: jax.lax.psum(x, "data")) == 1
    assert count(lambda x: jax.lax.psum(jnp.sin(x) * shifted(x), "data")) == 2


# ---- how often things are called


def test_a_slow_call_is_not_repeated():
    calls = []
    median_time(lambda: calls.append(1), seconds=1.0, slow=-1.0)
    assert len(calls) == 1


def test_a_quick_call_is_repeated_though_the_time_is_over():
    calls = []
    median_time(lambda: calls.append(1), seconds=0.0)
    assert len(calls) == 4  # one of them to warm up


def test_calls_take_turns_and_their_medians_are_of_the_same_moments(monkeypatch):
    clock, played = Clock(), []
    monkeypatch.setattr(timing.time, "perf_counter", clock)

    def call(name, seconds):
        def work():
            played.append(name)
            # The machine becomes ten times as slow half way.
            clock.now += seconds * (10 if len(played) > 2 * timing.MIN_TURNS else 1)

        return work

    a, b = interleaved_times([call("a", 1e-3), call("b", 2e-3)], seconds=0.1)
    assert b / a == pytest.approx(2)
    turns = list(zip(played[::2], played[1::2], strict=True))
    assert timing.MIN_TURNS <= len(turns) <= timing.MAX_TURNS
    assert set(turns) == {("a", "b"), ("b", "a")}


def test_a_slow_call_sits_out_and_the_others_go_on(monkeypatch):
    clock, played = Clock(), []
    monkeypatch.setattr(timing.time, "perf_counter", clock)

    def call(name, seconds):
        def work():
            played.append(name)
            clock.now += seconds

        return work

    times = interleaved_times([call("slow", 30.0), call("quick", 1e-3)], seconds=0.0)
    assert times == [30.0, pytest.approx(1e-3)]
    assert played.count("slow") == 1
    assert played.count("quick") == timing.MIN_TURNS


class Clock:
    """Moves when it is told to."""

    now = 0.0

    def __call__(self):
        return self.now


# ---- workloads and programs


def test_every_workload_has_a_metrax_program():
    assert list(PEERS[OURS].programs()) == list(WORKLOADS)


@pytest.mark.parametrize("name", HERE)
def test_programs_are_of_workloads(name):
    assert PEERS[name].programs().keys() <= WORKLOADS.keys()


@pytest.mark.parametrize("name", WORKLOADS)
def test_data_is_the_same_each_time_and_of_the_size_asked_for(name):
    workload = WORKLOADS[name]
    (y, *_), (*_, p), (*_, again) = (workload.data(640_000) for _ in range(3))
    np.testing.assert_array_equal(p, again)
    assert p.size == pytest.approx(640_000, rel=0.01)
    assert len(y) == len(p) == len(workload.weights(640_000))


@pytest.mark.parametrize("name", sorted(PEERS["sklearn"].programs()))
def test_metrax_does_the_work_that_scikit_learn_does(name):
    workload = WORKLOADS[name]
    values = []
    for peer in (OURS, "sklearn"):
        program = PEERS[peer].programs()[name]()
        state = program.update(program.init(), *inputs(program, workload, 64_000, weighted=False))
        values.append(scalar(state if program.compute is None else program.compute(state)))
    # Areas from 200 thresholds, or from 16 bits of float32, are not exact.
    about = any(word in name for word in ("AUC", "AUROC", "AveragePrecision"))
    assert values[0] == pytest.approx(values[1], rel=1e-2 if about else 1e-5)


def test_a_cell_holds_everything_that_is_promised():
    got = cell_of(OURS, "AUC", details=True)
    keys = {measure.key for measure in speed.MEASURES}
    assert got.keys() == keys | {"update", "input_bytes", "value"}
    assert got["traces"] == 1
    assert got["input_bytes"] == 640 * 8


# ---- the worker


def test_libraries_of_one_process_share_the_arrays_and_fail_alone(monkeypatch):
    seen = {}

    def program(name, compute):
        def update(state, y, p):
            seen.setdefault(name, p)
            return state + p.sum()

        return lambda: Program(lambda: jnp.zeros(()), update, compute)

    programs = {"metrax": program("metrax", lambda s: s), "keras": program("keras", too_large)}
    importlib.import_module("benchmarks.peers.optax")  # whose module needs that of metrax itself
    for name, built in programs.items():
        monkeypatch.setitem(sys.modules, f"benchmarks.peers.{name}", Programs({"AUC": built}))
    monkeypatch.setattr(jax, "jit", lambda fn, **_: fn)
    cells = worker.compare(job("AUC", peers=["metrax", "keras", "optax"]))
    assert seen["metrax"] is seen["keras"]
    assert cells["metrax"]["update"] > 0
    assert "TypeError" in cells["keras"]["error"]
    assert cells["optax"] == {"none": "no such metric"}


class Programs:
    """Stands in for the module of a peer."""

    def __init__(self, programs):
        self.PROGRAMS = programs


@pytest.mark.parametrize("peer", ["metrax", "keras"])
def test_a_function_is_called_by_itself(peer):
    got = cell_of(peer, "functional.mean_absolute_error", details=True)
    y, p = WORKLOADS["functional.mean_absolute_error"].data(640)
    assert got["value"] == pytest.approx(np.abs(y - p).mean(), rel=1e-5)
    assert got["input_bytes"] == y.nbytes + p.nbytes
    assert not {"traces", "compute"} & got.keys()


def test_the_value_is_of_one_batch_however_often_it_was_added():
    y, p = WORKLOADS["TruePositives"].data(640)
    assert cell_of(OURS, "TruePositives")["value"] == np.sum((y == 1) & (p > 0.5))


def test_half_precision_is_for_libraries_on_jax():
    assert cell_of("sklearn", "AUC", dtype="bfloat16") == {"none": "no bfloat16"}
    assert cell_of(OURS, "AUC", dtype="bfloat16")["input_bytes"] == 640 * 6


def test_a_missing_metric_is_none_and_says_so():
    assert cell_of("optax", "AUC") == {"none": "no such metric"}


def test_weights_that_a_library_does_not_take_are_none():
    got = cell_of("nnx", "BinaryAccuracy", weighted=True)
    assert got == {"none": "takes no weights"}


def test_an_error_becomes_words():
    assert worker.attempt(lambda: 1 // 0)["error"].startswith("ZeroDivisionError")
    assert "GiB" in worker.attempt(too_large)["error"]


def too_large():
    raise analysis.TooLargeError("needs 9.0 GiB")


# ---- hard inputs


def test_exact_values_are_scikit_learns():
    y, p = hard_inputs.CASES["AUC of scores near 1e-6"].data()
    assert hard_inputs.ranked(y, np.float64(p)) == pytest.approx(sk.roc_auc_score(y, p), rel=1e-9)
    y, p = np.float64(hard_inputs.CASES["R2 at mean 1e4"].data())
    assert hard_inputs.r2(y, p) == pytest.approx(sk.r2_score(y, p), rel=1e-9)


def test_half_precision_inputs_lose_nothing_in_bfloat16():
    _, p = hard_inputs.CASES["MSE of bfloat16"].data()
    np.testing.assert_array_equal(jnp.asarray(p, jnp.bfloat16).astype(jnp.float32), p)


def test_the_error_of_a_stream_is_relative_to_float64():
    peer, case = PEERS[OURS], "R2 at mean 1e4"
    program = peer.programs()["R2Score"]()
    got = hard_inputs.measure_accuracy(peer, program, {"case": case})
    assert got["relative"] == abs(got["value"] - got["exact"]) / got["exact"] < 1e-5
