"""Cases of parities between groups."""

import numpy as np

import metrax
from tests.cases.case import Case
from tests.cases.combined import GROUPED, GROUPS_LAST, of_groups
from tests.cases.confusion import scores


def rate(hit, among, w):
    return (w * hit * among).sum() / (w * among).sum()


def rates(y, p, g, w, among):
    """Each group's share of scores above a half, of the examples that ``among`` chooses."""
    groups = [g == k for k in range(2)]
    return [rate(p[i] > 0.5, among(y[i]), w[i]) for i in groups]


def gap(found):
    return max(found) - min(found)


def ratio(found):
    return min(found) / max(found)


def selected(y):
    return np.ones_like(y)


def positive(y):
    return y


def negative(y):
    return 1 - y


def case(metric, reference):
    return Case(
        metric,
        of_groups(scores, 2),
        reference,
        exempt=GROUPS_LAST,
        **GROUPED,
    )


CASES = [
    case(metrax.DemographicParity(2), lambda *x: gap(rates(*x, selected))),
    case(metrax.EqualOpportunity(2, method="ratio"), lambda *x: ratio(rates(*x, positive))),
    case(
        metrax.EqualizedOdds(2),
        lambda *x: max(gap(rates(*x, positive)), gap(rates(*x, negative))),
    ),
]
