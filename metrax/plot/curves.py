"""ROC, precision-recall, DET and lift curves."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from sklearn.metrics import DetCurveDisplay, PrecisionRecallDisplay, RocCurveDisplay

from metrax.core.checks import MetraxError, shown
from metrax.plot import style
from metrax.plot.outcomes import Outcomes, outcomes, share

Names = Sequence[str] | None


class Line(NamedTuple):
    """One curve, and what is known of what lies between its points."""

    x: np.ndarray
    y: np.ndarray
    low: np.ndarray | None = None
    high: np.ndarray | None = None


def roc(metric: Any, state: Any = None, *, names: Names = None, ax: Axes | None = None) -> Axes:
    """True positive rate over false positive rate, with the area, and a line for chance.

    Between two thresholds the curve of all scores is somewhere in the shaded band; it is so narrow
    that it does not show where thresholds part the scores.

    Args:
      metric: what keeps scores (``AUROC``, ``ROCCurve``, ``AUC``, ...), or what a curve's
        ``compute`` gave, with fields ``fpr`` and ``tpr``.
      state: its state.
      names: of the classes, if each has a curve.
      ax: where to draw, a new figure by default.

    Raises:
      MetraxError: when the state is not the metric's, or there are more names than curves.

    Example:
      >>> import metrax
      >>> from matplotlib.figure import Figure
      >>> from metrax import plot
      >>> auroc = metrax.AUROC()
      >>> state = auroc.observe([0, 0, 1, 1], [0.25, 0.5, 0.375, 0.75])
      >>> ax = plot.roc(auroc, state, ax=Figure().subplots())
      >>> ax.get_lines()[0].get_label()
      'area 0.750'
    """
    lines = _lines(metric, state, ("fpr", "tpr"), _roc)
    ax = _draw(lines, names, ax, lambda x, y: RocCurveDisplay(fpr=x, tpr=y), _area)
    ax.plot((0, 1), (0, 1), **style.PALE)
    style.legend(ax, loc="lower right")
    return ax


def precision_recall(
    metric: Any, state: Any = None, *, names: Names = None, ax: Axes | None = None
) -> Axes:
    """Precision over recall, in steps, with the average precision.

    Args:
      metric: what keeps scores (``AUROC``, ``AUC``, ...), or what a curve's ``compute`` gave, with
        fields ``recall`` and ``precision``.
      state: its state.
      names: of the classes, if each has a curve.
      ax: where to draw, a new figure by default.

    Raises:
      MetraxError: when the state is not the metric's, or there are more names than curves.

    Example:
      >>> import metrax
      >>> from matplotlib.figure import Figure
      >>> from metrax import plot
      >>> auroc = metrax.AUROC()
      >>> state = auroc.observe([0, 0, 1, 1], [0.25, 0.5, 0.375, 0.75])
      >>> ax = plot.precision_recall(auroc, state, ax=Figure().subplots())
      >>> ax.get_lines()[0].get_label()
      'AP 0.833'
    """
    lines = _lines(metric, state, ("recall", "precision"), _precision_recall)
    ax = _draw(
        lines,
        names,
        ax,
        lambda x, y: PrecisionRecallDisplay(precision=y, recall=x),
        _average_precision,
    )
    style.legend(ax, loc="lower left")
    return ax


def det(metric: Any, state: Any = None, *, names: Names = None, ax: Axes | None = None) -> Axes:
    """False negative rate over false positive rate, both as normal deviates.

    Args:
      metric: what keeps scores (``AUROC``, ``AUC``, ...), or what a curve's ``compute`` gave, with
        fields ``fpr`` and ``fnr``.
      state: its state.
      names: of the classes, if each has a curve.
      ax: where to draw, a new figure by default.

    Raises:
      MetraxError: when the state is not the metric's, or there are more names than curves.

    Example:
      >>> import metrax
      >>> from matplotlib.figure import Figure
      >>> from metrax import plot
      >>> auroc = metrax.AUROC()
      >>> state = auroc.observe([0, 0, 1, 1], [0.25, 0.5, 0.375, 0.75])
      >>> ax = plot.det(auroc, state, ax=Figure().subplots())
      >>> ax.get_xlabel()
      'False Positive Rate'
    """
    lines = _lines(metric, state, ("fpr", "fnr"), _det)
    ax = _draw(lines, names, ax, lambda x, y: DetCurveDisplay(fpr=x, fnr=y))
    style.legend(ax, loc="upper right")
    return ax


def lift(metric: Any, state: Any = None, *, names: Names = None, ax: Axes | None = None) -> Axes:
    """How much denser positives are among the highest scores than among all.

    Args:
      metric: what keeps scores (``AUROC``, ``AUC``, ...), or what a curve's ``compute`` gave, with
        fields ``share`` and ``lift``.
      state: its state.
      names: of the classes, if each has a curve.
      ax: where to draw, a new figure by default.

    Raises:
      MetraxError: when the state is not the metric's, or there are more names than curves.

    Example:
      >>> import metrax
      >>> from matplotlib.figure import Figure
      >>> from metrax import plot
      >>> auroc = metrax.AUROC()
      >>> state = auroc.observe([0, 0, 1, 1], [0.25, 0.5, 0.375, 0.75])
      >>> ax = plot.lift(auroc, state, ax=Figure().subplots())
      >>> share, above = ax.get_lines()[0].get_data()
      >>> share.tolist(), above.round(2).tolist()
      ([0.25, 0.5, 0.75, 1.0], [2.0, 1.0, 1.33, 1.0])
    """
    lines = _lines(metric, state, ("share", "lift"), _lift)
    ax = style.axes(ax)
    for i, (line, text) in enumerate(zip(lines, _texts(lines, names, None), strict=True)):
        ax.plot(line.x, line.y, label=text, **style.line(i, len(line.x)))
    ax.axhline(1, **style.PALE)
    ax.set(xlabel="Share of examples, highest scores first", ylabel="Lift", xlim=(-0.01, 1.01))
    style.legend(ax, loc="upper right")
    return ax


def _lines(
    metric: Any, state: Any, fields: tuple[str, str], read: Callable[[Outcomes], Line]
) -> list[Line]:
    """A line for each class, of a state or of a computed curve."""
    if not all(hasattr(metric, field) for field in fields):
        found = outcomes(metric, state)
        return [read(found.of(i).corners()) for i in range(len(found.tp))]
    if state is not None:
        raise MetraxError(f"state: got {shown(state)} beside a computed curve; expected None")
    x, y = (style.rows(getattr(metric, field)) for field in fields)
    new = [_changes(*pair) for pair in zip(x, y, strict=True)]
    return [Line(x[i, kept], y[i, kept]) for i, kept in enumerate(new)]


def _changes(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Points that are not the one before."""
    new = np.ones(len(x), bool)
    new[1:] = (np.diff(x) != 0) | (np.diff(y) != 0)
    return new


def _roc(found: Outcomes) -> Line:
    x, y = share(found.fp, found.negatives)[0], share(found.tp, found.positives)[0]
    return Line(x, y) if found.exact[0] else Line(x, y, y, np.append(y[1:], y[-1:]))


def _precision_recall(found: Outcomes) -> Line:
    precision = share(found.tp, found.tp + found.fp, empty=1.0)[0]
    return Line(share(found.tp, found.positives)[0][::-1], precision[::-1])


def _det(found: Outcomes) -> Line:
    return Line(share(found.fp, found.negatives)[0], share(found.fn, found.positives)[0])


def _lift(found: Outcomes) -> Line:
    some = (found.tp + found.fp)[0] > 0  # there is no lift of nothing
    above, total = (found.tp + found.fp)[0, some], found.positives[0] + found.negatives[0]
    base = share(found.positives[0], total)
    return Line(share(above, total), share(found.tp[0, some] / above, base))


def _area(line: Line) -> str:
    return f"area {abs(np.trapezoid(line.y, line.x)):.3f}"


def _average_precision(line: Line) -> str:
    return f"AP {-np.sum(np.diff(line.x) * line.y[:-1]):.3f}"


def _texts(lines: Sequence[Line], names: Names, say: Callable[[Line], str] | None) -> list[str]:
    """What the legend says of each line."""
    if len(lines) == 1 and names is None:
        return [say(lines[0]) if say else "_"]
    shown = style.named(names, len(lines))
    return [f"{x} ({say(y)})" if say else x for x, y in zip(shown, lines, strict=True)]


def _draw(
    lines: Sequence[Line],
    names: Names,
    ax: Axes | None,
    display: Callable[[np.ndarray, np.ndarray], Any],
    say: Callable[[Line], str] | None = None,
) -> Axes:
    """The lines by scikit-learn's displays, each in a look of its own."""
    texts, ax = _texts(lines, names, say), style.axes(ax)
    for i, (line, text) in enumerate(zip(lines, texts, strict=True)):
        with np.errstate(divide="ignore"):
            shown = display(line.x, line.y)
            shown.plot(ax=ax)
        drawn = ax.get_lines()[-1]
        drawn.set(label=text, **style.line(i, len(line.x)))
        if line.low is not None and line.high is not None:
            pale: dict[str, Any] = {"color": drawn.get_color(), "alpha": 0.2, "linewidth": 0}
            ax.fill_between(line.x, line.low, line.high, step="post", **pale)
    return ax
