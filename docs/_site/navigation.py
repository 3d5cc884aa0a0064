"""What Sphinx reads: the prose of ``docs/``, some files of the repository, and the generated pages.

No page of prose lists its neighbours. A folder's pages come in the order in which its ``index.md``
links to them, the others after these; the whole in the order below.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from docs._site import links, pictures, reference, tasks
from docs._site.prose import DOCS, ROOT, prose

ORDER = [
    "start",
    "concepts",
    "choosing",
    "metrics",
    "gallery",
    "recipes",
    "coming_from",
    "trust",
    "speed",
    "faq",
]
LAST = ["reference", "project"]
"""The sidebar from above and from below; other pages come between."""
TITLES = {"trust": "Numbers you can trust", "coming_from": "Coming from"}
"""Of folders without an ``index.md``, where the folder's name does not say it."""
GENERATED = ("metrics", "gallery", "reference")


def assemble(out: Path) -> None:
    """Write all that Sphinx reads into a folder that is made anew."""
    shutil.rmtree(out, ignore_errors=True)
    pages = prose()
    texts = {
        page: links.rewrite((ROOT / file).read_text(), PurePosixPath(file), pages, ROOT)
        for file, page in pages.items()
    }
    for path, text in (*tasks.pages(), *reference.pages()):
        _put(out / path, text)
    _put(out / "gallery.rst", pictures.gallery())
    for page, text in with_toctrees(texts):
        _put(out / f"{page}.md", text)
    for path in DOCS.rglob("*"):
        if path.suffix in {".svg", ".png"} and "_site" not in path.parts:
            (out / path.relative_to(DOCS)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, out / path.relative_to(DOCS))


def with_toctrees(texts: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The pages, those of folders with their toctrees and made where there are none."""
    folders = {str(PurePosixPath(page).parent) for page in texts} - {"."}
    assert not [x for x in folders if "/" in x], f"docs: expected folders in one level: {folders}"
    texts = {f"{folder}/index": stub(folder, texts) for folder in sorted(folders)} | texts
    for page, text in texts.items():
        if page == "index":
            yield page, text + toctree(top(texts))
        elif page.endswith("/index"):
            yield page, text + toctree(within(page.removesuffix("/index"), texts))
        else:
            yield page, text


def top(texts: dict[str, str]) -> list[str]:
    """What the sidebar shows first."""
    names = {page.split("/")[0] for page in (*texts, *GENERATED)} - {"index"}
    order = [*ORDER, *sorted(names.difference(ORDER, LAST)), *LAST]
    pages = {*texts, "gallery"}
    return [x if x in pages else f"{x}/index" for x in order if x in names]


def within(folder: str, texts: dict[str, str]) -> list[str]:
    """A folder's pages, in the order in which its own page names them."""
    pages = [x.removeprefix(f"{folder}/") for x in texts if x.startswith(f"{folder}/")]
    pages = sorted(x for x in pages if x != "index")
    linked = re.findall(r"\]\(([\w/]+)\.md", texts[f"{folder}/index"])
    first = [x for x in dict.fromkeys(linked) if x in pages]
    return [*first, *(x for x in pages if x not in first)]


def stub(folder: str, texts: dict[str, str]) -> str:
    """The page of a folder that has none: its pages, with their titles."""
    title = TITLES.get(folder, folder.replace("_", " ").capitalize())
    pages = sorted(x for x in texts if x.startswith(f"{folder}/"))
    heads = {page: re.search(r"^# (.+)$", texts[page], re.MULTILINE) for page in pages}
    lines = [f"- [{heads[page][1]}]({page.split('/')[1]}.md)" for page in pages if heads[page]]
    return f"# {title}\n\n" + "\n".join(lines) + "\n"


def toctree(pages: list[str]) -> str:
    """A list of pages for the sidebar, in Markdown."""
    return "\n\n```{toctree}\n:hidden:\n\n" + "\n".join(pages) + "\n```\n"


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
