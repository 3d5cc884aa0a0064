"""What ``metrax.plot`` draws of the states and the values of a report."""

import io
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from metrax.combinators.many import OfMany
from metrax.core.checks import MetraxTypeError
from metrax.core.estimates import WithEnds
from metrax.reporting.inside import Inside
from metrax.reporting.page import Picture, visible
from metrax.reporting.tables import Facts, Values, rank
from metrax.statistics.calibration_bins import CalibrationBins
from metrax.statistics.confusion_counts import ConfusionState

MOST = 40
"""Bars, or classes of a matrix, that can be told apart in a picture."""

Draw = Callable[[Any], Any]


def pictures(
    parts: Sequence[Inside], values: Values, facts: Facts
) -> tuple[dict[str, list[Picture]], str]:
    """Pictures by the section that they belong to, and why there are none."""
    try:
        from metrax import plot
    except ModuleNotFoundError as error:
        return {}, f"No pictures: {error}."
    found: dict[str, list[Picture]] = {}
    seen: set[Any] = set()
    for part in parts:
        if not part.read and part.path not in values:  # an operand, whose value is not here
            continue
        drawn = [*_of_values(plot, part, values, facts), *_of_states(plot, part, facts)]
        for title, key, draw in drawn:
            if key not in seen:  # members that share a state have one picture
                seen.add(key)
                picture = Picture(f"{part.path}: {title}", _svg(draw))
                if picture.svg in seen:
                    continue
                seen.add(picture.svg)
                found.setdefault(facts.section(values, part.path), []).append(picture)
    if compared := _compared(values, facts):
        draw = lambda ax: plot.bars(compared, ax=ax)  # noqa: E731
        found.setdefault("", []).append(Picture("Values and their intervals", _svg(draw)))
    return found, ""


def _compared(values: Values, facts: Facts) -> dict[str, WithEnds]:
    """Scalars with intervals that fit one scale, if there are several."""
    found = {
        visible(path): x
        for path, x in values.items()
        if isinstance(x, WithEnds) and not facts.section(values, path)
        if min(x[:3]) >= -1 and max(x[:3]) <= 1
    }
    return found if 1 < len(found) <= MOST else {}


def _of_values(
    plot: Any, part: Inside, values: Values, facts: Facts
) -> Iterator[tuple[str, Any, Draw]]:
    """Bars of classes and groups."""
    mine = {path: x for path, x in values.items() if path == part.path or _below(path, part.path)}
    if part.path in mine and rank(mine[part.path]) == 1:
        x = mine[part.path]
        n = len(x.value if isinstance(x, WithEnds) else x)
        names = [visible(name) for name in facts.labels(part.path, n)]
        if 1 < n <= MOST:
            yield "values", part.path, lambda ax: plot.bars(x, names=names, ax=ax)
    elif (
        isinstance(part.metric, OfMany)
        and 1 < len(mine) <= MOST
        and not any(map(rank, mine.values()))
    ):
        named = {visible(path.removeprefix(f"{part.path}/")): x for path, x in mine.items()}
        if len(named) == len(mine):
            yield "values", part.path, lambda ax: plot.bars(named, ax=ax)
    elif any(path.endswith("/macro avg/f1-score") for path in mine):
        report = _nested(part.path, mine)
        if len(report) <= MOST:
            yield "precision, recall and F1", part.path, lambda ax: plot.bars(report, ax=ax)


def _below(path: str, above: str) -> bool:
    return path.startswith(f"{above}/")


def _nested(path: str, values: Values) -> dict[str, Any]:
    """The rows of a classification report."""
    found: dict[str, Any] = {}
    for name, x in values.items():
        row, slash, column = name.removeprefix(f"{path}/").rpartition("/")
        if slash:
            found.setdefault(visible(row), {})[column] = x
    return found


def _of_states(plot: Any, part: Inside, facts: Facts) -> Iterator[tuple[str, Any, Draw]]:
    """Curves, bins and matrices."""
    from metrax.plot.outcomes import outcomes

    _, metric, state, _ = part
    if isinstance(state, ConfusionState):
        n = state.matrix.shape[-1]
        names = [visible(name) for name in facts.labels(part.path, n)]
        if n <= MOST:
            key = ("confusion", id(state))
            yield (
                "confusion matrix",
                key,
                lambda ax: plot.confusion(state.matrix, names=names, ax=ax),
            )
        return
    try:
        found = outcomes(metric, state)
    except MetraxTypeError:
        found = None
    if found is not None and found.tp.shape[1] > 3 and len(found.tp) <= MOST:
        n = len(found.tp)
        names = [visible(x) for x in facts.labels(part.path, n)] if n > 1 else None
        key = (type(metric._statistic), id(state))
        yield "ROC curve", ("roc", *key), lambda ax: plot.roc(metric, state, names=names, ax=ax)
        draw = lambda ax: plot.precision_recall(metric, state, names=names, ax=ax)  # noqa: E731
        yield "precision and recall", ("pr", *key), draw
    if isinstance(metric._statistic, CalibrationBins):
        draw = lambda ax: plot.reliability(metric, state, ax=ax)  # noqa: E731
        yield "reliability", ("reliability", id(state)), draw


def _svg(draw: Draw) -> bytes:
    """A drawing as a document that is the same each time."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    # Names are no formulas; the reader's own fonts have characters that ours may lack.
    plain: dict[Any, Any] = {
        "text.parse_math": False,
        "svg.fonttype": "none",
        "svg.hashsalt": "metrax",
    }
    with mpl.rc_context(dict(mpl.rcParamsDefault) | plain), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        figure = Figure(figsize=(6.4, 4.4), layout="constrained")
        draw(figure.subplots())
        out = io.BytesIO()
        figure.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()
