"""Every statistic evaluated by several processes, each with its part of the data, in both ways."""

import functools
import itertools
from typing import Any

import jax
import numpy as np
import pytest
from jax.sharding import AxisType, NamedSharding
from jax.sharding import PartitionSpec as P

import metrax
from tests.cases import few
from tests.evaluation import ByCase, Evaluation
from tests.laws.close import close

ALL = Evaluation(few("kind"))

# The second process has less data, and none in its last step.
PARTS = (((0, 24), (1, 24)), ((2, 17), (3, 0)))


def by_merge_processes(mine: list[ByCase]) -> ByCase:
    """Every process accumulates its own states; then all are merged at once."""
    states = functools.reduce(ALL.step, mine, ALL.init())
    merged = metrax.merge_processes({"epoch": 7, "states": states})
    assert merged["epoch"] == 7
    return ALL.values(merged["states"])


def by_global_mesh(mine: list[ByCase]) -> ByCase:
    """Batches are arrays that span the processes, and so there is one state."""
    mesh = jax.make_mesh((jax.device_count(),), ("data",), axis_types=(AxisType.Auto,))

    def place(tree: Any, spec: P) -> Any:
        put = functools.partial(jax.make_array_from_process_local_data, NamedSharding(mesh, spec))
        return jax.tree.map(lambda x: put(np.asarray(x)), tree)

    batches = (place(x, P("data")) for x in mine)
    return ALL.values(functools.reduce(ALL.step, batches, place(ALL.init(), P())))


def compare(actual: ByCase, expected: ByCase) -> dict[str, str]:
    return ALL.verdicts(lambda case: close(actual[case.id], expected[case.id]))


def other_shapes_are_refused(index: int) -> None:
    with pytest.raises(metrax.MetraxError, match="different structure"):
        metrax.merge_processes(metrax.AUC(num_thresholds=100 + index).init())


def outcome(index: int) -> dict[str, dict[str, str]]:
    """For each way and case "ok", or how the value differs from the one of a single process."""
    parts = [[ALL.batch(*chosen) for chosen in part] for part in PARTS]
    alone = ALL.values(functools.reduce(ALL.step, itertools.chain(*parts), ALL.init()))
    ways = {"merge_processes": by_merge_processes, "global_mesh": by_global_mesh}
    return {way: compare(fn(parts[index]), alone) for way, fn in ways.items()}
