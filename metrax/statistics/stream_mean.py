"""Weighted mean and sum of the values of one stream."""

from jax import Array

from metrax.accumulators.mean import Mean
from metrax.core.statistic import Statistic


class StreamMean(Statistic):
    r"""$\sum w v$ and $\sum w$ over all elements of the values themselves.

    No addition rounds, for nothing has rounded the values yet.

    Raises:
      MetraxError: when the weights do not fit the values.

    Example:
      >>> import metrax
      >>> state = metrax.statistics.StreamMean().observe({"values": [1., 3.], "w": [3., 1.]})
      >>> float(state.mean), float(state.total.value)
      (1.5, 6.0)
    """

    def init(self) -> Mean:
        return Mean.zeros((), self.accumulates)

    def contribute(self, values: Array) -> Mean:
        return Mean.each(values.astype(self.accumulates), exact=True)
