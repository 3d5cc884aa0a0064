"""A mean, and the second moments of what each example adds to it: for its standard error."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp

from metrax.accumulators.mean import Mean
from metrax.accumulators.moments import Moments
from metrax.core.rows import Rows, is_rows
from metrax.core.state import accumulators
from metrax.core.weights import weighted
from metrax.kernels.arithmetic import safe_divide
from metrax.statistics.around import Around


class SquaredMeans(Around):
    r"""A mean, and the moments of the examples' own means, weighted by $w^2$.

    What an example has behind the batch axis is one contribution: its elements need not be
    independent of each other.

    Args:
      statistic: whose state is one :class:`~metrax.accumulators.Mean` without axes of its own.

    Example:
      >>> import metrax
      >>> statistic = metrax.statistics.SquaredMeans(metrax.statistics.StreamMean())
      >>> state = statistic.observe({"values": [1., 3.], "w": [1., 2.]})
      >>> float(state["squares"].weight.value), float(state["squares"].mean)
      (5.0, 2.5999999046325684)
    """

    def init(self) -> dict[str, Any]:
        state = self.statistic.init()
        cells = mean_of(state).total.hi
        return {"state": state, "squares": Moments.zeros(cells.shape, cells.dtype)}

    def _rows(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        tree = self._inner_rows(inputs)
        rows = next(x for x in jax.tree.leaves(tree, is_leaf=is_rows) if x.kind is Mean)
        return {"state": tree, "squares": _moments(rows)}


def mean_of(state: Any) -> Mean:
    """The one mean of a state."""
    return next(part for _, part in accumulators(state) if isinstance(part, Mean))


def _moments(rows: Rows) -> Rows:
    """The mean of each example's own rows, weighted by the square of their weight."""
    (x,) = rows.data
    x = jnp.ones(rows.shape, rows.dtype) if x is None else x.astype(rows.dtype)
    w = jnp.ones(rows.shape, rows.dtype) if rows.w is None else rows.w.astype(rows.dtype)
    w = jnp.broadcast_to(w, rows.shape)
    lead = max(1, 0 if rows.group is None else rows.group.ndim)
    axes = tuple(range(lead, len(rows.shape)))
    weight = jnp.sum(w, axes)
    mean = safe_divide(jnp.sum(weighted(w, x), axes), weight) if axes else x
    return dataclasses.replace(rows, kind=Moments, data=(mean,), w=weight * weight, options=())
