"""Other Python processes: starting them, and reading what they answer."""

import json
import os
import select
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.machine import ROOT

Job = dict[str, Any]


def command(environment: str, python: Path, code: str) -> tuple[list[str], dict[str, str]]:
    """The command and the variables of a process that runs ``code`` and can import this package.

    In the environment of the command itself this checkout comes first on the path, elsewhere last:
    there ``metrax`` is another library.
    """
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    variables |= {
        "KERAS_BACKEND": "jax",
        "JAX_ENABLE_COMPILATION_CACHE": "false",  # or compile times would be those of reading
        "TF_CPP_MIN_LOG_LEVEL": "2",
        # PyTorch's threads spin while they wait for each other, which takes a hundred times as long
        # when another program has one of the cores; asleep they cost up to twice, but reliably.
        "OMP_WAIT_POLICY": os.environ.get("OMP_WAIT_POLICY", "PASSIVE"),
    }
    if environment == "this":
        variables["PYTHONPATH"] = str(ROOT)
    append = f"import sys; sys.path.append({str(ROOT)!r}); {code}"
    return [str(python), "-P", "-c", append], variables


def call(environment: str, python: Path, code: str, **variables: str) -> str:
    """What ``code`` prints.

    Raises:
      RuntimeError: when it fails, with the last line of its errors.
    """
    arguments, inherited = command(environment, python, code)
    done = subprocess.run(
        arguments, env=inherited | variables, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(_last_line(done.stderr))
    return done.stdout


def run_jobs(environment: str, python: Path, jobs: list[Job], limit: float) -> list[Job]:
    """Run jobs in a worker; each job with its answer in it, ``cells`` or an ``error``.

    A job that is silent for over ``limit`` seconds, or that its process dies of, gets the reason
    for an answer, and the jobs after it a new process. A process that dies before any job has begun
    cannot use the library, so all jobs get the reason.
    """
    answers: dict[int, Job] = {}
    waiting = [job | {"id": i} for i, job in enumerate(jobs)]
    while waiting:
        arguments, variables = command(
            environment, python, "from benchmarks.worker import main; main()"
        )
        request = json.dumps({"jobs": waiting})
        begun, reason = _run_worker(arguments, variables, request, limit, answers)
        waiting = [job for job in waiting if job["id"] not in answers]
        for job in waiting:
            if begun in (None, job["id"]):
                answers[job["id"]] = {"error": reason}
        waiting = [job for job in waiting if job["id"] not in answers]
    return [job | answers[i] for i, job in enumerate(jobs)]


def _run_worker(
    arguments: list[str],
    variables: dict[str, str],
    request: str,
    limit: float,
    answers: dict[int, Job],
) -> tuple[int | None, str]:
    """Collect a worker's answers until it ends; the job that had begun then, and why it ended."""
    begun = None
    with tempfile.TemporaryFile() as question, tempfile.TemporaryFile() as errors:
        question.write(request.encode())
        question.seek(0)
        process = subprocess.Popen(
            arguments,
            env=variables,
            stdin=question,
            stdout=subprocess.PIPE,
            stderr=errors,
            bufsize=0,  # or lines would wait in a buffer that `select` does not see
        )
        with process:
            for message in _messages(process, limit):
                begun = message.get("begin")
                if "id" in message:
                    answers[message.pop("id")] = message
            if process.poll() is None and not _ends(process):
                process.kill()
                return begun, f"took over {limit:.0f} s"
        errors.seek(0)
        if process.returncode < 0:
            return begun, "killed, perhaps for want of memory"
        return begun, _last_line(errors.read().decode(errors="replace"))


def _messages(process: subprocess.Popen[bytes], limit: float) -> Iterator[Job]:
    """Lines of JSON, until there are no more or none comes within ``limit`` seconds."""
    assert process.stdout is not None
    while select.select([process.stdout], [], [], limit)[0]:
        line = process.stdout.readline()
        if not line.endswith(b"\n"):  # the end, or a process that died in mid-sentence
            return
        yield json.loads(line)


def _ends(process: subprocess.Popen[bytes]) -> bool:
    """Whether a process that has closed its output, or says nothing more, ends by itself."""
    try:
        process.wait(timeout=1)
    except subprocess.TimeoutExpired:
        return False
    return True


def _last_line(text: str) -> str:
    lines = text.strip().splitlines() or ["ended without a word"]
    return lines[-1][:200]
