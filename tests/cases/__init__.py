"""The table of cases: one row or more for every public metric; every law holds every row."""

import pytest

from tests.cases import collections, confusion, counts, errors, means, own, regression, segmentation
from tests.cases.case import SIZE as SIZE
from tests.cases.case import Batch as Batch
from tests.cases.case import Case as Case

FAMILIES = (means, errors, regression, confusion, counts, segmentation, collections)
CASES = [case for family in FAMILIES for case in family.CASES]

OWN = own.CASES
"""Rows for metrics of a user's own."""

ROWS = [*CASES, *OWN]

REPRESENTATIVES = list(
    {
        (type(case.metric.statistic), len(case.metric.inputs), case.keywords): case
        for case in reversed(CASES)
    }.values()
)
"""The first case of every kind: what accumulates, from how many inputs, by position or name."""

every_case = pytest.mark.parametrize("case", ROWS, ids=[case.id for case in ROWS])
