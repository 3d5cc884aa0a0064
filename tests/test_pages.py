"""The pages of ``docs/``: what they name exists, what they link to is there, what they show runs.

Their examples are doctests; here is what a doctest does not see.
"""

import ast
import doctest
import importlib
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

import metrax
from metrax import accumulators
from tests.pages import DOCS, ROOT, pages, written

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
WIDTH = 88
"""What a page shows of a line of code without scrolling, at 1280 pixels."""
FENCE = re.compile(r"^```(\S*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
OF_ROOT = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")]

FOLDERS = sorted({page.parent for page in pages()} - {DOCS})

every_page = pytest.mark.parametrize("page", pages(), ids=lambda x: str(x.relative_to(DOCS)))


def blocks(page: Path) -> list[tuple[str, str]]:
    """The language and the text of each block of code."""
    return FENCE.findall(page.read_text())


def prose(page: Path) -> str:
    return FENCE.sub("", page.read_text())


@cache
def anchors(page: Path) -> set[str]:
    """The headings, as links name them."""
    heads = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text()), re.MULTILINE)
    plain = (re.sub(r"\[([^]]*)\]\([^)]*\)|[`*$]", r"\1", head).lower() for head in heads)
    return {re.sub(r"[^\w\- ]", "", head).replace(" ", "-") for head in plain}


@pytest.mark.parametrize("page", [*pages(), *OF_ROOT], ids=lambda x: str(x.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^()\s]+)\)", prose(page)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), target
        assert not anchor or anchor in anchors(found), f"{target}: {sorted(anchors(found))}"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda x: x.name)
def test_every_page_of_a_folder_is_named_on_its_first(folder):
    linked = {
        (folder / target.partition("#")[0]).resolve()
        for target in re.findall(r"\]\(([^()\s]+)\)", (folder / "index.md").read_text())
    }
    assert {x.resolve() for x in folder.glob("*.md")} - linked == {folder.resolve() / "index.md"}


@every_page
def test_code_is_shown_whole_and_runs_or_can_be_read(page):
    for language, text in blocks(page):
        if language != "python":
            assert ">>> " not in text, "a doctest outside a block of Python"
            continue
        assert max(map(len, text.splitlines())) <= WIDTH
        if doctest.DocTestParser().get_examples(text):
            assert text.endswith("\n\n"), "a doctest in Markdown ends with an empty line"
        else:
            ast.parse(text)


def exists(path: str) -> bool:
    """Whether a dotted name, which begins with metrax, is something."""
    value = metrax
    for name in path.split(".")[1:]:
        try:
            value = getattr(value, name)
        except AttributeError:
            try:
                value = importlib.import_module(f"{value.__name__}.{name}")
            except (AttributeError, ImportError):
                return False
    return True


@every_page
def test_names_are_there(page):
    text = "\n".join([prose(page), *(code for _, code in blocks(page) if ">>>" in code)])
    named = set(re.findall(r"(?<![\w/.-])metrax(?:\.[A-Za-z]\w*)+", text)) - {"metrax.Name"}
    assert {path for path in named if not exists(path)} == set()


def metrics_named(page: Path) -> set[str]:
    """The classes in code; on a page of another library's names, those in the column of ours."""
    text = prose(page)
    if page.parent.name == "coming_from":
        tables = re.findall(r"^\|.*\| metrax \|\n\|[-|]+\n((?:\|.*\n?)+)", text, re.MULTILINE)
        rows = [row for table in tables for row in table.splitlines()]
        text = "\n".join(row.rstrip("| ").split(" | ")[-1] for row in rows)
    code = re.findall(r"`([^`]+)`", text)
    return {found[0] for x in code if (found := re.match(r"[A-Z][a-z]*[A-Z0-9a-z]*(?=\(|$|\.)", x))}


NAMING = [DOCS / "choosing.md", *sorted((DOCS / "coming_from").glob("*.md"))]
"""The pages whose tables name metrics."""


@pytest.mark.parametrize("page", NAMING, ids=lambda x: x.stem)
def test_metrics_are_there(page):
    named = metrics_named(page) - {"None"}
    known = {x for x in named if hasattr(metrax, x) or hasattr(accumulators, x)}
    assert named - known - {"MultiMetric"} == set()  # which is Flax's
    assert known or page.stem == "index"


@every_page
def test_tables_of_results_are_the_results(page):
    assert written(page.read_text()) == page.read_text(), "run python -m tests.pages"


def test_tools_have_one_version():
    ruff = next(x for x in PROJECT["optional-dependencies"]["test"] if x.startswith("ruff=="))
    hooks = re.findall(r"ruff==[\d.]+", (ROOT / ".pre-commit-config.yaml").read_text())
    assert hooks
    assert set(hooks) == {ruff}


def test_the_version_is_said_once():
    citation = (ROOT / "CITATION.cff").read_text()
    assert f"\nversion: {PROJECT['version']}\n" in citation
    assert f"\nlicense: {PROJECT['license']}\n" in citation


def test_a_release_runs_every_leg_and_stores_no_secret():
    workflow = (ROOT / ".github" / "workflows" / "release.yml").read_text()
    assert "- run: bash .ci/run\n" in workflow
    assert "needs: [test, build]" in workflow
    assert "secrets." not in workflow
    assert "id-token: write" in workflow
