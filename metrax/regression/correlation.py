"""Correlation and concordance of targets and predictions."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from jax import Array

from metrax.accumulators.comoments import CoMoments
from metrax.accumulators.mean import Mean
from metrax.core.checks import at_least
from metrax.core.domains import NUMBERS, Domain
from metrax.core.statistic import Statistic
from metrax.core.typed import PairMetric
from metrax.functional.regression import correlation as fn
from metrax.statistics.paired_moments import PairedMoments, PairedMomentsState
from metrax.statistics.weighted_mean import WeightedMean


class Correlation(PairMetric[Mean | PairedMomentsState, Array], ABC):
    """A coefficient within each example, averaged; or with ``axis=0`` over the whole stream."""

    higher_is_better: ClassVar[bool | None] = True
    value_range: ClassVar[tuple[float, float]] = (-1, 1)

    if TYPE_CHECKING:
        axis: int
        num_outputs: int

    @abstractmethod
    def _within_examples(self) -> WeightedMean:
        """The statistic of the coefficient along ``axis`` of each example; a hook."""

    @abstractmethod
    def _over_stream(self, moments: CoMoments) -> Array:
        """The coefficient of each output; a hook."""

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        return dict.fromkeys(self.inputs, NUMBERS.lacking(self.axis or None))

    def validate(self) -> None:
        at_least(1, num_outputs=self.num_outputs)

    @property
    def statistic(self) -> Statistic:
        if self.axis == 0:
            return PairedMoments(self.num_outputs)
        return self._within_examples()

    def read(self, state: Mean | PairedMomentsState) -> Array:
        if isinstance(state, Mean):
            return state.mean
        values = self._over_stream(state.moments)
        return values[0] if self.num_outputs == 1 else values


class PearsonCorrelation(Correlation):
    r"""Pearson correlation, $\frac{\sum w (y - \bar y)(\hat y - \bar{\hat y})}{s_y s_{\hat y}}$.

    ``update(state, y_true, y_pred, w=None)`` takes arrays of one shape. With an ``axis`` within the
    example, as in Keras, each example has its own coefficient along that axis and their weighted
    mean is the value. With ``axis=0`` there is one coefficient over all examples of the stream, for
    each of ``num_outputs`` columns, from merged co-moments. The value is from -1 to 1, 0 where
    either is constant, and 0 without data.

    Args:
      axis: the axis to correlate along; 0 is the stream.
      num_outputs: columns of ``[B, num_outputs]`` with ``axis=0``; 1 also takes ``[B]`` and gives
        a scalar.
      name: defaults to ``"pearson_correlation"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when shapes do not fit, among them ``[B]`` with an axis within the example.

    Example:
      >>> import metrax
      >>> y_true, y_pred = [[0, 1, 0.5], [1, 1, 0.2]], [[0.1, 0.9, 0.5], [1, 0.9, 0.2]]
      >>> round(float(metrax.PearsonCorrelation()(y_true, y_pred)), 5)
      0.9967
      >>> round(float(metrax.PearsonCorrelation(axis=0)([0, 1, 0.5], [0.1, 0.9, 0.7])), 5)
      0.96077

    References:
      Keras 3, ``keras.metrics.PearsonCorrelation``;
      https://en.wikipedia.org/wiki/Pearson_correlation_coefficient.
    """

    axis: int = -1
    num_outputs: int = 1

    def _within_examples(self) -> WeightedMean:
        return WeightedMean.over(fn.pearson_correlation, axis=self.axis)

    def _over_stream(self, moments: CoMoments) -> Array:
        return moments.correlation


class ConcordanceCorrelation(Correlation):
    r"""Concordance, $\frac{2\,\mathrm{cov}(y, \hat y)}{\sigma^2_y + \sigma^2_{\hat y} + d^2}$.

    Here $d = \bar y - \bar{\hat y}$: unlike correlation, agreement in scale and offset counts.
    Called as :class:`PearsonCorrelation` is. The value is from -1 to 1, 0 where either is constant
    (both being the same constant, too), and 0 without data.

    Args:
      axis: the axis to correlate along; 0 is the stream.
      num_outputs: columns of ``[B, num_outputs]`` with ``axis=0``; 1 also takes ``[B]`` and gives
        a scalar.
      name: defaults to ``"concordance_correlation"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when shapes do not fit, among them ``[B]`` with an axis within the example.

    Example:
      >>> import metrax
      >>> y_true, y_pred = [[0, 1, 0.5], [1, 1, 0.2]], [[0.1, 0.9, 0.5], [1, 0.9, 0.2]]
      >>> round(float(metrax.ConcordanceCorrelation()(y_true, y_pred)), 5)
      0.98163
      >>> round(float(metrax.ConcordanceCorrelation(axis=0)([0, 1, 0.5], [0.1, 0.9, 0.7])), 5)
      0.93023

    References:
      Keras 3, ``keras.metrics.ConcordanceCorrelation``. Lin, "A concordance correlation
      coefficient to evaluate reproducibility", Biometrics 45(1), 1989.
    """

    axis: int = -1
    num_outputs: int = 1

    def _within_examples(self) -> WeightedMean:
        return WeightedMean.over(fn.concordance_correlation, axis=self.axis)

    def _over_stream(self, moments: CoMoments) -> Array:
        return moments.concordance
