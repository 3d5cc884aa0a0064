"""``Ring`` and ``Decaying``: states by the step at which they were, as combinators keep them."""

import math
from typing import Any, Self

import jax
import jax.numpy as jnp
from jax import Array

from metrax.accumulators.sum import OfSums, Sum
from metrax.core.state import Accumulator, combined, field_names, is_state, like, nothing_like
from metrax.kernels.pairs import Pair, multiply_pairs

SCALES = (Sum, OfSums)
"""Accumulators that are sums, of which every array may be multiplied by one factor."""


class Ring(Accumulator):
    """The states of the latest steps, each in the slot of its step's remainder.

    Attributes:
      step: the step whose data a slot holds, ``[n]`` of int32; -1 where it holds none.
      states: a state, or a tree of them, with a leading axis of ``n``.

    Example:
      >>> import jax.numpy as jnp
      >>> import metrax
      >>> from metrax import accumulators as acc
      >>> mean = metrax.Mean()
      >>> ring = acc.Ring.of_nothing(mean.init(), 3)
      >>> for step, value in enumerate([1., 2., 6., 9.]):
      ...     ring = ring.put(jnp.asarray(step), mean.observe(value))
      >>> ring.step.tolist()
      [3, 1, 2]
      >>> float(mean.compute(metrax.merge_stacked(ring.within(2))))
      7.5
    """

    elementwise = False

    step: Array
    states: Any

    @classmethod
    def of_nothing(cls, like: Any, n: int) -> Self:
        """A ring of ``n`` empty slots for states like this one."""
        none = jax.tree.map(lambda x: jnp.repeat(x[None], n, axis=0), nothing_like(like))
        return cls(jnp.full(n, -1, jnp.int32), none)

    @classmethod
    def empty_like(cls, like: Any) -> Self:
        return cls(jnp.full(like.step.shape, -1, jnp.int32), nothing_like(like.states))

    def put(self, step: Array, state: Any) -> Self:
        """The ring with one more state at a step: merged with what is there of the same step."""
        n = self.step.shape[-1]
        slot = step % n
        # Two places, of which one is nowhere: XLA makes slices of a single one, and of their
        # writing kernels that read the old ring, which then is copied.
        which = jnp.stack([slot, jnp.full_like(slot, n)])
        mine = jax.tree.map(lambda x: x.at[which].get(mode="fill", fill_value=0)[0], self.states)
        new = _chosen(self.step[slot], step, mine, state)

        def put(x: Array, y: Array) -> Array:
            rows = jnp.broadcast_to(y, (2, *y.shape))
            return x.at[which].set(rows, mode="drop", unique_indices=True)

        states = jax.tree.map(put, self.states, new)
        return type(self)(self.step.at[slot].max(step), states)

    def within(self, n: int) -> Any:
        """The stacked states of the latest ``n`` steps; what is older is as before any data."""
        some = (self.step >= 0) & (self.step > jnp.max(self.step) - n)
        none = type(self).empty_like(self).states
        return jax.tree.map(lambda x, y: jnp.where(_beside(some, x), x, y), self.states, none)

    def combine(self, other: Self) -> Self:
        states = _chosen(self.step, other.step, self.states, other.states)
        return type(self)(jnp.maximum(self.step, other.step), states)


class Decaying(Accumulator):
    """A state of which what is older counts less: halved after so many steps.

    Attributes:
      step: the latest step, int32; -1 before any.
      rate: halvings a step.
      states: a state, or a tree of them, of sums.

    Example:
      >>> import jax.numpy as jnp
      >>> import metrax
      >>> from metrax import accumulators as acc
      >>> mean, rate = metrax.Mean(), jnp.float32(1)        # half counts after one step
      >>> first = acc.Decaying(jnp.int32(0), rate, mean.observe(4.))
      >>> second = acc.Decaying(jnp.int32(1), rate, mean.observe(1.))
      >>> both = metrax.merge(first, second)
      >>> int(both.step), float(mean.compute(both.states))  # (4 / 2 + 1) / (1 / 2 + 1)
      (1, 2.0)
    """

    elementwise = False

    step: Array
    rate: Array
    states: Any

    @classmethod
    def empty_like(cls, like: Any) -> Self:
        known = isinstance(like.rate, Array)
        rate = like.rate if known else jnp.zeros(like.rate.shape, like.rate.dtype)
        return cls(jnp.full(like.step.shape, -1, jnp.int32), rate, nothing_like(like.states))

    def at(self, step: Array) -> Any:
        """The state as it counts at a later step."""
        none = self.step < 0
        age = jnp.where(none, 0, step - self.step).astype(self.rate.dtype)
        faded = _faded(self.states, _halved(age * self.rate))
        nothing = nothing_like(self.states)
        return jax.tree.map(lambda x, y: jnp.where(_beside(none, x), x, y), nothing, faded)

    def combine(self, other: Self) -> Self:
        step = jnp.maximum(self.step, other.step)
        both = combined(self.at(step), other.at(step))
        return type(self)(step, jnp.maximum(self.rate, other.rate), both)


def _chosen(mine: Array, theirs: Array, ours: Any, others: Any) -> Any:
    """Of each slot the newer state, both where they are of one step."""
    both = combined(ours, others)

    def choose(x: Array, y: Array, z: Array) -> Array:
        newer = jnp.where(_beside(theirs > mine, x), y, x)
        return jnp.where(_beside(theirs == mine, x), z, newer)

    return jax.tree.map(choose, ours, others, both)


def _beside(mask: Array, x: Array) -> Array:
    return mask.reshape(*mask.shape, *(1,) * (x.ndim - mask.ndim))


def unfading(tree: Any) -> list[Accumulator]:
    """The accumulators of a state that cannot count less, and would have to."""
    if isinstance(tree, Accumulator):
        return [] if isinstance(tree, SCALES) else [tree]
    if is_state(tree):
        names = [x for x in field_names(type(tree)) if x not in tree._lasting]
        return [part for name in names for part in unfading(getattr(tree, name))]
    states = jax.tree.leaves(tree, is_leaf=is_state)
    return [part for state in states for part in unfading(state)]


def _halved(times: Array) -> Pair:
    """One, halved so many times: a pair, for what a step takes may be less than a float's digit."""
    factor = jnp.exp2(-times)
    # Not the error of `1 + expm1`, of which compilers make nothing; `factor - 1` is exact here.
    rest = jnp.expm1(-math.log(2) * times) - (factor - 1)
    return factor, jnp.where(times < 1, rest, 0)


def _faded(tree: Any, factor: Pair) -> Any:
    """A state of which all data count less by a factor."""
    if isinstance(tree, Accumulator):
        return _scaled(tree, factor)
    if is_state(tree):
        fields = {name: getattr(tree, name) for name in field_names(type(tree))}
        kept = (x if k in tree._lasting else _faded(x, factor) for k, x in fields.items())
        return like(tree, kept)
    return jax.tree.map(lambda state: _faded(state, factor), tree, is_leaf=is_state)


def _scaled(part: Any, factor: Pair) -> Any:
    """An accumulator of sums, each times a factor."""
    if not isinstance(part, Sum):
        return jax.tree.map(
            lambda x: _scaled(x, factor), part, is_leaf=lambda x: isinstance(x, Sum)
        )
    shape, dtype = part.hi.shape, part.hi.dtype
    high, low = (jnp.broadcast_to(_beside(x.astype(dtype), part.hi), shape) for x in factor)
    return Sum(*multiply_pairs(part.pair, (high, low)))
