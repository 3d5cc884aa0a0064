"""The list of metrics by task: a page a family of metrics, a part of it for each of its files."""

import importlib
import sys
from collections.abc import Iterator

from docs._site import figures, names
from docs._site.docstrings import plain, sections, summary, table, title, toctree, with_math
from docs._site.metric_page import between, page, task_title

HEAD = ("metric", "what it is", "range", "better")
ORDER = ("classification", "curves", "probabilistic", "regression", "segmentation")
"""Tasks that come first; the others follow by name."""


def pages() -> Iterator[tuple[str, str]]:
    """Paths below the site's root, and texts."""
    for name in names.metrics():
        yield f"metrics/{name}.rst", page(name)
    for family, members in families().items():
        yield f"metrics/{family}.rst", task_page(family, members)
    yield "metrics/index.rst", index()


def families() -> dict[str, list[str]]:
    """Metrics by task."""
    found: dict[str, list[str]] = {}
    for name in names.metrics():
        found.setdefault(names.family(name), []).append(name)
    order = [*(x for x in ORDER if x in found), *sorted(found.keys() - {*ORDER})]
    return {family: found[family] for family in order}


def task_page(family: str, members: list[str]) -> str:
    """The page of a task: a table for each idea, which is a file of the family."""
    out = [".. py:currentmodule:: metrax", title(task_title(family)), _about(f"metrax.{family}")]
    by_file: dict[str, list[str]] = {}
    for name in members:
        by_file.setdefault(names.metrics()[name].__module__, []).append(name)
    for module, listed in sorted(by_file.items()):
        if len(by_file) > 1:
            out.append(title(_heading(module), "-"))
        out.append(rows(listed))
    return "\n\n".join([*out, toctree(members)])


def index() -> str:
    """All metrics, task by task."""
    out = [
        ".. py:currentmodule:: metrax",
        title("Metrics by task"),
        f"{len(names.metrics())} metrics. Each has a page: formula, range, shapes, an example, the "
        "number in every corner case, its cost, and what other libraries call it.",
    ]
    for family, members in families().items():
        link = f":doc:`{task_title(family)} <{family}>`"
        out += [title(link, "-"), rows(members)]
    return "\n\n".join([*out, toctree([*families()])])


def rows(members: list[str]) -> str:
    """A line a metric."""
    return table([row(name) for name in members], HEAD)


def row(name: str) -> tuple[str, ...]:
    """A metric in a line."""
    found, said = figures.of(name), summary(names.metrics()[name])
    ends = dict.fromkeys(between(*x) for x in found.get("range", {}).values())
    better = dict.fromkeys(found.get("better", {}).values())
    return f":class:`{name}`", with_math(said), " / ".join(ends), " / ".join(better)


def _about(module: str) -> str:
    return with_math(sections(importlib.import_module(module))[""])


def _heading(module: str) -> str:
    """What a file is about, as its first line says, up to where it explains itself."""
    first = plain((sys.modules[module].__doc__ or module).split("\n")[0])
    return first.rstrip(".").split(":")[0].split(", ")[0]
