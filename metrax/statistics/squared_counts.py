"""Counts, and beside each what the squares of the weights have more: for their standard errors."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import jax

from metrax.accumulators.sum import Sum
from metrax.core.checks import MetraxTypeError
from metrax.core.rows import Rows, is_rows
from metrax.core.state import accumulators
from metrax.statistics.around import Around


class SquaredCounts(Around):
    r"""Counts of which each example is in one cell, and $\sum (w^2 - w)$ of each cell.

    Without weights the second is 0 and no update touches it.

    Args:
      statistic: whose state has one sum, of counts.

    Raises:
      MetraxTypeError: when an example may be in several cells.

    Example:
      >>> import metrax
      >>> statistic = metrax.statistics.SquaredCounts(metrax.statistics.ConfusionCounts(2))
      >>> state = statistic.observe({"y_true": [0, 1], "y_pred": [0, 1], "w": [1., 3.]})
      >>> state["squares"].value.tolist()
      [[0.0, 0.0], [0.0, 6.0]]
    """

    def validate(self) -> None:
        if self.statistic._stratum is None:
            raise MetraxTypeError(
                f"statistic: got {self.statistic}, of which an example may be in several cells; "
                "expected counts with one for each"
            )

    @property
    def _in_place(self) -> bool:
        return True

    @property
    def _stratum(self) -> None:
        return None

    def init(self) -> dict[str, Any]:
        state = self.statistic.init()
        cells = counts_of(state)
        return {"state": state, "squares": Sum.zeros(cells.hi.shape, cells.hi.dtype)}

    def _rows(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        tree = self._inner_rows(inputs)
        rows = next(x for x in jax.tree.leaves(tree, is_leaf=is_rows) if x.kind is Sum)
        return {"state": tree, "squares": _squares(rows)}


def counts_of(state: Any) -> Sum:
    """The one sum of a state."""
    return next(part for _, part in accumulators(state) if isinstance(part, Sum))


def _squares(rows: Rows) -> Rows:
    """What the squares of weights add; no rows at all where all weights are 0 or 1."""
    if rows.w is None or rows.w.dtype == bool:
        return jax.tree.map(lambda x: x.reshape(x.shape or (1,))[:0], rows)
    return dataclasses.replace(rows, w=rows.w * rows.w - rows.w)
