"""The suite ``step``: what metrics add to a real training step."""

import json
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from benchmarks.environments import interpreter
from benchmarks.launch import Job, call
from benchmarks.options import Options
from benchmarks.tables import Table, significant
from benchmarks.training import Step

WARM_UP_STEPS = 2
TIMED_STEPS = 40
COMPILATIONS = 3


class NoMetrics:
    """Stands in for a collection and leaves the outputs unread, so that XLA drops them."""

    def init(self) -> tuple[()]:
        """Nothing."""
        return ()

    def update(self, state: tuple[()], **_: Any) -> tuple[()]:
        """Nothing."""
        return state


class SumOfEach:
    """Stands in for a collection and does no more than read every output once."""

    def init(self) -> Any:
        """Zero."""
        return np.zeros((), np.float32)

    def update(self, state: Any, **outputs: Any) -> Any:
        """One plain sum for each output."""
        return state + sum(x.sum() for x in outputs.values())


def measure(options: Options, report: Callable[[str], None]) -> list[Job]:
    """Each step in a process of its own."""
    del options
    data = []
    for name in ("digits", "transformer"):
        report(f"training step: {name}")
        code = f"from benchmarks.steps import main; main({name!r})"
        data.append(json.loads(call("this", interpreter("this"), code).splitlines()[-1]))
    return data


def main(name: str) -> None:
    """Print one step's numbers as JSON."""
    if name == "digits":
        from benchmarks.digits_step import digits as make
    else:
        from benchmarks.transformer_step import transformer as make
    print(json.dumps({"step": name, **costs(make())}))


def costs(step: Step) -> Job:
    """Time, compile time, bytes and traces with and without the metrics; bytes of the update."""
    variants = (NoMetrics(), SumOfEach(), step.metrics)
    times = interleaved_times(step, variants)
    without, read, with_metrics = (
        analysed(step, metrics) | {"time": seconds}
        for metrics, seconds in zip(variants, times, strict=True)
    )
    alone = [update_bytes(x, step.outputs) for x in singly(step.metrics)]
    return {
        "without": without,
        "read": read,
        "with": with_metrics,
        "update_bytes": update_bytes(step.metrics, step.outputs),
        "sum_of_singles_bytes": sum(alone),
        "metrics": len(alone),
    }


def analysed(step: Step, metrics: Any) -> Job:
    """Compile time (median of several), bytes and traces of the step with these metrics."""
    import jax

    from benchmarks.analysis import compile_with_costs, count_traces

    training, batch = step.arguments()
    compiled = []
    for _ in range(COMPILATIONS):
        jax.clear_caches()
        compiled.append(compile_with_costs(step.make(metrics), training, metrics.init(), batch))
    fn = step.make(metrics)
    traces = count_traces(
        lambda carry, batch: fn(*carry, batch), (training, metrics.init()), [(batch,)] * 3
    )
    return {
        "compile": statistics.median(x.compile_s for x in compiled),
        "bytes": compiled[0].bytes_accessed,
        "traces": traces,
    }


def interleaved_times(step: Step, variants: Sequence[Any]) -> list[float]:
    """Median seconds of a step with each of the metrics, in turns, so that drifts hit all."""
    runs = [Run(step, metrics) for metrics in variants]
    times = [[run.one_step() for run in runs] for _ in range(WARM_UP_STEPS + TIMED_STEPS)]
    return [statistics.median(mine) for mine in zip(*times[WARM_UP_STEPS:], strict=True)]


class Run:
    """A training in progress."""

    def __init__(self, step: Step, metrics: Any) -> None:
        self.fn = step.make(metrics)
        training, self.batch = step.arguments()
        self.carry = (training, metrics.init())

    def one_step(self) -> float:
        """Seconds of one more step."""
        import jax

        start = time.perf_counter()
        self.carry = jax.block_until_ready(self.fn(*self.carry, self.batch))
        return time.perf_counter() - start


def singly(collection: Any) -> list[Any]:
    """Each metric of a collection as a collection of one."""
    import metrax

    return [metrax.Collection({name: metric}) for name, metric in collection.metrics]


def update_bytes(metrics: Any, outputs: dict[str, Any]) -> float:
    """Bytes that one update on its own accesses."""
    from benchmarks.analysis import compile_with_costs

    read = {name for part in metrics._parts for name in part.reads}
    mine = {name: x for name, x in outputs.items() if name in read}
    return compile_with_costs(
        lambda state, mine: metrics.update(state, **mine), metrics.init(), mine
    ).bytes_accessed


def tables(data: list[Job]) -> list[Table]:
    """What the metrics add, one row for each step."""
    header = [
        "step", "without, ms", "with metrics, ms", "time added", "by one sum over each output",
        "compile, s", "compile added, s",
        "bytes added", "traces without", "traces with", "update, MB", "metrics one by one, MB",
    ]  # fmt: skip
    rows = []
    for x in data:
        a, b = x["without"], x["with"]
        rows.append([
            f"{x['step']}, {x['metrics']} metrics",
            significant(1e3 * a["time"]),
            significant(1e3 * b["time"]),
            f"{100 * (b['time'] / a['time'] - 1):.1f}%",
            f"{100 * (x['read']['time'] / a['time'] - 1):.1f}%",
            significant(a["compile"]),
            significant(b["compile"] - a["compile"]),
            f"{100 * (b['bytes'] / a['bytes'] - 1):.1f}%",
            str(a["traces"]),
            str(b["traces"]),
            significant(x["update_bytes"] / 1e6),
            significant(x["sum_of_singles_bytes"] / 1e6),
        ])  # fmt: skip
    return [Table("What metrics add to a training step", header, rows)]
