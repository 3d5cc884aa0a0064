"""Confusion matrices, and values by class."""

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm
from sklearn.metrics import ConfusionMatrixDisplay

from metrax.core.checks import MetraxError, MetraxTypeError, shown
from metrax.core.estimates import WithEnds, gathered
from metrax.core.metric import Metric
from metrax.plot import style
from metrax.plot.curves import Names
from metrax.plot.outcomes import inner, share
from metrax.statistics.confusion_counts import ConfusionState

Normalize = Literal["true", "pred", "all"]

ERROR_BARS = {"elinewidth": 0.8, "capsize": 2}
"""How intervals look."""


def confusion(
    metric: Any,
    state: Any = None,
    *,
    names: Names = None,
    normalize: Normalize | None = None,
    ax: Axes | None = None,
) -> Axes:
    """The confusion matrix, each cell as dark as its share of its true class.

    Args:
      metric: what keeps a confusion matrix (``ConfusionMatrix``, ``MeanIoU``, ...), or the matrix
        itself, ``[C, C]``, true classes first.
      state: its state.
      names: of the classes.
      normalize: what the numbers are divided by: the sums of ``"true"`` classes, of ``"pred"``
        ones, or of ``"all"``; None shows what was counted.
      ax: where to draw, a new figure by default.

    Raises:
      MetraxError: when there is no matrix, or there are more names than classes.

    Example:
      >>> import metrax
      >>> from matplotlib.figure import Figure
      >>> from metrax import plot
      >>> matrix = metrax.ConfusionMatrix(num_classes=2)
      >>> state = matrix.observe([0, 0, 1, 1], [0, 1, 1, 1])
      >>> ax = plot.confusion(matrix, state, names=["cat", "dog"], ax=Figure().subplots())
      >>> [text.get_text() for text in ax.texts]
      ['1', '1', '2']
    """
    matrix = _matrix(metric, state)
    texts = style.named(names, len(matrix))
    shares = share(matrix, matrix.sum(1, keepdims=True))
    sums = {"true": (1,), "pred": (0,), "all": (0, 1)}
    if normalize not in (None, *sums):
        raise MetraxError(f"normalize: got {shown(normalize)}; expected 'true', 'pred' or 'all'")
    values = matrix
    if normalize is not None:
        values = share(matrix, matrix.sum(sums[normalize], keepdims=True))
    whole = bool(np.all(values == np.round(values)))
    ax = style.axes(ax)
    display = ConfusionMatrixDisplay(shares, display_labels=texts)
    # Rare mistakes show, however many examples a class has.
    look = {"norm": PowerNorm(0.4, vmin=0, vmax=1)}
    display.plot(ax=ax, cmap="Greys", colorbar=False, include_values=False, im_kw=look)
    for (row, column), value in np.ndenumerate(values):
        if value:
            color = "white" if shares[row, column] > 0.2 else "black"
            text = f"{value:.0f}" if whole else f"{value:.2g}"
            ax.text(column, row, text, ha="center", va="center", color=color)
    return ax


def bars(
    metric: Any,
    state: Any = None,
    *,
    names: Names = None,
    ax: Axes | None = None,
) -> Axes:
    """A bar for each class or group, or several beside each other; with its interval, if known.

    Args:
      metric: one with a value for each class (``F1Score``, ``MeanSquaredError(num_outputs=...)``)
        or group (``Grouped``), a vector, a dictionary of numbers by name, or of vectors of one
        length, such as a collection's values, or a ``ClassificationReport``, by the names of its
        classes. Values with an interval (``value``, ``low``, ``high``, ``standard_error``) have it
        drawn.
      state: its state.
      names: of the classes.
      ax: where to draw, a new figure by default.

    Raises:
      MetraxError: when there is no vector, vectors differ in length, or names in number.

    Example:
      >>> import metrax
      >>> from matplotlib.figure import Figure
      >>> from metrax import plot
      >>> recall = metrax.Recall(num_classes=2, average=None)
      >>> state = recall.observe([0, 0, 1, 1], [0, 1, 1, 1])
      >>> ax = plot.bars(recall, state, names=["cat", "dog"], ax=Figure().subplots())
      >>> [float(bar.get_height()) for bar in ax.patches]
      [0.5, 1.0]
    """
    given = _computed(metric, state) if isinstance(metric, Metric) else metric
    series = dict(given) if isinstance(given, Mapping) else {"_": given}
    if rows := {name: x for name, x in series.items() if isinstance(x, Mapping)}:
        classes = [name for name in rows if not name.endswith(" avg")]
        names = classes if names is None else names
        series = {
            x: [rows[name][x] for name in classes] for x in ("precision", "recall", "f1-score")
        }
    values = {name: _with_ends(x) for name, x in gathered("", series).items()}
    shapes = {x.shape[1:] for x in values.values()}
    if shapes == {()} and isinstance(given, Mapping):  # numbers by name
        names = list(values) if names is None else names
        values = {"_": np.stack([*values.values()], axis=1)}
        shapes = {(values["_"].shape[1],)}
    if len(shapes) != 1 or len(next(iter(shapes))) != 1:
        raise MetraxError(
            f"plot: got values of shapes {sorted(shapes)}; expected a vector, one value for each "
            "class, or several of one length"
        )
    (n,) = next(iter(shapes))
    texts, ax, width = style.named(names, n), style.axes(ax), 0.8 / len(values)
    for i, (name, (x, low, high)) in enumerate(values.items()):
        at = np.arange(n) - 0.4 + width * (i + 0.5)
        ends = np.maximum([x - low, high - x], 0)
        known = {"yerr": ends, "error_kw": ERROR_BARS} if np.isfinite(ends).any() else {}
        ax.bar(at, x, width, label=name, **style.bar(i), **known)
    ax.set_xticks(range(n), texts)
    above: dict[str, Any] = {"loc": "lower center", "bbox_to_anchor": (0.5, 1), "frameon": False}
    style.legend(ax, ncols=len(values), **above)
    return ax


def _computed(metric: Metric, state: Any) -> Any:
    inner(metric, state)  # which says if there is no state
    return metric.compute(state)


def _with_ends(x: Any) -> np.ndarray:
    """A value and the ends of its interval, ``[3, ...]``; NaN where there is none."""
    if isinstance(x, WithEnds):
        return np.stack([np.asarray(part, np.float64) for part in x[:3]])
    value = np.asarray(x, np.float64)
    return np.stack([value, *[np.full(value.shape, np.nan)] * 2])


def _matrix(metric: Any, state: Any) -> np.ndarray:
    if isinstance(metric, Metric):
        metric, state = inner(metric, state)
        state_of_matrix = isinstance(state, ConfusionState)
        metric = state.matrix if state_of_matrix else metric.compute(state)
    matrix = np.asarray(metric, np.float64)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise MetraxTypeError(
            f"plot: got an array of shape {matrix.shape}; expected a confusion matrix, [C, C], or "
            "a metric that keeps one, such as metrax.MeanIoU, and its state"
        )
    return matrix
