"""Type checkers find the mistakes in users' code and nothing else; signatures name the inputs."""

import doctest
import inspect
import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import metrax
from metrax.core.typed import NumberedPairMetric
from tests.cases import CASES
from tests.test_lazy import FAMILIES

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "tests" / "typing").glob("*.py"))


def every_name() -> str:
    """A program that uses every public name, as ``metrax``'s and as its package's."""
    names = [f"metrax.{name}" for name in metrax.__all__]
    names += [f"metrax.interop.{name}.Metric" for name in ("keras", "nnx")]
    for package in (*FAMILIES, "functional", "losses", "accumulators", "statistics"):
        for name, value in vars(getattr(metrax, package)).items():
            if name[0] != "_" and getattr(value, "__module__", "").startswith("metrax."):
                names.append(f"metrax.{package}.{name}")
    return "import metrax\n\nprint(\n" + "".join(f"    {name},\n" for name in names) + ")\n"


def every_example() -> str:
    """A program of the examples in the docstrings of all that is public, but for the mistakes."""
    public = {id(x): x for x in (getattr(metrax, name) for name in metrax.__all__)}
    for part in (metrax.functional, metrax.losses):
        public |= {id(x): x for x in vars(part).values() if inspect.isfunction(x)}
    # Examples may be short of annotations; optax has none.
    codes = "import-untyped,no-untyped-def,no-untyped-call"
    lines = ["# pyright: basic", f'# mypy: disable-error-code="{codes}"']
    for i, value in enumerate(public.values()):
        if callable(value):
            examples = doctest.DocTestParser().get_examples(inspect.getdoc(value) or "")
            right = "".join(example.source for example in examples if example.exc_msg is None)
            lines += [f"def _{i}() -> None:", textwrap.indent(right, "    ") + "    return"]
    return "\n".join(lines)


def pyright(files: list[Path]) -> subprocess.Popen:
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable]
    return started([*command, *map(str, files)])


def mypy(files: list[Path]) -> subprocess.Popen:
    options = ["--strict", "--follow-imports=silent", "--output=json", "--no-error-summary"]
    options += ["--cache-dir=/dev/null", f"--python-executable={sys.executable}"]
    return started([sys.executable, "-m", "mypy", *options, *map(str, files)])


def started(command: list[str]) -> subprocess.Popen:
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def said_by_pyright(process: subprocess.Popen) -> dict[tuple[str, int], str]:
    out, err = process.communicate(timeout=500)
    assert out, err
    found = json.loads(out)["generalDiagnostics"]
    return {
        (Path(x["file"]).name, x["range"]["start"]["line"] + 1): x["message"]
        for x in found
        if x["severity"] == "error"
    }


def said_by_mypy(process: subprocess.Popen) -> dict[tuple[str, int], str]:
    out, err = process.communicate(timeout=500)
    assert process.returncode in (0, 1), err
    found = (json.loads(line) for line in out.splitlines())
    return {
        (Path(x["file"]).name, x["line"]): x["message"] for x in found if x["severity"] == "error"
    }


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What each checker says about all of the files, by file and line."""
    names = tmp_path_factory.mktemp("typing") / "names.py"
    names.write_text(every_name() + "metrax.nothing()\n")
    examples = names.parent / "examples.py"
    examples.write_text(every_example())
    files = [*FILES, names, examples]
    both = pyright(files), mypy(files)
    return {"pyright": said_by_pyright(both[0]), "mypy": said_by_mypy(both[1])}


@pytest.mark.slow
@pytest.mark.parametrize("checker", ["pyright", "mypy"])
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_checkers_find_the_mistakes_and_nothing_else(path, checker, said):
    lines = path.read_text().splitlines()
    expected = {i for i, line in enumerate(lines, 1) if line.endswith("# error")}
    found = {line: text for (name, line), text in said[checker].items() if name == path.name}
    assert {line: text for line, text in found.items() if line not in expected} == {}
    assert [lines[i - 1] for i in sorted(expected - found.keys())] == []


@pytest.mark.slow
@pytest.mark.parametrize("checker", ["pyright", "mypy"])
def test_checkers_see_every_public_name(checker, said):
    nothing = len(every_name().splitlines()) + 1
    assert {line for name, line in said[checker] if name == "names.py"} == {nothing}


@pytest.mark.slow
@pytest.mark.parametrize("checker", ["pyright", "mypy"])
def test_checkers_take_what_docstrings_pass(checker, said):
    assert every_example().count(" functional.") > 20
    assert {x: text for x, text in said[checker].items() if x[0] == "examples.py"} == {}


OPEN = {
    *("Along", "Collection", "Composed", "Decayed", "Difference", "Grouped", "Interval", "Mapped"),
    *("Ratio", "Routed", "Windowed"),
}
"""What takes the inputs of other metrics."""


@pytest.mark.parametrize("name", sorted({type(case.metric).__name__ for case in CASES} - OPEN))
def test_signatures_name_the_inputs(name):
    metric = next(case.metric for case in CASES if type(case.metric).__name__ == name)
    cls, extra = type(metric), dict(metric._statistic._extra)
    names = [x for x in metric.inputs if x not in extra]
    if issubclass(cls, NumberedPairMetric):  # which take it where they are configured so
        extra = {"index": True}
    for method, first in ((cls.update, ["state"]), (cls.observe, []), (cls.__call__, [])):
        parameters = inspect.signature(method).parameters
        assert [*parameters] == ["self", *first, *names, "w", *extra]
        optional = [x for x in extra if extra[x]]
        assert [x.name for x in parameters.values() if x.default is None] == ["w", *optional]
        # A wrong call is answered by the one method that everything else calls, too.
        assert method.original is vars(metrax.Metric)[method.__name__]
        assert method.__doc__ == method.original.__doc__


def test_metrics_of_metrics_take_more():
    mae = metrax.MeanAbsoluteError()
    for metric in (metrax.Collection([mae]), mae.on("labels", "outputs"), metrax.checked(mae)):
        kinds = {x.kind for x in inspect.signature(metric.update).parameters.values()}
        assert inspect.Parameter.VAR_KEYWORD in kinds
