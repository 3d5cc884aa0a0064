"""The libraries that are measured, and where each is installed."""

import importlib
from dataclasses import dataclass

from benchmarks.peers.program import Builder


@dataclass(frozen=True)
class Peer:
    """A library.

    Args:
      name: the name on the command line and of its module in this package (``-`` for ``_``).
      environment: the environment that it is installed in; see :mod:`benchmarks.environments`.
      distribution: what ``pip`` calls it.
      on_jax: whether its programs can be jitted and analysed; the others are only timed.
    """

    name: str
    environment: str
    distribution: str
    on_jax: bool = True

    @property
    def is_library(self) -> bool:
        """Whether more than the time of its update is of interest."""
        return self.name not in (FLOOR, PLAIN)

    def programs(self) -> dict[str, Builder]:
        """The library's program for each workload that it has a metric for."""
        return importlib.import_module(f"{__name__}.{self.name.replace('-', '_')}").PROGRAMS


_TABLE = (
    Peer("metrax", "this", "metrax"),
    Peer("floor", "this", "jax"),
    Peer("plain", "this", "jax"),
    Peer("keras", "this", "keras"),
    Peer("google-metrax", "google", "google-metrax"),
    Peer("clu", "google", "clu"),
    Peer("nnx", "this", "flax"),
    Peer("optax", "this", "optax"),
    Peer("torchmetrics", "torch", "torchmetrics", on_jax=False),
    Peer("torcheval", "torch", "torcheval", on_jax=False),
    Peer("sklearn", "this", "scikit-learn", on_jax=False),
)
PEERS = {peer.name: peer for peer in _TABLE}
"""Two are no libraries: ``floor`` is one pass over the inputs, the least that any metric must do,
and ``plain`` is what one writes in ``jnp`` oneself.
"""

OURS = "metrax"
FLOOR = "floor"
PLAIN = "plain"
