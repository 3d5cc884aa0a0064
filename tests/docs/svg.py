"""Pictures as text: small, alike on every machine, in the ink of the page that they stand on."""

import html
import re

ID = re.compile(r'\bid="([^"]+)"')
USED = re.compile(r"(?:url\(#|href=\"#)([^\")]+)")
NUMBER = re.compile(r"-?\d+\.?\d*(?:e-?\d+)?")
TAG = re.compile(r"<[^>]+>")
DIGITS = re.compile(r"(\d+\.\d\d)\d+")
CLOSE = 0.5
"""Points by which lines may lie elsewhere."""


def tidy(text: str, name: str, title: str) -> str:
    """An SVG as matplotlib writes it, without what a page does not need."""
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    text = re.sub(r"<!--.*?-->\s*", "", text, flags=re.DOTALL)
    text = re.sub(r"\bfont: ([^;\"]*?)(\d+)px [^;\"]*", r"font: \1\2px sans-serif", text)
    text = re.sub(r"stroke-linejoin: miter; ?", "", text)
    used = {old: f"{name}-{i}" for i, old in enumerate(dict.fromkeys(USED.findall(text)))}
    text = ID.sub(lambda x: f'id="{used[x[1]]}"' if x[1] in used else "", text)
    text = USED.sub(lambda x: x[0].replace(x[1], used[x[1]]), text)
    text = TAG.sub(lambda x: DIGITS.sub(r"\1", x[0]), text).replace("#000000", "currentColor")
    text = re.sub(r"<(\w+) +", r"<\1 ", text).replace("<g >", "<g>")
    text = re.sub(r"\n\s*(?=[LMz])", " ", text)
    head, rest = text.split(">", 1)
    return f'{head} role="img" fill="currentColor">\n <title>{html.escape(title)}</title>{rest}'


def texts(svg: str) -> list[str]:
    """What is written in a picture."""
    return re.findall(r"<(?:text|title)[^>]*>([^<]*)<", svg)


def same(a: str, b: str) -> bool:
    """Whether two pictures look alike: as much in them, at places that are close."""
    a, b = (re.sub(r'"data:image[^"]*"', "", x.split("\n", 1)[1]) for x in (a, b))
    if NUMBER.sub("", a) != NUMBER.sub("", b):
        return False
    pairs = zip(NUMBER.findall(a), NUMBER.findall(b), strict=True)
    return all(abs(float(x) - float(y)) <= CLOSE for x, y in pairs)
