"""A report as Markdown, with its pictures in files beside it."""

import re
from collections.abc import Sequence
from html import escape
from urllib.parse import quote

from metrax.reporting.page import Page, Section, Table, text, visible

SPECIAL = re.compile(r"([\\`*_{}\[\]|~$])")


def document(page: Page, digits: int, files: Sequence[str]) -> str:
    """The text.

    Args:
      page: what there is to say.
      digits: significant digits of numbers.
      files: the names of the pictures' files, in order.
    """
    left = iter(files)
    parts = [f"# {_escaped(page.title)}"]
    for section in page.sections:
        parts += [f"## {_escaped(section.title)}", *_section(section, digits)]
        for picture in section.pictures:
            parts.append(f"![{_escaped(picture.title)}]({quote(next(left))})")
    return "\n\n".join([*parts, *map(_escaped, page.notes)]) + "\n"


def _section(section: Section, digits: int) -> list[str]:
    found = []
    for table in section.tables:
        found.append(_table(table, digits))
        found += [_escaped(table.note)] * bool(table.note)
    return found


def _table(table: Table, digits: int) -> str:
    head = [_escaped(name) for name in table.head]
    lines = [head, ["---", *["---:"] * (len(head) - 1)]]
    for name, *cells in table.rows:
        numbers = [_cell(text(x, digits), isinstance(x, str)) for x in cells]
        lines.append([_cell(text(name, digits), True), *numbers])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(words: str, is_name: bool) -> str:
    return _escaped(words) if is_name else words


def _escaped(words: str) -> str:
    """Words in which nothing is Markdown or HTML."""
    return SPECIAL.sub(r"\\\1", escape(visible(words), quote=False))
