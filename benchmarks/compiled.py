"""Compiled programs that take turns."""

import re
import time
from collections.abc import Callable
from typing import Any

import jax

from benchmarks.timing import interleaved_times

COPY = re.compile(r" = \w+\[(?P<shape>[\d,]*)\]\S* copy\(")


class Compiled:
    """A program and its arguments, compiled once; a call ends when its work is done.

    Args:
      fn: what to compile.
      *args: what to call it with.
      donate: whether it gives its first argument back, which is then donated, call by call.
    """

    def __init__(self, fn: Callable[..., Any], *args: Any, donate: bool = False) -> None:
        start = time.process_time()  # of the processor: a shared machine takes turns
        self.program = jax.jit(fn, donate_argnums=(0,) if donate else ()).lower(*args).compile()
        self.compile_s = time.process_time() - start
        memory = self.program.memory_analysis()
        self.temporary_bytes = memory.temp_size_in_bytes if memory else 0
        self.donate = donate
        self.args = (jax.tree.map(lambda x: x.copy(), args[0]), *args[1:]) if donate else args

    def __call__(self) -> Any:
        """The result."""
        result = jax.block_until_ready(self.program(*self.args))
        if self.donate:
            self.args = (result, *self.args[1:])
        return result

    def copies(self, least: int) -> int:
        """How many copies of arrays of so many elements or more the program makes."""
        return sum(
            _elements(found["shape"]) >= least
            for found in COPY.finditer(self.program.as_text() or "")
        )


def in_turns(programs: list[Callable[[], Any]], seconds: float) -> list[float]:
    """The median seconds of each, all warm."""
    for program in programs:
        program()
    return interleaved_times(programs, seconds)


def _elements(shape: str) -> int:
    product = 1
    for length in filter(None, shape.split(",")):
        product *= int(length)
    return product
