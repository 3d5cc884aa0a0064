"""What ``docs/figures.json`` says of a metric; ``python -m tests.figures`` writes it."""

import functools
import importlib
import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[1] / "figures.json"


@functools.cache
def read() -> dict[str, dict[str, Any]]:
    """The figures by metric."""
    return json.loads(FILE.read_text())["metrics"] if FILE.exists() else {}


@functools.cache
def of(name: str) -> dict[str, Any]:
    """A metric's figures; computed where the file has none yet and the tests are at hand."""
    if name in read():
        return read()[name]
    try:
        return importlib.import_module("tests.figures").figures(name)
    except (ImportError, StopIteration):  # without the tests, or without a row
        return {}


def sharing(name: str, names: list[str]) -> list[str]:
    """The other metrics that accumulate the very same, so that they share a state."""
    mine = of(name).get("accumulates")
    return [x for x in names if mine and x != name and of(x).get("accumulates") == mine]
