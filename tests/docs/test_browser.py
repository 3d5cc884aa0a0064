"""The built site, opened page by page; ``tests/site.py`` says how to build it."""

import html.parser
import os
import urllib.parse
from pathlib import Path

import pytest

from tests.docs.browser import Visit, chromium, served
from tests.site import COMMAND


@pytest.fixture(scope="module")
def site(request):
    folder = request.config.getoption("--site")
    if folder is None:
        pytest.skip(f"opens a built site: {COMMAND}")
    assert (folder / "index.html").exists(), f"{folder}: expected a built site: {COMMAND}"
    return folder.resolve()


@pytest.fixture(scope="module")
def browser(site):
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def address(site):
    with served(site) as found:
        yield found


def pages(site: Path) -> list[str]:
    return sorted(str(path.relative_to(site)) for path in site.rglob("*.html"))


@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_fits_and_asks_nobody_else(site, browser, address, width):
    visit = Visit(browser, address, width)
    for page in pages(site):
        visit.open(page)
    assert visit.complaints == []


@pytest.mark.parametrize(
    ("words", "page"),
    [
        ("matthews", "metrics/MatthewsCorrelation.html"),
        ("roc_auc_score", "metrics/AUROC.html"),
        ("calibration", ""),
        ("tensorboard", ""),
    ],
)
def test_the_search_finds(browser, address, words, page):
    found = Visit(browser, address, 1280).found_by(words)
    assert page in found if page else found, f"{words}: found {found}"


def test_formulas_are_mathml(site):
    page = (site / "metrics" / "MeanSquaredError.html").read_text()
    assert page.count("<math") >= 1
    assert "mathjax" not in page.lower()


class Links(html.parser.HTMLParser):
    """The links and the anchors of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.anchors |= {given[key] for key in ("id", "name") if given.get(key)}
        if tag == "a" and given.get("href"):
            self.links.add(given["href"])


def test_every_internal_link_is_valid(site):
    read = {page: Links((site / page).read_text()) for page in pages(site)}
    broken = []
    for page, found in read.items():
        for link in found.links:
            parts = urllib.parse.urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            path = urllib.parse.unquote(parts.path)
            target = os.path.normpath(Path(page).parent / path) if path else page
            if not (site / target).is_file():
                broken.append(f"{page}: {link}")
            elif parts.fragment and target in read:
                anchor = urllib.parse.unquote(parts.fragment)
                if anchor not in read[target].anchors:
                    broken.append(f"{page}: {link}, which has no such anchor")
    assert broken == []
