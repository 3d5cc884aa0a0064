"""Median times."""

import random
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

SLOW_CALL_S = 20.0
"""A call that takes longer is not repeated."""

PATIENCE_S = 2.0
"""A call that takes turns with others sits out once it has taken so long in all."""

MAX_REPEATS = 50
MIN_REPEATS = 3
MAX_TURNS = 100
MIN_TURNS = 15


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


def interleaved_times(
    calls: Sequence[Callable[[], Any]], seconds: float, patience: float = PATIENCE_S
) -> list[float]:
    """Median wall time of each call in seconds, the calls taking turns, so that drifts hit all.

    Args:
      calls: what to time, each already warm; none may return before its work is done.
      seconds: how long to go on repeating for each call, fifteen turns at least.
      patience: a call that has taken longer in all sits out.
    """
    times: list[list[float]] = [[] for _ in calls]
    shuffled = random.Random(0)
    for turn in range(MAX_TURNS):
        playing = [i for i, mine in enumerate(times) if sum(mine) < patience]
        spent = sum(sum(times[i]) for i in playing)
        if turn >= MIN_TURNS and spent >= seconds * len(playing):
            break
        shuffled.shuffle(playing)  # or one call would always find what the same one left behind
        for i in playing:
            times[i].append(_time(calls[i]))
    return [statistics.median(mine) for mine in times]


def _time(call: Callable[[], Any]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start
