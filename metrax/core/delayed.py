"""``Delayed``: values that travel to the host while the next steps run."""

import collections
from collections.abc import Iterator
from typing import Any

import jax
import numpy as np
from jax.core import Tracer

from metrax.core.checks import MetraxError, MetraxTypeError, describe, shown
from metrax.core.values import ordered


class Delayed:
    """Values on their way to the host, in the order of their steps; no step waits for them.

    ``float(loss)`` in a loop waits until the device has computed the loss, and meanwhile nothing
    new is dispatched. ``push`` starts the copy and returns; iterating yields what has arrived
    since, which may be nothing; ``flush`` waits for the rest.

    Scalars arrive as Python numbers, other arrays as NumPy arrays, in dictionaries and tuples as
    they went in.

    Raises:
      MetraxError: when a value was donated to a later step before it arrived.
      MetraxTypeError: when a value is pushed inside ``jit``.

    Example:
      >>> import jax, metrax
      >>> mean = metrax.Mean()
      >>> step = jax.jit(lambda state, x: mean.update(state, x))
      >>> state, log, written = mean.init(), metrax.Delayed(), []
      >>> for i, x in enumerate([1., 2., 6.]):
      ...     state = step(state, x)
      ...     log.push(i, {"mean": mean.compute(state)})
      ...     written += [*log]                            # what has arrived by now
      >>> written += log.flush()                           # the rest
      >>> written
      [(0, {'mean': 1.0}), (1, {'mean': 1.5}), (2, {'mean': 3.0})]
    """

    def __init__(self) -> None:
        self._queue: collections.deque[Any] = collections.deque()

    def push(self, step: Any, values: Any) -> None:
        """Start the copy of some values to the host.

        Args:
          step: what they belong to, which comes back with them; it may be an array, too.
          values: what ``compute`` or :func:`metrax.flatten` returned, or any pytree of arrays. Not
            a state that a later step takes as a donation.
        """
        entry = jax.tree.map(_own, ordered((step, values)))
        for path, x in jax.tree_util.tree_leaves_with_path(entry):
            if isinstance(x, Tracer):
                raise MetraxTypeError(
                    f"Delayed.push: got a value inside jit ({describe(x)} at "
                    f"{_name(path)}); return it from the step, and push what the step returned"
                )
            if isinstance(x, jax.Array):
                x.copy_to_host_async()
        self._queue.append(entry)

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        """The steps and values that have arrived, each once, up to the first that has not."""
        while self._queue and _arrived(self._queue[0]):
            yield _on_host(self._queue.popleft())

    def flush(self) -> list[tuple[Any, Any]]:
        """All that are left, waiting for them."""
        rest = [_on_host(entry) for entry in self._queue]
        self._queue.clear()
        return rest

    def __len__(self) -> int:
        """How many steps have been pushed and not come back."""
        return len(self._queue)

    def __repr__(self) -> str:
        return f"metrax.Delayed() of {len(self)} steps"


def _own(x: Any) -> Any:
    """What its owner may change meanwhile, as it is now."""
    return x.copy() if isinstance(x, np.ndarray) else x


def _name(path: Any) -> str:
    return jax.tree_util.keystr(path[1:], simple=True, separator="/") or "step"


def _arrived(entry: Any) -> bool:
    for path, x in jax.tree_util.tree_leaves_with_path(entry):
        if isinstance(x, jax.Array):
            _require_there(entry, path, x)
            if not x.is_ready():  # pyright: ignore[reportAttributeAccessIssue]  # of every array
                return False
    return True


def _on_host(entry: Any) -> tuple[Any, Any]:
    for path, x in jax.tree_util.tree_leaves_with_path(entry):
        if isinstance(x, jax.Array):
            _require_there(entry, path, x)
    step, values = jax.tree.map(_number, jax.device_get(entry))
    return step, values


def _require_there(entry: Any, path: Any, x: jax.Array) -> None:
    if x.is_deleted():
        raise MetraxError(
            f"Delayed: got {_name(path)!r} of step {shown(entry[0])}, which was donated to a jit "
            "(donate_argnums) before it arrived; push what compute returns, not the state"
        )


def _number(x: Any) -> Any:
    """A scalar as Python's own number, which every logger takes."""
    return x.item() if getattr(x, "shape", None) == () else x
