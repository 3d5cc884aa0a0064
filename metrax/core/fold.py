"""Combining accumulators that are stacked along a leading axis, in as few kernels as possible."""

from collections.abc import Iterator, Sequence
from numbers import Real
from typing import Any, ClassVar, Protocol, Self

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from metrax.core.checks import MetraxTypeError, describe

MAX_ARRAYS = 32
"""Arrays in one reduction: no backend takes any number of them in one kernel."""

MAX_LENGTH = 16
"""Of a reduction, which goes element by element: longer axes are halved before, in parallel."""


class Combines(Protocol):
    """A pytree of arrays that combine along their first axis, all entries of it at once."""

    neutral: ClassVar[float | None]
    elementwise: ClassVar[bool]

    def combine(self, other: Any) -> Self: ...


@jax.jit
def fold(parts: Sequence[Combines]) -> list[Any]:
    """Each of ``parts`` combined along its leading axis, which has one length in all of them.

    XLA makes a kernel for every array that an elementwise program returns, and each reads its
    inputs anew. A variadic reduction is one kernel, so accumulators of one shape share one.
    """
    parts = lax.stop_gradient(parts)  # as in `observe`; such reductions have no transpose
    folded: dict[int, Any] = {}
    for shape, group in _groups(parts):
        some = [parts[i] for i in group]
        while (n := len(jax.tree.leaves(some)[0])) > (1 if shape is None else MAX_LENGTH):
            some = _halve(some, n // 2)
        merged = jax.tree.map(lambda x: x[0], some) if n == 1 else _reduce(some)
        folded.update(zip(group, merged, strict=True))
    return [folded[i] for i in range(len(parts))]


def _groups(parts: Sequence[Combines]) -> Iterator[tuple[Any, list[int]]]:
    """The parts' positions, by shape and dtype, as many together as one reduction takes."""
    by_shape: dict[Any, list[int]] = {}
    for i, part in enumerate(parts):
        by_shape.setdefault(_shape(part), []).append(i)
    for shape, together in by_shape.items():
        group, arrays = [], 0
        for i in together:
            more = len(jax.tree.leaves(parts[i]))
            if group and arrays + more > MAX_ARRAYS:
                yield shape, group
                group, arrays = [], 0
            group, arrays = [*group, i], arrays + more
        yield shape, group


def _shape(part: Combines) -> tuple[tuple[int, ...], np.dtype] | None:
    """The one shape and dtype of a part's arrays, or None if no reduction can combine them."""
    if not isinstance(part.neutral, Real | None):
        raise MetraxTypeError(
            f"{type(part).__name__}.neutral: got {part.neutral!r}; expected a number, or None"
        )
    arrays = jax.tree.leaves(part)
    alike = len({(x.shape, x.dtype) for x in arrays}) == 1
    floats = all(jnp.issubdtype(x.dtype, jnp.floating) for x in arrays)
    one = alike and floats and part.elementwise and part.neutral is not None
    return (arrays[0].shape, arrays[0].dtype) if one else None


def _reduce(parts: list[Any]) -> list[Any]:
    arrays, structure = jax.tree.flatten(parts)
    neutral = [np.asarray(part.neutral, x.dtype) for part in parts for x in jax.tree.leaves(part)]

    def combine(left: Sequence[Array], right: Sequence[Array]) -> tuple[Array, ...]:
        ours, theirs = (jax.tree.unflatten(structure, xs) for xs in (left, right))
        return tuple(jax.tree.leaves(_combine(ours, theirs)))

    return jax.tree.unflatten(structure, lax.reduce(tuple(arrays), tuple(neutral), combine, (0,)))


def _halve(parts: Any, half: int) -> Any:
    """Two halves of the leading axis combined, and the odd one left behind them."""
    left, right, odd = (
        jax.tree.map(lambda x, s=s: x[s], parts)
        for s in (slice(half), slice(half, 2 * half), slice(2 * half, None))
    )
    both = _combine(left, right)
    return jax.tree.map(lambda x, y: lax.concatenate([x, y], 0), both, odd)


def _combine(ours: list[Any], theirs: list[Any]) -> list[Any]:
    merged = [a.combine(b) for a, b in zip(ours, theirs, strict=True)]
    for part, both in zip(ours, merged, strict=True):
        before, after = ([describe(x) for x in jax.tree.leaves(p)] for p in (part, both))
        if before != after:
            raise MetraxTypeError(
                f"{type(part).__name__}.combine: returned {', '.join(after)}; expected arrays of "
                f"its own shapes and dtypes, {', '.join(before)}"
            )
    return merged
