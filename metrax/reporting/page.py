"""What a report consists of, whatever it is written in."""

from typing import NamedTuple

from metrax.core.estimates import WithEnds

Cell = str | int | float | WithEnds | None


class Table(NamedTuple):
    """Rows of cells, of which the first is the row's name."""

    head: tuple[str, ...]
    rows: list[tuple[Cell, ...]]
    note: str = ""


class Picture(NamedTuple):
    """A picture as an SVG document."""

    title: str
    svg: bytes


class Section(NamedTuple):
    """What belongs to one metric."""

    title: str
    tables: list[Table]
    pictures: list[Picture]


class Page(NamedTuple):
    """A whole report."""

    title: str
    sections: list[Section]
    notes: list[str]


def text(cell: Cell, digits: int) -> str:
    """A cell as people read it; names lose what is no character to see."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return visible(cell)
    if isinstance(cell, WithEnds):
        value, low, high = (text(x, digits) for x in cell[:3])
        return f"{value} ({low} to {high})"
    return str(cell) if isinstance(cell, int) else number(cell, digits)


def number(x: float, digits: int) -> str:
    """So many significant digits; whole numbers in full."""
    return str(int(x)) if x.is_integer() and abs(x) < 2**53 else f"{x:.{digits}g}"


def visible(name: str) -> str:
    """A name on one line, of characters that can be written anywhere."""
    return "".join(c if c.isprintable() else " " if c.isspace() else "\ufffd" for c in name)
