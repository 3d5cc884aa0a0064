"""Metrics that PyTorch's libraries have in common: objects that change in place."""

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.peers.program import Builder, Program, library

torch = library("torch")


def program(
    make: Callable[[], Any],
    prepare: Callable[..., Any] | None = None,
    read: Callable[[Any], Any] = lambda value: value,
) -> Builder:
    """The metric that ``make`` returns, without weights; ``read`` picks the value of its result."""

    def built() -> Program:
        metric = make()

        def init() -> Any:
            metric.reset()
            return metric

        def update(state: Any, *arrays: Any) -> Any:
            state.update(*arrays[::-1])
            return state

        return Program(
            init, update, lambda state: read(state.compute()), False, prepare or tensors, flat=True
        )

    return built


def tensors(*arrays: np.ndarray) -> tuple[Any, ...]:
    """Tensors over the same memory, with the integers that PyTorch wants."""
    return tuple(torch.from_numpy(whole(x)) for x in arrays)


def classes(y: np.ndarray, p: np.ndarray) -> tuple[Any, ...]:
    """One-hot rows as labels."""
    return tensors(y.argmax(1), p)


def whole(x: np.ndarray) -> np.ndarray:
    """Integers as int64."""
    return x.astype(np.int64) if x.dtype.kind == "i" else x
