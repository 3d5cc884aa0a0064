"""Cases of streams: spread, extremes, number, and values by step."""

import numpy as np

import metrax
from tests.cases.case import (
    DIRECTION,
    INTEGER_INPUTS,
    LABELS_OUT_OF_RANGE,
    MISFITS,
    Case,
    normals,
    stays_out,
)

NO_DATA = "test_no_data_has_a_finite_value"
NAMED = "reads named arrays, of which one is a step"
EXEMPT = {
    "test_a_weight_that_is_no_number_shows": "of the weights only zero counts",
    MISFITS: NAMED,
    INTEGER_INPUTS: NAMED,
    NO_DATA: "0 is a step, so none is -1",
    LABELS_OUT_OF_RANGE: "any number is a step",
    DIRECTION: "it predicts nothing",
    **stays_out("it takes steps itself", "Windowed", "Decayed", "Grouped in Windowed"),
}
STEPS = ("values", "step", "w")


def values(rng, n):
    return (normals(rng, n, 3) + 2,)


def spread(ddof):
    def reference(v, w):
        w = np.broadcast_to(w[:, None], v.shape)
        gap = v - np.average(v, weights=w)
        return (w * gap**2).sum() / (w.sum() - ddof)

    return reference


def stepped(rng, n):
    """Values and distinct steps, in no order."""
    return normals(rng, n), rng.permutation(10 * n)[:n]


def at(index):
    """The value and step of the example that ``index`` finds."""

    def reference(v, step, w):
        i = index(v, step)
        return np.array([v[i], step[i]])

    return reference


def extremes(v, step, w):
    low, high = v.argmin(), v.argmax()
    return np.array([v[low], step[low], v[high], step[high]])


def by_step(metric, reference, **changes):
    return Case(
        metric,
        stepped,
        reference,
        poison=(np.nan, 7),
        keywords=STEPS,
        exempt=EXEMPT,
        **changes,
    )


NO_FADING = stays_out("an extreme cannot count less", "Decayed")
ANY = {MISFITS: "any one array will do"}
ON_OR_OFF = {"test_a_weight_that_is_no_number_shows": "of the weights only zero counts"}

CASES = [
    Case(metrax.Variance(), values, spread(0), poison=(np.nan,), exempt=ANY),
    Case(
        metrax.Std(ddof=1),
        values,
        lambda v, w: spread(1)(v, w) ** 0.5,
        poison=(np.nan,),
        exempt=ANY,
    ),
    Case(
        metrax.Max(),
        values,
        lambda v, w: v.max(),
        poison=(np.nan,),
        exempt=ANY | NO_FADING | ON_OR_OFF,
    ),
    Case(
        metrax.Min(),
        values,
        lambda v, w: v.min(),
        poison=(np.nan,),
        exempt=ANY | NO_FADING | ON_OR_OFF,
    ),
    Case(metrax.Count(), values, lambda v, w: 3 * w.sum(), poison=(np.nan,), exempt=ANY),
    by_step(metrax.Last(), at(lambda v, step: step.argmax())),
    by_step(metrax.BestSoFar(higher_is_better=True), at(lambda v, step: v.argmax())),
    by_step(
        metrax.BestSoFar(higher_is_better=False),
        at(lambda v, step: v.argmin()),
        name="BestSoFar-lower",
    ),
    by_step(metrax.Extremes(), extremes),
]
