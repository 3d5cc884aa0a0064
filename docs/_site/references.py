"""Docstrings as Sphinx reads them, and references in them: private names lead to public ones."""

import re
from typing import Any

from docs._site import names
from docs._site.arguments import completed
from docs._site.docstrings import indent, sections, with_math

KEPT = ("Args", "Raises", "Attributes")
"""What the reference on a metric's page keeps: the page says the rest itself."""
UNION = re.compile(r"~?(?:jax\.)?Array \| ~?(?:numpy\.)?ndarray \| .*?\bcomplex\b")


def setup(app: Any) -> None:
    """Connect what is below."""
    app.connect("autodoc-process-signature", shorten)
    app.connect("autodoc-process-docstring", fill, priority=300)  # before napoleon
    app.connect("autodoc-process-docstring", dollars, priority=400)
    app.connect("missing-reference", resolve)


def dollars(app: Any, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Formulas in docstrings are written as in Markdown."""
    lines[:] = with_math("\n".join(lines)).split("\n")


def fill(app: Any, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """A class's arguments are told on its page; on a metric's page only these, and errors."""
    if what != "class" or name not in names.objects():
        return
    text = completed(obj)
    lines[:] = text.split("\n")
    if name.removeprefix("metrax.") in names.metrics():
        parts = sections(text)
        kept = [f"{head}:\n" + indent(parts[head], 2) + "\n" for head in KEPT if head in parts]
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
    public = _public(target)
    if public and public != target:
        found = env.domains["py"].resolve_any_xref(
            env, node["refdoc"], app.builder, public, node, contnode
        )
        if found:
            return found[0][1]
    return None if _looks_public(target) else contnode


def _public(target: str) -> str | None:
    """The public name of an object, or of an attribute of one, by its path or its last part."""
    if target in names.public():
        return names.public()[target]
    parent, dot, attribute = target.rpartition(".")
    if not dot:
        return next((x for x in names.objects() if x.rpartition(".")[2] == target), None)
    public = _public(parent) if parent != "metrax" else None
    return public and f"{public}.{attribute}"


def _looks_public(target: str) -> bool:
    """Whether a path that leads nowhere looks public: then the docstring is wrong."""
    parent = target.rpartition(".")[0].removeprefix("metrax.")
    return parent in {"metrax", *names.modules()} or f"metrax.{parent}" in names.objects()
