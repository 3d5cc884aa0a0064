"""Plain ``jnp``: what one writes without a library, and for means what no library can beat.

A mean is that of metrax's own per-example function, ``jnp.mean(f)``, and with weights
``jnp.sum(w * f) / jnp.sum(w)``. Sums are float32, with no thought of how large they become.
"""

from collections.abc import Callable

import jax.numpy as jnp
from jax import Array, lax

from benchmarks.peers import calibrating, classes, counting
from benchmarks.peers.metrax import function_of
from benchmarks.peers.program import Builder, Program
from benchmarks.workloads import CAPACITY, WORKLOADS


def mean_of(
    fn: Callable[..., Array], read: Callable[[Array], Array] = lambda x: x, inputs: int = 2
) -> Builder:
    """The running mean of ``fn(y_true, y_pred)``, one value or several an example."""

    def update(state: tuple[Array, Array], *arrays: Array) -> tuple[Array, Array]:
        values, (*w,) = fn(*arrays[:inputs]), arrays[inputs:]
        if not w:
            return state[0] + jnp.sum(values), state[1] + values.size
        values = values.reshape(len(values), -1).mean(axis=1)
        return state[0] + jnp.sum(w[0] * values), state[1] + jnp.sum(w[0])

    return lambda: Program(
        lambda: (jnp.zeros(()), jnp.zeros(())), update, lambda state: read(state[0] / state[1])
    )


def sums_of(counts: counting.Counts) -> Builder:
    """The running sums of each batch."""

    def update(state: tuple[Array, ...], *arrays: Array) -> tuple[Array, ...]:
        sums = counts.sums(*arrays)
        return tuple(x + more for x, more in zip(state, sums, strict=True))

    return lambda: Program(
        lambda: tuple(jnp.zeros(shape) for shape in counts.shapes),
        update,
        lambda state: counts.read(*state),
    )


Kept = tuple[Array, Array, Array]
"""Values, weights, and how many there are."""


def kept() -> Program:
    """All values and weights one after the other, and their median."""

    def update(state: Kept, values: Array, w: Array | None = None) -> Kept:
        rows, weights, n = state
        w = jnp.ones_like(values) if w is None else w
        rows, weights = (
            lax.dynamic_update_slice(old, new[:CAPACITY], (n,))
            for old, new in ((rows, values), (weights, w))
        )
        return rows, weights, n + len(values)

    return Program(
        lambda: (jnp.zeros(CAPACITY), jnp.zeros(CAPACITY), jnp.int32(0)),
        update,
        lambda state: counting.median(*state[:2]),
    )


def spread(read: Callable[[Array], Array]) -> counting.Counts:
    """Number, sum and sum of squares of all elements, ``read`` of the variance."""

    def sums(values: Array, w: Array | None = None) -> tuple[Array, ...]:
        return tuple(add_up(x, w)[0] for x in (jnp.ones_like(values), values, values * values))

    return counting.Counts(sums, lambda n, x, xx: read(xx / n - (x / n) ** 2), ((), (), ()))


def extreme_of(combine: Callable[..., Array], reduce: Callable[[Array], Array]) -> Builder:
    """The running extreme of all elements with weight."""

    def update(state: Array, values: Array, w: Array | None = None) -> Array:
        found = reduce(values)
        if w is not None:
            shape = (-1, *(1,) * (values.ndim - 1))
            found = reduce(jnp.where(w.reshape(shape) > 0, values, values.reshape(-1)[0]))
        return combine(state, found)

    return lambda: Program(lambda: -combine(-jnp.inf, jnp.inf), update, lambda x: x)


def add_up(values: Array, w: Array | None = None) -> tuple[Array]:
    """The sum of all elements."""
    if w is None:
        return (jnp.sum(values),)
    return (jnp.sum(w * values.reshape(len(w), -1).sum(axis=1)),)


COUNTS = counting.COUNTS | calibrating.COUNTS | classes.COUNTS
PROGRAMS = {
    x.name: mean_of(function_of(x)) for x in WORKLOADS.values() if x.fn and not x.is_function
} | {name: sums_of(counts) for name, counts in COUNTS.items()}
PROGRAMS |= {
    "RootMeanSquaredError": mean_of(function_of(WORKLOADS["MeanSquaredError"]), jnp.sqrt),
    "Mean": mean_of(lambda values: values, inputs=1),
    "Sum": sums_of(counting.Counts(add_up, lambda x: x)),
    "Count": sums_of(counting.Counts(lambda x, *w: add_up(jnp.ones_like(x), *w), lambda x: x)),
    "Max": extreme_of(jnp.maximum, jnp.max),
    "Min": extreme_of(jnp.minimum, jnp.min),
    "Std": sums_of(spread(jnp.sqrt)),
    "Variance": sums_of(spread(lambda x: x)),
    "Perplexity 100": mean_of(function_of(WORKLOADS["SparseCategoricalCrossentropy 100"]), jnp.exp),
    "Buffer median": kept,
}
