"""Which files of Markdown are pages."""

from pathlib import Path

DOCS = Path(__file__).parents[1]
ROOT = DOCS.parent
OF_ROOT = {
    "CONTRIBUTING.md": "project/contributing",
    "CHANGELOG.md": "project/changelog",
    "SECURITY.md": "project/security",
}
"""Files of the repository that are pages, where ``docs/`` has none of that name."""


def prose() -> dict[str, str]:
    """Files of Markdown from the repository's root, and the pages that they become."""
    found = {
        str(path.relative_to(ROOT)): str(path.relative_to(DOCS).with_suffix(""))
        for path in sorted(DOCS.rglob("*.md"))
        if not any(part.startswith("_") for part in path.relative_to(DOCS).parts)
    }
    here = set(found.values())
    return found | {file: page for file, page in OF_ROOT.items() if page not in here}
