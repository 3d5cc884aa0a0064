"""Replicates of a stream, drawn while it comes: the bootstrap of any statistic of sums."""

import functools
from collections.abc import Mapping
from typing import Any

import jax
from jax import Array, lax

from metrax.accumulators.sum import Sum
from metrax.core.merge import stack
from metrax.core.process import Process
from metrax.core.reduce import reduce
from metrax.core.rows import is_rows
from metrax.core.sharding import replicated
from metrax.core.state import combined, one_state
from metrax.core.statistic import Statistic, arrays_of
from metrax.kernels.hashing import poisson_draws
from metrax.statistics.blocks import examples, numbers_of

PIECE = 4096
"""Examples that are drawn at a time: draws of many would take more memory than the data."""


class Replicates(Process):
    """The state of the data, and those of replicates, in which each example is Poisson(1) times.

    How often an example is in a replicate follows from a hash of its number, the replicate's, and
    the seed; its number is ``index``, or that of its cluster.

    Args:
      statistic: of sums, means or moments.
      replicates: how many there are.
      seed: of the draws.
      clusters: whether examples come in clusters, which are drawn together.
    """

    statistic: Statistic  # pyright: ignore[reportIncompatibleVariableOverride]
    replicates: int
    seed: int
    clusters: bool = False

    @property
    def numbered(self) -> str:
        """The input that tells examples apart."""
        return "clusters" if self.clusters else "index"

    @property
    def _inputs(self) -> tuple[str, ...]:
        return (*self.statistic._inputs, self.numbered)

    @property
    def _extra(self) -> dict[str, bool]:
        return {**self.statistic._extra, self.numbered: not self.clusters}

    def init(self) -> dict[str, Any]:
        state = self.statistic.init()
        dtype = jax.tree.leaves(state)[0].dtype
        drawn = stack(state, self.replicates)
        return {"whole": state, "replicates": drawn, "seen": Sum.zeros((), dtype)}

    def observe(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        return _observe(self, *arrays_of(inputs, self.statistic._label_inputs()))


@functools.partial(jax.jit, static_argnums=(0, 1))
def _observe(process: Replicates, names: tuple[str, ...], *arrays: Any) -> dict[str, Any]:
    inputs = dict(zip(names, arrays, strict=True))
    ids = inputs.pop(process.numbered, None)
    others = tuple(inputs)

    def all_of(ids: Any, *arrays: Any) -> dict[str, Any]:
        given = dict(zip(others, arrays, strict=True))
        shape = next((x.shape for x in arrays if x is not None and x.ndim), ())
        numbers = numbers_of(process.numbered, ids, shape)
        first = process.statistic._rows(given)
        seen = examples(jax.tree.leaves(first, is_leaf=is_rows), numbers.ndim)
        drawn = _pieces(process, numbers, given)
        return {"whole": reduce(first), "replicates": drawn, "seen": reduce(seen)}

    return one_state(replicated(all_of, ids, *inputs.values()))


def _pieces(process: Replicates, numbers: Array, given: Mapping[str, Any]) -> Any:
    """The replicates' states, a piece of the batch at a time."""
    batch = numbers.shape[0] if numbers.ndim else 1

    def some(start: Any, size: int) -> Any:
        def cut(x: Any) -> Any:
            if x is None or x.shape[:1] != (batch,) or not numbers.ndim:
                return x
            return lax.dynamic_slice_in_dim(x, start, size)

        rows = process.statistic._rows({name: cut(x) for name, x in given.items()})
        ids = cut(numbers).reshape(-1)
        return reduce(rows, poisson_draws(ids, process.replicates, process.seed))

    def more(i: Array, state: Any) -> Any:
        return combined(state, some(i * PIECE, PIECE))

    if batch <= PIECE:
        return some(0, batch)
    state = lax.fori_loop(1, batch // PIECE, more, some(0, PIECE))
    rest = batch % PIECE
    return combined(state, some(batch - rest, rest)) if rest else state
