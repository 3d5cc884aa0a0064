"""Metrics over several hosts, in both ways there are; here the hosts are processes.

    python examples/multihost.py

starts two processes on this machine, with two virtual devices each. On real hosts, run on each

    python examples/multihost.py --coordinator HOST:PORT --num-processes N --process-id I --out DIR

A simple classifier is evaluated on digits, of which each process has its own part, no two equal in
size. Either every process accumulates a state of its own and ``metrax.merge_processes`` merges them
at the end; or the batches are arrays over a mesh of all hosts' devices, and there is one state.
Both give what one process gives that has all the data. Processes' own states are checkpointed
together, by ``metrax.stack_processes`` and Orbax, and merged by whoever restores them.
"""

import argparse
import functools
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import jax
import numpy as np
import orbax.checkpoint as ocp
from digits_data import NUM_CLASSES, Batch, batches, load, use_virtual_devices
from jax import Array
from jax.experimental import multihost_utils
from jax.sharding import AxisType, Mesh, NamedSharding
from jax.sharding import PartitionSpec as P

import metrax

METRICS = metrax.Collection(
    loss=metrax.SparseCategoricalCrossentropy(from_logits=True),
    accuracy=metrax.SparseCategoricalAccuracy(),
    top_3=metrax.SparseTopKCategoricalAccuracy(k=3),
)
State = dict[str, metrax.State]


@jax.jit
def eval_step(state: State, batch: Batch, means: Array) -> State:
    """The metrics' state after one more batch, classified by the nearest class mean."""
    difference = batch.images[:, None] - means
    logits = -(difference**2).sum(axis=(2, 3, 4))
    return METRICS.update(state, batch.labels, logits, batch.mask)


def evaluate(data: Iterable[Batch], means: np.ndarray) -> State:
    """The metrics' state after all batches."""
    return functools.reduce(lambda state, x: eval_step(state, x, means), data, METRICS.init())


def part(data: Batch, index: int, count: int) -> Batch:
    """What one of ``count`` processes has of the data: each has more than the one before it."""
    bounds = np.cumsum(np.arange(count + 1)) * len(data.labels) // (count * (count + 1) // 2)
    return Batch(*(x[bounds[index] : bounds[index + 1]] for x in data))


def merged(mine: Batch, means: np.ndarray, size: int) -> State:
    """Each process takes as many steps as its data needs."""
    return metrax.merge_processes(evaluate(batches(mine, size), means))


def all_devices() -> Mesh:
    """A mesh over all processes' devices."""
    return jax.make_mesh((jax.device_count(),), ("data",), axis_types=(AxisType.Auto,))


def restored(mine: Batch, means: np.ndarray, size: int, out: Path) -> State:
    """The processes' own states go into one checkpoint, which any number of processes reads."""
    states = metrax.stack_processes(evaluate(batches(mine, size), means), all_devices())
    with ocp.CheckpointManager(out.absolute()) as manager:
        manager.save(0, args=ocp.args.StandardSave(states))  # pyright: ignore[reportCallIssue]
        manager.wait_until_finished()
        rows = metrax.stack(METRICS.init(), jax.process_count())  # as many as saved it
        like = jax.device_put(rows, NamedSharding(all_devices(), P()))
        saved = manager.restore(0, args=ocp.args.StandardRestore(like))  # pyright: ignore[reportCallIssue]
    return metrax.merge_stacked(saved)


def global_mesh(mine: Batch, means: np.ndarray, size: int) -> State:
    """All processes take every step together, so those with less data add some of weight zero."""
    mesh = all_devices()
    longest = np.max(multihost_utils.process_allgather(np.int32(len(mine.labels))))
    missing = longest - len(mine.labels)
    padded = Batch(*(np.pad(x, [(0, missing), *[(0, 0)] * (x.ndim - 1)]) for x in mine))
    place = functools.partial(
        jax.make_array_from_process_local_data, NamedSharding(mesh, P("data"))
    )
    return evaluate((Batch(*map(place, batch)) for batch in batches(padded, size)), means)


def run(coordinator: str, count: int, index: int, out: Path) -> None:
    """Evaluate as one process of several; the first one prints."""
    use_virtual_devices(2)
    jax.distributed.initialize(coordinator, count, index)
    train, test = load(seed=0)
    means = np.stack([train.images[train.labels == c].mean(axis=0) for c in range(NUM_CLASSES)])
    mine, size = part(test, index, count), 16 * jax.local_device_count()
    states = {
        "one process": evaluate(batches(test, size), means),
        "merge_processes": merged(mine, means, size),
        "global mesh": global_mesh(mine, means, size),
        "checkpoint": restored(mine, means, size, out),
    }
    if index == 0:
        print(f"{jax.device_count()} devices, {count} processes; {len(mine.labels)} images here")
        compare({way: METRICS.compute(state) for way, state in states.items()})


def compare(values: dict[str, dict[str, Array]]) -> None:
    """Print the values of each way; all must be those of the first."""
    expected, *_ = values.values()
    for way, named in values.items():
        print(f"{way:15}", *(f"{name} {float(x):.6f}" for name, x in named.items()), sep="  ")
        for name, value in named.items():
            np.testing.assert_allclose(value, expected[name], rtol=1e-6, err_msg=f"{way}: {name}")
    print("both ways give the values of one process, and so does the checkpoint")


def start_here(count: int) -> int:
    """Start all processes on this machine; the exit status is that of the worst."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        coordinator = f"127.0.0.1:{listener.getsockname()[1]}"
    command = [sys.executable, __file__, f"--coordinator={coordinator}", f"--num-processes={count}"]
    with tempfile.TemporaryDirectory() as out:
        command.append(f"--out={out}")
        workers = [subprocess.Popen([*command, f"--process-id={i}"]) for i in range(count)]
        return max(abs(worker.wait()) for worker in workers)


def main() -> None:
    """Start the processes, or be one of them."""
    parser = argparse.ArgumentParser(description="Metrics over several hosts, on digits.")
    parser.add_argument("--num-processes", type=int, default=2, help="how many (default 2)")
    parser.add_argument("--process-id", type=int, help="which this is; none: start all of them")
    parser.add_argument("--coordinator", help="HOST:PORT of process 0, where each one calls")
    parser.add_argument(
        "--out", type=Path, default="runs/multihost", help="an empty directory that all see"
    )
    args = parser.parse_args()
    if args.process_id is None:
        sys.exit(start_here(args.num_processes))
    run(args.coordinator, args.num_processes, args.process_id, args.out)


if __name__ == "__main__":
    main()
