"""The suite ``imports``: how much longer a program takes to start for importing metrax."""

import statistics
from collections.abc import Callable

from benchmarks.environments import interpreter
from benchmarks.launch import Job, call
from benchmarks.options import Options
from benchmarks.tables import Table, significant

PROCESSES = 5
FIRST = ("jax", "jax, optax")
"""What a program has imported before; metrax needs both."""


def measure(options: Options, report: Callable[[str], None]) -> list[Job]:
    """Median seconds of the imports before, and of metrax's after them, in fresh processes."""
    del options
    data = []
    for first in FIRST:
        report(f"import {first}; import metrax")
        pairs = [_times(first) for _ in range(PROCESSES)]
        before, after = (statistics.median(times) for times in zip(*pairs, strict=True))
        data.append({"first": first, "before": before, "metrax": after})
    return data


def _times(first: str) -> tuple[float, float]:
    code = (
        f"import time; a = time.perf_counter(); import {first}; b = time.perf_counter(); "
        "import metrax; print(b - a, time.perf_counter() - b)"
    )
    before, after = call("this", interpreter("this"), code).split()
    return float(before), float(after)


def tables(data: list[Job]) -> list[Table]:
    """Seconds before, seconds added."""
    rows = [
        [f"import {x['first']}", significant(x["before"]), significant(x["metrax"])] for x in data
    ]
    return [Table("Import time, s", ["a program with", "takes", "import metrax adds"], rows)]
