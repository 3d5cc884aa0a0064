"""What the arguments of a class or function are, also where they are told elsewhere."""

import inspect
import re
from typing import Any

from docs._site import names
from docs._site.docstrings import dedent, indent, sections

ENTRY = re.compile(r"^(\*{0,2}\w+(?:, \*{0,2}\w+)*)(?: \([^)]*\))?:", re.MULTILINE)


LIKE = re.compile(r"(?:Called as|It takes what|takes what) :class:`~?(?:metrax\.)?(\w+)`")


def sources(obj: Any) -> list[Any]:
    """The object, the one that it says it is called as, and its bases of ours."""
    named = LIKE.search(sections(obj)[""].replace("\n", " "))
    others = [names.metrics()[named[1]]] if named and named[1] in names.metrics() else []
    bases = [x for x in getattr(obj, "__mro__", ()) if x.__module__.startswith("metrax")]
    return [obj, *(x for other in others for x in sources(other)), *bases]


def described(obj: Any) -> dict[str, str]:
    """For each argument the lines that describe it: a docstring's own, or the nearest source's."""
    found: dict[str, str] = {}
    for source in sources(obj):
        for name, text in _entries(sections(source).get("Args", "")).items():
            found.setdefault(name, text)
    return found


def nearest(obj: Any, head: str) -> str:
    """A docstring's section, or else that of the nearest source: ``"Raises"``."""
    return next((x for x in (sections(x).get(head, "") for x in sources(obj)) if x), "")


def taken(obj: Any) -> list[str]:
    """The names of the parameters that a caller gives; empty where there is no telling."""
    try:
        parameters = list(inspect.signature(obj).parameters)
    except (TypeError, ValueError):
        return []
    through = ["args", "kwargs"]  # a metaclass's, which passes them on
    return [] if parameters == through else [x for x in parameters if not x.startswith("_")]


def completed(obj: Any) -> str:
    """A class's docstring, with the arguments and errors that its sources describe."""
    parts, told = sections(obj), described(obj)
    if "name" in told and "name" not in _entries(parts.get("Args", "")) and _is_metric(obj):
        told["name"] = f'name: defaults to ``"{obj._default_name()}"``.'
    entries = dict.fromkeys(told[x] for x in taken(obj) if x in told)
    head = parts.pop("")
    told_elsewhere = {head: nearest(obj, head) for head in ("Attributes", "Raises")}
    filled = {"Args": dedent("\n".join(entries)), **told_elsewhere}
    parts = {key: text for key, text in filled.items() if text} | {
        key: text for key, text in parts.items() if key not in filled
    }
    return "\n\n".join([head, *(f"{key}:\n{indent(text, 2)}" for key, text in parts.items())])


def _is_metric(obj: Any) -> bool:
    return obj in names.metrics().values()


def _entries(text: str) -> dict[str, str]:
    """The entries of a section by each name that they are for."""
    marks = [*ENTRY.finditer(text)]
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    return {
        name.strip("* "): text[mark.start() : end].rstrip()
        for mark, end in zip(marks, ends, strict=False)
        for name in mark[1].split(",")
    }
