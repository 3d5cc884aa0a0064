"""What a statistic accumulates, for each of several groups of examples."""

import math
from collections.abc import Mapping
from typing import Any

import jax.numpy as jnp
from jax import Array

from metrax.core.checks import MetraxError, describe
from metrax.core.domains import NUMBERS, Domain, labels
from metrax.core.merge import stack
from metrax.core.state import one_state
from metrax.core.ways import group_ids, grouped
from metrax.statistics.around import Around


class Groups(Around):
    """A state for each group, stacked along a leading axis.

    Its inputs are the statistic's and, by keyword, ``groups``: the number of each example's group,
    whose shape leads the values'; of several sizes one array for each. Numbers outside
    ``[0, size)`` are in no group and count nowhere.

    Args:
      statistic: what is accumulated for each.
      sizes: how many groups there are; of several, every combination is a group.

    Example:
      >>> import metrax
      >>> statistic = metrax.statistics.Groups(metrax.statistics.StreamMean(), (2,))
      >>> state = statistic.observe({"values": [1., 2., 6.], "groups": [0, 1, 1], "w": None})
      >>> state.mean.tolist()
      [1.0, 4.0]
    """

    sizes: tuple[int, ...]

    @property
    def number(self) -> int:
        """How many groups there are."""
        return math.prod(self.sizes)

    @property
    def _beside(self) -> dict[str, bool]:
        return {"groups": False}

    @property
    def _in_place(self) -> bool:
        return self.statistic._in_place

    @property
    def _stratum(self) -> int | None:
        return self.statistic._stratum

    def _is_one_mean(self, shape: tuple[int, ...]) -> bool:
        return self.statistic._is_one_mean(shape[1:])

    def init(self) -> Any:
        return one_state(stack(self.statistic.init(), self.number))

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        groups = labels(self.number, also=-1) if len(self.sizes) == 1 else NUMBERS
        return {**super().domains(**inputs), "groups": groups}

    def _rows(self, inputs: Mapping[str, Any]) -> Any:
        ids = self._numbers(inputs["groups"])
        return grouped(self._inner_rows(inputs), ids, self.number)

    def _numbers(self, groups: Any) -> Array:
        """The number of each example's group among all of them, -1 for none."""
        if len(self.sizes) == 1:
            return group_ids("groups", groups)
        if len(groups) != len(self.sizes):
            raise MetraxError(
                f"groups: got {describe(groups) if hasattr(groups, 'shape') else len(groups)}; "
                f"expected a number for each of {len(self.sizes)} divisions: groups=(a, b)"
            )
        each = jnp.broadcast_arrays(*(group_ids("groups", x) for x in groups))
        number, valid = jnp.zeros_like(each[0], jnp.int32), True
        for ids, size in zip(each, self.sizes, strict=True):
            number = number * size + ids.astype(jnp.int32)
            valid &= (ids >= 0) & (ids < size)
        return jnp.where(valid, number, -1)
