"""What the tests of reports share: a collection of everything, and pages taken apart."""

import re
from html.parser import HTMLParser
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

import metrax

HOSTILE = (
    "<script>alert(1)</script>",
    "$\\bad{ | `x` [a](http://evil.test/b)",
    '" onload="x\n\x00\ud800',
)
VOID = {"meta", "img"}


class Estimate(NamedTuple):
    """As whoever computes intervals names the fields."""

    value: object
    low: object
    high: object
    standard_error: object


def with_interval(value):
    """A readout that puts an interval around a value."""
    return Estimate(value, value - 0.125, value + 0.125, jnp.full(jnp.shape(value), 0.0625))


def data(n=60):
    rng = np.random.default_rng(0)
    y, labels = rng.integers(0, 2, n), rng.integers(0, 3, n)
    return {
        "y": y,
        "p": np.float32(0.3 * y + 0.7 * rng.random(n)),
        "g": rng.integers(0, 3, n),
        "labels": labels,
        "classes": np.where(rng.random(n) < 0.7, labels, rng.integers(0, 3, n)),
    }


def collection():
    """A metric of every kind that a report tells apart."""
    accuracy = metrax.BinaryAccuracy()
    names = ("cats", "dogs", "birds")
    return metrax.Collection(
        {
            "val/auc": metrax.AUC(20).on("y", "p"),
            "accuracy": metrax.Mapped(accuracy, with_interval).on("y", "p"),
            "recall": metrax.Mapped(metrax.Recall(), with_interval).on("y", "p"),
            "by name": metrax.Grouped(accuracy, 3, names=names).on("y", "p", groups="g"),
            "hostile": metrax.Grouped(accuracy, 3, names=HOSTILE).on("y", "p", groups="g"),
            "by number": metrax.Grouped(metrax.Recall(), 3).on("y", "p", groups="g"),
            "product": metrax.Grouped(accuracy, (3, 2), names=(names, ("no", "yes"))).on(
                "y", "p", groups=("g", "y")
            ),
            "ends": metrax.Mapped(metrax.Grouped(accuracy, 3), with_interval).on(
                "y", "p", groups="g"
            ),
            "report": metrax.ClassificationReport(3, names=names).on("labels", "classes"),
            "confusion": metrax.ConfusionMatrix(3).on("labels", "classes"),
            "iou": metrax.MeanIoU(3).on("labels", "classes"),
            "reliability": metrax.ReliabilityCurve(5).on("y", "p"),
            "recent": metrax.Windowed(metrax.AUC(10), 2).on("y", "p"),
        }
    )


class Read(HTMLParser):
    """A page's tags with their attributes, and its tables' cells by section."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.open, self.sections, self.words = [], [], {}, []
        self.feed(page)
        assert not self.open, "tags are left open"

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th", "h2"):
            self.words = []
        if tag == "data":
            self.words.append(float(dict(attrs)["value"]))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag
        if tag == "h2":
            self.rows = self.sections.setdefault("".join(self.words), [])
        if tag in ("td", "th"):
            self.rows[-1].append(next(iter(self.words), ""))

    def handle_data(self, data):
        if self.open[-1:] != ["data"]:
            self.words.append(data)

    def row(self, section, name):
        """The cells of a row by its section and its name."""
        (found,) = (cells for first, *cells in self.sections[section] if first == name)
        return found


def markdown_rows(text):
    """The rows of all tables, cell by cell."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[x.strip() for x in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
