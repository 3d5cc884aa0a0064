"""The site's pictures: docs/pictures; ``python -m tests.pictures`` writes them.

A metric whose value is a curve, a matrix or a vector by class has its picture without a line here,
and so has every function of ``metrax.plot``. ``tests/docs/test_pictures.py`` holds the files.
"""

import functools
import inspect
import io
import re
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import metrax
from docs._site import figures, names
from metrax import plot
from metrax.core.typed import SteppedMetric
from metrax.curves.score_metric import ScoreMetric
from metrax.plot import style
from metrax.statistics.calibration_bins import CalibrationBins
from tests.docs import svg

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
COMMAND = "python -m tests.pictures"
CLASSES = ["cat", "dog", "owl"]
SEVERAL = {"num_classes": 3, "average": None}
ARGUMENTS = {"num_classes": 3, "higher_is_better": True}
"""Of metrics that need them; what else a metric needs is a rate, 0.5."""
READS = {
    "AUC": "roc",
    "AveragePrecision": "precision_recall",
    "DetectionCost": "det",
    "EqualErrorRate": "det",
    "FMax": "thresholds",
    "KSStatistic": "score_histogram",
    "OptimalThreshold": "thresholds",
    "PrecisionAtRecall": "precision_recall",
    "RecallAtPrecision": "precision_recall",
}
"""What shows where a number comes from that is read off scores, if it is not their ROC curve."""
FIELDS = {
    "fpr, tpr": "roc",
    "fpr, fnr": "det",
    "precision, recall": "precision_recall",
    "share, lift": "lift",
}
LOOKS = {
    "svg.fonttype": "none",
    "font.size": 10,
    "legend.framealpha": 0,
    "legend.edgecolor": "none",
    "hatch.linewidth": 0.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "path.simplify_threshold": 0.2,
}
FINE = metrax.AUROC(bits=10)
"""So coarse that its band shows."""


def drawn() -> dict[str, str]:
    """The function that draws each picture, by the picture's name."""
    functions = {x: x for x, _ in names.own("plot", plot)}
    of_metrics = {name: kind(name) for name in names.metrics()}
    return functions | {name: how for name, how in of_metrics.items() if how}


def kind(name: str) -> str:
    """What draws a metric, from what it reads and what its value is; nothing for plain numbers."""
    cls, value = names.metrics()[name], figures.of(name).get("value", "")
    taken = inspect.signature(cls).parameters
    statistic = figures.of(name).get("statistic", "")
    if name in READS:
        return READS[name]
    if issubclass(cls, ScoreMetric):
        fields = ", ".join(re.findall(r"``([a-z]\w*)``:", value)[:2])
        return FIELDS.get(fields, "a line") if fields else "roc"
    if statistic.endswith(f".{CalibrationBins.__name__}"):
        return "reliability"
    if issubclass(cls, SteppedMetric):
        return "history"
    if "average" in taken or "f1-score" in value or re.fullmatch(r"``\[\w\]``", value):
        return "bars"
    return "confusion" if re.fullmatch(r"``\[(\w), \1\]``", value) else ""


def instance(name: str) -> metrax.Metric:
    """A metric as its picture needs it."""
    cls = names.metrics()[name]
    taken = inspect.signature(cls).parameters
    several = "average" in taken and not issubclass(cls, ScoreMetric)
    needed = [x for x, p in taken.items() if p.default is p.empty or x == "higher_is_better"]
    return cls(**{x: ARGUMENTS.get(x, 0.5) for x in needed} | (SEVERAL if several else {}))


@functools.cache
def classes(n: int = 200) -> tuple[np.ndarray, np.ndarray]:
    """Labels of three classes of unequal size, and probabilities that know something of them."""
    rng = np.random.default_rng(3)
    labels = rng.choice(3, n, p=[0.55, 0.3, 0.15])
    logits = rng.normal(size=(n, 3)) + 1.7 * np.eye(3)[labels]
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    return labels, p.astype(np.float32)


@functools.cache
def binary() -> tuple[np.ndarray, np.ndarray]:
    labels, p = classes()
    return (labels == 0).astype(np.int32), p[:, 0]


def observed(metric: metrax.Metric) -> Any:
    """The state of a metric after data that fit it; metrics of one statistic share it."""
    if metric._statistic not in STATES:
        STATES[metric._statistic] = metric.observe(*data(metric))
    return STATES[metric._statistic]


STATES: dict[Any, Any] = {}


def data(metric: metrax.Metric) -> tuple[Any, ...]:
    labels, p = classes()
    if isinstance(metric, ScoreMetric | metrax.AUC) or isinstance(
        metric._statistic, CalibrationBins
    ):
        return binary()
    if isinstance(metric, metrax.FBetaScore):
        return np.eye(3)[labels], p
    if hasattr(metric, "num_classes"):
        return labels, p.argmax(1)
    from tests.cases import CASES

    return next(c for c in CASES if type(c.metric) is type(metric)).batch().inputs


def history(metric: metrax.Metric) -> dict[str, list[float]]:
    """Values of a stream, and what the metric says after each."""
    values = [0.52, 0.61, 0.58, 0.7, 0.66, 0.78, 0.74, 0.73]
    state, lines = metric.init(), {"value": values}
    for value in values:
        state = metric.update(state, value)
        for field, x in metric.compute(state)._asdict().items():
            if "step" not in field:
                lines.setdefault(f"{metric.name} {field}", []).append(float(x))
    return lines


def a_line(metric: metrax.Metric, ax: Axes) -> None:
    """A curve for which there is no function: its second field over its first."""
    (x_name, x), (y_name, y) = list(metric.compute(observed(metric))._asdict().items())[:2]
    new = np.append(True, (np.diff(x) != 0) | (np.diff(y) != 0))
    ax.plot(x[new], y[new], **style.line(0, int(new.sum())))
    ax.set(xlabel=x_name.capitalize(), ylabel=y_name.capitalize())


def draw(name: str, ax: Axes) -> str:
    """Draw a picture, and say by what call."""
    how = drawn()[name]
    if name == "history":
        steps = np.arange(30)
        values = {"loss": 2.0 ** (-steps / 8), "accuracy": 1 - 0.6 * 2.0 ** (-steps / 5)}
        plot.history(values, ax=ax)
        return "plot.history(values)"
    metric = SHOWN.get(name, FINE) if name == how else instance(name)
    if how == "history":
        plot.history(history(metric), ax=ax)
        return "plot.history(values)"
    if how == "a line":
        a_line(metric, ax)
        return f"{metric!r}, its value"
    by_class = {"names": CLASSES} if how in ("bars", "confusion") else {}
    if by_class and not hasattr(metric, "num_classes"):
        by_class = {}
    getattr(plot, how)(metric, observed(metric), ax=ax, **by_class)
    return f"plot.{how}({metric!r}, state)"


SHOWN = {"bars": metrax.ClassificationReport(3), "confusion": metrax.ConfusionMatrix(3)}
"""What the pictures of functions show that are of no scores."""


def picture(name: str) -> str:
    """A picture as it stands in its file."""
    looks = {**matplotlib.rcParamsDefault, **LOOKS, "svg.hashsalt": name}
    with matplotlib.rc_context(looks):
        figure = Figure(figsize=(4.4, 3.2), layout="constrained", facecolor="none")
        ax = figure.subplots()
        ax.set_facecolor("none")
        call = draw(name, ax)
        for text in ax.texts:  # in cells, which do not change with the theme
            text.set_color("#111111" if text.get_color() == "black" else "#fefefe")
        file = io.StringIO()
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    return f"<!-- matplotlib {matplotlib.__version__} -->\n{svg.tidy(file.getvalue(), name, call)}"


def main() -> None:
    """Write all pictures anew."""
    FOLDER.mkdir(exist_ok=True)
    for name in drawn():
        (FOLDER / f"{name}.svg").write_text(picture(name))
    for path in FOLDER.glob("*.svg"):
        if path.stem not in drawn():
            path.unlink()


if __name__ == "__main__":
    main()
    print(f"{len(drawn())} pictures: {FOLDER}")
