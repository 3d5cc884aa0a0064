"""The suite ``merge``: what it costs to make eight devices' states one.

The devices are eight virtual ones of the CPU, so the times say how the work grows, not how fast a
network is; the number of collectives holds on any machine.
"""

import functools
import json
import re
from collections.abc import Callable
from typing import Any

from benchmarks.environments import interpreter
from benchmarks.launch import Job, call
from benchmarks.options import Options
from benchmarks.tables import Table, significant
from benchmarks.timing import median_time

DEVICES = 8
COUNTS = (1, 2, 4, 8, 16)
CLASSES = (10, 100, 1000)
COLLECTIVE = re.compile(
    r" (all-reduce|all-gather|all-to-all|reduce-scatter|collective-permute)(?:-start)?\("
)


def measure(options: Options, report: Callable[[str], None]) -> list[Job]:
    """Everything below, in a process that sees eight devices."""
    report(f"merging on {DEVICES} virtual devices")
    code = f"from benchmarks.merging import main; main({options.seconds})"
    flags = f"--xla_force_host_platform_device_count={DEVICES}"
    printed = call("this", interpreter("this"), code, XLA_FLAGS=flags, JAX_PLATFORMS="cpu")
    return json.loads(printed.splitlines()[-1])


def main(seconds: float) -> None:
    """Print the data as JSON."""
    import metrax

    cases = [
        (
            f"{count} metrics",
            # Of different thresholds, so that no two share a state.
            metrax.Collection(
                {f"{i}": metrax.Precision((i + 1) / (count + 1)) for i in range(count)}
            ),
        )
        for count in COUNTS
    ]
    cases += [(f"MeanIoU of {n} classes", metrax.MeanIoU(n)) for n in CLASSES]
    print(json.dumps([{"state": name, **costs(metric, seconds)} for name, metric in cases]))


def costs(metric: Any, seconds: float) -> Job:
    """Collectives of ``pmerge``, and times of it and of ``merge`` of two states."""
    import jax
    from jax.sharding import PartitionSpec as P

    import metrax
    from benchmarks.analysis import nbytes

    state = metric.init()
    mesh = jax.make_mesh((DEVICES,), ("data",))
    across = functools.partial(jax.shard_map, mesh=mesh, in_specs=P("data"), out_specs=P())

    @jax.jit
    @across
    def pmerge(states):
        return metrax.pmerge(jax.tree.map(lambda x: x[0], states), "data")

    states = jax.device_put(metrax.stack(state, DEVICES), jax.NamedSharding(mesh, P("data")))
    return {
        "bytes": nbytes(state),
        "collectives": count_collectives(pmerge.lower(states).compile().as_text() or ""),
        "pmerge": median_time(lambda: jax.block_until_ready(pmerge(states)), seconds),
        "merge": median_time(lambda: jax.block_until_ready(metrax.merge(state, state)), seconds),
    }


def count_collectives(hlo: str) -> int:
    """How many collective operations a compiled program has."""
    return len(COLLECTIVE.findall(hlo))


def tables(data: list[Job]) -> list[Table]:
    """One row for each state."""
    rows = [
        [
            x["state"],
            str(x["bytes"]),
            str(x["collectives"]),
            significant(1e3 * x["pmerge"]),
            significant(1e3 * x["merge"]),
        ]
        for x in data
    ]
    header = ["state", "bytes", "collectives of pmerge", "pmerge, ms", "merge of two, ms"]
    return [Table(f"Merging on {DEVICES} virtual devices", header, rows)]
