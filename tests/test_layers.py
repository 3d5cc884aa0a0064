"""The tree's layers: imports go up only, and nothing optional is loaded."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "metrax"
LAYERS = (
    ("kernels",),
    ("core",),
    ("accumulators",),
    ("building",),
    ("functional",),
    ("losses", "statistics"),
    ("aggregation",),
    (
        "calibration",
        "classification",
        "curves",
        "fairness",
        "regression",
        "probabilistic",
        "segmentation",
    ),
    ("storage",),
    ("combinators",),
    ("interop", "plot"),
    ("reporting",),
)
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
OPTIONAL = ("clu", "flax", "keras", "matplotlib", "sklearn", "orbax", "rich", "tqdm", "scipy.stats")


def imports(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("metrax"):
            parts = (node.module or "").split(".")
            yield from [parts[1]] if len(parts) > 1 else [name.name for name in node.names]
        elif isinstance(node, ast.Import):
            yield from (n.name.split(".")[1] for n in node.names if n.name.startswith("metrax."))


def modules():
    return [path for path in sorted(PACKAGE.rglob("*.py")) if path != PACKAGE / "__init__.py"]


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_up_the_layers(path):
    mine = path.relative_to(PACKAGE).with_suffix("").parts[0]
    for theirs in imports(path):
        assert RANK[theirs] < RANK[mine] or theirs == mine, f"{mine} imports {theirs}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_files_stay_short(path):
    assert len(path.read_text().splitlines()) <= 320


def test_importing_metrax_loads_nothing_optional():
    code = f"import sys, metrax; print([m for m in {OPTIONAL!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_public_name_is_documented():
    import metrax

    for name in metrax.__all__:
        value = getattr(metrax, name)
        if callable(value):
            assert value.__doc__, name
            assert (
                issubclass(value if isinstance(value, type) else object, metrax.MetraxError)
                or "Example:" in value.__doc__
            ), f"{name} has no example"
