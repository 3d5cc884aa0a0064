"""What metrics with a value for each of several states share: names, and values by them."""

import functools
import itertools
import math
from abc import ABC
from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from metrax.combinators.combinator import OfRows
from metrax.core.checks import MetraxError
from metrax.core.doubts import Doubt
from metrax.core.state import is_state, one_state
from metrax.core.typing import StateT, ValueT

Names = tuple[str, ...] | tuple[tuple[str, ...], ...] | None


def spelled(names: Any, sizes: Sequence[int], what: str) -> tuple[str, ...]:
    """The name of each state, those of products joined by ``/``.

    Raises:
      MetraxError: when there is not one for each, or two are equal.
    """
    if len(sizes) > 1:
        for inner, size in itertools.zip_longest(names, sizes):
            spelled(inner if isinstance(inner, tuple) else (), (size or 0,), what)
        return tuple("/".join(each) for each in itertools.product(*names))
    if len(names) != sizes[0] or len({*names}) != len(names):
        raise MetraxError(f"names: got {names}; expected {sizes[0]} different ones, {what}")
    return tuple(names)


class OfMany(OfRows[StateT, ValueT], ABC):
    """A combinator whose state is several states, stacked; base of those by group and by slice."""

    @property
    def _sizes(self) -> tuple[int, ...]:
        """How many states there are, as a shape; a hook."""
        raise NotImplementedError

    @functools.cached_property
    def _names(self) -> tuple[str, ...] | None:
        """The name of each state, if they have any; a hook."""
        return None

    @property
    def higher_is_better(self) -> Any:
        return self._by_name(self.metric.higher_is_better)

    @property
    def value_range(self) -> Any:
        return self._by_name(self.metric.value_range)

    def _by_name(self, said: Any) -> Any:
        return said if self._names is None else dict.fromkeys(self._names, said)

    def _each(self, state: Any) -> Any:
        """The value of each state, stacked."""
        return jax.vmap(lambda one: self.metric._read_as_dtype(one_state(one)))(state)

    def _held(self, state: Any) -> None:
        """No one state."""

    def _inspect(self, state: Any) -> None:
        """Each state's own doubts are in :meth:`_doubts`."""

    def _doubts(self, state: Any) -> dict[str, Doubt]:
        found = jax.vmap(lambda one: dict(self.metric._doubts(one_state(one))))(state)
        some = self.weights(state).reshape(-1) > 0
        return {message: doubt.of_some(some) for message, doubt in found.items()}

    def read(self, state: Any) -> Any:
        values = self._each(state)
        if self._names is None:
            return jax.tree.map(lambda x: x.reshape(*self._sizes, *x.shape[1:]), values)
        return {
            name: jax.tree.map(lambda x, i=i: x[i], values) for i, name in enumerate(self._names)
        }

    def weights(self, state: Any) -> Array:
        """The weight of the data behind each value; every element of an example counts.

        Of a metric whose state does not tell, 1 where there were data and 0 elsewhere.
        """
        found = (part._seen() for part in jax.tree.leaves(state, is_leaf=is_state))
        seen = next((x for x in found if x is not None), None)
        number = math.prod(self._sizes)
        if seen is None:
            empty = jax.tree.leaves(self._statistic.init())
            changed = [
                jnp.any((x != y).reshape(number, -1), axis=1)
                for x, y in zip(jax.tree.leaves(state), empty, strict=True)
            ]
            total = jnp.any(jnp.stack(changed), axis=0).astype(jnp.float32)
        else:
            total = sum(x.reshape(number, -1).sum(1) for x in jax.tree.leaves(seen))
        return jnp.asarray(total).reshape(self._sizes)
