"""The picture of the README: errors as a stream grows, beside speed.

python -m benchmarks.front           # measure the errors, in some ten minutes, and draw
python -m benchmarks.front --draw    # draw what was measured
"""

import json
import sys
from typing import Any

from benchmarks import environments, growth
from benchmarks.__main__ import FOLDER
from benchmarks.cells import ratio
from benchmarks.front_picture import save
from benchmarks.machine import describe_machine, own_version
from benchmarks.machine import versions as installed
from benchmarks.peers import OURS

FRONT = FOLDER / "front.json"
PEERS = ("keras", "clu", "nnx", "google-metrax", "torchmetrics", "torcheval")
ROWS = {
    "AUC": "AUC, 200 thresholds",
    "F1Score 100": "F1, 100 classes",
    "MeanIoU 21": "mean IoU, 21 classes",
    "SparseCategoricalAccuracy 100": "accuracy, 100 classes",
    "Precision": "precision",
    "BinaryAccuracy": "binary accuracy",
    "MeanSquaredError": "squared error",
    "R2Score": "R²",
    "Mean": "mean of given values",
}
"""Workloads of the suite ``speed``, most of which several libraries have, those where metrax is
slower included."""


def main(draw_only: bool) -> None:
    """Measure unless told otherwise, and draw."""
    if not draw_only:
        FRONT.write_text(json.dumps(measured(), indent=1) + "\n")
    save(json.loads(FRONT.read_text()), FOLDER)


def measured() -> dict[str, Any]:
    """The data of the picture: errors as measured now, ratios of the last run of ``speed``."""
    present, absent = environments.find_versions([OURS, *PEERS])
    for name, reason in absent.items():
        print(f"absent: {name}, {reason}")
    errors = {}
    for cell in growth.measure(list(present), print):
        kept = "relative" if "relative" in cell else "error"
        errors[cell["peer"]] = cell[kept]
    versions = present | {OURS: own_version(), "jax": installed(["jax"])["jax"]}
    return {
        "growth": {
            "machine": describe_machine(),
            "versions": versions,
            "examples": [growth.EXAMPLES * x for x in growth.PASSES],
            "relative": errors,
        },
        "speed": speeds(json.loads((FOLDER / "results.json").read_text())["speed"]),
    }


def speeds(suite: dict[str, Any]) -> dict[str, Any]:
    """How many times metrax's time each library takes for an update of a million elements."""
    cells = [
        cell
        for cell in suite["data"]
        if "update" in cell and cell["size"] == 10**6 and not cell["weighted"]
    ]
    ours = {cell["workload"]: cell for cell in cells if cell["peer"] == OURS}
    ratios: dict[str, dict[str, float]] = {name: {} for name in ROWS}
    for cell in cells:
        if cell["workload"] in ROWS and cell["peer"] in PEERS:
            times = ratio(cell, ours[cell["workload"]])
            ratios[cell["workload"]][cell["peer"]] = float(f"{times:.3g}")
    named = {ROWS[name]: found for name, found in ratios.items()}
    return {"machine": suite["machine"], "versions": suite["versions"], "ratios": named}


if __name__ == "__main__":
    main("--draw" in sys.argv[1:])
