"""Rates of the four counts beside precision and recall."""

from abc import ABC
from typing import ClassVar

from jax import Array

from metrax.aggregation.of_classes import AveragedOfClasses
from metrax.kernels.arithmetic import safe_divide
from metrax.statistics.threshold_counts import Counts


class Rate(AveragedOfClasses, ABC):
    """A share of some of the counts, the more the better."""

    higher_is_better: ClassVar[bool | None] = True
    value_range: ClassVar[tuple[float, float]] = (0.0, 1.0)


class ErrorRate(AveragedOfClasses, ABC):
    """A share of some of the counts, the less the better."""

    higher_is_better: ClassVar[bool | None] = False
    value_range: ClassVar[tuple[float, float]] = (0.0, 1.0)


class Specificity(Rate):
    r"""Share of the negative examples that are predicted so, $\frac{tn}{tn + fp}$.

    ``update(state, y_true, y_pred, w=None)`` takes labels 0 and 1 and scores of one shape, all
    elements one stream, of which no average is taken. With ``num_classes`` inputs are of one class
    each: labels (integers of any shape), one-hot rows or rows of scores ``[..., num_classes]``, of
    which the first highest counts; each class stands against all others. With ``num_classes`` and
    ``thresholds`` or ``multi_label`` each entry of the last axis is a label of its own. Without
    negative examples it is ``zero_division``; no data is 0.

    Args:
      num_classes: how many classes or labels have counts of their own.
      average: of the classes: ``"macro"`` is the mean, ``"micro"`` pools all counts, ``"weighted"``
        is the mean weighed by each class's examples, None a value for each class. ``"samples"`` is
        the mean over rows of labels, each of its own counts, and needs no ``num_classes``.
      thresholds: one or several in [0, 1]; a score strictly above counts as positive, 0.5 by
        default. Several give a vector of values.
      absent: what a class with neither examples nor predictions is: left out of averages
        (``"skip"``), 0 and counted (``"zero"``), or NaN (``"nan"``).
      zero_division: what 0/0 is, and what a class that is left out shows.
      ignore_class: true label whose elements do not count, or several. No mean counts such a class.
      multi_label: whether each entry of the last axis is a label of its own.
      name: defaults to ``"specificity"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when shapes do not fit or an argument is out of range.

    Example:
      >>> import metrax
      >>> round(float(metrax.Specificity()([0, 0, 0, 1], [0.1, 0.8, 0.2, 0.9])), 6)
      0.666667
      >>> specificity = metrax.Specificity(num_classes=3, average=None)
      >>> specificity([0, 1, 2, 2], [0, 2, 2, 1]).round(4).tolist()
      [1.0, 0.666700005531311, 0.5]

    References:
      https://en.wikipedia.org/wiki/Sensitivity_and_specificity; torchmetrics, ``Specificity``.
    """

    aliases: ClassVar[tuple[str, ...]] = ("BinarySpecificity",)

    def _ratio(self, counts: Counts) -> tuple[Array, Array]:
        return counts.tn, counts.tn + counts.fp


class NegativePredictiveValue(Rate):
    r"""Share of the negative predictions that are right, $\frac{tn}{tn + fn}$.

    Called as :class:`Specificity` is, with the same arguments and errors. Without negative
    predictions it is ``zero_division``; no data is 0.

    Example:
      >>> import metrax
      >>> npv = metrax.NegativePredictiveValue()
      >>> round(float(npv([0, 0, 1, 1], [0.1, 0.2, 0.3, 0.9])), 6)
      0.666667

    References:
      https://en.wikipedia.org/wiki/Positive_and_negative_predictive_values; torchmetrics,
      ``NegativePredictiveValue``.
    """

    def _ratio(self, counts: Counts) -> tuple[Array, Array]:
        return counts.tn, counts.tn + counts.fn


class FalsePositiveRate(ErrorRate):
    r"""Share of the negative examples that are predicted positive, $\frac{fp}{fp + tn}$.

    Called as :class:`Specificity` is, with the same arguments and errors. Without negative examples
    it is ``zero_division``; no data is 0.

    Example:
      >>> import metrax
      >>> float(metrax.FalsePositiveRate()([0, 0, 1, 1], [0.1, 0.8, 0.3, 0.9]))
      0.5

    References:
      https://en.wikipedia.org/wiki/False_positive_rate.
    """

    def _ratio(self, counts: Counts) -> tuple[Array, Array]:
        return counts.fp, counts.fp + counts.tn


class FalseNegativeRate(ErrorRate):
    r"""Share of the positive examples that are missed, $\frac{fn}{fn + tp}$.

    Called as :class:`Specificity` is, with the same arguments and errors. Without positive examples
    it is ``zero_division``; no data is 0.

    Example:
      >>> import metrax
      >>> float(metrax.FalseNegativeRate()([0, 0, 1, 1], [0.1, 0.8, 0.3, 0.9]))
      0.5

    References:
      https://en.wikipedia.org/wiki/Sensitivity_and_specificity.
    """

    def _ratio(self, counts: Counts) -> tuple[Array, Array]:
        return counts.fn, counts.fn + counts.tp


class FalseDiscoveryRate(ErrorRate):
    r"""Share of the positive predictions that are wrong, $\frac{fp}{fp + tp}$.

    Called as :class:`Specificity` is, with the same arguments and errors. Without positive
    predictions it is ``zero_division``; no data is 0.

    Example:
      >>> import metrax
      >>> float(metrax.FalseDiscoveryRate()([0, 0, 1, 1], [0.1, 0.8, 0.3, 0.9]))
      0.5

    References:
      https://en.wikipedia.org/wiki/False_discovery_rate.
    """

    def _ratio(self, counts: Counts) -> tuple[Array, Array]:
        return counts.fp, counts.fp + counts.tp


class FalseOmissionRate(ErrorRate):
    r"""Share of the negative predictions that are wrong, $\frac{fn}{fn + tn}$.

    Called as :class:`Specificity` is, with the same arguments and errors. Without negative
    predictions it is ``zero_division``; no data is 0.

    Example:
      >>> import metrax
      >>> float(metrax.FalseOmissionRate()([0, 0, 1, 1], [0.1, 0.8, 0.3, 0.9]))
      0.5

    References:
      https://en.wikipedia.org/wiki/Positive_and_negative_predictive_values.
    """

    def _ratio(self, counts: Counts) -> tuple[Array, Array]:
        return counts.fn, counts.fn + counts.tn


class Prevalence(AveragedOfClasses):
    r"""Share of the examples that are positive, $\frac{tp + fn}{tp + fp + tn + fn}$.

    Called as :class:`Specificity` is, with the same arguments and errors; no data is 0. The mean of
    the classes' shares is one over the number of those that occur.

    Example:
      >>> import metrax
      >>> float(metrax.Prevalence()([0, 0, 0, 1], [0.1, 0.8, 0.3, 0.9]))
      0.25

    References:
      https://en.wikipedia.org/wiki/Prevalence.
    """

    higher_is_better: ClassVar[bool | None] = None
    value_range: ClassVar[tuple[float, float]] = (0.0, 1.0)

    def _ratio(self, counts: Counts) -> tuple[Array, Array]:
        return counts.tp + counts.fn, sum(counts[1:], counts[0])


def balanced(a: Array, b: Array, c: Array, d: Array) -> tuple[Array, Array]:
    r"""$\frac{a}{a + b} + \frac{c}{c + d} - 1$, and whether neither is 0/0."""
    first, second = a + b, c + d
    both = ((first > 0) & (second > 0)).astype(first.dtype)
    # Products of shares: a sum less 1 would lose what is small.
    shares = [safe_divide(x, y) for x, y in ((a, first), (c, second), (b, first), (d, second))]
    return both * (shares[0] * shares[1] - shares[2] * shares[3]), both


class Informedness(AveragedOfClasses):
    r"""How much more often positives are predicted positive than negatives are (Youden's J).

    $$\frac{tp}{tp + fn} + \frac{tn}{tn + fp} - 1$$

    Called as :class:`Specificity` is, with the same arguments and errors. It is from -1 to 1, 0 by
    chance; without positive, or without negative, examples it is ``zero_division``; no data is 0.

    Example:
      >>> import metrax
      >>> float(metrax.Informedness()([0, 0, 1, 1], [0.1, 0.2, 0.3, 0.9]))
      0.5

    References:
      W. J. Youden, "Index for rating diagnostic tests", Cancer 3 (1950).
    """

    higher_is_better: ClassVar[bool | None] = True
    value_range: ClassVar[tuple[float, float]] = (-1.0, 1.0)

    def _ratio(self, counts: Counts) -> tuple[Array, Array]:
        return balanced(counts.tp, counts.fn, counts.tn, counts.fp)


class Markedness(AveragedOfClasses):
    r"""How much more often positive predictions are positives than negative predictions are.

    $$\frac{tp}{tp + fp} + \frac{tn}{tn + fn} - 1$$

    Called as :class:`Specificity` is, with the same arguments and errors. It is from -1 to 1, 0 by
    chance; without positive, or without negative, predictions it is ``zero_division``; no data is
    0.

    Example:
      >>> import metrax
      >>> round(float(metrax.Markedness()([0, 0, 1, 1], [0.1, 0.2, 0.3, 0.9])), 6)
      0.666667

    References:
      D. M. W. Powers, "Evaluation: from precision, recall and F-measure to ROC, informedness,
      markedness and correlation", J. Mach. Learn. Technol. 2 (2011).
    """

    higher_is_better: ClassVar[bool | None] = True
    value_range: ClassVar[tuple[float, float]] = (-1.0, 1.0)

    def _ratio(self, counts: Counts) -> tuple[Array, Array]:
        return balanced(counts.tp, counts.fp, counts.tn, counts.fn)
