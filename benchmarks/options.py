"""What was asked for on the command line, and which libraries are there to do it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """What to measure.

    Args:
      metrics: names of workloads.
      sizes: numbers of elements.
      weighted: ``(False,)``, or ``(False, True)`` to measure with weights too.
      rounds: how many processes one after the other measure each library.
      seconds: how long to repeat each call.
      present: names of the peers that are installed.
    """

    metrics: tuple[str, ...]
    sizes: tuple[int, ...]
    weighted: tuple[bool, ...]
    rounds: int
    seconds: float
    present: tuple[str, ...]
