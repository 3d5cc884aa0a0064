"""Train a digit classifier in Flax NNX on all devices, and hold its metrics against scikit-learn.

    python examples/digits.py --epochs 20 --out runs/digits

Three things to see:

* the training step updates its metrics inside ``jit``, their state donated like the optimizer's;
* in the evaluation every device accumulates a state of its own without talking to the others, and
  ``metrax.pmerge`` makes them one at the end of the epoch, in one collective;
* the metrics' states hold more than their values: the picture's confusion matrix and ROC curves
  are drawn by ``metrax.plot`` from the states that gave the mean IoU and the AUC.
"""

import argparse
import functools
import itertools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import rich
from digits_data import NUM_CLASSES, Batch, batches, load, use_virtual_devices
from digits_report import TITLES, comparison_table, epoch_table, save_picture
from flax import nnx
from jax import Array
from jax.sharding import AxisType, Mesh, NamedSharding
from jax.sharding import PartitionSpec as P
from rich.progress import Progress
from sklearn import metrics as sk
from tensorboardX import SummaryWriter

import metrax


class Net(nnx.Module):
    """Two convolutions and a linear layer."""

    def __init__(self, rngs: nnx.Rngs) -> None:
        self.conv1 = nnx.Conv(1, 32, (3, 3), rngs=rngs)
        self.conv2 = nnx.Conv(32, 64, (3, 3), rngs=rngs)
        self.linear = nnx.Linear(4 * 4 * 64, NUM_CLASSES, rngs=rngs)

    def __call__(self, x: Array) -> Array:
        """Logits ``[B, 10]`` of images ``[B, 8, 8, 1]``."""
        x = nnx.relu(self.conv1(x))
        x = nnx.max_pool(nnx.relu(self.conv2(x)), (2, 2), (2, 2))
        return self.linear(x.reshape(len(x), -1))


def in_top_3(y_true: Array, y_pred: Array) -> Array:
    """Whether fewer than three classes score higher than the label; one value per example."""
    score = jnp.take_along_axis(y_pred, y_true[:, None], axis=-1)
    return jnp.sum(y_pred > score, axis=-1) < 3


AREA = metrax.AUC(multi_label=True, num_labels=NUM_CLASSES)
OVERLAP = metrax.MeanIoU(NUM_CLASSES, sparse_y_pred=False)
METRICS = metrax.Collection(
    loss=metrax.Mean().on("loss", w="mask"),
    accuracy=metrax.SparseCategoricalAccuracy().on("labels", "probabilities", w="mask"),
    top_3=metrax.MeanMetricWrapper(in_top_3).on("labels", "probabilities", w="mask"),
    auc=AREA.on("one_hot", "probabilities", w="mask"),
    mean_iou=OVERLAP.on("labels", "probabilities", w="mask"),
)
COUNTS = ("accuracy", "top_3", "mean_iou")
COUNTS_TOLERANCE = 1e-6
"""How far these, which only count, may be from scikit-learn: float32 rounds their values once."""


def outputs(logits: Array, batch: Batch) -> dict[str, Array]:
    """What the metrics read, by the names that they are routed to."""
    return {
        "loss": optax.softmax_cross_entropy_with_integer_labels(logits, batch.labels),
        "probabilities": jax.nn.softmax(logits),
        "labels": batch.labels,
        "one_hot": jax.nn.one_hot(batch.labels, NUM_CLASSES),
        "mask": batch.mask,
    }


def make_train_step(graph: Any) -> Callable[..., tuple[Any, Any]]:
    """The training step; ``graph`` is the static part of a split ``(model, optimizer)``."""

    # Both states are donated: the new ones take their memory.
    @functools.partial(jax.jit, donate_argnums=(0, 1))
    def train_step(training: Any, state: Any, batch: Batch) -> tuple[Any, Any]:
        model, optimizer = nnx.merge(graph, training)

        def loss_fn(model: Net) -> tuple[Array, dict[str, Array]]:
            named = outputs(model(batch.images), batch)
            return jnp.sum(named["loss"] * batch.mask) / jnp.sum(batch.mask), named

        gradients, named = nnx.grad(loss_fn, has_aux=True)(model)
        optimizer.update(model, gradients)
        return nnx.state((model, optimizer)), METRICS.update(state, **named)

    return train_step


def make_eval(graph: Any, mesh: Mesh) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The evaluation step and the merge that ends an epoch.

    The states of all devices are stacked along an axis that is split over the devices, so each
    device holds its own, and the step needs no collective.
    """

    @functools.partial(jax.jit, donate_argnums=1)
    @jax.shard_map(mesh=mesh, in_specs=(P(), P("data"), P("data")), out_specs=P("data"))
    def eval_step(training: Any, states: Any, batch: Batch) -> tuple[Any, Array]:
        model, _ = nnx.merge(graph, training)
        named = outputs(model(batch.images), batch)
        mine = METRICS.update(jax.tree.map(lambda x: x[0], states), **named)
        return jax.tree.map(lambda x: x[None], mine), named["probabilities"]

    @jax.jit
    @jax.shard_map(mesh=mesh, in_specs=P("data"), out_specs=P())
    def merge_devices(states: Any) -> Any:
        return metrax.pmerge(jax.tree.map(lambda x: x[0], states), "data")

    return eval_step, merge_devices


class Trainer:
    """A model on all devices, trained and evaluated an epoch at a time."""

    def __init__(self, args: argparse.Namespace, examples: int) -> None:
        self.devices = jax.device_count()
        self.batch_size = -(-args.batch_size // self.devices) * self.devices
        self.steps = args.epochs * -(-examples // self.batch_size)
        mesh = jax.make_mesh((self.devices,), ("data",), axis_types=(AxisType.Auto,))
        self.whole, self.split = NamedSharding(mesh, P()), NamedSharding(mesh, P("data"))
        model = Net(nnx.Rngs(args.seed))
        rate = optax.cosine_decay_schedule(5e-3, self.steps)
        optimizer = nnx.Optimizer(model, optax.adam(rate), wrt=nnx.Param)
        graph, training = nnx.split((model, optimizer))
        self.training = jax.device_put(training, self.whole)
        self.train_step = make_train_step(graph)
        self.eval_step, self.merge_devices = make_eval(graph, mesh)

    def train(self, data: Batch, rng: np.random.Generator, advance: Callable[[], None]) -> Any:
        """One epoch; the metrics' state over it."""
        state = jax.device_put(METRICS.init(), self.whole)
        for batch in batches(data, self.batch_size, rng):
            batch = jax.device_put(batch, self.split)
            self.training, state = self.train_step(self.training, state, batch)
            advance()
        return state

    def evaluate(self, data: Batch) -> tuple[Any, np.ndarray]:
        """The metrics' state over the data, and the predicted probabilities."""
        states = jax.device_put(metrax.stack(METRICS.init(), self.devices), self.split)
        predicted = []
        for batch in batches(data, self.batch_size):
            batch = jax.device_put(batch, self.split)
            states, probabilities = self.eval_step(self.training, states, batch)
            predicted.append(probabilities)
        return self.merge_devices(states), np.concatenate(predicted)[: len(data.labels)]


def fit(trainer: Trainer, data: tuple[Batch, Batch], args: argparse.Namespace) -> None:
    """Train and evaluate epoch by epoch, with a progress bar, tables and TensorBoard logs."""
    train, test = data
    rng = np.random.default_rng(args.seed)
    with SummaryWriter(str(args.out)) as writer, Progress() as progress:
        bar = progress.add_task("training", total=trainer.steps)
        for epoch in range(1, args.epochs + 1):
            trained = trainer.train(train, rng, lambda: progress.advance(bar))
            evaluated, _ = trainer.evaluate(test)
            values = {"train": METRICS.compute(trained), "eval": METRICS.compute(evaluated)}
            progress.console.print(epoch_table(f"epoch {epoch}", values))
            for split, name in itertools.product(values, TITLES):
                writer.add_scalar(f"{name}/{split}", float(values[split][name]), epoch)


def reference(labels: np.ndarray, probabilities: np.ndarray) -> dict[str, float]:
    """scikit-learn's values for the same predictions."""
    best = probabilities.argmax(axis=-1)
    rows = probabilities.astype(np.float64)
    return {
        "loss": sk.log_loss(labels, rows / rows.sum(axis=-1, keepdims=True)),
        "accuracy": sk.accuracy_score(labels, best),
        "top_3": sk.top_k_accuracy_score(labels, rows, k=3),
        "auc": sk.roc_auc_score(labels, rows, average="macro", multi_class="ovr"),
        "mean_iou": sk.jaccard_score(labels, best, average="macro"),
    }


def compare(ours: dict[str, Array], theirs: dict[str, float]) -> None:
    """Print both side by side; exit with an error if a metric that only counts is off."""
    differences = {name: abs(float(ours[name]) - theirs[name]) for name in TITLES}
    rich.print(comparison_table(ours, theirs, differences))
    if off := [TITLES[name] for name in COUNTS if not differences[name] <= COUNTS_TOLERANCE]:
        sys.exit(f"{', '.join(off)}: off scikit-learn by more than {COUNTS_TOLERANCE}")


def positive(text: str) -> int:
    """A whole number above zero, for argparse."""
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError(f"{number} is not 1 or more")
    return number


def parse_args() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description="Train a digit classifier and hold its metrics against scikit-learn.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--epochs", type=positive, default=20, help="passes over the data")
    parser.add_argument(
        "--batch-size",
        type=positive,
        default=128,
        help="images a step, rounded up to a multiple of the number of devices",
    )
    parser.add_argument("--seed", type=int, default=0, help="of the split, the model, the order")
    parser.add_argument(
        "--out", type=Path, default=Path("runs/digits"), help="folder for the logs and the picture"
    )
    return parser.parse_args()


def main() -> None:
    """Train, draw, compare."""
    args = parse_args()
    use_virtual_devices()
    train, test = load(args.seed)
    trainer = Trainer(args, len(train.labels))
    print(f"{trainer.devices} devices ({jax.default_backend()}), logs in {args.out}")
    fit(trainer, (train, test), args)
    state, probabilities = trainer.evaluate(test)
    picture = args.out / "evaluation.png"
    confusion, scores = (METRICS.state_of(state, name) for name in ("mean_iou", "auc"))
    save_picture(picture, (OVERLAP, confusion), (AREA, scores))
    print(f"picture in {picture}")
    compare(METRICS.compute(state), reference(test.labels, probabilities))


if __name__ == "__main__":
    main()
