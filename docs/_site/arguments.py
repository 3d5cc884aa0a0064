"""What the arguments of a class or function are, those of a class's bases among them."""

import inspect
import re
from typing import Any

from docs._site.docstrings import dedent, indent, sections

ENTRY = re.compile(r"^(\*{0,2}\w+(?:, \*{0,2}\w+)*)(?: \([^)]*\))?:", re.MULTILINE)


def described(obj: Any) -> dict[str, str]:
    """For each argument the lines that describe it: a docstring's own, or the nearest base's."""
    found: dict[str, str] = {}
    for source in getattr(obj, "__mro__", (obj,)):
        if (source.__module__ or "").startswith("metrax") or source is obj:
            for name, text in _entries(sections(source).get("Args", "")).items():
                found.setdefault(name, text)
    return found


def taken(obj: Any) -> list[str]:
    """The names of the parameters that a caller gives; empty where there is no telling."""
    try:
        parameters = list(inspect.signature(obj).parameters)
    except (TypeError, ValueError):
        return []
    through = ["args", "kwargs"]  # a metaclass's, which passes them on
    return [] if parameters == through else [x for x in parameters if not x.startswith("_")]


def completed(obj: Any) -> str:
    """A class's docstring, with the arguments that its bases describe."""
    parts, told = sections(obj), described(obj)
    entries = dict.fromkeys(told[x] for x in taken(obj) if x in told)
    head = parts.pop("")
    if entries:
        parts = {"Args": dedent("\n".join(entries))} | {
            key: text for key, text in parts.items() if key != "Args"
        }
    return "\n\n".join([head, *(f"{key}:\n{indent(text, 2)}" for key, text in parts.items())])


def _entries(text: str) -> dict[str, str]:
    """The entries of a section by each name that they are for."""
    marks = [*ENTRY.finditer(text)]
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    return {
        name.strip("* "): text[mark.start() : end].rstrip()
        for mark, end in zip(marks, ends, strict=False)
        for name in mark[1].split(",")
    }
