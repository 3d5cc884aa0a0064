"""All rows, family by family."""

from tests.cases import (
    agreement,
    buffers,
    calibration,
    classes,
    collections,
    combined,
    confusion,
    counts,
    curves,
    errors,
    fairness,
    forecasts,
    intervals,
    matches,
    means,
    overlaps,
    own,
    regression,
    segmentation,
    streams,
)

FAMILIES = (
    means,
    errors,
    fairness,
    regression,
    confusion,
    counts,
    classes,
    agreement,
    matches,
    segmentation,
    overlaps,
    calibration,
    forecasts,
    streams,
    curves,
    collections,
    combined,
    intervals,
)
CASES = [case for family in FAMILIES for case in family.CASES]

OWN = [*own.CASES, *buffers.CASES]
"""Rows for metrics of a user's own."""

ROWS = [*CASES, *OWN]

REPRESENTATIVES = list(
    {
        (type(case.metric.statistic), len(case.metric.inputs), case.keywords): case
        for case in reversed(CASES)
    }.values()
)
"""The first case of every kind: what accumulates, from how many inputs, by position or name."""
