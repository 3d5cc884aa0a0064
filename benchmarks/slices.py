"""Groups beside pandas and fairlearn, very many groups, and windows of any length."""

import importlib.util
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

import metrax
from benchmarks.compiled import Compiled, in_turns
from benchmarks.launch import Job

GROUPS = 1000
WINDOWS = (10, 100, 1000)


def peers(seconds: float, size: int, n: int = GROUPS) -> list[Job]:
    """The accuracy of each group, beside who else can; None where a library is not installed."""
    rng = np.random.default_rng(0)
    y, p = rng.integers(0, 2, size).astype(np.float32), rng.random(size, np.float32)
    ids = rng.integers(0, n, size, np.int32)
    metric = metrax.Grouped(metrax.BinaryAccuracy(), n)
    arrays = [jnp.asarray(x) for x in (y, p, ids)]
    ours = Compiled(lambda y, p, ids: metric(y, p, groups=ids), *arrays)
    others = {"pandas": _pandas(y, p, ids), "fairlearn": _fairlearn(y, p, ids)}
    there = {name: call for name, call in others.items() if call is not None}
    for call in there.values():
        np.testing.assert_allclose(np.asarray(call()), ours(), atol=1e-6)
    mine, *theirs = in_turns([ours, *there.values()], seconds)
    times = dict(zip(there, theirs, strict=True))
    return [
        {"case": f"accuracy of {n} groups at {size:.0e}", "time": mine}
        | {name: times.get(name) for name in others}
    ]


def _pandas(y: np.ndarray, p: np.ndarray, ids: np.ndarray) -> Callable[[], Any] | None:
    if importlib.util.find_spec("pandas") is None:
        return None
    import pandas as pd  # pyright: ignore[reportMissingImports]

    return lambda: pd.Series((p > 0.5) == y).groupby(ids).mean()


def _fairlearn(y: np.ndarray, p: np.ndarray, ids: np.ndarray) -> Callable[[], Any] | None:
    if importlib.util.find_spec("fairlearn") is None:
        return None
    from fairlearn.metrics import MetricFrame  # pyright: ignore[reportMissingImports]
    from sklearn.metrics import accuracy_score

    def call() -> Any:
        frame = MetricFrame(
            metrics=accuracy_score, y_true=y, y_pred=p > 0.5, sensitive_features=ids
        )
        return frame.by_group

    return call


def many(seconds: float, sizes: tuple[int, ...] = (10**3, 10**5), batch: int = 1024) -> list[Job]:
    """Updates of very many groups: temporaries beside the state, and the time of the smallest."""
    return [_many(n, batch, seconds if n == min(sizes) else None) for n in sizes]


def _many(n: int, batch: int, seconds: float | None) -> Job:
    metric = metrax.Grouped(metrax.AUC(), n)
    state = jax.eval_shape(metric.init)
    rng = np.random.default_rng(1)
    y, p = jnp.asarray(rng.integers(0, 2, batch)), jnp.asarray(rng.random(batch, np.float32))
    ids = jnp.asarray(rng.integers(0, n, batch, np.int32))

    def update(state: Any, y: Array, p: Array, ids: Array) -> Any:
        return metric.update(state, y, p, groups=ids)

    program = jax.jit(update, donate_argnums=0).lower(state, y, p, ids).compile()
    memory = program.memory_analysis()
    found = {
        "case": f"AUC(200) of {n:.0e} groups, a batch of {batch}".replace("e+0", "e"),
        "state": sum(x.size * x.dtype.itemsize for x in jax.tree.leaves(state)),
        "temporary": memory.temp_size_in_bytes if memory else 0,
        "time": None,
    }
    if seconds is not None:
        step = Compiled(update, metric.init(), y, p, ids, donate=True)
        (found["time"],) = in_turns([step], seconds)
    return found


def windows(seconds: float, sizes: tuple[int, ...] = WINDOWS, batch: int = 1024) -> list[Job]:
    """An update of a window, by its length, in turns."""
    rng = np.random.default_rng(2)
    y, p = jnp.asarray(rng.integers(0, 2, batch)), jnp.asarray(rng.random(batch, np.float32))
    metrics = [metrax.Windowed(metrax.AUC(), n) for n in sizes]
    steps = [Compiled(_updating(m), m.init(), y, p, donate=True) for m in metrics]
    times = in_turns(steps, seconds)
    return [
        {"case": f"AUC(200), the last {n}", "time": time, "shortest": times[0]}
        for n, time in zip(sizes, times, strict=True)
    ]


def _updating(metric: metrax.Metric) -> Callable[..., Any]:
    return lambda state, y, p: metric.update(state, y, p)
