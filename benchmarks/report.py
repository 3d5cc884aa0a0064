"""The results as files: ``results.json``, ``RESULTS.md`` and the pictures."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import accuracy, imports, merging, speed, steps, ways
from benchmarks.options import Options
from benchmarks.picture import NAMES, save_ratios
from benchmarks.tables import Table
from benchmarks.workloads import WORKLOADS


class Suite(NamedTuple):
    """What one kind of measurement does, what its data means, and how it is shown."""

    measure: Callable[[Options, Callable[[str], None]], list[dict[str, Any]]]
    tables: Callable[[list[dict[str, Any]]], list[Table]]
    title: str
    text: str


SUITES = {
    "speed": Suite(
        speed.measure,
        speed.tables,
        "Speed",
        "All libraries see the same data. On JAX: the median time of a jitted update whose state "
        "is donated, or of a function's jitted call. metrax, Keras, nnx, optax, `plain` and "
        "`floor` share a process and take turns, call by call, in random order; google-metrax and "
        "clu, PyTorch's libraries and scikit-learn have processes of their own. Those not on JAX: "
        "update and compute together, beside metrax's update and compute together, rows of "
        "elements as one long row. `plain` is `jnp.mean` of metrax's own function, weighted "
        "`jnp.sum(w * f) / jnp.sum(w)`, or what one writes oneself; `floor` reads each input once "
        "and does nothing else. Means of elements are of `[N / 1000, 1000]` and a weight a row, "
        "unless another shape is given. PyTorch's threads sleep while they wait "
        "(`OMP_WAIT_POLICY`). ≠ marks a value that is over 1% off metrax's, so that the work was "
        "another.",
    ),
    "step": Suite(
        steps.measure,
        steps.tables,
        "Metrics in a training step",
        "The step of `examples/digits.py` and one of a language model of about ten million "
        "parameters, with and without a collection of six metrics in the jitted, donated step.",
    ),
    "merge": Suite(
        merging.measure,
        merging.tables,
        "Merging",
        "`pmerge` inside `shard_map` on eight virtual devices of the CPU, and `merge` of two "
        "states. The metrics are precisions at different thresholds, so each has its own state.",
    ),
    "ways": Suite(
        ways.measure,
        ways.tables,
        "Other ways to reduce",
        "The core's other reducers, beside what one would write instead, call by call in random "
        "order. A group's ratio is of one sum of floats that shapes do not tell, over one "
        "`jax.ops.segment_sum`. One by one is a jitted `observe` for each block, or for each "
        "replicate with its draws for weights. A `jnp.sum` of each is one program. States are "
        "donated. Collectives are read off the programs of eight virtual devices.",
    ),
    "imports": Suite(
        imports.measure,
        imports.tables,
        "Imports",
        "Fresh processes, medians: what `import metrax` adds to a program that has imported JAX.",
    ),
    "accuracy": Suite(
        accuracy.measure,
        accuracy.tables,
        "Accuracy",
        "Relative error against float64 NumPy on the same rounded inputs. The 1e9 examples are "
        "a batch of 1,000,001 a thousand times over. The AUC near 1e-6 has 200 thresholds evenly "
        "over [0, 1] where the library's has thresholds, and is held against the exact area.",
    ),
}


PICTURE = "![How many times metrax's time each library takes]({})"


def save(folder: Path, name: str, section: dict[str, Any]) -> None:
    """Replace one suite's section of the results, and write every file anew."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "results.json"
    sections = json.loads(file.read_text()) if file.exists() else {}
    sections[name] = section
    file.write_text(json.dumps(sections, indent=1) + "\n")
    (folder / "RESULTS.md").write_text(markdown(sections))
    if name == "speed":
        save_ratios(section["data"], folder)


def markdown(sections: dict[str, dict[str, Any]]) -> str:
    """All sections, in the order of the suites; the facts that they share come first."""
    every = [facts(section) for section in sections.values()]
    shared = every[0] if len(set(every)) == 1 else None
    parts = ["# Results", "Written by `python -m benchmarks`; do not edit.", shared or ""]
    for name, suite in SUITES.items():
        if name in sections:
            parts += [f"## {suite.title}", suite.text]
            parts += [facts(sections[name])] if shared is None else []
            parts += _pictures(sections[name]["data"]) if name == "speed" else []
            parts += [table.markdown() for table in suite.tables(sections[name]["data"])]
    return "\n\n".join(filter(None, parts)) + "\n"


def _pictures(cells: list[dict[str, Any]]) -> list[str]:
    kinds = {WORKLOADS[cell["workload"]].is_function for cell in cells}
    return [PICTURE.format(name) for name, functions in NAMES.items() if functions in kinds]


def facts(section: dict[str, Any]) -> str:
    """Machine, versions, and which libraries are absent and why."""
    lines = [
        ", ".join(f"{name} {value}" for name, value in section["machine"].items()),
        "Versions: " + ", ".join(f"{name} {x}" for name, x in section["versions"].items()),
        *(f"Absent: {name} ({why})" for name, why in section["absent"].items()),
    ]
    return "\n".join(f"- {line}" for line in lines)
