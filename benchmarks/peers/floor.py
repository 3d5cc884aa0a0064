"""One pass over the inputs in plain JAX: the time that no metric of them can beat."""

import jax.numpy as jnp
from jax import Array

from benchmarks.peers.program import Program
from benchmarks.workloads import WORKLOADS


def update(state: Array, *arrays: Array) -> Array:
    """Read every element of every array once."""
    return state + sum(jnp.sum(x).astype(jnp.float32) for x in arrays)


PROGRAMS = {
    name: lambda: Program(lambda: jnp.zeros(()), update, lambda state: state) for name in WORKLOADS
}
