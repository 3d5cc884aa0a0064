"""Median times."""

import statistics
import time
from collections.abc import Callable
from typing import Any

SLOW_CALL_S = 20.0
"""A call that takes longer is not repeated."""

MAX_REPEATS = 50
MIN_REPEATS = 3


def median_time(call: Callable[[], Any], seconds: float, slow: float = SLOW_CALL_S) -> float:
    """Median wall time of a call, in seconds.

    Args:
      call: what to time; it must not return before its work is done.
      seconds: how long to go on repeating, three times at least, after one call that warms up.
      slow: a warm-up longer than this is all that is measured, and repeats end after it.
    """
    warm_up = _time(call)
    if warm_up > slow:
        return warm_up
    times: list[float] = []
    while len(times) < MAX_REPEATS and sum(times) < (
        seconds if len(times) >= MIN_REPEATS else slow
    ):
        times.append(_time(call))
    return statistics.median(times)


def _time(call: Callable[[], Any]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start
