"""The table of cases: one row or more for every public metric; every law holds every row."""

import pytest

from tests.cases import collections, confusion, means, regression
from tests.cases.case import SIZE as SIZE
from tests.cases.case import Batch as Batch
from tests.cases.case import Case as Case

CASES = [*means.CASES, *regression.CASES, *confusion.CASES, *collections.CASES]

every_case = pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
