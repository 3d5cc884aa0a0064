"""Merging across devices and across processes."""

import itertools
import zlib
from collections.abc import Sequence
from typing import Any, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from metrax.core.checks import MetraxError
from metrax.core.fold import fold
from metrax.core.state import accumulators, replace_accumulators

T = TypeVar("T")

GATHER_LIMIT_BYTES = 4 << 20
"""``pmerge`` gathers every device's state while all of them together stay within this size."""


def pmerge(state: T, axis_name: str | Sequence[str]) -> T:
    """Merge states across the devices of a mapped axis.

    Works inside ``shard_map``, ``pmap`` and ``vmap(..., axis_name=...)``. The whole tree travels
    bit for bit in one collective, and is folded by :func:`metrax.merge`, so no precision is lost.
    When all devices' states together pass :data:`GATHER_LIMIT_BYTES` (4 MiB), each device merges
    one share of the elements instead: two collectives, and memory stays at a few times the size
    of one state however many devices there are.

    Args:
      state: a state, or any pytree of states. Leaves outside any state stay as they are.
      axis_name: the mapped axis, or several; the merge is over all of them.

    Returns:
      The merged tree, the same on every device; ``shard_map`` knows that it is replicated.

    Raises:
      MetraxError: when the axis is not mapped.

    Example:
      >>> import jax, jax.numpy as jnp, metrax
      >>> mean = metrax.Mean()
      >>> def epoch(values):
      ...     return mean.compute(metrax.pmerge(mean.update(mean.init(), values), "data"))
      >>> jax.vmap(epoch, axis_name="data")(jnp.array([[0., 1.], [2., 3.]])).tolist()
      [1.5, 1.5]
    """
    parts = [part for _, part in accumulators(state)]
    names = axis_name if isinstance(axis_name, str) else tuple(axis_name)
    try:
        devices = lax.axis_size(names)
    except NameError:
        raise MetraxError(
            f"pmerge: got the axis {axis_name!r}, which is not mapped here; call it inside "
            "`shard_map`, `pmap` or `vmap(..., axis_name=...)`, with the name used there"
        ) from None
    size = sum(x.nbytes for x in jax.tree.leaves(parts))
    fold = _gather_and_fold if size * devices <= GATHER_LIMIT_BYTES else _fold_shares
    leaves, structure = jax.tree.flatten(parts)
    return replace_accumulators(
        state, jax.tree.unflatten(structure, fold(leaves, structure, names, devices))
    )


def merge_processes(state: T) -> T:
    """Merge the states of all processes of ``jax.distributed``, each of which calls this.

    Args:
      state: this process's own state, or a pytree of states: arrays on its own devices, not ones
        that span processes. Leaves outside any state stay as they are.

    Returns:
      The merged tree, the same in every process. With one process, ``state`` itself.

    Raises:
      MetraxError: when processes pass states of different shapes, or arrays that span processes.
    """
    named = accumulators(state)
    if jax.process_count() == 1:
        return state
    # An optional part of JAX, slow to import: only those who run several processes pay for it.
    from jax.experimental import multihost_utils

    parts = [part for _, part in named]
    leaves, structure = jax.tree.flatten(parts)
    if not all(x.is_fully_addressable for x in leaves):
        raise MetraxError(
            "merge_processes: got arrays that span processes, which are merged already; "
            "pass states that each process accumulated from its own data"
        )
    layout = str([(where, type(part).__name__) for where, part in named])
    layout += str([(x.shape, x.dtype.name) for x in leaves])
    checksums = multihost_utils.process_allgather(np.uint32(zlib.crc32(layout.encode())))
    if len(set(checksums.tolist())) > 1:
        raise MetraxError(
            "merge_processes: the processes passed states of different structure; this one has "
            f"{layout}. Build the same metrics in every process"
        )
    words = multihost_utils.process_allgather(_to_words(leaves, rows=1)[0])
    return replace_accumulators(state, _merge_rows(_from_words(words, leaves), structure))


def _gather_and_fold(leaves: list[Array], structure: Any, names: Any, devices: int) -> list[Array]:
    """Every device's state to every device, merged there."""
    gathered = _place(_to_words(leaves, rows=1), names, devices)
    return jax.tree.leaves(_merge_rows(_from_words(gathered, leaves), structure))


def _fold_shares(leaves: list[Array], structure: Any, names: Any, devices: int) -> list[Array]:
    """Each device merges one share of the elements, then the shares are put together."""
    shares = [_in_shares(x, devices) for x in leaves]
    swapped = lax.all_to_all(_to_words(shares, rows=devices), names, 0, 0, tiled=True)
    one_share = [x[0] for x in shares]
    mine = jax.tree.leaves(_merge_rows(_from_words(swapped, one_share), structure))
    whole = _from_words(_place(_to_words(mine, rows=1), names, devices), one_share)
    return [x.ravel()[: y.size].reshape(y.shape) for x, y in zip(whole, leaves, strict=True)]


def _merge_rows(leaves: list[Array], structure: Any) -> list[Any]:
    return fold(jax.tree.unflatten(structure, leaves))


def _place(row: Array, names: Any, devices: int) -> Array:
    """This device's row among everyone's.

    Equal to ``all_gather``, whose result ``shard_map`` does not take for replicated; the sum of
    rows placed among zeros it does. Integer words make the sum exact for any bits.
    """
    rows = jnp.zeros((devices, *row.shape[1:]), row.dtype)
    return lax.psum(lax.dynamic_update_slice_in_dim(rows, row, lax.axis_index(names), 0), names)


def _in_shares(x: Array, devices: int) -> Array:
    share = -(-x.size // devices)
    return jnp.pad(x.ravel(), (0, share * devices - x.size)).reshape(devices, share)


def _to_words(leaves: list[Array], rows: int) -> Array:
    """All arrays bit for bit as one ``uint32[rows, n]``, whatever their dtypes."""
    # Neighbours of one dtype are joined before their bits are read: a kernel for each costs more.
    runs = [
        jnp.concatenate([x.reshape(rows, -1) for x in run], axis=1)
        for _, run in itertools.groupby(leaves, key=lambda x: x.dtype)
    ]
    return jnp.concatenate([_words(x).reshape(rows, -1) for x in runs], axis=1)


def _from_words(words: Array, likes: Sequence[Array]) -> list[Array]:
    """The arrays of ``uint32[rows, n]``, each shaped like one of ``likes`` behind a row axis."""
    out, start = [], 0
    for like in likes:
        width = max(1, like.dtype.itemsize // 4)
        end = start + like.size * width
        out.append(_unwords(words[:, start:end], like.dtype).reshape(-1, *like.shape))
        start = end
    return out


def _words(x: Array) -> Array:
    if x.dtype.itemsize < 4:
        narrow = jnp.uint8 if x.dtype.itemsize == 1 else jnp.uint16
        x = x.astype(narrow) if x.dtype == np.bool_ else lax.bitcast_convert_type(x, narrow)
        return x.astype(jnp.uint32)
    return lax.bitcast_convert_type(x, jnp.uint32)


def _unwords(words: Array, dtype: np.dtype) -> Array:
    if dtype.itemsize < 4:
        narrow = words.astype(jnp.uint8 if dtype.itemsize == 1 else jnp.uint16)
        is_bool = dtype == np.bool_
        return narrow.astype(dtype) if is_bool else lax.bitcast_convert_type(narrow, dtype)
    if dtype.itemsize == 8:
        words = words.reshape(*words.shape[:-1], -1, 2)
    return lax.bitcast_convert_type(words, dtype)
