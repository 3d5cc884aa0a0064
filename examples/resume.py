"""An epoch that survives its process: the metrics go on where the last checkpoint left them.

    python examples/resume.py --out runs/resume     stop it at any moment, and start it again

The metrics' state is checkpointed by Orbax with the model, in the middle of an epoch, and restored
onto the devices there are then, be they more or fewer. Beside it lies ``metrax.layout``, so that a
restart with other metrics fails with a message that says what differs.
"""

import argparse
import itertools
from pathlib import Path

import jax
import numpy as np
import orbax.checkpoint as ocp
from digits_data import Batch, batches, load, use_virtual_devices
from jax.sharding import AxisType, Mesh, NamedSharding
from jax.sharding import PartitionSpec as P
from linen_trainstate import METRICS, TrainState, create_state, eval_step, train_step

import metrax

SIZE = 64


def place(batch: Batch, mesh: Mesh) -> Batch:
    """A batch over all devices, filled up with weight zero until they divide it."""
    missing = -len(batch.labels) % mesh.size
    padded = (np.pad(x, [(0, missing), *[(0, 0)] * (x.ndim - 1)]) for x in batch)
    return Batch(*jax.device_put(tuple(padded), NamedSharding(mesh, P("data"))))


def save(manager: ocp.CheckpointManager, state: TrainState) -> None:
    """Store model, metrics and their layout; the step says how far into which epoch they are."""
    args = ocp.args.Composite(
        state=ocp.args.StandardSave(state),  # pyright: ignore[reportCallIssue]
        metrics=ocp.args.JsonSave(metrax.layout(METRICS)),  # pyright: ignore[reportCallIssue]
    )
    manager.save(int(state.step), args=args)


def restore(manager: ocp.CheckpointManager, state: TrainState) -> TrainState:
    """The last checkpoint, placed as ``state`` is; ``state`` itself if there is none."""
    step = manager.latest_step()
    if step is None:
        return state
    layout = manager.restore(step, args=ocp.args.Composite(metrics=ocp.args.JsonRestore()))
    metrax.check_layout(METRICS, layout["metrics"])
    args = ocp.args.Composite(state=ocp.args.StandardRestore(state))
    print(f"resumed at step {step} on {jax.device_count()} devices")
    return manager.restore(step, args=args)["state"]


def show(epoch: int, split: str, state: TrainState) -> None:
    """Print the metrics' values."""
    values = METRICS.compute(state.metrics)
    shown = (f"{name} {float(value):.4f}" for name, value in values.items())
    print(f"epoch {epoch:2}", f"{split:5}", *shown, sep="  ")


def run(manager: ocp.CheckpointManager, epochs: int, every: int) -> None:
    """Train and evaluate from the last checkpoint on, saving one every so many steps."""
    mesh = jax.make_mesh((jax.device_count(),), ("data",), axis_types=(AxisType.Auto,))
    train, test = load(seed=0)
    state = restore(manager, jax.device_put(create_state(seed=0), NamedSharding(mesh, P())))
    steps = -(-len(train.labels) // SIZE)
    for epoch in range(max(int(state.step) - 1, 0) // steps, epochs):
        done = int(state.step) - epoch * steps
        if not done:
            state = state.reset_metrics()
        # The order depends on the epoch alone, so the batches that are done can be left out.
        shuffled = batches(train, SIZE, np.random.default_rng(epoch))
        for batch in itertools.islice(shuffled, done, None):
            state = train_step(state, place(batch, mesh))
            if int(state.step) % every == 0:
                save(manager, state)
        show(epoch + 1, "train", state)
        state = state.reset_metrics()
        for batch in batches(test, SIZE):
            state = eval_step(state, place(batch, mesh))
        show(epoch + 1, "eval", state)


def main() -> None:
    """Read the options, and train."""
    parser = argparse.ArgumentParser(description="Metrics that survive a restart, on digits.")
    parser.add_argument("--epochs", type=int, default=10, help="passes over the data (default 10)")
    parser.add_argument("--every", type=int, default=10, help="steps to a checkpoint (default 10)")
    parser.add_argument(
        "--out", type=Path, default="runs/resume", help="where checkpoints go (runs/resume)"
    )
    args = parser.parse_args()
    use_virtual_devices()
    options = ocp.CheckpointManagerOptions(max_to_keep=2)
    with ocp.CheckpointManager(args.out.absolute(), options=options) as manager:
        run(manager, args.epochs, args.every)


if __name__ == "__main__":
    main()
