"""Tables of the benchmarks' results in the pages of ``docs/``; ``python -m tests.pages`` writes them.

A page says which by a line before and one after: ``<!-- table: ... -->``, ``<!-- end of table -->``.
"""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
RESULTS = ROOT / "benchmarks" / "results" / "RESULTS.md"
PLACE = re.compile(r"(?<=<!-- table: )(.+?) -->\n\n.*?(?=\n\n<!-- end of table -->)", re.DOTALL)
BY_TESTS = "written by the tests"
"""Of which :mod:`tests.environments` sees to the table."""


def pages() -> list[Path]:
    """All pages of prose."""
    return sorted(x for x in DOCS.rglob("*.md") if not any(p.startswith("_") for p in x.parts))


def written(text: str) -> str:
    """A page's text with the results' tables as they are."""
    results = RESULTS.read_text()

    def table(place: re.Match[str]) -> str:
        return place[0] if place[1] == BY_TESTS else f"{place[1]} -->\n\n{section(results, place[1])}"

    return PLACE.sub(table, text)


def section(results: str, heading: str) -> str:
    """What stands below a heading of the results: its table, or the lines before the first one."""
    (found,) = re.findall(rf"^##+ {re.escape(heading)}\n\n(.*?)(?=^##|^!\[|\Z)", results, re.S | re.M)
    return found.split("\n\n- level:")[0].strip()


if __name__ == "__main__":
    for page in pages():
        page.write_text(written(page.read_text()))
