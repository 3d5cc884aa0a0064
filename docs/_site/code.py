"""Code in the text: it leads to what it names, and long names break between their words."""

import re
from collections.abc import Iterator
from typing import Any

from docutils import nodes
from sphinx import addnodes

from docs._site import names

NAMED = re.compile(r"(?:metrax\.)?([A-Za-z_][\w.]*)(?:\(.*\))?", re.DOTALL)
WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[_.])(?=\w)")
LONG = re.compile(
    r'(<span class="pre">|<a class="[^"]*reference internal"[^>]*>|<h1>)([^<]{15,})(?=<)'
)
MANY = 9
"""So many columns have their heads turned."""


def setup(app: Any) -> None:
    """Connect what is below."""
    app.connect("doctree-read", strip)
    app.connect("doctree-read", link)
    app.connect("doctree-read", turn_heads)
    app.connect("html-page-context", break_names, priority=900)  # after the theme's own


def strip(app: Any, doctree: nodes.document) -> None:
    """The empty line that ends a doctest in Markdown is not shown."""
    for block in doctree.findall(nodes.literal_block):
        if block.rawsource == block.astext():
            block[:] = [nodes.Text(block.astext().rstrip("\n"))]
            block.rawsource = block.astext()


def link(app: Any, doctree: nodes.document) -> None:
    """Inline code that is a public name, ``metrax.merge(a, b)``, leads to its page."""
    for code in list(doctree.findall(nodes.literal)):
        public = _named(code.astext())
        if public is None or names.page(public) == app.env.docname or _stays(code):
            continue
        target = addnodes.pending_xref(
            "", refdomain="py", reftype="obj", reftarget=public, refdoc=app.env.docname
        )
        target["refwarn"] = True
        code.replace_self(target)
        target += code


def turn_heads(app: Any, doctree: nodes.document) -> None:
    """Tables of many columns are made narrow."""
    for group in doctree.findall(nodes.tgroup):
        if group["cols"] >= MANY:
            group.parent["classes"].append("many-columns")


def break_names(app: Any, page: str, template: str, context: dict[str, Any], tree: Any) -> None:
    """Browsers may break long names where a word begins, and nowhere else."""
    for part in ("body", "furo_navigation_tree"):
        if part in context:
            context[part] = LONG.sub(lambda x: x[1] + WORDS.sub("<wbr>", x[2]), context[part])


def _named(text: str) -> str | None:
    """The public name of an object that code names by itself, or calls."""
    match = NAMED.fullmatch(text)
    if match is None:
        return None
    full = f"metrax.{match[1]}"
    if text.startswith("metrax."):
        return full if full in names.objects() else None
    return full if match[1] in names.metrics() else None


def _stays(code: nodes.literal) -> bool:
    """Whether code is no link: it is one already, a heading, a role's, or another library's."""
    around = list(_above(code))
    within = (nodes.reference, nodes.title, addnodes.pending_xref)
    if "code" in code["classes"] or any(isinstance(x, within) for x in around):
        return True
    return not code.astext().startswith("metrax.") and _is_of_others(around)


def _is_of_others(around: list[Any]) -> bool:
    """Whether a bare name stands in a table of names, in a column of another library."""
    entries = [x for x in around if isinstance(x, nodes.entry)]
    groups = [x for x in around if isinstance(x, nodes.tgroup)]
    if not entries or not groups:
        return False
    heads = [
        x.astext() for head in groups[0].findall(nodes.thead) for x in head.findall(nodes.entry)
    ]
    column = entries[0].parent.index(entries[0])
    return "metrax" in heads and heads[column : column + 1] != ["metrax"]


def _above(node: Any) -> Iterator[Any]:
    while node.parent is not None:
        node = node.parent
        yield node
