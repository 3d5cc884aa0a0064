"""Large states: only the cells that a batch touches are read and written."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

import metrax
from benchmarks.compiled import Compiled, in_turns
from benchmarks.launch import Job
from metrax.core import into

BATCH = 128
DENSE_BYTES = 1 << 28
"""A state beyond this many bytes is not held twice."""

CLASSES = (64, 256, 1024)
CELLS_A_ROW = (32, 64, 128, 256, 512, 1024)


def small_batches(seconds: float, rows: int = BATCH, largest: int = 10_000) -> list[Job]:
    """States of millions of cells and a batch of a few rows, beside merging all cells."""
    some = [(1000, True), (1000, False), (largest, True), (largest, False)]
    data = [
        (f"confusion matrix of {n} classes", metrax.MeanIoU(n), pairs(n, rows, weighted), n * n)
        for n, weighted in some
    ]
    data += [
        ("AUC at 1e6 thresholds", metrax.AUC(10**6), scores(rows, weighted), 10**6)
        for weighted in (True, False)
    ]
    return [_small(*case, seconds) for case in data]


def pairs(classes: int, rows: int, weighted: bool) -> tuple[Array, ...]:
    """Labels, half of which repeat, and maybe weights."""
    rng = np.random.default_rng(0)
    y, p = rng.integers(0, classes, (2, rows), np.int32)
    return _weighted(rng, np.where(rng.random(rows) < 0.5, y, p), p, weighted)


def scores(rows: int, weighted: bool) -> tuple[Array, ...]:
    """Labels and scores, and maybe weights."""
    rng = np.random.default_rng(0)
    y, p = rng.integers(0, 2, rows, np.int32), rng.random(rows, np.float32)
    return _weighted(rng, y, p, weighted)


def _weighted(rng: np.random.Generator, *arrays: Any) -> tuple[Array, ...]:
    *given, weighted = arrays
    w = [rng.random(len(given[0]), np.float32)] if weighted else []
    return tuple(jnp.asarray(x) for x in (*given, *w))


def _small(name: str, metric: Any, batch: tuple[Array, ...], cells: int, seconds: float) -> Job:
    state = metric.init()
    nbytes = sum(x.nbytes for x in jax.tree.leaves(state))
    ours = Compiled(metric.update, state, *batch, donate=True)
    programs = [ours]
    if nbytes < DENSE_BYTES:
        merged = Compiled(_merged(metric), state, *batch, donate=True)
        programs.append(merged)
    times = in_turns(programs, seconds)
    return {
        "case": name + (", weighted" if len(batch) == 3 else ""),
        "cells": cells,
        "time": times[0],
        "dense": times[1] if len(times) > 1 else None,
        "temporary": ours.temporary_bytes,
        "copies": ours.copies(cells),
    }


def _merged(metric: Any) -> Any:
    return lambda state, *batch: metrax.merge(state, metric.observe(*batch))


def sweep(
    seconds: float,
    classes: tuple[int, ...] = CLASSES,
    cells_a_row: tuple[int, ...] = CELLS_A_ROW,
) -> list[Job]:
    """Both ways over cells by rows, and which of them is taken."""
    return [
        _both(n, max(1, n * n // k), weighted, seconds)
        for n in classes
        for weighted in (False, True)
        for k in cells_a_row
    ]


def _both(classes: int, rows: int, weighted: bool, seconds: float) -> Job:
    metric, batch = metrax.MeanIoU(classes), pairs(classes, rows, weighted)
    statistic = metric._statistic

    def in_place(state: Any, *batch: Array) -> Any:
        with always():
            return into.into(state, statistic._rows(metric._bind(batch, {})))

    taken = jax.eval_shape(lambda *x: statistic._rows(metric._bind(x, {})), *batch)
    sparse = [into.is_sparse(row) for row in jax.tree.leaves(taken, is_leaf=into.is_rows)]
    state = metric.init()
    touched = Compiled(in_place, state, *batch, donate=True)
    dense = Compiled(_merged(metric), state, *batch, donate=True)
    mine, whole = in_turns([touched, dense], seconds)
    return {
        "cells": classes**2,
        "rows": rows,
        "weighted": weighted,
        "touched": mine,
        "dense": whole,
        "in place": all(sparse),
    }


@contextmanager
def always() -> Iterator[None]:
    """Every state is large."""
    with mock.patch.multiple(into, LARGE=0, CELLS_A_ROW=0):
        yield
