"""``--site FOLDER``: the built site that ``tests/docs/test_browser.py`` opens."""

from pathlib import Path

import pytest

BUILD = 'pip install -e ".[docs]" && python -m docs._site'
COMMAND = f"{BUILD} && python -m pytest -n 0 tests/docs --site build/site"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--site", type=Path, help=f"open this built site in Chromium, page by page: {COMMAND}"
    )
