"""What the site's pages say in numbers: docs/figures.json; ``python -m tests.figures`` writes it.

For each metric what it takes, what it keeps, what it answers in corner cases, what an update moves
and what other libraries call it: computed here, from the metric and its row, so that no page waits
for it and none says what the metric does not do. ``tests/docs/test_figures.py`` holds the file.
"""

import functools
import hashlib
import json
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import jax
import numpy as np

import metrax
from tests.cases import CASES, Case
from tests.docs.corners import conventions
from tests.docs.elsewhere import elsewhere

FILE = Path(__file__).parents[1] / "docs" / "figures.json"
COMMAND = "python -m tests.figures"
DIRECTIONS = {True: "higher", False: "lower", None: "neither"}
COSTLY = 1 << 16
"""Examples in the batch of which an update's bytes are counted."""


@functools.cache
def row(name: str) -> Case:
    """The first row of a class, with the metric as it is without arguments where that works."""
    case = next(c for c in CASES if type(c.metric).__name__ == name)
    try:
        plain = case.of(type(case.metric)())
        plain.update(plain.metric.init(), plain.batch())
    except (metrax.MetraxError, TypeError):
        return case
    return plain


def figures(name: str) -> dict[str, Any]:
    """A metric's figures, all but what costs time: the bytes that an update moves."""
    case = row(name)
    metric = case.metric
    shapes = jax.eval_shape(metric.init)
    leaves = jax.tree_util.tree_leaves_with_path(shapes)
    path = jax.tree_util.keystr
    return {
        "call": repr(metric),
        **direction(metric),
        **taken(case),
        "values": domains(case),
        "statistic": _path(type(metric._statistic)),
        "accumulates": hashlib.sha256(repr(metric._statistic).encode()).hexdigest()[:12],
        "state": {path(k, simple=True, separator="."): list(x.shape) for k, x in leaves},
        "bytes": sum(x.size * x.dtype.itemsize for _, x in leaves),
        "conventions": conventions(case),
        "called": called(metric),
        "elsewhere": elsewhere(name),
    }


def direction(metric: metrax.Metric) -> dict[str, Any]:
    """The range, as text since JSON has no infinity, and whether higher is better.

    Both by the names of the values where there are several: ``""`` for the only one.
    """
    ranges, better = (
        said if isinstance(said, dict) else {"": said}
        for said in (metric.value_range, metric.higher_is_better)
    )
    return {
        "range": {key: [f"{low:g}", f"{high:g}"] for key, (low, high) in ranges.items()},
        "better": {key: DIRECTIONS[higher] for key, higher in better.items()},
    }


def taken(case: Case) -> dict[str, Any]:
    """Shapes of the inputs and of the value, with a letter for each length."""
    letters: dict[int, str] = {}

    def spell(shape: tuple[int, ...]) -> str:
        for size in shape:
            letters.setdefault(size, "CDEFGH"[len(letters)])
        return ", ".join(letters[size] for size in shape)

    batch = case.batch()
    takes = {
        x: f"[{', '.join(filter(None, ('B', spell(value.shape[1:]))))}]"
        for x, value in zip(case.metric.inputs, batch.inputs, strict=False)
    }
    value = jax.eval_shape(case.metric.compute, jax.eval_shape(case.metric.init))
    return {"takes": takes, "value": _spelt(value, spell)}


def _spelt(value: Any, spell: Any) -> str:
    if hasattr(value, "shape"):
        return f"``[{spell(value.shape)}]``" if value.shape else "a scalar"
    named = getattr(value, "_asdict", lambda: value)()
    if not isinstance(named, dict):
        return "a tree of arrays"
    return ", ".join(f"``{key}``: {_spelt(x, spell)}" for key, x in named.items())


def domains(case: Case) -> dict[str, str]:
    """What the inputs may hold, in words."""
    inputs = dict(zip(case.metric.inputs, case.batch().inputs, strict=False))
    return {name: str(domain) for name, domain in case.metric.domains(**inputs).items()}


def called(metric: metrax.Metric) -> list[str]:
    """The names by which ``metrax.get`` knows it."""
    return list(dict.fromkeys([metric.name, *type(metric).aliases]))


@functools.cache
def moved(name: str) -> float:
    """Bytes that a compiled update of a large batch moves, over those of its inputs."""
    return _moved(program(name))


@functools.lru_cache
def _moved(key: Hashable) -> float:
    name = PROGRAMS[key]
    case = row(name)
    batch = case.batch(n=COSTLY)
    inputs = [jax.ShapeDtypeStruct(x.shape, _narrow(x.dtype)) for x in batch.inputs]
    step = jax.jit(lambda state, *args: case.metric.update(state, *args))
    compiled = step.lower(jax.eval_shape(case.metric.init), *inputs).compile()
    bytes_in = sum(x.size * x.dtype.itemsize for x in inputs)
    return round(compiled.cost_analysis()["bytes accessed"] / bytes_in, 1)


PROGRAMS: dict[Hashable, str] = {}
"""A metric for each program of an update, so that each is compiled once."""


def program(name: str) -> Hashable:
    from tests.cases.tiers import program_of

    key = program_of(row(name))
    PROGRAMS.setdefault(key, name)
    return key


def _narrow(dtype: np.dtype) -> Any:
    return jax.dtypes.canonicalize_dtype(dtype)


def _path(cls: type) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"


def names() -> list[str]:
    """The metrics that have pages."""
    from docs._site.names import metrics

    return list(metrics())


def text(entries: dict[str, Any]) -> str:
    """The file: a metric a paragraph, a figure a line."""
    lines = []
    for name, entry in sorted(entries.items()):
        figures = (f"  {json.dumps(key)}: {_json(value)}" for key, value in entry.items())
        lines.append(f" {json.dumps(name)}: {{\n" + ",\n".join(figures) + "\n }")
    versions = json.dumps({"jaxlib": jax.lib.__version__})
    return f'{{"written with": {versions},\n"metrics": {{\n' + ",\n".join(lines) + "\n}}\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    found = {name: figures(name) | {"moved": moved(name)} for name in names()}
    FILE.write_text(text(found))
    print(f"{len(found)} metrics: {FILE}")
