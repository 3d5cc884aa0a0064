"""Values over the steps of a training."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from metrax.core.checks import MetraxError, shown
from metrax.plot import style


def history(
    values: Mapping[str, Sequence[Any]] | Sequence[Mapping[str, Any]],
    steps: Sequence[float] | None = None,
    *,
    ax: Axes | None = None,
) -> Axes:
    """A line for each name: its value over the steps.

    Args:
      values: what a collection computed, at each step, or lists of numbers by name; a name that
        some steps lack has a gap there.
      steps: the numbers of the steps, from 0 on by default.
      ax: where to draw, a new figure by default.

    Raises:
      MetraxError: when a value is no number, or steps differ in number from values.

    Example:
      >>> from matplotlib.figure import Figure
      >>> from metrax import plot
      >>> rows = [{"loss": 2., "accuracy": .5}, {"loss": 1., "accuracy": .8}]
      >>> ax = plot.history(rows, steps=[100, 200], ax=Figure().subplots())
      >>> [line.get_ydata().tolist() for line in ax.get_lines()]
      [[2.0, 1.0], [0.5, 0.8]]
    """
    columns = values if isinstance(values, Mapping) else _columns(values)
    drawn = {name: _numbers(name, column) for name, column in columns.items()}
    if not drawn:
        raise MetraxError(f"values: got {shown(values)}; expected values by name")
    ax = style.axes(ax)
    for i, (name, y) in enumerate(drawn.items()):
        x = np.arange(len(y)) if steps is None else np.asarray(steps)
        if len(x) != len(y):
            raise MetraxError(
                f"steps: got {len(x)} for {len(y)} values of {name!r}; expected as many"
            )
        ax.plot(x, y, label=name, **style.line(i, len(y)))
    ax.set_xlabel("Step")
    style.legend(ax)
    return ax


def _columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name, np.nan) for row in rows] for name in names}


def _numbers(name: str, column: Sequence[Any]) -> np.ndarray:
    y = np.asarray(column, np.float64)
    if y.ndim != 1:
        raise MetraxError(
            f"values: got {name!r} of shape {y.shape}; expected a number at each step: for values "
            "of each class use metrax.flatten, or plot.bars"
        )
    return y
