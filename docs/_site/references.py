"""Docstrings as Sphinx reads them, and references in them: private names lead to public ones."""

import re
from typing import Any

from docs._site import names
from docs._site.docstrings import sections, with_math

KEPT = ("Args", "Raises", "Attributes")
"""What the reference on a metric's page keeps: the page says the rest itself."""
UNION = re.compile(r"~?(?:jax\.)?Array \| ~?(?:numpy\.)?ndarray \| .*?\bcomplex\b")


def setup(app: Any) -> None:
    """Connect what is below."""
    app.connect("autodoc-process-signature", shorten)
    app.connect("autodoc-process-docstring", trim, priority=300)  # before napoleon
    app.connect("autodoc-process-docstring", dollars, priority=400)
    app.connect("missing-reference", resolve)


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
