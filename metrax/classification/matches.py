"""Shares of elements and of whole examples that are predicted exactly, or not."""

from abc import ABC
from typing import ClassVar

from jax import Array

from metrax.accumulators.mean import Mean
from metrax.aggregation.streams import ReadMean
from metrax.core.checks import Classes, MetraxError, at_least
from metrax.core.statistic import Statistic
from metrax.core.typed import PairMetric
from metrax.kernels.arithmetic import safe_divide
from metrax.kernels.pairs import add_pairs
from metrax.statistics.any_label import AnyLabel
from metrax.statistics.matches import Matches


class OfMatches(PairMetric[Mean, Array], ABC):
    """A share of exact predictions, or of the others."""

    num_classes: int | None = None
    threshold: float = 0.5
    ignore_class: Classes = None

    value_range: ClassVar[tuple[float, float]] = (0.0, 1.0)
    _whole: ClassVar[bool] = True

    def validate(self) -> None:
        at_least(2, num_classes=self.num_classes)
        if not 0 <= self.threshold <= 1:
            raise MetraxError(f"threshold: got {self.threshold}; expected a number in [0, 1]")

    @property
    def statistic(self) -> Statistic:
        return Matches(self.num_classes, self.threshold, self.ignore_class, self._whole)


def _not(state: Mean) -> Array:
    """The share of the others: not one less a share, which would lose what is small."""
    hi, lo = state.total.pair
    others = add_pairs(state.weight.pair, (-hi, -lo))
    return safe_divide(others[0] + others[1], state.weight.value)


class ExactMatch(OfMatches):
    r"""Share of the examples whose elements are all predicted exactly.

    $$\frac{\sum_b w_b \prod_l [y_{bl} = \hat y_{bl}]}{\sum_b w_b}$$

    ``update(state, y_true, y_pred, w=None)`` takes labels of one shape ``[B, ...]``, such as token
    ids; or labels 0 and 1 and scores ``[B, L]``, floats, each entry a label of its own, there if
    its score is strictly above ``threshold``. With ``num_classes`` also rows of scores
    ``[B, ..., num_classes]``, of which the first highest counts, and one-hot rows. All that lies
    behind the first axis is one example, with one weight. No data is 0.

    Args:
      num_classes: the number of classes, for rows of scores.
      threshold: where scores of labels are cut.
      ignore_class: true label whose elements need not match, such as that of padding, or several.
        Examples of nothing else do not count.
      name: defaults to ``"exact_match"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when shapes do not fit or an argument is out of range.

    Example:
      >>> import metrax
      >>> exact = metrax.ExactMatch(ignore_class=-1)
      >>> float(exact([[5, 6, 7], [8, 9, -1]], [[5, 6, 6], [8, 9, 3]]))
      0.5

    References:
      scikit-learn, ``accuracy_score`` of rows of labels; torchmetrics, ``ExactMatch``.
    """

    higher_is_better: ClassVar[bool | None] = True

    def read(self, state: Mean) -> Array:
        return state.mean


class ZeroOneLoss(OfMatches):
    r"""Share of the examples that are not predicted exactly: one less :class:`ExactMatch`.

    $$1 - \frac{\sum w\,[\hat y = y]}{\sum w}$$

    Called as :class:`ExactMatch` is, with the same arguments and errors. No data is 0.

    Example:
      >>> import metrax
      >>> float(metrax.ZeroOneLoss()([[0, 1], [1, 1]], [[1, 1], [1, 1]]))
      0.5

    References:
      scikit-learn, ``zero_one_loss``.
    """

    higher_is_better: ClassVar[bool | None] = False

    def read(self, state: Mean) -> Array:
        return _not(state)


class HammingLoss(OfMatches):
    r"""Share of the elements that are not predicted exactly.

    $$\frac{\sum w\,[y \ne \hat y]}{\sum w}$$

    Called as :class:`ExactMatch` is, with the same arguments and errors; each element, one label of
    a row or one token, counts by itself, with its own weight if it has one. Of labels of one class
    each it is one less the accuracy. No data is 0.

    Example:
      >>> import metrax
      >>> float(metrax.HammingLoss()([[0, 1], [1, 1]], [[0.2, 0.3], [0.9, 0.8]]))
      0.25

    References:
      scikit-learn, ``hamming_loss``; torchmetrics, ``HammingDistance``.
    """

    higher_is_better: ClassVar[bool | None] = False
    _whole: ClassVar[bool] = False

    def read(self, state: Mean) -> Array:
        return _not(state)


class AnyLabelAccuracy(ReadMean):
    r"""Share of the examples whose prediction is one of several labels that are all right.

    $$\frac{\sum w\,[\hat y \in Y]}{\sum w}$$

    ``update(state, y_true, y_pred, w=None)`` takes rows of labels 0 and 1, ``[B, ..., C]``, or with
    ``sparse_y_true`` lists of class indices, ``[B, ..., M]``, filled up with negative numbers; and
    predicted labels ``[B, ...]`` or scores ``[B, ..., C]``, of which the first highest counts. An
    example without a label does not count; a prediction that is no class is wrong. No data is 0.

    Args:
      sparse_y_true: whether ``y_true`` holds lists of class indices.
      name: defaults to ``"any_label_accuracy"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when shapes do not fit.

    Example:
      >>> import metrax
      >>> accuracy = metrax.AnyLabelAccuracy(sparse_y_true=True)
      >>> round(float(accuracy([[0, 2], [1, -1], [1, 2]], [2, 0, 1])), 6)
      0.666667

    References:
      L. Beyer et al., "Are we done with ImageNet?", 2020, where it is called ReaL accuracy.
    """

    higher_is_better: ClassVar[bool | None] = True
    value_range: ClassVar[tuple[float, float]] = (0.0, 1.0)

    sparse_y_true: bool = False

    @property
    def statistic(self) -> Statistic:
        return AnyLabel(self.sparse_y_true)
