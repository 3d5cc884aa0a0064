"""What a statistic accumulates, for each of a number of blocks of examples."""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array, lax

from metrax.accumulators.sum import Sum
from metrax.core.checks import MetraxTypeError, describe
from metrax.core.merge import stack
from metrax.core.rows import Rows, is_rows
from metrax.core.ways import grouped
from metrax.core.weights import is_zero
from metrax.kernels.hashing import as_word, block_of
from metrax.statistics.around import Around


class Blocks(Around):
    """A state for each block, stacked, and how many examples each has seen.

    An example's block follows from its number: ``index`` by keyword, or that of the first of the
    batch, which is how many examples there have been unless it is given; or, with ``clusters``,
    from the number of its cluster, which stays together. Examples of weight zero are not counted.

    Args:
      statistic: what is accumulated for each.
      blocks: how many there are.
      clusters: whether examples come in clusters, ``clusters`` by keyword.

    Raises:
      MetraxTypeError: when numbers are no integers.

    Example:
      >>> import metrax
      >>> statistic = metrax.statistics.Blocks(metrax.statistics.StreamMean(), 2, clusters=True)
      >>> state = statistic.observe({"values": [1., 3., 8.], "clusters": [4, 4, 5], "w": None})
      >>> sorted(state["states"].mean.tolist()), sorted(state["seen"].value.tolist())
      ([2.0, 8.0], [1.0, 2.0])
    """

    blocks: int
    clusters: bool = False

    @property
    def numbered(self) -> str:
        """The input that says which block an example is in."""
        return "clusters" if self.clusters else "index"

    @property
    def _beside(self) -> dict[str, bool]:
        return {self.numbered: not self.clusters}

    def init(self) -> dict[str, Any]:
        state = self.statistic.init()
        dtype = jax.tree.leaves(state)[0].dtype
        return stack({"states": state, "seen": Sum.zeros((), dtype)}, self.blocks)

    def _rows(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        tree = self._inner_rows(inputs)
        rows = jax.tree.leaves(tree, is_leaf=is_rows)
        ids = numbers_of(self.numbered, inputs.get(self.numbered), rows[0].shape)
        tree = {"states": tree, "seen": examples(rows, ids.ndim)}
        return grouped(tree, block_of(ids, self.blocks), self.blocks)


def numbers_of(name: str, ids: Any, shape: tuple[int, ...]) -> Array:
    """The number of each example, from those given, from the first one's, or from 0 on."""
    if ids is None:
        ids = jnp.zeros((), jnp.uint32)
    if not jnp.issubdtype(ids.dtype, jnp.integer):
        raise MetraxTypeError(
            f"{name}: got {describe(ids)}; expected an integer for each example, such as the "
            "number of its row in the data"
        )
    ids = as_word(ids)
    if ids.ndim or not shape:
        return ids
    return ids + lax.iota(jnp.uint32, shape[0]) if name == "index" else jnp.full(shape[:1], ids)


def examples(rows: list[Rows], ndim: int) -> Any:
    """A row for each example that has some weight."""
    row = rows[0]
    shape = row.shape[: max(1, ndim)]
    some = jnp.ones(shape, bool)
    if row.w is not None:
        axes = tuple(range(len(shape), len(row.shape)))
        some = jnp.any(jnp.broadcast_to(~is_zero(row.w), row.shape), axis=axes)
    return _counted(some, row)


def _counted(some: Array, row: Rows) -> Rows:
    group = row.group
    if group is not None and group.ndim > some.ndim:
        group = group.reshape(*some.shape, -1)[..., 0]
    return Rows(Sum, (some,), group=group, groups=row.groups, dtype=row.dtype)


def next_number(seen: Sum) -> Array:
    """The number that follows those of the examples seen, whatever they are stacked along."""
    hi, lo = seen.pair
    words = jnp.fmod(hi, 2.0**32).astype(jnp.uint32) + lo.astype(jnp.int32).astype(jnp.uint32)
    return jnp.sum(words, dtype=jnp.uint32)
