"""A library's error as a stream grows: the accuracy of batches of ten thousand, up to 4e9 examples.

It is beside the suites, for the picture of :mod:`benchmarks.front`, as it takes minutes.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from benchmarks.environments import run_together
from benchmarks.launch import Job
from benchmarks.measure import Cell, scalar
from benchmarks.peers import FLOOR, PEERS, Peer
from benchmarks.peers.program import Program

BATCHES, ROWS = 100, 10_000
EXAMPLES = BATCHES * ROWS
"""The stream goes over these again and again, each time a million examples."""
PASSES = (1, 3, 10, 30, 100, 300, 1000, 2000, 3000, 4000)
"""After which a library is asked for its value; 32 bits hold the counts of 2147."""
LIMIT_S = 1800.0

Batches = list[tuple[Any, ...]]


def measure(present: list[str], report: Callable[[str], None]) -> list[Job]:
    """The relative errors of every library that takes a stream."""
    cells: list[Job] = []
    for name in present:
        if name == FLOOR:
            continue
        report(f"growth: {name}")
        job = {"passes": list(PASSES), "workload": "BinaryAccuracy", "weighted": False}
        cells += run_together(PEERS[name].environment, [job | {"peers": [name]}], LIMIT_S)
    return cells


def measure_growth(peer: Peer, program: Program, job: dict[str, Any]) -> Cell:
    """The relative error after each number of passes; runs in the library's process."""
    y, p = events()
    exact = float(np.mean((p > 0.5) == y))
    prepare = program.prepare or (lambda *arrays: arrays)
    batches = [prepare(*batch) for batch in zip(y, p, strict=True)]
    states = (_on_jax if peer.on_jax else _on_host)(program, batches)
    errors = []
    for done, state in zip(range(1, max(job["passes"]) + 1), states, strict=False):
        if done in job["passes"]:
            assert program.compute is not None
            errors.append(abs(scalar(program.compute(state)) - exact) / exact)
    return {"relative": [float(f"{x:.3g}") for x in errors]}


def events() -> tuple[np.ndarray, np.ndarray]:
    """Labels and scores."""
    rng = np.random.default_rng(3)
    y = rng.integers(0, 2, (BATCHES, ROWS)).astype(np.int32)
    return y, (0.3 * y + 0.7 * rng.random(y.shape)).astype(np.float32)


def _on_jax(program: Program, batches: Batches) -> Iterator[Any]:
    """The states after each pass; from the second on a pass is one program."""
    import jax
    import jax.numpy as jnp

    stacked = jax.tree.map(lambda *x: jnp.stack(x), *batches)

    def add(state: Any, batch: Any) -> tuple[Any, None]:
        return program.update(state, *batch), None

    step = jax.jit(program.update)
    go_on = jax.jit(lambda state: jax.lax.scan(add, state, stacked)[0])
    state = program.init()
    for batch in batches:
        state = step(state, *map(jnp.asarray, batch))
    while True:
        yield state
        state = go_on(state)


def _on_host(program: Program, batches: Batches) -> Iterator[Any]:
    state = program.init()
    while True:
        for batch in batches:
            state = program.update(state, *batch)
        yield state
