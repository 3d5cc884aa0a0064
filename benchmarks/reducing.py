"""Other ways to reduce rows, each beside what one would write: groups, blocks, draws, pieces."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

import metrax
from benchmarks import data
from benchmarks.compiled import Compiled, in_turns
from benchmarks.launch import Job
from metrax.core import ways

GROUPS, BLOCKS, REPLICATES = 1000, 100, 200


class LogSum(metrax.Accumulator):
    """The logarithm of a sum of exponentials: an accumulator that is not made of sums."""

    neutral = -np.inf

    value: Array

    @classmethod
    def lift(cls, x: Array, w: Array | None) -> "LogSum":
        """Of one value."""
        return cls(x if w is None else x + jnp.log(w))

    def combine(self, other: "LogSum") -> "LogSum":
        """Of both."""
        return LogSum(jnp.logaddexp(self.value, other.value))


class LogSumExp(metrax.Statistic):
    """Of a stream."""

    def contribute(self, values: Array) -> Any:
        """Each value."""
        return LogSum.each(values)


class Case(NamedTuple):
    """A statistic on some inputs.

    Args:
      name: in the tables.
      statistic: what is accumulated.
      inputs: by name.
      sums: how many sums of floats it asks for that shapes do not tell; 0 where it counts cells, or
        folds.
    """

    name: str
    statistic: metrax.Statistic
    inputs: dict[str, Any]
    sums: int


def cases(size: int) -> Iterator[Case]:
    """What is reduced by group, by block and resampled, with ``size`` examples."""
    rng = np.random.default_rng(0)
    numbers, scores = data.normals(rng, size), data.scores(rng, size)
    w = rng.uniform(0.5, 1.5, size).astype("float32")
    for name, metric, batch, sums in (
        ("MeanSquaredError", metrax.MeanSquaredError(), numbers, 2),
        ("MeanSquaredError, weighted", metrax.MeanSquaredError(), (*numbers, w), 2),
        ("AUC", metrax.AUC(), scores, 0),
        ("AUC, weighted", metrax.AUC(), (*scores, w), 0),
        ("R2Score", metrax.R2Score(num_outputs=1), numbers, 11),
    ):
        inputs = jax.tree.map(jnp.asarray, metric._bind(batch, {}))
        yield Case(name, metric._statistic, inputs, sums)
    values = {"values": jnp.asarray(numbers[0]), "w": None}
    yield Case("an accumulator of one's own", LogSumExp(), values, 0)


def groups(seconds: float, size: int, n: int = GROUPS) -> list[Job]:
    """By group, beside a ``segment_sum`` and all examples as one group."""
    rng = np.random.default_rng(1)
    ids = jnp.asarray(rng.integers(0, n, size, np.int32))
    x = jnp.asarray(rng.random(size, np.float32))
    segment = Compiled(lambda x, ids: jax.ops.segment_sum(x, ids, n), x, ids)
    return [_grouped(case, ids, n, segment, seconds) for case in cases(size)]


def _grouped(case: Case, ids: Array, n: int, segment: Compiled, seconds: float) -> Job:
    statistic = case.statistic
    ours = Compiled(lambda ids, x: ways.by_group(statistic, x, ids, n), ids, case.inputs)
    whole = Compiled(statistic.observe, case.inputs)
    mine, sums, alone = in_turns([ours, segment, whole], seconds)
    return {
        "case": case.name,
        "time": mine,
        "segment_sum": sums,
        "whole": alone,
        "sums": case.sums,
        "compile": ours.compile_s,
        "temporary": ours.temporary_bytes,
    }


def blocks(seconds: float, size: int, n: int = BLOCKS) -> list[Job]:
    """By block, beside one block after the other, and all examples as one block."""
    return [_blocks(case, n, seconds) for case in cases(size)]


def _blocks(case: Case, n: int, seconds: float) -> Job:
    statistic = case.statistic
    ours = Compiled(lambda x: ways.by_block(statistic, x, n), case.inputs)
    parts = [jax.tree.map(lambda x, i=i: jnp.array_split(x, n)[i], case.inputs) for i in (0, n - 1)]
    one = Compiled(statistic.observe, parts[0])
    whole = Compiled(statistic.observe, case.inputs)
    return {"case": case.name} | _beside(ours, _repeated(one, n), whole, seconds)


def resampled(seconds: float, size: int, n: int = REPLICATES) -> list[Job]:
    """Replicates, beside one after the other with its draws for weights."""
    draws = jnp.asarray(np.random.default_rng(2).poisson(1, (n, size)).astype(np.float32))
    sums = [case for case in cases(size) if case.name != "an accumulator of one's own"]
    return [_resampled(case, draws, seconds) for case in sums if case.inputs["w"] is None]


def _resampled(case: Case, draws: Array, seconds: float) -> Job:
    statistic = case.statistic
    ours = Compiled(lambda draws, x: ways.resampled(statistic, x, draws), draws, case.inputs)
    one = Compiled(statistic.observe, case.inputs | {"w": draws[0]})
    whole = Compiled(statistic.observe, case.inputs)
    return {"case": case.name} | _beside(ours, _repeated(one, len(draws)), whole, seconds)


def bootstrap(seconds: float, size: int, n: int = REPLICATES) -> list[Job]:
    """Replicates of three metrics that an ``Interval`` draws, beside as many updates."""
    rng = np.random.default_rng(3)
    y, p = map(jnp.asarray, data.scores(rng, size))
    three = metrax.Collection(["mse", "mae", metrax.BinaryAccuracy()])
    interval = metrax.Interval(three, method="bootstrap", replicates=n)
    ours = Compiled(lambda y, p: interval.observe(y, p), y, p)
    one = Compiled(lambda y, p: three.observe(y, p), y, p)
    return [{"case": "three metrics"} | _beside(ours, _repeated(one, n), one, seconds)]


def _repeated(one: Callable[[], Any], n: int) -> Callable[[], None]:
    def every() -> None:
        for _ in range(n):
            one()

    return every


def _beside(ours: Compiled, apart: Callable[[], Any], whole: Compiled, seconds: float) -> Job:
    mine, theirs, alone = in_turns([ours, apart, whole], seconds)
    return {
        "time": mine,
        "one by one": theirs,
        "whole": alone,
        "compile": ours.compile_s,
        "temporary": ours.temporary_bytes,
    }


MEANS = {
    "mse": metrax.functional.mean_squared_error,
    "mae": metrax.functional.mean_absolute_error,
    "rmse": None,  # reads the state of mse
    "mape": metrax.functional.mean_absolute_percentage_error,
    "logcosh": metrax.functional.log_cosh,
}


def together(seconds: float, sizes: tuple[int, ...]) -> list[Job]:
    """Collections of means, beside one program of a ``jnp.sum`` of each."""
    return [_together(n, size, seconds) for n in (4, 5) for size in sizes]


def _together(n: int, size: int, seconds: float) -> Job:
    chosen = list(MEANS)[:n]
    functions = [fn for name, fn in MEANS.items() if name in chosen and fn is not None]
    y, p = (jnp.asarray(x) for x in data.amounts(np.random.default_rng(3), size))
    metrics = metrax.Collection(chosen)
    ours = Compiled(metrics.observe, y, p)
    plain = Compiled(lambda y, p: [jnp.sum(fn(y[:, None], p[:, None])) for fn in functions], y, p)
    mine, theirs = in_turns([ours, plain], seconds)
    return {
        "case": ", ".join(chosen),
        "size": size,
        "time": mine,
        "plain": theirs,
        "compile": ours.compile_s,
        "temporary": ours.temporary_bytes,
    }
