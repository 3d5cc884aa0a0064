"""The table of statistics and environments in the docs, made from the tests' outcomes.

A law marked ``@environment(...)`` fills those columns for the statistics of the rows that it ran
over, and of all for which they stand (``tests/cases/tiers.py``). Slow tests run by themselves, so
outcomes are kept in pytest's cache; once there are all of them, the table must be the one in the
docs, and ``--write-environments`` puts it there.
"""

import collections
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cases import CASES, Case, represented

PAGE = Path(__file__).parents[1] / "docs" / "trust" / "environments.md"
BEGIN, END = "<!-- table: written by the tests -->\n\n", "\n<!-- end of table -->"

ENVIRONMENTS = {
    "jit": "three steps with equal configurations share one trace",
    "scan": "as the body of `jax.lax.scan`",
    "vmap": "an ensemble of five states",
    "grad, checkpoint": "gradients of a loss whose auxiliary output updates the metric",
    "eval_shape": "shapes and dtypes of `init` without running anything",
    "export": "an update exported, serialized, read back and called",
    "donation": "the state's memory is reused, the inputs are untouched",
    "pmap": "`metrax.pmerge` in `jax.pmap`",
    "shard_map, 1-D mesh": "a state on each of 8 devices",
    "shard_map, 2-D mesh": "4 x 2 devices, merged over one axis or both",
    "uneven data": "devices with different numbers of real rows, the rest of weight zero",
    "accumulate, merge at the end": "no collective in the step; counts equal bit for bit",
    "automatic sharding": "sharded inputs; only partial results travel",
    "explicit sharding": "a mesh of `Explicit` axes",
    "merge_processes": "two processes of two devices, each with its own data",
    "global mesh": "two processes of two devices, arrays that span both",
    "Orbax": "killed between two steps, restored on another number of devices",
    "flax.serialization": "`to_bytes`, `from_bytes`, and on",
    "pickle": "state and metric",
    "float64": "64-bit types on",
    "bfloat16": "half precision comes in, float32 is kept",
    "integers": "integer inputs and weights",
    "padding": "NaN and impossible labels under weight zero",
    "bad input": "shapes, dtypes, weights and arguments that do not fit; random calls",
    "checked": "`metrax.checked`, at once and through `checkify`",
    "threads": "one metric, several threads",
}
"""The columns, and what each means."""


def environment(*names: str) -> pytest.MarkDecorator:
    """Mark a law over all cases as the proof for these environments."""
    assert ENVIRONMENTS.keys() >= set(names)
    return pytest.mark.environment(*names)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--write-environments", action="store_true", help=f"write the table in {PAGE.name}"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Table(config), "environments-table")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put a test's cells into its report, which reaches the process that collects the reports."""
    for item in items:
        case = item.callspec.params.get("case") if hasattr(item, "callspec") else None
        for mark in item.iter_markers("environment"):
            cells = [f"{row}|{name}" for row in proven(case, item) for name in mark.args]
            item.user_properties.append(("cells", ";".join(cells)))


class Table:
    """The outcomes seen so far."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.outcomes: dict[str, list[str]] = collections.defaultdict(list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call" and report.passed:
            return
        outcome = report.outcome
        if hasattr(report, "wasxfail"):
            outcome = report.wasxfail
        elif report.skipped:
            outcome = str(report.longrepr[2]).removeprefix("Skipped: ")
        for _, cells in (x for x in report.user_properties if x[0] == "cells"):
            for cell in cells.split(";"):
                self.outcomes[cell].append(outcome)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        failed = any("failed" in outcomes for outcomes in self.outcomes.values())
        # A part of the rows has a part of the exceptions.
        part = session.config.getoption("--representative") or session.config.getoption("-k")
        if hasattr(session.config, "workerinput") or failed or part or not self.outcomes:
            return
        self._with_other_runs(session.config)
        if not all(f"{row}|{name}" in self.outcomes for row in rows() for name in ENVIRONMENTS):
            return
        text = PAGE.read_text()
        before, after = text.partition(BEGIN)[0], text.partition(END)[2]
        written = before + BEGIN + "\n".join(self.lines()) + "\n" + END + after
        if session.config.getoption("--write-environments"):
            PAGE.write_text(written)
        elif written != text:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
            reporter = session.config.pluginmanager.get_plugin("terminalreporter")
            reporter.write_line(
                f"{PAGE.name} is not what the tests found; run them with --write-environments",
                red=True,
            )

    def _with_other_runs(self, config: pytest.Config) -> None:
        """Add what runs of tests with other marks have seen, and keep what this one has."""
        mine, key = config.getoption("markexpr"), "metrax/environments"
        kept = config.cache.get(key, {}) if config.cache else {}
        kept[mine] = kept.get(mine, {}) | {cell: sorted({*x}) for cell, x in self.outcomes.items()}
        if config.cache:
            config.cache.set(key, kept)
        for marks, outcomes in kept.items():
            for cell in outcomes if marks != mine else ():
                self.outcomes[cell] += outcomes[cell]

    def lines(self) -> Iterator[str]:
        """The table in Markdown, and its notes."""
        notes: dict[str, int] = {}
        yield f"| statistic | {' | '.join(ENVIRONMENTS)} |"
        yield f"|---|{'---|' * len(ENVIRONMENTS)}"
        for row in rows():
            cells = (self._cell(f"{row}|{name}", notes) for name in ENVIRONMENTS)
            yield f"| `{row}` | {' | '.join(cells)} |"
        yield ""
        yield from (f"{number}. {note}" for note, number in notes.items())
        yield "\n| column | what ran |\n|---|---|"
        yield from (f"| {name} | {meaning} |" for name, meaning in ENVIRONMENTS.items())

    def _cell(self, cell: str, notes: dict[str, int]) -> str:
        """A tick, with the numbers of the notes that say which case was left out and why."""
        outcomes = self.outcomes[cell]
        reasons = sorted({x for x in outcomes if x != "passed"})
        tick = ["✓"] if "passed" in outcomes else []
        return " ".join([*tick, *(f"({notes.setdefault(x, len(notes) + 1)})" for x in reasons)])


def proven(case: Case, law: pytest.Item) -> list[str]:
    """The statistics for which a law holds if it holds for a case."""
    mark = law.get_closest_marker("tier")
    return statistics([case] if mark is None else represented(case, *mark.args))


def rows() -> list[str]:
    """All statistics, in the order of the cases."""
    return statistics(CASES)


def statistics(cases: list[Case]) -> list[str]:
    return list(dict.fromkeys(type(case.metric._statistic).__name__ for case in cases))
