"""A report as one HTML page, which loads nothing."""

import base64
from html import escape

from metrax.reporting.page import Cell, Page, Picture, Section, Table, text, visible

LONG = 40
"""Tables of more rows are folded up."""

STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; display: block; overflow-x: auto; }
th, td { padding: .2rem .8rem; border-bottom: 1px solid #8884; text-align: left; }
td { font-variant-numeric: tabular-nums; text-align: right; white-space: nowrap; }
thead th:not(:first-child) { text-align: right; }
.pictures { display: grid; gap: 1rem; }
.pictures { grid-template-columns: repeat(auto-fill, minmax(20rem, 1fr)); }
figure { margin: 0; }
img { max-width: 100%; height: auto; background: #fff; }
figcaption, .note { color: #888; font-size: .9rem; }
"""

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""What a browser is to load: nothing."""


def document(page: Page, digits: int) -> str:
    """The page."""
    title = escape(visible(page.title))
    notes = "".join(f'<p class="note">{escape(visible(note))}</p>\n' for note in page.notes)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
        + "".join(_section(section, digits) for section in page.sections)
        + f"{notes}</body>\n</html>\n"
    )


def _section(section: Section, digits: int) -> str:
    tables = "".join(_table(table, digits) for table in section.tables)
    pictures = "".join(map(_picture, section.pictures))
    pictures = f'<div class="pictures">\n{pictures}</div>\n' if pictures else ""
    return f"<section>\n<h2>{escape(visible(section.title))}</h2>\n{tables}{pictures}</section>\n"


def _table(table: Table, digits: int) -> str:
    head = "".join(f'<th scope="col">{escape(visible(name))}</th>' for name in table.head)
    rows = "".join(
        f'<tr><th scope="row">{_cell(name, digits)}</th>'
        + "".join(f"<td>{_cell(cell, digits)}</td>" for cell in cells)
        + "</tr>\n"
        for name, *cells in table.rows
    )
    found = f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n"
    if len(table.rows) > LONG:
        found = f"<details><summary>{len(table.rows)} rows</summary>\n{found}</details>\n"
    return found + (f'<p class="note">{escape(visible(table.note))}</p>\n' if table.note else "")


def _cell(cell: Cell, digits: int) -> str:
    """What is to read, a number with all its digits beside it."""
    words = escape(text(cell, digits))
    return f'<data value="{cell!r}">{words}</data>' if isinstance(cell, int | float) else words


def _picture(picture: Picture) -> str:
    title = escape(visible(picture.title))
    # As an image it runs no scripts and loads nothing, and its names clash with no others.
    source = "data:image/svg+xml;base64," + base64.b64encode(picture.svg).decode()
    image = f'<img alt="{title}" src="{source}">'
    return f"<figure>\n{image}\n<figcaption>{title}</figcaption>\n</figure>\n"
