"""What a statistic accumulates, for each entry of an axis of its inputs."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array, lax

from metrax.core.checks import MetraxError, describe
from metrax.core.merge import stack
from metrax.core.rows import Rows, each_row
from metrax.core.state import one_state
from metrax.core.ways import grouped
from metrax.statistics.around import Around


class Slices(Around):
    """A state for each entry of an axis of the inputs, stacked along a leading axis.

    Weights, and inputs that go by keyword, are cut where they have the axis, else shared by all.

    Args:
      statistic: what is accumulated for each.
      size: the length of the axis.
      axis: which one; it cannot be the batch's, the first.

    Example:
      >>> import metrax
      >>> statistic = metrax.statistics.Slices(metrax.statistics.StreamMean(), 2, -1)
      >>> state = statistic.observe({"values": [[1., 2.], [3., 6.]], "w": None})
      >>> state.mean.tolist()
      [2.0, 4.0]
    """

    size: int
    axis: int = -1

    @property
    def _in_place(self) -> bool:
        return self.statistic._in_place

    def init(self) -> Any:
        return one_state(stack(self.statistic.init(), self.size))

    def _rows(self, inputs: Mapping[str, Any]) -> Any:
        required = [name for name in self._inputs if name not in self._extra]
        for name in required:
            self._require(name, inputs[name])
        ndim = max(inputs[name].ndim for name in required)
        cut = {
            name: self.axis if name in required or self._has_axis(x, ndim) else None
            for name, x in inputs.items()
        }
        rows = jax.vmap(self.statistic._rows, in_axes=(cut,), axis_size=self.size)(dict(inputs))
        return each_row(rows, self._kept)

    def _require(self, name: str, x: Array) -> None:
        if not self._has_axis(x, x.ndim):
            raise MetraxError(
                f"{name}: got {describe(x)}; expected axis {self.axis} of length {self.size}, "
                "behind the batch's"
            )

    def _has_axis(self, x: Any, ndim: int) -> bool:
        if x is None or isinstance(x, tuple) or x.ndim != ndim or not -ndim <= self.axis < ndim:
            return False
        return self.axis % ndim > 0 and x.shape[self.axis] == self.size

    def _kept(self, row: Rows) -> Rows:
        """Rows of all slices, whose first axis is the slices', as rows of the batch."""
        if row.group is not None:
            return self._as_groups(row)
        to = len(row.shape) - 1 - row.keep
        return dataclasses.replace(_moved(row, to), keep=row.keep + 1)

    def _as_groups(self, row: Rows) -> Rows:
        assert row.group is not None
        to = row.group.ndim - 1
        moved = dataclasses.replace(_moved(row, to), group=jnp.moveaxis(row.group, 0, to))
        ids = lax.broadcasted_iota(jnp.int32, row.group.shape, 0)
        return grouped(moved, jnp.moveaxis(ids, 0, to), self.size)


def _moved(row: Rows, to: int) -> Rows:
    """Rows with their first axis elsewhere."""

    def move(x: Any) -> Any:
        return None if x is None else jnp.moveaxis(x, 0, to)

    def spread(x: Array) -> Array:
        x = x.reshape(*x.shape, *(1,) * (len(row.shape) - x.ndim))
        return move(jnp.broadcast_to(x, row.shape))

    return dataclasses.replace(
        row, data=tuple(map(move, row.data)), at=tuple(map(spread, row.at)), w=move(row.w)
    )
