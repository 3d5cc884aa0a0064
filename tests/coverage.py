"""How often intervals hold the truth; ``python -m tests.coverage`` writes the table.

Streams are drawn from known distributions hundreds of times, and each metric's value of 2^20
examples stands for the truth. All replications of all metrics of one kind of data and one setting
are one program. It takes an hour or two; ``tests/combinators/test_coverage.py`` holds the table to
what it must say, and runs each metric once, on few replications.
"""

import functools
import itertools
import json
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from scipy.special import ndtri

import metrax

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "trust" / "coverage.md"
DATA = ROOT / "docs" / "trust" / "coverage.json"
REPLICATIONS = 500
AT_ONCE = 20
TRUTH = 1 << 20
GOOD = (0.92, 0.98)
CLASSES = 4
CLUSTER = 4
RHO = 0.5
"""The correlation of the normal numbers that the examples of one cluster are made of."""


class Setting(NamedTuple):
    """How the data are drawn."""

    n: int
    rare: bool
    how: str

    @property
    def name(self) -> str:
        return f"{self.n} {'rare' if self.rare else 'balanced'} {self.how}"


HOW = ("plain", "weighted", "clustered")
SETTINGS = [
    Setting(n, rare, how)
    for rare, how, n in itertools.product((False, True), HOW, (100, 1000, 10_000))
    if not (rare and n < 1000)
]
QUICK = Setting(1000, False, "plain")


def normals(key: Array, n: int, clustered: bool) -> Array:
    """Three rows of standard normal numbers, correlated within clusters if they are in some."""
    own, shared = jax.random.split(key)
    x = jax.random.normal(own, (3, n))
    if not clustered:
        return x
    common = jnp.repeat(jax.random.normal(shared, (3, -(-n // CLUSTER))), CLUSTER, axis=1)[:, :n]
    return RHO**0.5 * common + (1 - RHO) ** 0.5 * x


def cut(x: Array, shares: Iterable[float]) -> Array:
    """Classes of given shares, by quantiles of the normal distribution."""
    edges = ndtri(np.cumsum(list(shares))[:-1])
    return sum((x > float(edge)).astype(jnp.int32) for edge in edges)  # pyright: ignore[reportReturnType]


def binary(x: Array, rare: bool) -> dict[str, Array]:
    share = 0.01 if rare else 0.5
    y = cut(x[0], (1 - share, share))
    logit = 2 * x[1] + 2 * y.astype(x.dtype)
    p = jax.nn.sigmoid(logit - 1)
    q = jax.nn.sigmoid(logit + x[2] - 1)
    return {"y": y, "p": p, "q": q}


def labels(x: Array, rare: bool) -> dict[str, Array]:
    y = cut(x[0], (0.33, 0.33, 0.33, 0.01) if rare else (0.25,) * CLASSES)
    other = cut(x[2], (0.25,) * CLASSES)
    right = x[1] < 0.5
    scores = (
        jax.nn.one_hot(jnp.where(right, y, other), CLASSES) + jax.nn.one_hot(other, CLASSES) / 2
    )
    return {"y": y, "p": jax.nn.softmax(scores * (1 + jax.nn.sigmoid(x[1:2].T)), -1)}


def numbers(x: Array, rare: bool) -> dict[str, Array]:
    y = jnp.exp(x[0] / 2)
    return {"y": y, "p": y + x[1] * 0.3 * y, "q": y + x[2] * 0.4 * y}


KINDS: dict[str, Callable[[Array, bool], dict[str, Array]]] = {
    "binary": binary,
    "labels": labels,
    "numbers": numbers,
}


def metrics(kind: str) -> dict[str, metrax.Metric]:
    """The metrics of one kind of data."""
    m = metrax
    if kind == "binary":
        p, r, y, q = m.Precision(), m.Recall(), ("y", "p"), ("y", "q")
        return {
            "BinaryAccuracy": m.BinaryAccuracy(),
            "Precision": p,
            "Recall": r,
            "F1 as 2 P R / (P + R)": 2 * p * r / (p + r),
            "BinaryIoU": m.BinaryIoU(target_class_ids=(1,)),
            "AUC": m.AUC(),
            "AUC, PR": m.AUC(curve="PR"),
            "AUROC": m.AUROC(bits=12),
            "AveragePrecision": m.AveragePrecision(bits=12),
            "BrierScore": m.BrierScore(),
            "LogLoss": m.LogLoss(),
            "CalibrationError": m.CalibrationError(),
            "Difference of AUC": m.AUC().on(*y, w="w") - m.AUC().on(*q, w="w"),
        }
    if kind == "labels":
        return {
            "SparseCategoricalAccuracy": m.SparseCategoricalAccuracy(),
            "SparseCategoricalCrossentropy": m.SparseCategoricalCrossentropy(),
            "MeanIoU": m.MeanIoU(num_classes=CLASSES, sparse_y_pred=False),
            "F1Score, macro": m.F1Score(average="macro", num_classes=CLASSES),
            "CohenKappa": m.CohenKappa(num_classes=CLASSES),
            "MatthewsCorrelation": m.MatthewsCorrelation(num_classes=CLASSES),
            "BalancedAccuracy": m.BalancedAccuracy(num_classes=CLASSES),
            "Perplexity": m.Perplexity(),
        }
    y, q = ("y", "p"), ("y", "q")
    squared, absolute = m.MeanSquaredError, m.MeanAbsoluteError
    return {
        "MeanAbsoluteError": absolute(),
        "MeanSquaredError": squared(),
        "RootMeanSquaredError": m.RootMeanSquaredError(),
        "MeanAbsolutePercentageError": m.MeanAbsolutePercentageError(),
        "LogCoshError": m.LogCoshError(),
        "R2Score": m.R2Score(num_outputs=1),
        "PearsonCorrelation": m.PearsonCorrelation(axis=0, num_outputs=1),
        "ConcordanceCorrelation": m.ConcordanceCorrelation(axis=0, num_outputs=1),
        "Ratio of MSE": squared().on(*y, w="w") / squared().on(*q, w="w"),
        "Difference of MAE": absolute().on(*y, w="w") - absolute().on(*q, w="w"),
    }


def estimated(metric: metrax.Metric, clustered: bool) -> metrax.Metric:
    """The metric with an interval, two metrics compared if it is arithmetic of routed ones."""
    if isinstance(metric, metrax.Composed) and isinstance(metric.metrics[0], metrax.Routed):
        kind = metrax.Ratio if metric.expression[0] == "/" else metrax.Difference
        return kind(*metric.metrics, clusters=clustered)
    return metrax.Interval(metric, clusters=clustered)


def called(metric: metrax.Metric, data: dict[str, Array], **extra: Any) -> Any:
    """The value of one stream."""
    inner = getattr(metric, "metric", metric)
    routed = isinstance(inner, metrax.Composed) and isinstance(inner.metrics[0], metrax.Routed)
    if routed:
        return metric(**data, **extra)
    return metric(data["y"], data["p"], data["w"], **extra)


def drawn(key: Array, kind: str, setting: Setting) -> dict[str, Array]:
    """One stream, with weights."""
    numbers, weights = jax.random.split(key)
    x = normals(numbers, setting.n, setting.how == "clustered")
    w = jnp.ones(setting.n)
    if setting.how == "weighted":
        w = jax.random.uniform(weights, (setting.n,), minval=0.25, maxval=1.75)
    return {**KINDS[kind](x, setting.rare), "w": w}


@functools.partial(jax.jit, static_argnums=(0, 1))
def truths(kind: str, rare: bool) -> dict[str, Array]:
    """The values of a long stream."""
    data = drawn(jax.random.key(1), kind, Setting(TRUTH, rare, "plain"))
    return {name: called(metric, data) for name, metric in metrics(kind).items()}


@functools.partial(jax.jit, static_argnums=(0, 1, 2))
def intervals(kind: str, setting: Setting, replications: int) -> dict[str, Any]:
    """The estimates of all replications."""
    clustered = setting.how == "clustered"
    ids = {"clusters": jnp.arange(setting.n) // CLUSTER} if clustered else {}

    def one(key: Array) -> dict[str, Any]:
        data = drawn(key, kind, setting)
        return {
            name: called(estimated(metric, clustered), data, **ids)
            for name, metric in metrics(kind).items()
        }

    keys = jax.random.split(jax.random.key(2), replications)
    return jax.lax.map(one, keys, batch_size=min(AT_ONCE, replications))


def coverage(kind: str, setting: Setting, replications: int) -> dict[str, dict[str, float]]:
    """Of each metric how often its interval holds the truth, and its error over that of values."""
    found = {}
    true = truths(kind, setting.rare)
    for name, x in intervals(kind, setting, replications).items():
        x = jax.tree.map(np.asarray, x)
        held = (x.low <= true[name]) & (true[name] <= x.high)
        spread = float(np.std(x.value))
        found[name] = {
            "share": round(float(held.mean()), 4),
            "error": round(float(np.sqrt(np.mean(x.standard_error**2)) / spread), 3),
        }
    return found


def is_good(share: float) -> bool:
    """Whether a share is what intervals of 95% ought to have."""
    return GOOD[0] <= share <= GOOD[1]


def page(data: dict[str, Any]) -> str:
    """The page of the docs."""
    settings = [Setting(*x) for x in data["settings"]]
    names = list(dict.fromkeys(name for found in data["shares"].values() for name in found))
    header = ["metric", *(f"{x.n:,} {x.how}{', 1%' if x.rare else ''}" for x in settings)]

    def cell(setting: Setting, name: str) -> str:
        share = data["shares"][setting.name][name]["share"]
        text = f"{share:.3f}".removeprefix("0")
        return text if is_good(share) else f"**{text}**"

    rows = [[name, *(cell(x, name) for x in settings)] for name in names]
    lines = [
        f"| {' | '.join(row)} |" for row in (header, ["---", *["---:"] * len(settings)], *rows)
    ]
    return HEAD.format(replications=data["replications"]) + "\n".join(lines) + "\n" + _outside(data)


HEAD = """# Do the intervals hold the truth?

The share of {replications} streams whose 95% interval, `metrax.Interval` or `metrax.Difference`
and `metrax.Ratio` with no more arguments, holds the value of a very long stream. Good is .92 to
.98; what is not is bold, and listed below. `1%`: one example in a hundred is positive, or of the
last class; `weighted`: weights are drawn evenly from .25 to 1.75; `clustered`: fours of examples
are correlated by .5 in all that is drawn, and `clusters=True`. `python -m tests.coverage` writes
this page.

"""


def _outside(data: dict[str, Any]) -> str:
    """The list of what is not as it should be."""
    found: dict[str, list[str]] = {}
    for setting in (Setting(*x) for x in data["settings"]):
        for name, x in data["shares"][setting.name].items():
            if not is_good(x["share"]):
                found.setdefault(name, []).append(f"{x['share']:.3f} at {setting.name}")
    lines = [f"- {name}: {', '.join(where)}." for name, where in found.items()]
    return "\n## Where not\n\n" + ("\n".join(lines) or "Nowhere.") + "\n"


def main() -> None:
    """Write the data, a setting at a time, and the page."""
    data: dict[str, Any] = json.loads(DATA.read_text()) if DATA.exists() else {}
    if data.get("replications") != REPLICATIONS:
        data = {"replications": REPLICATIONS, "settings": [], "shares": {}}
    for setting in SETTINGS:
        if setting.name not in data["shares"]:
            start = time.time()
            found = [coverage(kind, setting, REPLICATIONS) for kind in KINDS]
            data["shares"][setting.name] = {k: x for each in found for k, x in each.items()}
            data["settings"].append(list(setting))
            DATA.write_text(json.dumps(data, indent=1) + "\n")
            print(f"{setting.name}: {time.time() - start:.0f} s", file=sys.stderr)
    PAGE.write_text(page(data))


if __name__ == "__main__":
    main()
