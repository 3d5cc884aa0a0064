"""Measures the libraries of one environment, in a process of their own.

A request comes as JSON on standard input, ``{"jobs": [...]}``, each with the libraries that are to
take turns at it. For each job go lines of JSON when it begins and gets on, and one when it is done,
so that a process that dies loses one job only.
"""

import json
import os
import sys
import traceback
from collections.abc import Callable
from typing import Any, TextIO

from benchmarks.growth import measure_growth
from benchmarks.hard_inputs import measure_accuracy
from benchmarks.machine import ROOT, available_memory
from benchmarks.measure import RUNS, Cell, NoneError, Run
from benchmarks.peers import OURS, PEERS, Peer
from benchmarks.peers.program import Program
from benchmarks.timing import interleaved_times
from benchmarks.workloads import WORKLOADS

ALONE = {"case": measure_accuracy, "passes": measure_growth}
"""What is measured of one library after the other, by what such a job holds."""


def main() -> None:
    """Read a request, answer it line by line."""
    jobs = json.load(sys.stdin)["jobs"]
    answers = _own_stdout()
    peers = [PEERS[name] for name in dict.fromkeys(name for job in jobs for name in job["peers"])]
    for peer in peers:
        check_import(peer)
    if not any(peer.on_jax for peer in peers):
        limit_memory()
    for job in jobs:

        def begin(job: dict[str, Any] = job) -> None:
            say(answers, {"begin": job["id"]})

        run = score if ALONE.keys() & job else compare
        say(answers, {"id": job["id"], "cells": run(job, begin)})


def score(job: dict[str, Any], begin: Callable[[], None] = lambda: None) -> dict[str, Cell]:
    """The errors of a job's libraries."""
    cells = {}
    (measure,) = (ALONE[key] for key in ALONE.keys() & job)
    for name in job["peers"]:
        begin()
        peer = PEERS[name]
        cells[name] = attempt(lambda peer=peer: measure(peer, program_of(peer, job), job))
    return cells


def compare(job: dict[str, Any], begin: Callable[[], None] = lambda: None) -> dict[str, Cell]:
    """The times of a job's libraries, which take turns; ``begin`` is called as it gets on."""
    runs: dict[str, Run] = {}

    def build(peer: Peer) -> Cell:
        program, workload = program_of(peer, job), WORKLOADS[job["workload"]]
        details = {"details": job["details"] and peer.is_library}
        runs[peer.name] = RUNS[peer.on_jax](program, workload, job | details)
        return {}

    def start(name: str) -> Cell:
        runs[name].start()
        return {}

    cells: dict[str, Cell] = {}
    for name in job["peers"]:
        begin()
        cells[name] = attempt(lambda name=name: build(PEERS[name]))
    for name in runs:
        begin()
        cells[name] = attempt(lambda name=name: start(name))
    begin()
    ready = [name for name, cell in cells.items() if not cell]
    times = interleaved_times([runs[name].update for name in ready], job["seconds"])
    for name, seconds in zip(ready, times, strict=True):
        begin()
        cells[name] = attempt(lambda name=name, seconds=seconds: runs[name].finish(seconds))
    return cells


def program_of(peer: Peer, job: dict[str, Any]) -> Program:
    """The peer's program for a job.

    Raises:
      NoneError: when it has none.
    """
    builder = peer.programs().get(job["workload"])
    if builder is None:
        raise NoneError("no such metric")
    program = builder()
    if job["weighted"] and not program.weighted:
        raise NoneError("takes no weights")
    return program


def attempt(call: Callable[[], Cell]) -> Cell:
    """The cell, or why there is none: ``none`` or ``error``, each with its reason."""
    try:
        return call()
    except NoneError as reason:
        return {"none": str(reason)}
    except MemoryError as error:
        return {"error": str(error) or "out of memory"}
    except Exception as error:  # a metric that fails must not hide the others
        print(traceback.format_exc(), file=sys.stderr)
        lines = str(error).strip().splitlines() or [""]
        return {"error": f"{type(error).__name__}: {lines[0][:200]}"}


def check_import(peer: Peer) -> None:
    """Make sure that ``metrax`` is the library that it should be: two have that name."""
    if peer.name not in (OURS, "google-metrax"):
        return
    import metrax

    assert metrax.__file__ is not None
    is_ours = metrax.__file__.startswith(str(ROOT / "metrax"))
    if is_ours != (peer.name == OURS):
        raise ImportError(f"{peer.name}: imported another library of the name metrax")


def limit_memory() -> None:
    """Let allocations fail, so that the machine does not run out of memory."""
    import resource

    limit = available_memory()
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def say(to: TextIO, message: dict[str, Any]) -> None:
    """One line of JSON."""
    print(json.dumps(message), file=to, flush=True)


def _own_stdout() -> TextIO:
    """Standard output for the answers alone; what libraries print goes to standard error."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return answers
