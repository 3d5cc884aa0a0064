"""Cases of the metrics that `docs/recipes/own_metric.md` defines, word for word."""

import doctest
from pathlib import Path
from typing import Any

import numpy as np

from tests.cases.case import Case, normals
from tests.cases.confusion import MISFIT, curve, scores

PAGE = Path(__file__).parents[2] / "docs" / "recipes" / "own_metric.md"


def defined(page: str) -> dict[str, Any]:
    """The classes of a page's examples, in this module, where pickles find them."""
    for example in doctest.DocTestParser().get_examples(page):
        if example.source.startswith(("import ", "from ", "class ")):
            exec(example.source, globals())
    return globals()


OWN = defined(PAGE.read_text())


def pairs(rng, n):
    y = normals(rng, n)
    return y, y + 1 + normals(rng, n) / 4


def spread(y, p, w):
    return {"bias": np.average(p - y, weights=w), "largest": np.abs(p - y).max()}


CASES = [
    Case(
        OWN["BinaryTruePositives"](),
        scores,
        lambda y, p, w: curve(y, p, w, [0.5])[0][0],
        misfits=MISFIT,
    ),
    Case(
        OWN["ErrorSpread"](),
        pairs,
        spread,
        misfits=MISFIT,
    ),
]
