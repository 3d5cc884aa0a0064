"""Makes the package's page of README.md: an index knows neither its files nor its relative links.

Links to files lead to the repository if `[project.urls]` of pyproject.toml says where it is; else
their text stays, and the picture, which is a file too, is left out.
"""

import re
from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface

PICTURE = re.compile(r"<picture>.*?</picture>\n\n.*?\n\n", re.DOTALL)
"""And its caption."""
LINK = re.compile(r"\[([^\[\]]*)\]\((?!https?:|#)([^()\s]+)\)")
FILE = re.compile(r'(src|srcset)="(?!https?:)([^"]+)"')


class PackagePage(MetadataHookInterface):
    """Sets the readme, which pyproject.toml says is dynamic."""

    def update(self, metadata: dict) -> None:
        """Set it."""
        readme = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        text = page(readme, metadata["version"], metadata.get("urls", {}).get("Repository"))
        metadata["readme"] = {"content-type": "text/markdown", "text": text}


def page(readme: str, version: str, repository: str | None) -> str:
    """The text with links that work anywhere."""
    if repository is None:
        return LINK.sub(r"\1", PICTURE.sub("", readme))
    there = repository.rstrip("/")
    readme = FILE.sub(rf'\1="{there}/raw/v{version}/\2"', readme)
    return LINK.sub(rf"[\1]({there}/blob/v{version}/\2)", readme)
