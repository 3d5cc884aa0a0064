"""Values over the steps of a training."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from metrax.core.checks import MetraxError, shown
from metrax.core.estimates import WithEnds, gathered, is_estimate
from metrax.plot import style


def history(
    values: Mapping[str, Sequence[Any]] | Sequence[Mapping[str, Any]],
    steps: Sequence[float] | None = None,
    *,
    ax: Axes | None = None,
) -> Axes:
    """A line for each name: its value over the steps, in the band of its interval, if known.

    Args:
      values: what a collection computed, at each step, or lists of numbers by name; a name that
        some steps lack has a gap there. Values with an interval (``value``, ``low``, ``high``,
        ``standard_error``) have a band.
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
    drawn = gathered("", {k: x for name, x in columns.items() for k, x in _apart(name, x)})
    if not drawn:
        raise MetraxError(f"values: got {shown(values)}; expected values by name")
    ax = style.axes(ax)
    for i, (name, found) in enumerate(drawn.items()):
        y, low, high = found[:3] if isinstance(found, WithEnds) else (found, None, None)
        x = np.arange(len(y)) if steps is None else np.asarray(steps)
        if len(x) != len(y):
            raise MetraxError(
                f"steps: got {len(x)} for {len(y)} values of {name!r}; expected as many"
            )
        look = style.line(i, len(y))
        ax.plot(x, y, label=name, **look)
        if low is not None and high is not None:
            ax.fill_between(x, low, high, color=look["color"], alpha=0.2, linewidth=0)
    ax.set_xlabel("Step")
    style.legend(ax)
    return ax


def _apart(name: str, column: Sequence[Any]) -> Iterator[tuple[str, np.ndarray]]:
    """A column of numbers, or those of the fields of a column of values with intervals."""
    fields = next((type(x)._fields for x in column if is_estimate(x)), None)
    if fields is None:
        yield name, _numbers(name, column)
        return
    for field in fields:
        numbers = [getattr(x, field) if is_estimate(x) else np.nan for x in column]
        yield f"{name}/{field}", _numbers(name, numbers)


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
