"""Python processes with their own number of devices, as a user starts them."""

import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

QUICK = "--xla_backend_optimization_level=0"
"""Compiles programs that run only once in half the time."""

ROOT = Path(__file__).parents[1]


def free_port() -> int:
    """A port for the coordinator of several processes."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def start(*args: object, devices: int, flags: str = "") -> subprocess.Popen[str]:
    """A running ``python *args`` that can import the examples and the cases."""
    environment = os.environ | {
        "XLA_FLAGS": f"--xla_force_host_platform_device_count={devices} {flags}",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "examples")]),
    }
    return subprocess.Popen(
        [sys.executable, *map(str, args)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(*processes: subprocess.Popen[str], timeout: float = 400) -> Sequence[str]:
    """What each process printed; all of them end, and must end well."""
    try:
        outputs = [process.communicate(timeout=timeout) for process in processes]
    finally:
        for process in processes:
            process.kill()
    for process, (_, errors) in zip(processes, outputs, strict=True):
        assert process.returncode == 0, errors[-3000:]
    return [printed for printed, _ in outputs]
