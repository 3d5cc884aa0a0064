"""The virtual environments that the libraries are installed in.

``this`` is the environment of the command itself. google-metrax has metrax's import name, so it
must have its own; clu shares it. PyTorch's libraries share another.
"""

import json
import subprocess
import sys
import venv
from importlib import metadata
from pathlib import Path

from benchmarks.launch import Job, call, run_jobs
from benchmarks.machine import versions
from benchmarks.peers import OURS, PEERS

FOLDER = Path(__file__).parent / ".environments"

REQUIREMENTS = {
    "google": ("google-metrax==0.2.4", "clu==0.0.12"),
    "torch": ("torch==2.13.0", "torchmetrics==1.9.0", "torcheval==0.0.7"),
}
SAME_AS_HERE = {"google": ("jax", "flax", "optax", "numpy"), "torch": ("numpy",)}
"""What must be of one version in all environments, for ratios to mean something."""

JAX_EXTRAS = ("cuda12", "cuda13")

SETUP_COMMAND = "python -m benchmarks setup"


def interpreter(environment: str) -> Path:
    """The Python of an environment, whether it exists or not."""
    if environment == "this":
        return Path(sys.executable)
    scripts, suffix = ("Scripts", ".exe") if sys.platform == "win32" else ("bin", "")
    return FOLDER / environment / scripts / f"python{suffix}"


def set_up() -> None:
    """Create every environment that is missing and install what it needs."""
    for environment, requirements in REQUIREMENTS.items():
        python = interpreter(environment)
        if not python.exists():
            venv.create(FOLDER / environment, with_pip=True)
        same = [_as_here(name) for name in SAME_AS_HERE[environment]]
        print(f"{environment}: installing {', '.join([*requirements, *same])}")
        command = [str(python), "-m", "pip", "install", "--quiet", *requirements, *same]
        subprocess.run(command, check=True)


def _as_here(distribution: str) -> str:
    """The requirement of the version that is installed here; for JAX, with its CUDA plugin."""
    plugins = [x for x in JAX_EXTRAS if versions([f"jax-{x}-plugin"])[f"jax-{x}-plugin"]]
    extras = f"[{','.join(plugins)}]" if distribution == "jax" and plugins else ""
    return f"{distribution}{extras}=={metadata.version(distribution)}"


def find_versions(names: list[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Which of the peers are installed.

    Returns:
      Versions by name of the peers that are there, and reasons by name of those that are not.
    """
    present, absent = {}, {}
    for environment in dict.fromkeys(PEERS[name].environment for name in names):
        mine = [PEERS[name] for name in names if PEERS[name].environment == environment]
        if not interpreter(environment).exists():
            absent |= {x.name: f"not set up; run `{SETUP_COMMAND}`" for x in mine}
            continue
        code = "import json; from benchmarks.machine import versions; "
        code += f"print(json.dumps(versions({[x.distribution for x in mine]!r})))"
        found = json.loads(call(environment, interpreter(environment), code))
        for peer in mine:
            version = found[peer.distribution]
            if version is None and peer.name != OURS:
                where = "" if environment == "this" else f"; run `{SETUP_COMMAND}`"
                absent[peer.name] = f"{peer.distribution} is not installed{where}"
            else:
                present[peer.name] = version
    return present, absent


def run_together(environment: str, jobs: list[Job], limit: float) -> list[Job]:
    """The cells of jobs, one for each job and peer.

    A job whose process dies is done again by each of its peers alone.
    """
    python = interpreter(environment)
    cells: list[Job] = []
    for job in run_jobs(environment, python, jobs, limit):
        asked = {
            name: x for name, x in job.items() if name not in ("id", "peers", "cells", "error")
        }
        if "error" in job and len(job["peers"]) > 1:
            alone = [asked | {"peers": [name]} for name in job["peers"]]
            cells += run_together(environment, alone, limit)
            continue
        for name in job["peers"]:
            answer = job["cells"][name] if "cells" in job else {"error": job["error"]}
            cells.append(asked | answer | {"peer": name})
    return cells
