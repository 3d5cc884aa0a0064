"""A built site, served and opened in Debian's Chromium."""

import contextlib
import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CHROMIUM = "/usr/bin/chromium"
INSTALL = "apt-get install --no-install-recommends chromium"

MAY_SCROLL = {390: "pre, .table-wrapper, .math-block", 1280: "pre"}
"""What may be wider than its frame, at a width: it scrolls by itself."""
LOOK = """may => {
  const found = [], limit = innerWidth + 1;
  const drawer = '.sidebar-drawer, .toc-drawer, .skip-to-content';
  const named = e => e.tagName + '.' + e.className + ': ' + (e.textContent || '').slice(0, 50);
  if (document.documentElement.scrollWidth > limit) found.push('the document');
  for (const e of document.querySelectorAll('body *')) {
    if (e.closest(drawer)) continue;
    const scrolls = ['auto', 'scroll'].includes(getComputedStyle(e).overflowX);
    if (scrolls && e.scrollWidth > e.clientWidth + 1 && !e.matches(may)) found.push(named(e));
    const box = e.getBoundingClientRect();
    const free = !e.parentElement.closest(may) && !e.closest('svg, math, .visually-hidden');
    if (box.width > 1 && box.height > 1 && box.right > limit && free) found.push(named(e));
  }
  const text = document.querySelector('article')?.cloneNode(true);
  text?.querySelectorAll('pre, code, math, annotation').forEach(e => e.remove());
  const raw = text?.textContent.match(/\\$\\$|\\$\\\\|\\\\frac|\\\\sum|:math:|:class:|``/);
  if (raw) found.push('not rendered: ' + raw[0]);
  for (const e of document.querySelectorAll('math')) {
    const box = e.getBoundingClientRect();
    if (!(box.width > 1 && box.height > 1)) found.push('an empty formula: ' + e.textContent);
  }
  return found.slice(0, 5);
}"""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        pass


@contextlib.contextmanager
def served(site: Path) -> Iterator[str]:
    """The address under which a folder is served."""
    handler = functools.partial(_Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


@contextlib.contextmanager
def chromium() -> Iterator[Any]:
    """The browser; without it an error that says what to install."""
    if shutil.which(CHROMIUM) is None:
        raise FileNotFoundError(f"{CHROMIUM} is missing; {INSTALL}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            yield browser
        finally:
            browser.close()


class Visit:
    """Pages of a site in a window of one width, and what was wrong with them."""

    def __init__(self, browser: Any, address: str, width: int, scheme: str = "light") -> None:
        self.address, self.width = address, width
        self.page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        self.complaints: list[str] = []
        self.page.on("console", self._message)
        self.page.on("pageerror", lambda error: self._complain(f"error: {error}"))
        self.page.on("request", self._request)
        self.page.on("response", self._response)

    def open(self, path: str) -> None:
        self.page.goto(f"{self.address}/{path}", wait_until="load")
        for found in self.page.evaluate(LOOK, MAY_SCROLL[self.width]):
            self._complain(f"at {self.width}: {found}")

    def found_by(self, words: str) -> list[str]:
        """The pages that the search offers."""
        self.page.goto(f"{self.address}/search.html?q={words}")
        done = "document.querySelector('.search-summary')?.textContent.match(/found|not match/)"
        self.page.wait_for_function(done)
        links = "links => links.map(link => link.getAttribute('href').split(/[?#]/)[0])"
        return self.page.eval_on_selector_all("#search-results li a", links)

    def _complain(self, what: str) -> None:
        self.complaints.append(f"{self.page.url.removeprefix(self.address)}: {what}")

    def _message(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self._complain(f"console: {message.text}")

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self._complain(f"asks {request.url}")

    def _response(self, response: Any) -> None:
        if response.status >= 400:
            self._complain(f"{response.status} for {response.url}")
