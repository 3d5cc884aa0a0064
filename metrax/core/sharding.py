"""Meshes, handled once for every metric: explicit axes, and what varies over manual ones."""

from collections.abc import Callable
from typing import Any

import jax
from jax.core import Tracer
from jax.sharding import AxisType, PartitionSpec

from metrax.core.checks import MetraxError, describe


def replicated(fn: Callable[..., Any], *args: Any) -> Any:
    """``fn(*args)`` with a replicated result, also where axes of the mesh are ``Explicit``.

    Scatters, sorts and reshapes over an axis with explicit sharding raise. The axes become
    ``Auto`` inside, so XLA reduces on each device and exchanges the partial results only.
    """
    return automatic(fn, *args, specs=PartitionSpec())


def automatic(fn: Callable[..., Any], *args: Any, specs: Any) -> Any:
    """``fn(*args)``, sharded as ``specs`` (a prefix of the result) says on ``Explicit`` axes."""
    for x in jax.tree.leaves(args):
        mesh = jax.typeof(x).sharding.mesh
        types = zip(mesh.axis_names, mesh.axis_types, strict=True)
        explicit = tuple(name for name, kind in types if kind == AxisType.Explicit)
        if explicit:
            auto = jax.sharding.auto_axes(fn, axes=explicit, out_sharding=specs)
            with jax.sharding.use_abstract_mesh(mesh):
                return auto(*args)
    return fn(*args)


def spec_of(x: Any) -> PartitionSpec:
    """How an array is sharded over ``Explicit`` axes, one entry an axis."""
    spec = jax.typeof(x).sharding.spec
    return PartitionSpec(*spec, *(None,) * (x.ndim - len(spec)))


def varying(x: Any) -> frozenset[str]:
    """The manual mesh axes over which ``x`` varies; none where ``shard_map`` does not keep count.

    ``check_vma=False``, ``pmap`` and ``vmap`` keep none.
    """
    if not isinstance(x, Tracer):
        return frozenset()
    kind = jax.typeof(x)
    manual = getattr(kind, "manual_axis_type", None)  # JAX before 0.10 has `vma` itself
    return getattr(kind, "vma", frozenset()) if manual is None else manual.varying


def refuse_cut_classes(y_true: Any, y_pred: Any) -> None:
    """Raise if predictions vary over a mesh axis that labels do not vary over.

    Then each device has some classes of every example, and would take them for all.
    """
    if axes := varying(y_pred) - varying(y_true):
        names = ", ".join(map(repr, sorted(axes)))
        axis = repr(min(axes)) if len(axes) == 1 else repr(tuple(sorted(axes)))
        raise MetraxError(
            f"y_pred: got {describe(y_pred)} that varies over the mesh axis {names}, over which "
            "y_true does not: each device would take its part of the classes for all of them. "
            f"Leave {names} out of shard_map's axis_names, so that it stays automatic, or "
            "all_gather y_pred along it. If each device has whole predictions for the same "
            f"labels, as an ensemble has, pass jax.lax.pcast(y_true, {axis}, to='varying')"
        )
