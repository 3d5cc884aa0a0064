"""Links between Markdown files as GitHub follows them, made into links between pages."""

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

LINK = re.compile(r"(?<!!)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^()\s]+)\)")
FENCE = re.compile(r"^(```|~~~|:::).*?^\1\s*$", re.DOTALL | re.MULTILINE)


def rewrite(text: str, source: PurePosixPath, pages: Mapping[str, str], root: Path) -> str:
    """A file's text with links that work on the site.

    Args:
      text: Markdown.
      source: the file, from the repository's root.
      pages: by file, from the repository's root, the page that it becomes, without suffix.
      root: the repository.

    Returns:
      The text, in which links to files that have a page lead there, and links to other files of the
      repository are their text alone.
    """
    here = PurePosixPath(pages[str(source)]).parent

    def one(match: re.Match[str]) -> str:
        said, target = match.groups()
        path, mark, anchor = target.partition("#")
        if not path or re.match(r"[a-z]+:", target):
            return match[0]
        file = os.path.normpath(source.parent / path)
        if file in pages:
            page = os.path.relpath(f"{pages[file]}.md", here)
            return f"[{said}]({page}{mark}{anchor})"
        return said if (root / file).exists() else match[0]

    return _outside_code(text, lambda part: LINK.sub(one, part))


def _outside_code(text: str, change: Callable[[str], str]) -> str:
    done, position = [], 0
    for fence in FENCE.finditer(text):
        done += [change(text[position : fence.start()]), fence[0]]
        position = fence.end()
    return "".join([*done, change(text[position:])])
