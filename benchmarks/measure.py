"""Everything that is measured of one program on one workload: a cell of the table."""

import functools
from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from benchmarks.peers.program import Program
from benchmarks.timing import median_time
from benchmarks.workloads import WORKLOADS, Workload

Cell = dict[str, Any]
"""Measured numbers by name, as JSON. Times are in seconds, memory in bytes:

* ``update``: one batch into the state, jitted for libraries on JAX, the state donated; or one call
  of a function;
* ``eager``: the same without the caller's ``jit``;
* ``compute``: the value of a state, called as a user does, at the end of an epoch;
* ``compile``, ``temporary``, ``bytes_ratio`` (bytes accessed over bytes of the inputs);
* ``traces``: of the update in a loop of three steps, the last batch ragged (in the cells without
  weights: the loops are the same);
* ``bandwidth``: bytes of the inputs over ``update``;
* ``value``: the metric's value of one batch, averaged if it has several.
"""

ENOUGH_S = 1.0
"""What takes longer than this is called once, beside its turns."""

DETAIL_S = 0.1
"""How long to repeat what does not take turns."""

RAGGED_ROWS = 16
RAGGED_LAST = 5


class NoneError(Exception):
    """The library has no such metric; the message is the reason in words."""


class Run(ABC):
    """A program on its inputs; what takes turns with others is ``update``."""

    @abstractmethod
    def start(self) -> None:
        """Warm up; by now all programs that take turns have been analysed."""

    @abstractmethod
    def update(self) -> None:
        """One batch more; returns when it is in the state."""

    @abstractmethod
    def finish(self, update_s: float) -> Cell:
        """The whole cell, given the time of an update."""


class HostRun(Run):
    """A library that is not on JAX."""

    def __init__(self, program: Program, workload: Workload, job: dict[str, Any]) -> None:
        if job["dtype"] != "float32":
            raise NoneError(f"no {job['dtype']}")
        self.program, self.seconds = program, job["seconds"]
        self.arrays = inputs(program, workload, **_shape(job))

    def start(self) -> None:
        self.update()

    def update(self) -> None:
        # From a fresh state each time: metrics that keep the data would grow with repetitions.
        self.result = self.program.update(self.program.init(), *self.arrays)

    def finish(self, update_s: float) -> Cell:
        cell: Cell = {"update": update_s, "input_bytes": sum(x.nbytes for x in self.arrays)}
        result, read = self.result, self.program.compute
        if read is not None:
            cell["compute"] = median_time(lambda: read(_forgetful(result)), self.seconds)
            result = read(result)
        return cell | {"value": scalar(result)}


class JaxRun(Run):
    """A library on JAX, and in the first round what XLA says of its update."""

    def __init__(self, program: Program, workload: Workload, job: dict[str, Any]) -> None:
        from benchmarks.analysis import nbytes

        self.program, self.job = program, job
        self.data = _device_inputs(program, workload, job)
        self.cell: Cell = {"input_bytes": nbytes(self.data)}
        if job["details"]:
            self._analyse(workload)

    def _analyse(self, workload: Workload) -> None:
        import jax

        from benchmarks.analysis import compile_with_costs

        jax.clear_caches()  # or a program like an earlier one would compile in no time
        update = self.program.update
        steady = jax.eval_shape(update, self.program.init(), *self.data)
        costs = compile_with_costs(update, steady, *self.data, donate=(0,))
        self.cell |= {
            "compile": costs.compile_s,
            "temporary": costs.temporary_bytes,
            "bytes_ratio": costs.bytes_accessed / self.cell["input_bytes"],
        }
        if self.program.compute is not None and not self.job["weighted"]:
            self.cell["traces"] = traces(self.program, workload, self.job["weighted"])

    def start(self) -> None:
        import jax

        self.step = self.program.step or jax.jit(self.program.update, donate_argnums=0)
        self.state = self.program.init()
        before = jax.tree.map(jax.typeof, self.state)
        self.update()
        read = self.program.compute
        self.value = scalar(self.state if read is None else read(self.state))
        if jax.tree.map(jax.typeof, self.state) != before:  # the next one will be compiled anew
            self.update()

    def update(self) -> None:
        import jax

        self.state = jax.block_until_ready(self.step(self.state, *self.data))

    def finish(self, update_s: float) -> Cell:
        import jax

        seconds = min(self.job["seconds"], DETAIL_S)

        def time(fn: Any, *args: Any) -> float:
            call = functools.partial(fn, *args)
            return median_time(lambda: jax.block_until_ready(call()), seconds, slow=ENOUGH_S)

        state, read = self.state, self.program.compute
        cell = self.cell | {"update": update_s, "bandwidth": self.cell["input_bytes"] / update_s}
        if self.job["details"]:
            cell["eager"] = time(self.program.update, state, *self.data)
            if read is not None:
                cell["compute"] = time(read, state)
        return cell | {"value": self.value}


RUNS: dict[bool, type[HostRun | JaxRun]] = {True: JaxRun, False: HostRun}
"""By whether the library is on JAX."""


def _shape(job: dict[str, Any]) -> dict[str, Any]:
    return {name: job[name] for name in ("size", "weighted", "width", "dtype")}


def _device_inputs(program: Program, workload: Workload, job: dict[str, Any]) -> tuple[Any, ...]:
    """On the device: the very same arrays for all programs that take them as they are."""
    import jax

    if program.prepare is None and not program.flat:
        return _as_they_are(workload.name, **_shape(job))
    return jax.device_put(inputs(program, workload, **_shape(job)))


@functools.lru_cache(maxsize=1)
def _as_they_are(name: str, **shape: Any) -> tuple[Any, ...]:
    import jax

    arrays, w = _arrays(WORKLOADS[name], **shape)
    return jax.device_put((*arrays, *w))


def inputs(
    program: Program, workload: Workload, size: int, weighted: bool, **shape: Any
) -> tuple[Any, ...]:
    """The workload's arrays as the library wants them."""
    arrays, w = _arrays(workload, size, weighted, **shape)
    if program.flat and workload.elements:
        w = tuple(np.repeat(x, arrays[0][0].size) for x in w)
        arrays = tuple(x.ravel() for x in arrays)
    return (*(arrays if program.prepare is None else program.prepare(*arrays)), *w)


def _arrays(
    workload: Workload,
    size: int,
    weighted: bool,
    width: int | None = None,
    dtype: str = "float32",
) -> tuple[tuple[np.ndarray, ...], tuple[np.ndarray, ...]]:
    arrays = workload.data(size, width)
    if dtype != "float32":
        import ml_dtypes

        narrow = getattr(ml_dtypes, dtype)
        arrays = tuple(x.astype(narrow) if x.dtype.kind == "f" else x for x in arrays)
    return arrays, (workload.weights(size, width),) if weighted else ()


def traces(program: Program, workload: Workload, weighted: bool) -> int:
    """Traces of three updates, as a user's loop begins: from the initial state.

    The last batch is short. It is padded with rows of weight zero if the library takes weights or
    the loop has them; otherwise it stays short, which costs a trace.
    """
    from benchmarks.analysis import count_traces

    arrays = inputs(program, workload, RAGGED_ROWS * workload.width, weighted=False)
    if not program.weighted:
        last = tuple(x[:RAGGED_LAST] for x in arrays)
        return count_traces(program.update, program.init(), [arrays, arrays, last])
    full = np.ones(RAGGED_ROWS, np.float32)
    padded = np.where(np.arange(RAGGED_ROWS) < RAGGED_LAST, full, 0)
    batches = [(*arrays, w.astype(np.float32)) for w in (full, full, padded)]
    return count_traces(program.update, program.init(), batches)


def scalar(value: Any) -> float:
    """A value of any library, averaged over classes, points or metrics if it has several."""
    if isinstance(value, dict):
        return float(np.mean([scalar(x) for x in value.values()]))
    numbers = np.asarray(value, np.float64)
    return float(np.mean(numbers[~np.isposinf(numbers)]))  # a curve's first threshold is infinite


def _forgetful(state: Any) -> Any:
    """The same without the value that torchmetrics remembers."""
    if hasattr(state, "_computed"):
        state._computed = None
    return state
