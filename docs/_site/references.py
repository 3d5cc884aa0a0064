"""References: private names lead to public ones, and code that names an object to its page."""

import re
from typing import Any

from docutils import nodes
from sphinx import addnodes

from docs._site import names
from docs._site.docstrings import sections, with_math

KEPT = ("Args", "Raises", "Attributes")
"""What the reference on a metric's page keeps: the page says the rest itself."""
NAMED = re.compile(r"(?:metrax\.)?([A-Za-z_][\w.]*)(?:\(.*\))?", re.DOTALL)
UNION = re.compile(r"~?(?:jax\.)?Array \| ~?(?:numpy\.)?ndarray \| .*?\bcomplex\b")


def setup(app: Any) -> None:
    """Connect what is below."""
    app.connect("autodoc-process-signature", shorten)
    app.connect("autodoc-process-docstring", trim, priority=300)  # before napoleon
    app.connect("autodoc-process-docstring", dollars, priority=400)
    app.connect("missing-reference", resolve)
    app.connect("doctree-read", strip)
    app.connect("doctree-read", link_code)


def dollars(app: Any, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Formulas in docstrings are written as in Markdown."""
    lines[:] = with_math("\n".join(lines)).split("\n")


def trim(app: Any, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """On a metric's page the reference is arguments and errors."""
    if what == "class" and name.removeprefix("metrax.") in names.metrics():
        parts = sections(obj)
        kept = [f"{head}:\n" + _indented(parts[head]) + "\n" for head in KEPT if head in parts]
        lines[:] = "\n".join(kept).split("\n")


def shorten(
    app: Any, what: str, name: str, obj: Any, options: Any, signature: str, returns: str
) -> tuple[str, str]:
    """``ArrayLike`` by its name, not as the union that it is."""
    short, back = (x and UNION.sub("~jax.typing.ArrayLike", x) for x in (signature, returns))
    return short, back


def resolve(app: Any, env: Any, node: Any, contnode: Any) -> Any:
    """Names of ours by any path; those of other libraries and of what is private stay text."""
    target = node.get("reftarget", "")
    if node.get("refdomain") != "py":
        return None
    public = names.public().get(target) or _short(target)
    if public and public != target:
        found = env.domains["py"].resolve_any_xref(
            env, node["refdoc"], app.builder, public, node, contnode
        )
        if found:
            return found[0][1]
    ours = target.startswith("metrax") and _is_module(target)
    return None if ours else contnode


def strip(app: Any, doctree: nodes.document) -> None:
    """The empty line that ends a doctest in Markdown is not shown."""
    for block in doctree.findall(nodes.literal_block):
        if block.rawsource == block.astext():
            block[:] = [nodes.Text(block.astext().rstrip("\n"))]
            block.rawsource = block.astext()


def link_code(app: Any, doctree: nodes.document) -> None:
    """Inline code that is a public name, ``metrax.AUC()``, leads to its page."""
    for code in list(doctree.findall(nodes.literal)):
        public = _named(code.astext())
        within = (nodes.reference, nodes.title, addnodes.pending_xref)
        if public is None or any(isinstance(x, within) for x in _above(code)):
            continue
        link = addnodes.pending_xref(
            "", refdomain="py", reftype="obj", reftarget=public, refdoc=app.env.docname
        )
        link["refwarn"] = True
        code.replace_self(link)
        link += code


def _named(text: str) -> str | None:
    """The public name of an object that code names by itself, or calls."""
    match = NAMED.fullmatch(text)
    if match is None:
        return None
    full = f"metrax.{match[1]}"
    if text.startswith("metrax."):
        return full if full in names.objects() else None
    return full if match[1] in names.metrics() else None


def _above(node: Any) -> Any:
    while node.parent is not None:
        node = node.parent
        yield node


def _short(target: str) -> str | None:
    """A public object by the last part of its name alone."""
    if "." in target:
        return None
    return next((x for x in names.objects() if x.rpartition(".")[2] == target), None)


def _is_module(target: str) -> bool:
    """Whether a path that leads nowhere looks public: then the docstring is wrong."""
    parts = target.split(".")
    return len(parts) < 3 or parts[1] in names.modules() or parts[1] == "interop"


def _indented(text: str) -> str:
    return "\n".join("  " + line if line else "" for line in text.split("\n"))
