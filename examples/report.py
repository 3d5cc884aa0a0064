"""An evaluation by slice, with intervals, and two models compared: pages to read in a browser.

    python examples/report.py --out runs/report

Two classifiers of tumours (scikit-learn's breast cancer data) are judged on cases that they have
not seen: on the whole, by the size of the tumour, and against each other. All metrics sit in one
jitted step; a page is written of its state: ``logistic``, ``bayes`` and ``comparison``.
"""

import argparse
import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jax
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import metrax

SIZES = ("small", "middle", "large")
MODELS = {
    "logistic": make_pipeline(StandardScaler(), LogisticRegression()),
    "bayes": make_pipeline(StandardScaler(), GaussianNB()),
}
Batch = dict[str, Any]


ACCURACY, RECALL, AREA, BRIER = (
    metrax.BinaryAccuracy(),
    metrax.Recall(),
    metrax.AUC(),
    metrax.BrierScore(),
)
JUDGED = metrax.Collection(
    area=metrax.Interval(AREA),
    accuracy=metrax.Interval(ACCURACY),
    recall=metrax.Interval(RECALL),
    brier=metrax.Interval(BRIER),
    accuracy_by_size=metrax.Grouped(metrax.Interval(ACCURACY), len(SIZES), names=SIZES),
    recall_by_size=metrax.Grouped(metrax.Interval(RECALL), len(SIZES), names=SIZES),
    calibration=metrax.ReliabilityCurve(n_bins=10),
).on("malignant", "score", w="w", groups="size")
"""What each model is judged by, all routed at once."""


def difference(metric: metrax.Metric) -> metrax.Metric:
    """How much higher it is for the first model than for the second, on the same cases."""
    first, second = (metric.on("malignant", model, w="w") for model in MODELS)
    return metrax.Difference(first, second)


COMPARED = metrax.Collection(
    area=difference(AREA), recall=difference(RECALL), brier=difference(BRIER)
)


def load() -> Batch:
    """Labels, the scores of both models for cases they were not fitted to, and slices."""
    features, benign = load_breast_cancer(return_X_y=True)
    malignant = (1 - benign).astype(np.int32)
    scores = {
        name: np.asarray(
            cross_val_predict(model, features, malignant, cv=5, method="predict_proba")
        )[:, 1]
        for name, model in MODELS.items()
    }
    radius = features[:, 0]
    size = np.digitize(radius, np.quantile(radius, [1 / 3, 2 / 3])).astype(np.int32)
    data = {"malignant": malignant, "size": size, "w": np.ones(len(malignant), np.float32)}
    return data | {name: x.astype(np.float32) for name, x in scores.items()}


def batches(data: Batch, size: int) -> Iterator[Batch]:
    """The data in batches of one shape, the last one filled up with weight zero."""
    for start in range(0, len(data["w"]), size):
        part = {name: x[start : start + size] for name, x in data.items()}
        yield {name: np.pad(x, (0, size - len(x))) for name, x in part.items()}


@functools.partial(jax.jit, donate_argnums=0)
def step(state: Any, batch: Batch) -> Any:
    """One batch through all metrics."""
    known = {name: batch[name] for name in ("malignant", "w")}
    scores = {model: batch[model] for model in MODELS}
    new = {"comparison": COMPARED.update(state["comparison"], **known, **scores)}
    for model, score in scores.items():
        new[model] = JUDGED.update(state[model], **known, size=batch["size"], score=score)
    return new


def parse() -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("runs/report"), help="folder of the pages")
    parser.add_argument("--format", choices=("html", "md"), default="html", help="of the pages")
    parser.add_argument("--batch-size", type=int, default=128, help="cases in a step")
    return parser.parse_args()


def main() -> None:
    """Evaluate, and write the pages."""
    options = parse()
    metrics = {**dict.fromkeys(MODELS, JUDGED), "comparison": COMPARED}
    state = {name: metric.init() for name, metric in metrics.items()}
    for batch in batches(load(), options.batch_size):
        state = step(state, batch)
    for name, metric in metrics.items():
        path = options.out / f"{name}.{options.format}"
        print(metrax.report(metric, state[name], path, title=f"Tumours: {name}"))
    first, second = MODELS
    values = COMPARED.compute(state["comparison"])
    for name in COMPARED:
        value, low, high = (float(values[f"{name}/{x}"]) for x in ("value", "low", "high"))
        print(f"{name} of {first} less {second}: {value:+.4f} ({low:+.4f} to {high:+.4f})")


if __name__ == "__main__":
    main()
