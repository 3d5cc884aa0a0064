"""What the devices exchange in a compiled program, read off its text."""

import math
import re
from typing import NamedTuple

OPERATION = re.compile(
    r" = (?P<result>.*?) (?P<kind>all-gather|all-reduce|all-to-all|collective-permute"
    r"|collective-broadcast|ragged-all-to-all|reduce-scatter)(?:-start)?\("
)
SHAPE = re.compile(r"(?P<dtype>pred|bf16|[a-z]+\d+)\w*\[(?P<shape>[\d,]*)\]")

QUICK = {"xla_backend_optimization_level": 0, "xla_llvm_disable_expensive_passes": True}
"""Options for programs that nobody runs: what is exchanged has been settled before."""


class Collective(NamedTuple):
    """A collective and the bytes of its results on one device."""

    kind: str
    nbytes: int


def collectives(program: str) -> list[Collective]:
    """All of a program's."""
    return [Collective(m["kind"], nbytes(m["result"])) for m in OPERATION.finditer(program)]


def nbytes(results: str) -> int:
    """The bytes of arrays as a program writes their types."""
    return sum(
        itemsize(m["dtype"]) * math.prod(map(int, filter(None, m["shape"].split(","))))
        for m in SHAPE.finditer(results)
    )


def itemsize(dtype: str) -> int:
    """Of a dtype by XLA's name, such as ``c64``."""
    return 1 if dtype == "pred" else int(re.sub(r"\D", "", dtype)) // 8
