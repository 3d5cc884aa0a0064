"""Explicit sharding, handled once for every metric."""

from collections.abc import Callable
from typing import Any

import jax
from jax.sharding import AxisType, PartitionSpec


def replicated(fn: Callable[..., Any], *args: Any) -> Any:
    """``fn(*args)`` with a replicated result, also where axes of the mesh are ``Explicit``.

    Scatters, sorts and reshapes over an axis with explicit sharding raise. The axes become
    ``Auto`` inside, so XLA reduces on each device and exchanges the partial results only.
    """
    for x in jax.tree.leaves(args):
        mesh = jax.typeof(x).sharding.mesh
        types = zip(mesh.axis_names, mesh.axis_types, strict=True)
        explicit = tuple(name for name, kind in types if kind == AxisType.Explicit)
        if explicit:
            auto = jax.sharding.auto_axes(fn, axes=explicit, out_sharding=PartitionSpec())
            with jax.sharding.use_abstract_mesh(mesh):
                return auto(*args)
    return fn(*args)
