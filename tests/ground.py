"""What the tests take from the machine: how many devices, how close float32 comes.

The suite runs unchanged on an accelerator (`JAX_PLATFORMS=cuda python -m pytest`): whatever depends
on the platform is here.
"""

import jax
from jax.sharding import AxisType

VIRTUAL = 8
"""Devices that a CPU shows to tests marked ``devices``."""

CPU = jax.default_backend() == "cpu"
DEVICES = VIRTUAL if CPU else next(n for n in (8, 4, 2, 1) if n <= jax.device_count())
"""Devices in every mesh; the batches of the laws divide by it."""

MESHES = {
    "1-D": ((DEVICES,), ("data",)),
    "2-D": ((max(DEVICES // 2, 1), min(DEVICES, 2)), ("data", "model")),
}

QUICK = {"xla_backend_optimization_level": 0}
"""Options of :func:`jax.jit` for programs of which the exchanges matter, and not the speed."""

ROUNDING = 1 if CPU else 8
"""Factor of every tolerance: accelerators round transcendental functions less tightly."""


def mesh(which: str, kind: AxisType = AxisType.Auto) -> jax.sharding.Mesh:
    """A mesh over the devices, one of ``MESHES``."""
    shape, names = MESHES[which]
    return jax.make_mesh(
        shape, names, axis_types=(kind,) * len(names), devices=jax.devices()[:DEVICES]
    )
