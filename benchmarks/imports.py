"""The suite ``imports``: how much longer a program takes to start for importing metrax."""

import itertools
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
    """Median seconds of processor time: of the imports before, of metrax's, of every metric's."""
    del options
    data = []
    for first in FIRST:
        report(f"import {first}; import metrax")
        runs = [_times(first) for _ in range(PROCESSES)]
        before, after, every = (statistics.median(times) for times in zip(*runs, strict=True))
        data.append({"first": first, "before": before, "metrax": after, "every": every})
    return data


def _times(first: str) -> list[float]:
    lines = (f"import {first}", "import metrax", "from metrax import *")
    timed = "\n".join(f"{line}\ntimes.append(time.process_time())" for line in lines)
    code = f"import time; times = [time.process_time()]\n{timed}\nprint(*times)"
    times = list(map(float, call("this", interpreter("this"), code).split()))
    return [after - before for before, after in itertools.pairwise(times)]


def tables(data: list[Job]) -> list[Table]:
    """Seconds before, seconds added, and what the sum is to those before."""
    rows = [
        [
            f"import {x['first']}",
            significant(x["before"]),
            significant(x["metrax"]),
            f"{significant((x['before'] + x['metrax']) / x['before'])} x",
            significant(x["every"]) if "every" in x else "",
        ]
        for x in data
    ]
    header = ["a program with", "takes", "import metrax adds", "that is", "every metric adds"]
    return [Table("Import time, s", header, rows)]
