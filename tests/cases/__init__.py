"""The table of cases: one row or more for every public metric; laws hold the rows, by tiers."""

from tests.cases.case import SIZE as SIZE
from tests.cases.case import Batch as Batch
from tests.cases.case import Case as Case
from tests.cases.rows import CASES as CASES
from tests.cases.rows import OWN as OWN
from tests.cases.rows import REPRESENTATIVES as REPRESENTATIVES
from tests.cases.rows import ROWS as ROWS
from tests.cases.tiers import few as few
from tests.cases.tiers import over as over
from tests.cases.tiers import representative as representative
from tests.cases.tiers import representatives as representatives
from tests.cases.tiers import represented as represented

every_case = over("metric")
"""Run a law over every row."""
