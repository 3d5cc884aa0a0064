"""What both examples share: the handwritten digits, in batches of one shape."""

import os
from collections.abc import Iterator
from typing import Any, NamedTuple

import jax
import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

NUM_CLASSES = 10


class Batch(NamedTuple):
    """Arrays of NumPy, or of JAX inside a step.

    Images ``[B, 8, 8, 1]``, labels ``[B]``, and the weight of each example, 0 for padding.
    """

    images: Any
    labels: Any
    mask: Any


def use_virtual_devices(n: int = 8) -> None:
    """Make JAX's CPU backend ``n`` devices, so that data parallelism shows on any computer.

    Accelerators are not affected, and a number set in the environment stays. To be called before
    anything runs on a device.
    """
    by_flag = "xla_force_host_platform_device_count" in os.environ.get("XLA_FLAGS", "")
    if not by_flag and "JAX_NUM_CPU_DEVICES" not in os.environ:
        jax.config.update("jax_num_cpu_devices", n)


def load(seed: int) -> tuple[Batch, Batch]:
    """The training and the test set, 1437 and 360 images with pixels in [0, 1]."""
    pixels, labels = load_digits(return_X_y=True)
    images = (pixels / 16).astype(np.float32).reshape(-1, 8, 8, 1)
    labels = labels.astype(np.int32)
    train, test = train_test_split(
        np.arange(len(labels)), test_size=0.2, random_state=seed, stratify=labels
    )
    data = Batch(images, labels, np.ones(len(labels), np.float32))
    return Batch(*(x[train] for x in data)), Batch(*(x[test] for x in data))


def batches(data: Batch, size: int, rng: np.random.Generator | None = None) -> Iterator[Batch]:
    """The data in batches of ``size``, shuffled if ``rng`` is given.

    The last batch is filled up with examples of weight zero: one shape means one compilation, and
    to a metric an example of weight zero does not exist.
    """
    count = len(data.labels)
    order = np.arange(count) if rng is None else rng.permutation(count)
    for start in range(0, count, size):
        chosen = order[start : start + size]
        yield Batch(*(_padded(x[chosen], size) for x in data))


def _padded(x: np.ndarray, size: int) -> np.ndarray:
    return np.pad(x, [(0, size - len(x)), *[(0, 0)] * (x.ndim - 1)])
