"""The reference: a page for each public object that is no metric, a page for each module."""

import inspect
from collections.abc import Iterator
from typing import Any

from docs._site import figures, names, pictures
from docs._site.docstrings import sections, summary, table, title, toctree, with_math

GROUPS = {
    "Metrics of metrics, and what a metric is": (
        "Collection Routed checked by_shard Metric Statistic State Accumulator"
    ),
    "Merging": "merge merge_stacked pmerge merge_processes stack stack_processes",
    "By name, stored, restored": (
        "get register serialize deserialize clone_metric clone_metrics layout check_layout"
    ),
}
"""Objects of ``metrax`` itself under headings; what is in none follows under one of its own."""


def pages() -> Iterator[tuple[str, str]]:
    """Paths below the site's root, and texts."""
    for name, obj in names.objects().items():
        if not names.page(name).startswith("metrics/"):
            yield f"{names.page(name)}.rst", object_page(name, obj)
    for name in names.modules():
        yield f"reference/{name}.rst", module_page(name)
    yield "reference/index.rst", index()


def object_page(name: str, obj: Any) -> str:
    """A class, a function or an error."""
    short = name.removeprefix("metrax.")
    out = [".. py:currentmodule:: metrax", title(short)]
    if not inspect.isclass(obj):
        shown = pictures.figure(short.removeprefix("plot.")) if short.startswith("plot.") else ""
        return "\n\n".join([*out, f".. autofunction:: {name}", shown]) + "\n"
    if issubclass(obj, Exception):
        return "\n\n".join([*out, f".. autoexception:: {name}\n   :show-inheritance:"]) + "\n"
    out.append(f".. autoclass:: {name}\n   :members:\n   :show-inheritance:")
    path = f"{obj.__module__}.{obj.__qualname__}"
    readers = [x for x in names.metrics() if figures.of(x).get("statistic") == path]
    if readers:
        out += [title("Read by", "-"), ", ".join(f":class:`{x}`" for x in readers) + "."]
    return "\n\n".join(out) + "\n"


def module_page(name: str) -> str:
    """What a module says of itself, and what is in it."""
    module = names.modules()[name]
    listed, values = members(name), _within(name, [*names.constants()])
    elsewhere = [x for x in _shown(name) if x not in listed]
    out = [
        title(f"metrax.{name}"),
        f".. py:module:: metrax.{name}",
        ".. py:currentmodule:: metrax",
        _about(module),
    ]
    out += [lines(listed)] if listed else []
    if elsewhere:
        out += ["Also here, from elsewhere:", lines(elsewhere)]
    for value in values:
        out.append(f".. py:data:: {value}\n\n   {names.constants()[value]}.")
    pages = [x.removeprefix("metrax.") for x in listed]
    return "\n\n".join([*out, toctree(pages) if pages else ""]) + "\n"


def members(name: str) -> list[str]:
    """The public names whose pages stand under a module."""
    return _within(name, [*names.objects()])


def lines(listed: list[str]) -> str:
    """A table, a line an object."""
    return table([(_link(x), with_math(summary(names.objects()[x]))) for x in listed])


def index() -> str:
    """Every public name but the metrics'."""
    top = [x for x in names.objects() if x.count(".") == 1 and names.page(x).startswith("ref")]
    groups = {head: [f"metrax.{x}" for x in listed.split()] for head, listed in GROUPS.items()}
    known = {x for listed in groups.values() for x in listed}
    errors = [x for x in top if x.endswith("Error")]
    groups["More"] = [x for x in top if x not in known and x not in errors]
    groups["Errors"] = errors
    out = [
        ".. py:module:: metrax",
        title("Reference"),
        "Every public name. The metrics themselves are under :doc:`/metrics/index`.",
    ]
    for head, listed in groups.items():
        shown = [x for x in listed if x in names.objects()]
        out += [title(head, "-"), lines(shown)] if shown else []
    out += [title("Modules", "-")]
    out.append(table([(f":py:mod:`metrax.{x}`", _first(x)) for x in names.modules()]))
    pages = [x.removeprefix("metrax.") for listed in groups.values() for x in listed]
    pages = [x for x in pages if f"metrax.{x}" in names.objects()]
    return "\n\n".join([*out, toctree([*pages, *names.modules()])])


def _shown(name: str) -> list[str]:
    found = (f"{x.__module__}.{x.__qualname__}" for _, x in names.own(name, names.modules()[name]))
    return [names.public()[path] for path in found if path in names.public()]


def _within(name: str, listed: list[str]) -> list[str]:
    return [x for x in listed if x.rpartition(".")[0] == f"metrax.{name}"]


def _about(module: Any) -> str:
    parts = sections(inspect.cleandoc(module.__doc__ or ""))
    example = parts.get("Example", "")
    return with_math(parts[""]) + (f"\n\n{example}" if example else "")


def _first(name: str) -> str:
    return with_math(summary(inspect.cleandoc(names.modules()[name].__doc__ or name)))


def _link(name: str) -> str:
    return f":py:obj:`{name.removeprefix('metrax.')} <{name}>`"
