"""What the laws themselves must hold: each names its tier, and none a metric; rows give reasons."""

import ast
import re
from pathlib import Path

import pytest

from tests.cases import CASES, ROWS, over, representative, representatives, represented
from tests.cases.tiers import TIERS, chosen, outline
from tests.devices import LAWS, SHOWN
from tests.pace import CORES, PLANNED, Pace

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
NAMES = {type(case.metric).__name__ for case in CASES} | {case.id for case in ROWS}
CODE = {path: ast.parse(path.read_text()) for path in sorted(TESTS.rglob("test_*.py"))}


def laws(code):
    """The tests that take a case."""
    functions = (node for node in ast.walk(code) if isinstance(node, ast.FunctionDef))
    tests = (node for node in functions if node.name.startswith("test_"))
    return [node for node in tests if "case" in {x.arg for x in node.args.args}]


def strings(code):
    return {node.value for node in ast.walk(code) if isinstance(node, ast.Constant)}


def attributes(code):
    """Names that metrax exports."""
    found = (node for node in ast.walk(code) if isinstance(node, ast.Attribute))
    return {node.attr for node in found if ast.unparse(node.value) == "metrax"}


def test_no_law_names_a_metric():
    for path, code in CODE.items():
        if path.parent.name == "laws":
            assert not NAMES & strings(code), path
        for law in laws(code):
            assert not NAMES & (strings(law) | attributes(law)), f"{path}: {law.name}"


@pytest.mark.parametrize("path", [path for path in CODE if laws(CODE[path])], ids=lambda p: p.stem)
def test_every_law_declares_what_it_runs_over(path):
    for law in laws(CODE[path]):
        declared = [ast.unparse(decorator) for decorator in law.decorator_list]
        assert [x for x in declared if x.startswith(("over(", "every_case", "pytest.mark.param"))]


def while_imported(code):
    """The nodes that are evaluated before any test runs: bodies of functions are not."""
    if isinstance(code, ast.FunctionDef | ast.Lambda):
        inner = [*getattr(code, "decorator_list", []), *code.args.defaults]
    else:
        inner = ast.iter_child_nodes(code)
    yield code
    for node in inner:
        yield from while_imported(node)


def test_nobody_asks_for_devices_while_a_test_file_is_imported():
    """There is one then; a test that needs more is marked ``devices``, not skipped."""
    asked = {"jax.device_count", "jax.devices", "jax.local_device_count", "jax.make_mesh"}
    found = {
        f"{path.name}: {ast.unparse(node)}"
        for path, code in CODE.items()
        for node in while_imported(code)
        if isinstance(node, ast.Attribute) and ast.unparse(node) in asked
    }
    assert not found


def test_pages_that_cut_arrays_over_devices_see_several():
    """Others run with one, as a reader's would."""
    asks = re.compile(r"^(?:>>>|\.\.\.) .*jax\.(?:make_mesh|devices|device_count)\(", re.M)
    pages = {page for page in (ROOT / "docs").rglob("*.md") if asks.search(page.read_text())}
    assert pages == {ROOT / page for page in SHOWN}
    assert (ROOT / LAWS).exists()


def test_rows_are_exempt_from_what_there_is():
    names = {law.name for code in CODE.values() for law in laws(code)}
    for case in ROWS:
        for what in (*case.exempt, *case.awaits):
            assert what.partition(",")[0] in names, f"{case.id}: {what}"


def test_a_reason_is_more_than_a_word():
    with pytest.raises(AssertionError, match="needs its reason"):
        CASES[0].but(exempt={"test_value_of_one_batch": "broken"})


@pytest.mark.parametrize("tier", TIERS)
def test_every_row_is_stood_for_once(tier):
    stood = [case.id for first in representatives(tier) for case in represented(first, tier)]
    assert sorted(stood) == sorted(case.id for case in chosen())
    for case in ROWS:
        first = representative(case, tier)
        assert TIERS[tier](first) == TIERS[tier](case)
        assert ROWS.index(first) <= ROWS.index(case)


def test_a_law_runs_over_its_tier():
    @over("state")
    def law(case):
        pass

    parametrize, tier = law.pytestmark
    assert tier.args == ("state",)
    assert parametrize.args == ("case", representatives("state"))


def test_the_outline_of_a_statistic_keeps_what_may_change_a_program():
    alike = [(0.5, 0.6), (1e-7, 2.0)]
    apart = [(0.5, 0.0), (1, 1.0), (True, 1), ("sum", "mean"), ((0.5,), (0.5, 0.6)), (1, 2)]
    assert all(outline(a) == outline(b) for a, b in alike)
    assert not any(outline(a) == outline(b) for a, b in apart)


def test_the_pace_grows_with_the_rows_where_a_law_goes_over_rows():
    pace = Pace(shown=True)
    pace.seconds.update({"none": 60 * CORES, "metric": 60 * CORES})
    *tiers, sums = pace.lines()
    assert len(tiers) == 2
    assert "2.0 min;" in sums
    assert sums.endswith(f"{1 + PLANNED / len(ROWS):.1f} min")
