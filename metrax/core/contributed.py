"""The statistic of a metric that says itself what each example adds."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from metrax.core.metric import Metric
from metrax.core.statistic import Statistic


class Contributed(Statistic):
    """What a metric's own ``contribute`` says."""

    metric: Metric

    @property
    def aligned(self) -> bool:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Whether the first two inputs have one shape, as the metric says."""
        return getattr(self.metric, "aligned", True)

    @property
    def _author(self) -> type:
        return type(self.metric)

    def contribute(self, *inputs: Any, **extra: Any) -> Any:
        return self.metric.contribute(*inputs, **extra)  # pyright: ignore[reportAttributeAccessIssue]

    def example(self) -> Sequence[Any]:
        example = getattr(type(self.metric), "example", None)
        return super().example() if example is None else example(self.metric)


def own_statistic(metric: Metric) -> Statistic:
    """The statistic of a metric with a ``contribute``, whatever the metric is called."""
    return Contributed(dataclasses.replace(metric, name=None, dtype=None))
