"""Tables of the benchmarks' results in the docs' pages; ``python -m tests.pages`` writes them.

A page says which: ``<!-- table: the heading -->`` before it, ``<!-- end of table -->`` behind.
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
        name = place[1]
        return place[0] if name == BY_TESTS else f"{name} -->\n\n{section(results, name)}"

    return PLACE.sub(table, text)


def section(results: str, heading: str) -> str:
    """What stands below a heading of the results: its table, or the lines before the first one."""
    below = rf"^##+ {re.escape(heading)}\n\n(.*?)(?=^##|^!\[|\Z)"
    (found,) = re.findall(below, results, re.DOTALL | re.MULTILINE)
    return found.split("\n\n- level:")[0].strip()


if __name__ == "__main__":
    for page in pages():
        page.write_text(written(page.read_text()))
