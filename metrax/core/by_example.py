"""Whether a function gives every example a value of its own, whatever else is in the batch."""

import dataclasses
import functools
from collections.abc import Callable
from typing import Any

import jax
import numpy as np
from jax import Array

from metrax.core.checks import MetraxError, describe


@dataclasses.dataclass(frozen=True)
class Batch:
    """Arrays as a function is judged by them: two of equal ranks and dtypes are alike."""

    kinds: tuple[tuple[int, np.dtype], ...]
    shapes: tuple[tuple[int, ...], ...] = dataclasses.field(compare=False)

    @classmethod
    def like(cls, *arrays: Array) -> "Batch":
        """The batch of some arrays, of which each has a batch axis."""
        kinds = tuple((x.ndim, np.dtype(x.dtype)) for x in arrays)
        return cls(kinds, tuple(x.shape[1:] for x in arrays))

    def of(self, n: int) -> list[jax.ShapeDtypeStruct]:
        """Its shapes with ``n`` examples."""
        pairs = zip(self.shapes, self.kinds, strict=True)
        return [jax.ShapeDtypeStruct((n, *shape), kind[1]) for shape, kind in pairs]


@functools.lru_cache(maxsize=1024)
def why_not_by_example(fn: Callable[..., Array], batch: Batch) -> str | None:
    """What tells that ``fn`` mixes the examples of a batch, or None; asked once for each rank.

    Its shapes are looked at for two sizes of batch, and its values for three examples taken
    together and one by one.
    """
    found = [_returned(fn, batch, n) for n in (2, 3)]
    if any(isinstance(x, str) for x in found):
        return next(x for x in found if isinstance(x, str))
    shapes = [x.shape for x in found if not isinstance(x, str)]
    if not all(shape[:1] == (n,) for n, shape in zip((2, 3), shapes, strict=True)):
        return f"returned the shapes {shapes[0]} for 2 examples and {shapes[1]} for 3"
    if shapes[0][1:] != shapes[1][1:]:
        return f"broadcast the batch axis: 2 examples gave {shapes[0]} and 3 gave {shapes[1]}"
    return None if same_one_by_one(fn, batch) else "gave an example another value in another batch"


def _returned(fn: Callable[..., Array], batch: Batch, n: int) -> Any:
    """The shape that ``fn`` returns for ``n`` examples, or what it raised."""
    try:
        return jax.eval_shape(fn, *batch.of(n))
    except MetraxError:
        raise
    except Exception as error:  # the function is anybody's
        taken = " and ".join(describe(x) for x in batch.of(n))  # pyright: ignore[reportArgumentType]
        return f"raised, for {taken}: {error}"


def same_one_by_one(fn: Callable[..., Any], batch: Batch) -> bool:
    """Whether three examples have the same arrays together and one by one, as far as it is known.

    Of a tree of arrays those are looked at that have an axis of examples.
    """
    rng = np.random.default_rng(0)
    inputs = [_some(rng, x.shape, x.dtype) for x in batch.of(3)]
    try:
        with jax.ensure_compile_time_eval():
            compiled = jax.jit(fn)
            whole = jax.tree.leaves(compiled(*inputs))
            single = [jax.tree.leaves(compiled(*(x[i : i + 1] for x in inputs))) for i in range(3)]
    except Exception:  # it takes no such numbers, or none here: a probe is not a requirement
        return True
    return all(
        np.allclose(x, np.concatenate(each), rtol=1e-3, atol=1e-5, equal_nan=True)
        for x, *each in zip(map(np.asarray, whole), *single, strict=True)
        if x.shape[:1] == (3,)
    )


def _some(rng: np.random.Generator, shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    """Numbers that most functions take: probabilities, or classes 0 and 1."""
    floats = jax.numpy.issubdtype(dtype, jax.numpy.floating)
    return (rng.uniform(0.1, 0.9, shape) if floats else rng.integers(0, 2, shape)).astype(dtype)
