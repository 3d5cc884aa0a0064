"""What was asked for on the command line, and which libraries are there to do it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """What to measure.

    Args:
      metrics: names of workloads.
      sizes: numbers of elements.
      widths: elements in a row, for workloads of elements; 1 for ``[N]``, None for their own.
      dtypes: of the inputs that are floats.
      weighted: ``(False,)``, or ``(False, True)`` to measure with weights too.
      rounds: how many processes one after the other measure each library.
      seconds: how long to repeat each call.
      details: whether to measure more than the update.
      present: names of the peers that are installed.
    """

    metrics: tuple[str, ...]
    sizes: tuple[int, ...]
    widths: tuple[int | None, ...]
    dtypes: tuple[str, ...]
    weighted: tuple[bool, ...]
    rounds: int
    seconds: float
    details: bool
    present: tuple[str, ...]
