"""What would make a value doubtful."""

from collections.abc import Mapping
from typing import NamedTuple

import jax.numpy as jnp
from jax import Array


class Doubt(NamedTuple):
    """Whether a doubt holds, and the numbers that its words name."""

    holds: Array
    values: Mapping[str, Array] = {}

    def of_some(self, chosen: Array) -> "Doubt":
        """Of stacked doubts, whether one of those chosen holds, with the numbers of the first."""
        holds = self.holds.reshape(len(chosen), -1).any(-1) & chosen
        first = jnp.argmax(holds)
        return Doubt(jnp.any(holds), {name: x[first] for name, x in self.values.items()})
