"""The benchmarks' modules import each other in one direction only."""

import ast

import pytest

from benchmarks.machine import ROOT

FOLDER = ROOT / "benchmarks"
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(FOLDER.rglob("*.py"))
}


def imported(source, known):
    """The modules of ``known`` that some source imports, inside functions too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in known else node.module for name in names)


def circle(graph):
    """Modules of which each imports the next, and the last the first; none is []."""
    done = set()

    def search(name, path):
        if name in path:
            return path[path.index(name) :]
        if name in done:
            return []
        found = next(filter(None, (search(x, [*path, name]) for x in graph.get(name, ()))), [])
        done.add(name)
        return found

    return next(filter(None, (search(name, []) for name in graph)), [])


def graph_of(sources):
    return {name: sorted(set(imported(text, sources))) for name, text in sources.items()}


def test_no_module_is_in_an_import_circle():
    graph = graph_of({name: path.read_text() for name, path in MODULES.items()})
    assert "benchmarks.training" in graph["benchmarks.digits_step"]
    assert circle(graph) == []


@pytest.mark.parametrize(
    "statement", ["from benchmarks import a", "import benchmarks.a", "from benchmarks.a import f"]
)
def test_a_circle_is_found_inside_a_function(statement):
    sources = {
        "benchmarks.a": "def f():\n    from benchmarks.b import g\n    return g",
        "benchmarks.b": f"def g():\n    {statement}",
        "benchmarks.c": "from benchmarks import a, b",
    }
    assert sorted(circle(graph_of(sources))) == ["benchmarks.a", "benchmarks.b"]
    assert circle(graph_of(sources | {"benchmarks.b": ""})) == []
