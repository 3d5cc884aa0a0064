"""An evaluation of every kind of state, over all devices there are.

python worker.py save DIRECTORY     saves the states of two batches, goes on until it is killed
python worker.py resume DIRECTORY   goes on from there; prints how the end compares, as JSON
"""

import functools
import json
import sys
from typing import Any

import jax
import orbax.checkpoint as ocp
from jax.sharding import AxisType, NamedSharding
from jax.sharding import PartitionSpec as P

from tests.cases import Case, few
from tests.evaluation import ByCase, Evaluation
from tests.laws.close import counts_identical, within_ulps

SAVED, ALL = 2, 4
ROWS = Evaluation(few("state"))
MESH = jax.make_mesh((jax.device_count(),), ("data",), axis_types=(AxisType.Auto,))


def spread(tree: Any) -> Any:
    """Each array in equal parts over the devices where its length allows, else on all of them."""

    def sharding(x: Any) -> NamedSharding:
        divides = x.ndim > 0 and len(x) % jax.device_count() == 0
        return NamedSharding(MESH, P("data") if divides else P())

    return jax.device_put(tree, jax.tree.map(sharding, tree))


def after(states: ByCase, batches: range) -> ByCase:
    seen = (spread(ROWS.batch(seed)) for seed in batches)
    # On CPUs, programs that exchange data and do not wait for each other can block each other.
    return jax.block_until_ready(functools.reduce(ROWS.step, seen, states))


def save(manager: ocp.CheckpointManager) -> None:
    states = after(spread(ROWS.init()), range(SAVED))
    manager.save(SAVED, args=ocp.args.StandardSave(spread(states)))
    manager.wait_until_finished()
    print("saved", flush=True)
    while True:
        states = after(states, range(SAVED, ALL))


def resume(manager: ocp.CheckpointManager) -> None:
    start = spread(ROWS.init())
    saved = manager.restore(manager.latest_step(), args=ocp.args.StandardRestore(start))
    resumed, uninterrupted = after(saved, range(SAVED, ALL)), after(start, range(ALL))
    computed = ROWS.values(resumed), ROWS.values(uninterrupted)

    def check(case: Case) -> None:
        counts_identical(case, resumed[case.id], uninterrupted[case.id])
        within_ulps(4, *(value[case.id] for value in computed))

    print(json.dumps(ROWS.verdicts(check)))


if __name__ == "__main__":
    action = {"save": save, "resume": resume}[sys.argv[1]]
    with ocp.CheckpointManager(sys.argv[2]) as checkpoints:
        action(checkpoints)
