"""Merging across devices and across processes."""

import itertools
import zlib
from collections.abc import Sequence
from typing import Any, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from jax.core import Tracer
from jax.sharding import AxisType, NamedSharding, PartitionSpec

from metrax.core.checks import MetraxError, MetraxTypeError, shown
from metrax.core.fold import fold
from metrax.core.merge import is_own
from metrax.core.sharding import varying
from metrax.core.state import Accumulator, accumulators, replace_accumulators

T = TypeVar("T")

GATHER_LIMIT_BYTES = 4 << 20
"""``pmerge`` gathers every device's state while all of them together stay within this size."""


def pmerge(state: T, axis_name: str | Sequence[str]) -> T:
    """Merge states across the devices of a mapped axis.

    Works inside ``shard_map``, ``pmap`` and ``vmap(..., axis_name=...)``. The whole tree travels
    bit for bit in one collective, and is folded by :func:`metrax.merge`, so no precision is lost.
    When all devices' states together pass :data:`GATHER_LIMIT_BYTES` (4 MiB), each device merges
    one share of the elements instead: two collectives, and memory stays at a few times the size
    of one state however many devices there are. What is not elementwise, a buffer, is gathered
    whole all the same.

    Merge once, at the end. A state that was merged holds everyone's data already: merged again, it
    counts n times, and as the start of the next update its old data count again. ``shard_map``
    keeps count of what varies over its axes, so a state merged twice raises there; not in a loop,
    ``state = pmerge(update(state, x), "data")``, nor in ``pmap``, ``vmap`` or under
    ``check_vma=False``. Keep the devices' own states in the loop and merge a copy of them.

    Args:
      state: a state, or any pytree of states. Leaves outside any state stay as they are.
      axis_name: the mapped axis, or several; the merge is over all of them.

    Returns:
      The merged tree, the same on every device; ``shard_map`` knows that it is replicated.

    Raises:
      MetraxError: when the axis is not mapped, or no array of any state varies over it.

    Example:
      >>> import jax, jax.numpy as jnp, metrax
      >>> mean = metrax.Mean()
      >>> def epoch(values):
      ...     return mean.compute(metrax.pmerge(mean.update(mean.init(), values), "data"))
      >>> jax.vmap(epoch, axis_name="data")(jnp.array([[0., 1.], [2., 3.]])).tolist()
      [1.5, 1.5]
    """
    parts = [part for _, part in accumulators(state)]
    names = _axis_names(axis_name)
    try:
        devices = lax.axis_size(names)
    except NameError:
        raise MetraxError(
            f"pmerge: got the axis {axis_name!r}, which is not mapped here; call it inside "
            "`shard_map`, `pmap` or `vmap(..., axis_name=...)`, with the name used there"
        ) from None
    for name in (names,) if isinstance(names, str) else names:
        _refuse_merged(parts, name)
    size = sum(x.nbytes for x in jax.tree.leaves([part for part in parts if part.elementwise]))
    large = size * devices > GATHER_LIMIT_BYTES
    merged: dict[int, Accumulator] = {}
    for merge_some, cut in ((_gather_and_fold, False), (_fold_shares, True)):
        some = {i: part for i, part in enumerate(parts) if (large and part.elementwise) == cut}
        if some:
            leaves, structure = jax.tree.flatten(list(some.values()))
            found = jax.tree.unflatten(structure, merge_some(leaves, structure, names, devices))
            merged.update(zip(some, found, strict=True))
    return replace_accumulators(state, [merged[i] for i in range(len(parts))])


def _axis_names(given: Any) -> str | tuple[str, ...]:
    """One name, or several."""
    if isinstance(given, str):
        return given
    names = tuple(given) if isinstance(given, Sequence) else ()
    if not names or not all(isinstance(name, str) for name in names):
        raise MetraxTypeError(
            f"pmerge: axis_name: got {shown(given)}; expected the name of a mapped axis, such as "
            "'data', or several; for states stacked along an axis, metrax.merge_stacked(states, 0)"
        )
    return names


def _refuse_merged(parts: Sequence[Accumulator], name: str) -> None:
    """Raise if all devices of an axis are known to have one and the same state."""
    counted = name in varying(lax.axis_index(name))
    # One array may well be constant: an unweighted count is.
    if counted and not any(name in varying(x) for x in jax.tree.leaves(parts)):
        raise MetraxError(
            f"pmerge: got a state of which no array varies over the axis {name!r}: it was merged "
            "over that axis before, or its data are the same on all of it, and merging would count "
            f"them {lax.axis_size(name)} times. Leave this pmerge out: every device has the whole "
            "state. If the devices' equal data are to count each, pass "
            f"jax.lax.pcast(state, {name!r}, to='varying')"
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

    Example:
      >>> import metrax
      >>> mean = metrax.Mean()
      >>> state = metrax.merge_processes(mean.observe([1., 3.]))      # one process here
      >>> float(mean.compute(state))
      2.0
    """
    named = accumulators(state)
    if jax.process_count() == 1:
        return state
    leaves, structure = jax.tree.flatten([part for _, part in named])
    _agree("merge_processes", named)
    # An optional part of JAX, slow to import: only those who run several processes pay for it.
    from jax.experimental import multihost_utils

    words = multihost_utils.process_allgather(_to_words(leaves, rows=1)[0])
    return replace_accumulators(state, _merge_rows(_from_words(words, leaves), structure))


def stack_processes(state: T, mesh: jax.sharding.Mesh) -> T:
    """The states of all processes as one of global arrays, a row each; all processes call this.

    Processes' own states differ, so a checkpoint of them holds but one. Stacked they are arrays
    like any others that span processes, which Orbax saves from all of them and restores into any
    number; :func:`metrax.merge_stacked` merges the rows.

    Args:
      state: this process's own state, or a pytree of states: arrays on its own devices, not ones
        that span processes. Leaves outside any state stay as they are.
      mesh: a mesh of all processes' devices, as many of each.

    Returns:
      The tree with a new leading axis, one entry for each process in the order of their indices,
      each on its own process's devices.

    Raises:
      MetraxError: when processes pass states of different shapes, or arrays that span processes,
        or the mesh lacks devices.

    Example:
      >>> import jax, metrax
      >>> mesh = jax.sharding.Mesh(jax.devices(), ("data",))
      >>> mean = metrax.Mean()
      >>> states = metrax.stack_processes(mean.observe([1., 3.]), mesh)
      >>> states.total.hi.shape                # one process here
      (1,)
      >>> float(mean.compute(metrax.merge_stacked(states)))
      2.0
    """
    named = accumulators(state)
    sharding = NamedSharding(_by_process(mesh), PartitionSpec("processes"))
    _agree("stack_processes", named)

    def rows(x: Array) -> Array:
        return jax.make_array_from_process_local_data(sharding, np.asarray(x)[None])

    return replace_accumulators(state, [jax.tree.map(rows, part) for _, part in named])


def _by_process(mesh: jax.sharding.Mesh) -> jax.sharding.Mesh:
    """The mesh's devices, a row for each process."""
    if not isinstance(mesh, jax.sharding.Mesh):
        raise MetraxTypeError(
            f"stack_processes: mesh: got {shown(mesh)}; expected a mesh of all processes' devices, "
            "such as jax.make_mesh((jax.device_count(),), ('data',))"
        )
    devices = sorted(mesh.devices.flat, key=lambda device: device.process_index)
    rows = [list(row) for _, row in itertools.groupby(devices, key=lambda x: x.process_index)]
    lengths = [len(row) for row in rows]
    if len(set(lengths)) > 1 or len(rows) != jax.process_count():
        raise MetraxError(
            f"stack_processes: got a mesh with {lengths} devices of {len(rows)} processes; "
            f"expected as many of each of all {jax.process_count()}, such as jax.devices() has"
        )
    kinds = (AxisType.Auto, AxisType.Auto)
    return jax.sharding.Mesh(np.asarray(rows), ("processes", "devices"), axis_types=kinds)


def _agree(call: str, named: Sequence[tuple[str, Accumulator]]) -> None:
    """Raise unless every process passes a state of its own, all of one structure."""
    leaves = jax.tree.leaves([part for _, part in named])
    if any(isinstance(x, Tracer) for x in leaves):
        raise MetraxError(f"{call}: got traced arrays; call it outside jit, with the state itself")
    if not all(map(is_own, leaves)):
        raise MetraxError(
            f"{call}: got arrays that span processes, which are merged already; "
            "pass states that each process accumulated from its own data"
        )
    from jax.experimental import multihost_utils

    layout = str([(where, type(part).__name__) for where, part in named])
    layout += str([(x.shape, x.dtype.name) for x in leaves])
    checksum = np.uint32(zlib.crc32(layout.encode()))
    checksums = np.ravel(multihost_utils.process_allgather(checksum))
    if len(set(checksums.tolist())) > 1:
        raise MetraxError(
            f"{call}: the processes passed states of different structure; this one has "
            f"{layout}. Build the same metrics in every process"
        )


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
