"""Print pip constraints that hold what metrax needs, and what it adapts to, at its lower bounds.

python .ci/lower_bounds.py > constraints.txt
"""

import tomllib
from pathlib import Path

ADAPTED = ("flax", "keras")

project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
extras = project["optional-dependencies"]
adapted = [need for need in extras["examples"] + extras["test"] if need.startswith(ADAPTED)]
for need in project["dependencies"] + adapted:
    print(need.replace(">=", "=="))
