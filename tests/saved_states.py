"""States as saved under the layout's version, to be read for as long as it stays.

``python -m tests.saved_states`` adds those of new statistics, and begins a file for a new version.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jax
import numpy as np

import metrax
from tests.cases import CASES, Case

VERSION = metrax.layout(metrax.Mean())["version"]
FILE = Path(__file__).with_name(f"states_of_layout_{VERSION}.json")


def smallest() -> dict[str, Case]:
    """For each of metrax's statistics the row with the smallest state that can be written down."""
    found: dict[str, tuple[int, Case]] = {}
    for case in CASES:
        name = type(case.metric.statistic).__name__
        size = sum(x.size for x in jax.tree.leaves(jax.eval_shape(case.metric.init)))
        if size < found.get(name, (float("inf"),))[0] and can_be_read(case.metric):
            found[name] = size, case
    return {name: case for name, (_, case) in found.items()}


def can_be_read(metric: metrax.Metric) -> bool:
    """Whether a configuration tells all of the metric, in metrax's own words."""
    try:
        own = type(metric.statistic).__module__.startswith("metrax.")
        return own and metrax.deserialize(metrax.serialize(metric)) == metric
    except metrax.MetraxError:
        return False


def written(case: Case) -> dict[str, Any]:
    """What is kept: the layout, a batch, the leaves of its state by path, and the value."""
    args, kwargs = case.arguments(case.batch())
    state = case.metric.observe(*args, **kwargs)
    return {
        "layout": metrax.layout(case.metric),
        "args": [packed(x) for x in args],
        "kwargs": {name: packed(x) for name, x in kwargs.items()},
        "leaves": {path: packed(np.asarray(x)) for path, x in paths(state)},
        "value": jax.tree.map(lambda x: np.asarray(x).tolist(), {"value": case.value(state)}),
    }


def paths(state: Any) -> Iterator[tuple[str, Any]]:
    """The leaves of a state by path."""
    for path, x in jax.tree_util.tree_leaves_with_path(state):
        yield jax.tree_util.keystr(path), x


def packed(x: np.ndarray) -> dict[str, Any]:
    """An array by what is not 0 in it."""
    (places,) = np.nonzero(x.reshape(-1))
    values = x.reshape(-1)[places]
    found = {"shape": x.shape, "dtype": x.dtype.name, "values": values.tolist()}
    return found if len(places) == x.size else {**found, "at": places.tolist()}


def unpacked(saved: dict[str, Any]) -> np.ndarray:
    """The array again."""
    if "at" not in saved:
        return np.array(saved["values"], saved["dtype"]).reshape(saved["shape"])
    x = np.zeros(int(np.prod(saved["shape"])), saved["dtype"])
    x[saved["at"]] = saved["values"]
    return x.reshape(saved["shape"])


def read() -> dict[str, dict[str, Any]]:
    """What is kept, by statistic."""
    return json.loads(FILE.read_text()) if FILE.exists() else {}


def main() -> None:
    """Add what is not in the file; what is there stays as it was written."""
    kept = read()
    kept |= {name: written(case) for name, case in smallest().items() if name not in kept}
    lines = [f"{json.dumps(name)}: {json.dumps(x)}" for name, x in sorted(kept.items())]
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
