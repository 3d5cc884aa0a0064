"""What XLA says of a program before it runs: compile time, memory, bytes moved, traces."""

import time
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import jax

from benchmarks.machine import available_memory


class Costs(NamedTuple):
    """Costs of one compiled program.

    ``bytes_accessed`` is XLA's own estimate of what all operations read and write together, so an
    array that two operations read counts twice.
    """

    compile_s: float
    temporary_bytes: int
    bytes_accessed: float


class TooLargeError(MemoryError):
    """A program whose temporary memory would not fit."""


def compile_with_costs(fn: Callable[..., Any], *args: Any, donate: tuple[int, ...] = ()) -> Costs:
    """Trace, lower and compile ``fn`` for these arguments, arrays or shapes.

    Raises:
      TooLargeError: when the program would take over half of the memory that is free.
    """
    start = time.perf_counter()
    compiled = jax.jit(fn, donate_argnums=donate).lower(*args).compile()
    taken = time.perf_counter() - start
    analysis = compiled.cost_analysis() or {}
    memory = compiled.memory_analysis()
    temporary = memory.temp_size_in_bytes if memory else 0
    on_host = jax.default_backend() == "cpu"
    if on_host and temporary > available_memory() / 2:
        raise TooLargeError(f"needs {temporary / 2**30:.1f} GiB of temporary memory")
    return Costs(taken, temporary, analysis.get("bytes accessed", float("nan")))


def count_traces(update: Callable[..., Any], state: Any, batches: Iterable[tuple[Any, ...]]) -> int:
    """How often ``update`` is traced in a loop over batches."""
    traces = 0

    def counted(state: Any, *batch: Any) -> Any:
        nonlocal traces
        traces += 1
        return update(state, *batch)

    step = jax.jit(counted)
    for batch in batches:
        state = step(state, *batch)
    return traces


def nbytes(tree: Any) -> int:
    """Bytes of all arrays of a tree."""
    return sum(x.nbytes for x in jax.tree.leaves(tree))
