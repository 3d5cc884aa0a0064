"""Pictures on pages: of metrics, of functions of ``metrax.plot``, and all of these in a gallery."""

import html
import inspect
import re
from pathlib import Path

from docs._site import names
from docs._site.docstrings import indent, sections, summary, title, with_math

FOLDER = Path(__file__).parents[1] / "pictures"
"""A picture here, named after a metric or a function, stands on its page."""
TITLE = re.compile(r"<title>(.*?)</title>\s*")
BY = "plot."


def figure(name: str) -> str:
    """A picture in the ink of the page, with the call that draws it; nothing if there is none."""
    path = FOLDER / f"{name}.svg"
    if not path.exists():
        return ""
    svg = re.sub(r"^.*?(?=<svg)", "", path.read_text(), flags=re.DOTALL)
    said = re.sub(r"\n\s*", " ", TITLE.sub("", svg).replace("#000000", "currentColor"))
    caption = f"<figcaption><code>{html.escape(call(name))}</code></figcaption>"
    svg = said.replace("<svg", f'<svg aria-label="{html.escape(call(name), quote=True)}"', 1)
    return f".. raw:: html\n\n{indent(f'<figure class=picture>{svg}{caption}</figure>')}"


def call(name: str) -> str:
    """The call that draws a picture."""
    path = FOLDER / f"{name}.svg"
    found = TITLE.search(path.read_text()) if path.exists() else None
    return html.unescape(found[1]) if found else ""


def gallery() -> str:
    """The page of all kinds of pictures."""
    out = [
        ".. py:currentmodule:: metrax",
        title("Gallery"),
        *_about(),
    ]
    for path, function in names.objects().items():
        short = path.removeprefix("metrax.plot.")
        if path.startswith("metrax.plot.") and figure(short):
            out += [title(short, "-"), entry(path, short, summary(function))]
    return "\n\n".join(out) + "\n"


def _about() -> list[str]:
    """What the module says of itself, if it loads, and its example."""
    if "plot" not in names.modules():
        return []
    parts = sections(inspect.cleandoc(names.modules()["plot"].__doc__ or ""))
    return [with_math(parts[""]), parts.get("Example", "")]


def entry(path: str, short: str, said: str) -> str:
    """One kind: what it shows, the picture, and the metrics that have one of it."""
    also = [f":class:`{x}`" for x in names.metrics() if call(x).startswith(f"{BY}{short}(")]
    parts = [f":func:`{path.removeprefix('metrax.')}`: {with_math(said)}.", figure(short)]
    return "\n\n".join([*parts, *(["On the pages of " + ", ".join(also) + "."] if also else [])])
