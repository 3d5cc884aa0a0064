"""Docstrings taken apart, and as reStructuredText with formulas."""

import inspect
import re
from typing import Any

HEAD = re.compile(
    r"^(Args|Attributes|Returns|Raises|Yields|Examples?|References|Notes?):[ ]*$", re.MULTILINE
)
BLOCK = re.compile(r"^([ ]*)\$\$(.+?)\$\$[ ]*", re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"(?<![\w$`\\])\$([^$]+?)\$(?![\w$])")


def sections(obj: Any) -> dict[str, str]:
    """A docstring's parts by heading; what stands before the first one under ``""``."""
    text = obj if isinstance(obj, str) else inspect.cleandoc(obj.__doc__ or "")
    parts = HEAD.split(text)
    bodies = (dedent(x) for x in parts[2::2])
    return {"": parts[0].strip(), **dict(zip(parts[1::2], bodies, strict=True))}


def lead(obj: Any) -> tuple[str, str]:
    """The first paragraph without the formula that it ends in, and that formula."""
    first = sections(obj)[""].split("\n\n")[0].replace("\n", " ")
    match = re.search(r",?\s*(?:of\s+)?\$([^$]+)\$", first)
    if match is None or "$$" in first:
        return first, ""
    rest = first[: match.start()] + first[match.end() :]
    return rest.replace(" ,", ",").replace(" .", ".").replace(",,", ","), match[1]


def summary(obj: Any) -> str:
    """The first sentence, for tables."""
    text = lead(obj)[0]
    return re.split(r"(?<=[.:;])\s", text)[0].rstrip(".:;")


def body(obj: Any) -> str:
    """What follows the first paragraph, before the first heading."""
    return "\n\n".join(sections(obj)[""].split("\n\n")[1:])


def with_math(text: str) -> str:
    """``$x$`` and ``$$x$$`` as roles and directives."""

    def block(match: re.Match[str]) -> str:
        return f"\n{match[1]}.. math::\n\n{match[1]}   {' '.join(match[2].split())}\n"

    text = BLOCK.sub(block, text)
    return INLINE.sub(lambda match: f":math:`{' '.join(match[1].split())}`", text)


def plain(text: str) -> str:
    """A sentence without roles and marks, for descriptions that machines read."""
    return re.sub(r":[a-z]+:`~?([^`]*)`", r"\1", text).replace("`", "")


def dedent(text: str) -> str:
    """Lines without their common indentation."""
    return inspect.cleandoc("\n" + text)


def indent(text: str, by: int = 3) -> str:
    """Lines pushed to the right, for the body of a directive."""
    return "\n".join(" " * by + line if line else "" for line in text.split("\n"))


def title(text: str, mark: str = "=") -> str:
    """A heading."""
    return f"{text}\n{mark * len(text)}"


def table(rows: list[tuple[str, ...]], head: tuple[str, ...] = ()) -> str:
    """Rows of cells as a list-table, whose names are kept whole."""
    lines = [".. list-table::", "   :widths: auto", "   :class: names"]
    lines += ["   :header-rows: 1"] if head else []
    lines.append("")
    for row in [head, *rows] if head else rows:
        for number, cell in enumerate(row):
            lines.append(f"   {' ' if number else '*'} - {indent(cell, 7).lstrip()}")
    return "\n".join(lines)


def toctree(pages: list[str]) -> str:
    """The pages below this one, in the sidebar alone."""
    return ".. toctree::\n   :hidden:\n\n" + "\n".join(f"   {page}" for page in pages) + "\n"
