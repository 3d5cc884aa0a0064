"""Everything that is measured of one program on one workload: a cell of the table."""

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.peers.program import Program
from benchmarks.timing import median_time
from benchmarks.workloads import Workload

Cell = dict[str, Any]
"""Measured numbers by name, as JSON. Times are in seconds, memory in bytes:

* ``update``: one batch into the state, jitted for libraries on JAX, the state donated;
* ``eager``: the same without the caller's ``jit``;
* ``compute``: the value of a state, called as a user does, at the end of an epoch;
* ``compile``, ``temporary``, ``bytes_ratio`` (bytes accessed over bytes of the inputs);
* ``traces``: of the update in a loop of three steps, the last batch ragged;
* ``bandwidth``: bytes of the inputs over ``update``;
* ``value``: the metric's value, averaged if it has several.
"""

RAGGED_ROWS = 16
RAGGED_LAST = 5


class NoneError(Exception):
    """The library has no such metric; the message is the reason in words."""


def measure_host(program: Program, workload: Workload, job: dict[str, Any]) -> Cell:
    """Times of a library that is not on JAX."""
    arrays = inputs(program, workload, job["size"], job["weighted"])

    # From a fresh state each time: metrics that keep the data would grow with repetitions.
    def update() -> Any:
        return program.update(program.init(), *arrays)

    cell: Cell = {
        "update": median_time(update, job["seconds"]),
        "input_bytes": sum(x.nbytes for x in arrays),
    }
    result = update()
    if program.compute is not None:
        read = program.compute
        cell["compute"] = median_time(lambda: read(_forgetful(result)), job["seconds"])
        result = read(result)
    return cell | {"value": scalar(result)}


def measure_jax(program: Program, workload: Workload, job: dict[str, Any]) -> Cell:
    """Times of a library on JAX, and in the first round what XLA says of its update."""
    import jax

    from benchmarks.analysis import compile_with_costs, nbytes

    jax.clear_caches()  # or a program like an earlier one would compile in no time
    data = jax.device_put(inputs(program, workload, job["size"], job["weighted"]))
    steady = jax.eval_shape(program.update, program.init(), *data)
    cell: Cell = {"input_bytes": nbytes(data)}
    if job["details"]:
        costs = compile_with_costs(program.update, steady, *data, donate=(0,))
        cell |= {
            "compile": costs.compile_s,
            "temporary": costs.temporary_bytes,
            "bytes_ratio": costs.bytes_accessed / nbytes(data),
            "traces": traces(program, workload, job["weighted"]),
        }
    step = program.step or jax.jit(program.update, donate_argnums=0)
    state = jax.block_until_ready(step(program.init(), *data))

    def update() -> None:
        nonlocal state
        state = jax.block_until_ready(step(state, *data))

    cell["update"] = median_time(update, job["seconds"])
    cell["bandwidth"] = nbytes(data) / cell["update"]
    read = program.compute
    assert read is not None
    if job["details"]:
        cell["eager"] = median_time(
            lambda: jax.block_until_ready(program.update(state, *data)), job["seconds"]
        )
        cell["compute"] = median_time(lambda: jax.block_until_ready(read(state)), job["seconds"])
    return cell | {"value": scalar(read(state))}


def inputs(program: Program, workload: Workload, size: int, weighted: bool) -> tuple[Any, ...]:
    """The workload's arrays as the library wants them."""
    arrays: tuple[Any, ...] = workload.data(size)
    if program.prepare is not None:
        arrays = program.prepare(*arrays)
    return (*arrays, workload.weights(size)) if weighted else arrays


def traces(program: Program, workload: Workload, weighted: bool) -> int:
    """Traces of three updates, as a user's loop begins: from the initial state.

    The last batch is short. It is padded with rows of weight zero if the library takes weights or
    the loop has them; otherwise it stays short, which costs a trace.
    """
    from benchmarks.analysis import count_traces

    y, p, *_ = inputs(program, workload, RAGGED_ROWS * workload.width, weighted=False)
    if not program.weighted:
        return count_traces(
            program.update, program.init(), [(y, p), (y, p), (y[:RAGGED_LAST], p[:RAGGED_LAST])]
        )
    full = np.ones(RAGGED_ROWS, np.float32)
    padded = np.where(np.arange(RAGGED_ROWS) < RAGGED_LAST, full, 0)
    batches = [(y, p, w.astype(np.float32)) for w in (full, full, padded)]
    return count_traces(program.update, program.init(), batches)


def scalar(value: Any) -> float:
    """A value of any library, averaged over classes if it has several."""
    return float(np.mean(np.asarray(value, np.float64)))


def _forgetful(state: Any) -> Any:
    """The same without the value that torchmetrics remembers."""
    if hasattr(state, "_computed"):
        state._computed = None
    return state


MEASURES: dict[bool, Callable[[Program, Workload, dict[str, Any]], Cell]] = {
    True: measure_jax,
    False: measure_host,
}
"""By whether the library is on JAX."""
