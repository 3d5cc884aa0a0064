"""Measures one library, in that library's own process.

A request comes as JSON on standard input, ``{"peer": name, "jobs": [...]}``; for each
job goes one line of JSON before it begins and one when it is done, so that a process that dies
loses one job only.
"""

import json
import os
import sys
import traceback
from collections.abc import Callable
from typing import Any, TextIO

from benchmarks.hard_inputs import measure_accuracy
from benchmarks.machine import ROOT, available_memory
from benchmarks.measure import MEASURES, Cell, NoneError
from benchmarks.peers import OURS, PEERS, Peer
from benchmarks.workloads import WORKLOADS


def main() -> None:
    """Read a request, answer it line by line."""
    request = json.load(sys.stdin)
    answers = _own_stdout()
    peer = PEERS[request["peer"]]
    check_import(peer)
    if not peer.on_jax:
        limit_memory()
    for job in request["jobs"]:
        say(answers, {"begin": job["id"]})
        say(answers, {"id": job["id"], **attempt(lambda job=job: run(peer, job))})


def run(peer: Peer, job: dict[str, Any]) -> Cell:
    """The cell of one job."""
    builder = peer.programs().get(job["workload"])
    if builder is None:
        raise NoneError("no such metric")
    program = builder()
    if job["weighted"] and not program.weighted:
        raise NoneError("takes no weights")
    if "case" in job:
        return measure_accuracy(peer, program, job)
    return MEASURES[peer.on_jax](program, WORKLOADS[job["workload"]], job)


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
