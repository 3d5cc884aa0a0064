"""One process of several, which saves its own state with the others', or goes on from them.

python stacker.py save|restore PORT NUMBER_OF_PROCESSES INDEX DIRECTORY
"""

import functools
import json
import sys

import jax
import numpy as np
import orbax.checkpoint as ocp
import pytest
from jax.sharding import AxisType, NamedSharding
from jax.sharding import PartitionSpec as P

import metrax

METRICS = metrax.Collection(
    loss=metrax.Mean().on("loss"), auc=metrax.AUC(), r2=metrax.R2Score(num_outputs=1)
)
ROWS, PARTS = 48, 4


def part(index: int, count: int) -> dict[str, np.ndarray]:
    """What one of ``count`` has of data of which each seed gives ``ROWS`` rows."""
    batches = [np.random.default_rng(seed) for seed in range(index, PARTS, count)]
    rows = [(rng.random(ROWS, np.float32), rng.integers(0, 2, ROWS)) for rng in batches]
    scores, labels = (np.concatenate(xs) for xs in zip(*rows, strict=True))
    return {"loss": scores**2, "y_true": labels, "y_pred": scores}


def observe(index: int, count: int) -> metrax.State:
    return METRICS.update(METRICS.init(), **part(index, count))


def mesh() -> jax.sharding.Mesh:
    return jax.make_mesh((jax.device_count(),), ("data",), axis_types=(AxisType.Auto,))


def save(manager: ocp.CheckpointManager, count: int, index: int) -> None:
    states = metrax.stack_processes({"epoch": 7, "metrics": observe(index, count)}, mesh())
    assert states["epoch"] == 7
    assert states["metrics"]["loss"].total.hi.shape == (count,)
    manager.save(1, args=ocp.args.StandardSave(states["metrics"]))
    manager.wait_until_finished()
    refuses(index, states["metrics"])


def refuses(index: int, states: metrax.State) -> None:
    """What must raise in every process, rather than give each another number."""
    with pytest.raises(metrax.MetraxError, match="different structure"):
        metrax.stack_processes(metrax.AUC(num_thresholds=100 + index).init(), mesh())
    with pytest.raises(metrax.MetraxError, match="span processes"):
        metrax.stack_processes(states, mesh())
    half = jax.sharding.Mesh(jax.devices()[:1], ("data",))
    with pytest.raises(metrax.MetraxError, match=r"mesh with \[1\] devices"):
        metrax.stack_processes(METRICS.init(), half)
    whole, own = metrax.merge_stacked(states), observe(index, PARTS)
    for both in ((whole, own), (own, whole)):
        with pytest.raises(metrax.MetraxError, match="span processes and one that is this"):
            metrax.merge(*both)
    seen = METRICS.compute(metrax.merge(METRICS.init(), whole))  # nothing is the same everywhere
    assert seen == METRICS.compute(whole)


def restore(manager: ocp.CheckpointManager, count: int, index: int) -> None:
    everywhere = NamedSharding(mesh(), P())
    like = jax.device_put(metrax.stack(METRICS.init(), PARTS), everywhere)
    states = manager.restore(1, args=ocp.args.StandardRestore(like))
    merged, own = metrax.merge_stacked(states), observe(index, count)
    values = METRICS.compute(merged)
    start = METRICS.init() if index else jax.device_get(merged)
    onward = metrax.merge_processes(METRICS.update(start, **part(index, count)))  # all data twice
    again = metrax.merge_stacked(metrax.stack_processes(own, mesh()))
    numpy = metrax.merge_processes(jax.tree.map(np.asarray, own))
    shown = [values, *map(METRICS.compute, (again, numpy, onward))]
    print(json.dumps([{name: float(x) for name, x in each.items()} for each in shown]))


def main(action: str, port: str, count: int, index: int, directory: str) -> None:
    jax.distributed.initialize(f"127.0.0.1:{port}", count, index)
    run = functools.partial({"save": save, "restore": restore}[action], count=count, index=index)
    with ocp.CheckpointManager(directory) as manager:
        run(manager)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5])
