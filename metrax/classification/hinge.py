"""Hinge losses as metrics."""

import math
from collections.abc import Mapping
from typing import ClassVar

from jax import Array

from metrax.aggregation.streams import ReadMean
from metrax.core.domains import PROBABILITIES, SIGNS, Domain
from metrax.core.statistic import Statistic
from metrax.functional.classification import hinge as fn
from metrax.statistics.weighted_mean import WeightedMean


class Hinge(ReadMean):
    r"""Weighted mean distance short of a margin of 1, of $\max(1 - y \hat y, 0)$.

    ``update(state, y_true, y_pred, w=None)`` takes labels -1 and 1 and signed scores of one shape;
    each label 0 counts as -1, and every element counts. It is 0 or more, and 0 without data.

    Args:
      name: defaults to ``"hinge"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes differ; nothing is broadcast.

    Example:
      >>> import metrax
      >>> round(float(metrax.Hinge()([[0, 1], [0, 0]], [[0.6, 0.4], [0.4, 0.6]])), 6)
      1.3

    References:
      Keras 3, ``keras.metrics.Hinge``.
    """

    aliases: ClassVar[tuple[str, ...]] = ("hinge_loss",)
    higher_is_better: ClassVar[bool | None] = False
    value_range: ClassVar[tuple[float, float]] = (0, math.inf)

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        return {"y_true": SIGNS}

    @property
    def statistic(self) -> Statistic:
        return WeightedMean.over(
            fn.hinge_loss,
        )


class SquaredHinge(ReadMean):
    r"""Weighted mean squared distance short of a margin of 1, of $\max(1 - y \hat y, 0)^2$.

    ``update(state, y_true, y_pred, w=None)`` takes labels -1 and 1 and signed scores of one shape;
    each label 0 counts as -1, and every element counts. It is 0 or more, and 0 without data.

    Args:
      name: defaults to ``"squared_hinge"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes differ; nothing is broadcast.

    Example:
      >>> import metrax
      >>> round(float(metrax.SquaredHinge()([[0, 1], [0, 0]], [[0.6, 0.4], [0.4, 0.6]])), 6)
      1.86

    References:
      Keras 3, ``keras.metrics.SquaredHinge``.
    """

    higher_is_better: ClassVar[bool | None] = False
    value_range: ClassVar[tuple[float, float]] = (0, math.inf)

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        return {"y_true": SIGNS}

    @property
    def statistic(self) -> Statistic:
        return WeightedMean.over(
            fn.squared_hinge_loss,
        )


class CategoricalHinge(ReadMean):
    r"""Weighted mean distance of the label's score short of a margin above the best other one.

    $$\max\left(1 + \max_c (1 - y_c)\,\hat y_c - \sum_c y_c \hat y_c,\; 0\right)$$

    ``update(state, y_true, y_pred, w=None)`` takes one-hot labels and scores, ``[B, ..., C]``. It
    is 0 or more, and 0 without data. The label's own entry counts as 0 among the others, so the
    loss is 1 where the label's score is 0 and all others are below.

    Args:
      name: defaults to ``"categorical_hinge"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes differ or there is no class axis beside the batch axis.

    Example:
      >>> import metrax
      >>> round(float(metrax.CategoricalHinge()([[0, 1], [0, 0]], [[0.6, 0.4], [0.4, 0.6]])), 6)
      1.4

    References:
      Keras 3, ``keras.metrics.CategoricalHinge``.
    """

    higher_is_better: ClassVar[bool | None] = False
    value_range: ClassVar[tuple[float, float]] = (0, math.inf)

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        return {"y_true": PROBABILITIES}

    @property
    def statistic(self) -> Statistic:
        return WeightedMean.over(
            fn.categorical_hinge,
        )
