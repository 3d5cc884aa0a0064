"""``--pace``: the suite's processor time by tier, and what it would be with more rows.

The time of the clock says little on a machine that others use too. Programs that a test starts are
counted where it waits for them.
"""

import collections
import resource
from collections.abc import Iterator

import pytest

from tests.cases import ROWS, representatives
from tests.cases.tiers import TIERS

PLANNED, CORES = 300, 2
"""Rows and processors for which to estimate."""

STARTED = pytest.StashKey[float]()


def spent() -> float:
    """Seconds that all processors together gave this process and those it has waited for."""
    uses = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(use.ru_utime + use.ru_stime for use in uses)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--pace", action="store_true", help="show processor time by tier")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Pace(config.getoption("--pace")), "pace")


class Pace:
    """The processor time of the tests seen so far, by tier; "none" is what goes over no rows."""

    def __init__(self, shown: bool) -> None:
        self.shown = shown
        self.seconds: dict[str, float] = collections.defaultdict(float)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        item.stash[STARTED] = spent()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        """Put the time into the report, which reaches the process that collects the reports."""
        try:
            return (yield)
        finally:
            mark = item.get_closest_marker("tier")
            tier = mark.args[0] if mark else "none"
            item.user_properties.append(("pace", f"{tier} {spent() - item.stash[STARTED]}"))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for _, said in (x for x in report.user_properties if x[0] == "pace"):
            if report.when == "call":
                tier, seconds = said.split()
                self.seconds[tier] += float(seconds)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.shown:
            terminalreporter.section("processor time")
            terminalreporter.write_line("\n".join(self.lines()))

    def lines(self) -> Iterator[str]:
        """A line for each tier, and minutes on idle cores: now, and when all tiers have grown."""
        for tier, seconds in self.seconds.items():
            rows = f"{len(representatives(tier))} of {len(ROWS)} rows" if tier in TIERS else ""
            yield f"{tier:>9} {seconds:7.1f} s  {rows}".rstrip()
        grown = {t: PLANNED / len(ROWS) if t in TIERS else 1 for t in self.seconds}
        now, then = (
            sum(seconds * factor[tier] for tier, seconds in self.seconds.items()) / CORES / 60
            for factor in (dict.fromkeys(self.seconds, 1), grown)
        )
        yield f"{CORES} cores: {now:.1f} min; {PLANNED} rows, tiers in proportion: {then:.1f} min"
