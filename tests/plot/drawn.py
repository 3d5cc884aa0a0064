"""One picture of every kind, and the files that they must look like.

``python -m tests.plot.drawn`` writes the files; look at them before they are committed.
"""

from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import metrax
from metrax import plot

FILES = Path(__file__).parent / "images"
NAMES = ["cat", "dog", "owl"]


def scores(shift=1.0, n=300):
    """Labels of three classes, each 0 or 1 on its own, and scores that know something of them."""
    rng = np.random.default_rng(0)
    y = rng.random((n, 3)) < [0.2, 0.4, 0.6]
    logits = rng.normal(size=(n, 3)) + shift * np.array([0.5, 1.0, 1.5]) * (2 * y - 1)
    return y.astype(int), (1 / (1 + np.exp(-logits))).astype(np.float32)


def seen(metric, shift=1.0):
    """A metric of three labels, and its state."""
    return metric, metric.observe(*scores(shift))


def single(metric, shift=1.0):
    """A metric of one label, and its state."""
    y, p = scores(shift)
    return metric, metric.observe(y[:, 1], p[:, 1])


LABELS = metrax.AUC(40, multi_label=True, num_labels=3)
BINS = metrax.CalibrationError(8)


def matrix(shift=1.0):
    y, p = scores(shift)
    metric = metrax.ConfusionMatrix(3)
    return metric, metric.observe(y.argmax(1), p.argmax(1))


def history(shift=1.0):
    steps = np.arange(30)
    return {"loss": shift * 2.0 ** (-steps / 8), "accuracy": 1 - 0.6 * shift * 2.0 ** (-steps / 5)}


PICTURES = {
    "roc": lambda ax, s=1.0: plot.roc(*seen(LABELS, s), names=NAMES, ax=ax),
    "precision_recall": lambda ax, s=1.0: plot.precision_recall(
        *seen(LABELS, s), names=NAMES, ax=ax
    ),
    "det": lambda ax, s=1.0: plot.det(*seen(LABELS, s), names=NAMES, ax=ax),
    "lift": lambda ax, s=1.0: plot.lift(*seen(LABELS, s), names=NAMES, ax=ax),
    "thresholds": lambda ax, s=1.0: plot.thresholds(*single(metrax.AUC(), s), ax=ax),
    "score_histogram": lambda ax, s=1.0: plot.score_histogram(*single(metrax.AUC(), s), ax=ax),
    "reliability": lambda ax, s=1.0: plot.reliability(*single(BINS, s), ax=ax),
    "confusion": lambda ax, s=1.0: plot.confusion(*matrix(s), names=NAMES, ax=ax),
    "bars": lambda ax, s=1.0: plot.bars(
        *seen(metrax.F1Score(threshold=0.5, num_classes=3), s), names=NAMES, ax=ax
    ),
    "history": lambda ax, s=1.0: plot.history(history(s), ax=ax),
}


def pixels(draw, **kwargs):
    """The picture without its text, ``[height, width]`` in grey, from 0 to 255."""
    with matplotlib.rc_context({**matplotlib.rcParamsDefault, "hatch.linewidth": 0.5}):
        figure = Figure(figsize=(3, 2.4), dpi=60)
        canvas = FigureCanvasAgg(figure)
        draw(ax := figure.subplots(), **kwargs)
        ax.set(title="", xlabel="", ylabel="", xticks=[], yticks=[])
        if ax.get_legend() is not None:
            ax.get_legend().remove()
        for text in [*ax.texts]:
            text.set_visible(False)
        canvas.draw()
        return np.asarray(canvas.buffer_rgba(), np.float64)[..., :3].mean(-1)


def write():
    from matplotlib import image

    FILES.mkdir(exist_ok=True)
    for name, draw in PICTURES.items():
        image.imsave(FILES / f"{name}.png", pixels(draw), cmap="gray", vmin=0, vmax=255)


if __name__ == "__main__":
    write()
