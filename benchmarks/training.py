"""What a training step with metrics is."""

from collections.abc import Callable
from typing import Any, NamedTuple


class Step(NamedTuple):
    """A training step with metrics and without.

    Args:
      make: builds ``(training, state, batch) -> (training, state)`` that updates this metric.
      metrics: the collection that it updates.
      outputs: the named outputs that one batch hands to the metrics.
      arguments: makes ``(training, batch)`` anew; the step donates the first.
    """

    make: Callable[[Any], Callable[..., Any]]
    metrics: Any
    outputs: dict[str, Any]
    arguments: Callable[[], tuple[Any, Any]]
