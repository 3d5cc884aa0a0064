"""Formulas as MathML, made by KaTeX while building: a reader's browser runs nothing for them.

``katex.min.js`` comes with sphinxcontrib-katex and runs in QuickJS; a mistake stops the build.
"""

import functools
import importlib.util
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import quickjs
from docutils import nodes
from sphinx.errors import ExtensionError

RENDER = """function render(tex, block) { return katex.renderToString(tex, {
    displayMode: block, output: "mathml", throwOnError: true, strict: "error"}); }"""
THIN = '<mspace width="0.1667em"></mspace>'
# KaTeX marks `log p` by U+2061, which browsers do not space; before a bracket none is wanted.
APPLIED = re.compile(r"<mo>\u2061</mo>(?!<mo (?:stretchy=\"false\"|fence=\"true\")[^>]*>[(\[{])")
BEFORE_OPERATOR = re.compile(
    r"(</m(?:i|n|sub|sup|over|frac)>)(?=<mi>[a-z]{2,}</mi>(?:<mo>\u2061|<mspace))"
)
GLYPHS = (
    "U+20-7E,U+A0-FF,U+131,U+237,U+2C6-2DD,U+300-338,U+391-3F6,U+2010-205F,U+2061-2064,"
    "U+2102-2134,U+2190-21D5,U+2200-22FF,U+2308-230B,U+23DC-23E1,U+27E8-27E9,U+27F5-27FA,"
    "U+2A7D-2A7E,U+1D400-1D467,U+1D49C-1D4CF,U+1D538-1D56B,U+1D6A4-1D71B"
)


@functools.cache
def katex() -> Callable[[str, bool], str]:
    """KaTeX's function from TeX to MathML."""
    context = quickjs.Context()
    context.eval(
        "var self = globalThis;" + _beside("sphinxcontrib.katex", "katex.min.js").read_text()
    )
    context.eval(RENDER)
    return context.get("render")


@functools.cache
def mathml(tex: str, block: bool) -> str:
    """A formula, spaced as TeX spaces operators such as log and max."""
    try:
        text = katex()(" ".join(tex.split()), block)
    except quickjs.JSException as error:
        raise ExtensionError(f"formula {tex!r}: {error}") from None
    text = re.sub(r"<annotation.*?</annotation>", "", text, flags=re.DOTALL)
    return BEFORE_OPERATOR.sub(r"\1" + THIN, APPLIED.sub(THIN, text))


def write_font(path: Path) -> None:
    """The mathematical part of STIX Two, for formulas that look alike in every browser."""
    source = _beside("ziamath", "fonts/STIXTwoMath-Regular.ttf")
    command = [sys.executable, "-m", "fontTools.subset", source, f"--unicodes={GLYPHS}"]
    path.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([*command, "--flavor=woff2", f"--output-file={path}"], check=True)


def setup(app: Any) -> None:
    """Formulas in pages and docstrings go through :func:`mathml`."""
    app.add_html_math_renderer("mathml", (_inline, None), (_displayed, None))


def _inline(self: Any, node: nodes.Element) -> None:
    self.body.append(mathml(node.astext(), False))
    raise nodes.SkipNode


def _displayed(self: Any, node: nodes.Element) -> None:
    opening = self.starttag(node, "div", CLASS="math-block")
    self.body.append(f"{opening}{mathml(node.astext(), True)}</div>")
    raise nodes.SkipNode


def _beside(module: str, name: str) -> Path:
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise ExtensionError(f'{module} is missing; pip install -e ".[docs]"')
    return Path(spec.origin).parent / name
