"""What a state reads as that has seen no data, or could not keep all: rows had no place in it."""

import functools
import math
import operator
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from metrax.core.state import Accumulator, is_accumulator
from metrax.kernels.arithmetic import default_float


def rows_refused(tree: Any) -> Array | None:
    """How many rows the accumulators of a state refused; None if none of them can refuse any."""
    parts = jax.tree.leaves(tree, is_leaf=is_accumulator)
    counts = [part._lost() for part in parts if isinstance(part, Accumulator)]
    found = [jnp.sum(x) for x in counts if x is not None]
    return functools.reduce(operator.add, found) if found else None


def or_nan(lost: Array, value: Any) -> Any:
    """A tree of values, NaN if some of the data are lost; integers and booleans become floats."""

    def spoil(x: Any) -> Array:
        x = jnp.asarray(x)
        x = x if jnp.issubdtype(x.dtype, jnp.inexact) else x.astype(default_float())
        return jnp.where(lost, jnp.asarray(jnp.nan, x.dtype), x)

    return jax.tree.map(spoil, value)


def lost_is_nan(state: Any, value: Any) -> Any:
    """The value of a state, NaN if the state refused some of the data."""
    refused = rows_refused(state)
    return value if refused is None else or_nan(refused > 0, value)


def no_number_is_nan(state: Any, value: Any) -> Any:
    """The value, NaN if a sum of weights is no number: else comparisons with it would hide that."""
    parts = [x for x in jax.tree.leaves(state, is_leaf=is_accumulator) if is_accumulator(x)]
    leaves = [x for part in parts if part.neutral == 0 for x in jax.tree.leaves(part)]
    numbers = functools.reduce(jnp.logical_and, [jnp.all(jnp.isfinite(x)) for x in leaves])
    return or_nan(~numbers, value)


def nothing_is_zero(state: Any, value: Any) -> Any:
    """The value, 0 of a state that has seen no data and whose neutral numbers are infinite."""
    parts = [x for x in jax.tree.leaves(state, is_leaf=is_accumulator) if is_accumulator(x)]
    known = [part for part in parts if part.neutral is not None]
    if not any(math.isinf(part.neutral) for part in known):
        return value
    # All of them: data may be infinite, and then only a count or the like tells them from nothing.
    neutral = [jnp.all(x == part.neutral) for part in known for x in jax.tree.leaves(part)]
    empty = functools.reduce(jnp.logical_and, neutral)
    return jax.tree.map(lambda x: jnp.where(empty, jnp.zeros_like(x), x), value)
