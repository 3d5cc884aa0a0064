"""``Along``: a metric for each entry of an axis."""

import functools
from typing import Any

from metrax.combinators.many import OfMany, spelled
from metrax.core.checks import MetraxError, at_least
from metrax.core.typing import StateT
from metrax.statistics.slices import Slices


class Along(OfMany[StateT, Any]):
    r"""A metric for each entry of an axis: $v_k = \text{metric}(x_{\cdot, k})$.

    ``update`` takes what the metric takes with one more axis of length ``size`` in each input:
    outputs, labels, horizons, positions. Weights are shared by all entries, or have the axis
    themselves. The value has a leading axis of ``size``, as ``jax.vmap`` over the axis would give,
    in one pass.

    Args:
      metric: any metric, one's own included.
      size: the length of the axis.
      axis: which axis of the inputs, -1 or counted from the front where inputs differ in rank;
        never the batch's.
      names: a name for each entry: then the value is a dictionary.
      name: defaults to the metric's.

    Raises:
      MetraxError: when an input lacks the axis, or ``axis`` is the batch's.

    Example:
      >>> import metrax
      >>> error = metrax.Along(metrax.MeanAbsoluteError(), 2)
      >>> error([[1., 1.], [2., 2.]], [[1., 3.], [2., 6.]]).tolist()
      [0.0, 3.0]

    References:
      ``jax.vmap``; scikit-learn's ``multioutput="raw_values"``.
    """

    size: int
    axis: int = -1
    names: tuple[str, ...] | None = None

    def validate(self) -> None:
        super().validate()
        at_least(1, size=self.size)
        if self.axis == 0:
            raise MetraxError("axis: got 0, the batch's; expected a later one, such as -1")
        if self.names is not None:
            spelled(self.names, (self.size,), "one for each entry of the axis")

    @property
    def _sizes(self) -> tuple[int, ...]:
        return (self.size,)

    @functools.cached_property
    def _names(self) -> tuple[str, ...] | None:
        return self.names

    @functools.cached_property
    def _statistic(self) -> Slices:
        return Slices(self.metric._statistic, self.size, self.axis)
