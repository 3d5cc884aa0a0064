"""The state of a statistic, as it follows from one example."""

import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from metrax.core.checks import MetraxError, MetraxTypeError, shown

if TYPE_CHECKING:
    from metrax.core.statistic import Statistic


@functools.lru_cache(maxsize=4096)
def derived(statistic: "Statistic", observe: Callable[..., Any], default: np.dtype) -> Any:
    """The shapes and dtypes of the state, from those of one example."""
    names = statistic._inputs
    error: MetraxError | None = None
    for dtype in (default, np.dtype(np.int32)):  # labels may be at cells, where floats are not
        shapes = [_one(x, dtype) for x in _example(statistic)]
        try:
            return jax.eval_shape(
                functools.partial(observe, statistic, (*names, "w")), *shapes, None
            )
        except MetraxError as raised:
            error = error or raised
    assert error is not None
    raise MetraxError(
        f"{error}. It was tried with one example of shapes {tuple(statistic.example())}: define "
        "example(self), which returns the shapes of one example's inputs, or pass the argument "
        "that tells"
    ) from error


def _example(statistic: "Statistic") -> Sequence[Any]:
    """What ``example`` returns, a shape for each input."""
    found, names, extra = statistic.example(), statistic._inputs, statistic._extra
    some = isinstance(found, list | tuple) and len(found) == len(names)
    if not some or not all(
        isinstance(x, jax.ShapeDtypeStruct) or _is_shape(x) or (x is None and extra.get(name))
        for x, name in zip(found, names, strict=True)
    ):
        raise MetraxTypeError(
            f"example: {statistic._author.__name__} returned {shown(found)}; expected the shape of "
            f"one example of {' and of '.join(names)}, such as {((),) * len(names)}"
        )
    return found


def _is_shape(x: Any) -> bool:
    return isinstance(x, list | tuple) and all(isinstance(n, int | np.integer) for n in x)


def _one(x: Any, dtype: np.dtype) -> Any:
    """One example of a shape, as a batch."""
    if x is None or isinstance(x, jax.ShapeDtypeStruct):
        return x
    return jax.ShapeDtypeStruct((1, *x), dtype)
