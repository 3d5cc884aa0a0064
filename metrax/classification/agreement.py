"""Agreement of predicted with true classes, corrected for chance, and balanced accuracy."""

from typing import ClassVar, Literal

import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from metrax.core.checks import Classes, at_least
from metrax.core.statistic import Statistic
from metrax.core.typed import PairMetric
from metrax.kernels.arithmetic import safe_divide
from metrax.kernels.limbs import sum_rows
from metrax.kernels.pairs import Pair, add_pairs, multiply_pairs
from metrax.statistics.class_counts import ClassCounts, ClassCountsState
from metrax.statistics.confusion_counts import ConfusionCounts, ConfusionState
from metrax.statistics.threshold_counts import ThresholdCounts, ThresholdCountsState


class MatthewsCorrelation(PairMetric[ClassCountsState, Array]):
    r"""Matthews' correlation of labels, of any number of classes.

    $$\frac{s\,c - \sum_k t_k p_k}{\sqrt{s^2 - \sum_k t_k^2}\,\sqrt{s^2 - \sum_k p_k^2}}$$

    Here $s$ is the weight of all elements, $c$ that of those predicted rightly, and $t_k$ and
    $p_k$ are those of the elements of class k and of those predicted as k.
    ``update(state, y_true, y_pred, w=None)`` takes labels of one shape, one-hot rows or rows of
    scores ``[..., num_classes]``, of which the first highest counts; of two classes, also scores of
    class 1, positive above a half. True labels that are no class contribute nothing; a prediction
    that is none is one of a class more. The value is from -1 to 1, and 0 where all labels, or all
    predictions, are of one class, and without data (torchmetrics gives 1 or -1 where binary labels
    and predictions are both of one class). Counts keep their digits up to 2^48; a hundred thousand
    classes take 2.4 MB, for there is no confusion matrix.

    Args:
      num_classes: the number of classes, 2 for binary labels.
      ignore_class: true label whose elements do not count, or several.
      name: defaults to ``"matthews_correlation"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when shapes do not fit or an argument is out of range.

    Example:
      >>> import metrax
      >>> matthews = metrax.MatthewsCorrelation(num_classes=2)
      >>> round(float(matthews([1, 1, 1, 0], [1, 0, 1, 1])), 6)
      -0.333333

    References:
      scikit-learn, ``matthews_corrcoef``; J. Gorodkin, "Comparing two K-category assignments by a
      K-category correlation coefficient", Comput. Biol. Chem. 28 (2004).
    """

    aliases: ClassVar[tuple[str, ...]] = ("matthews_corrcoef", "MatthewsCorrCoef")
    higher_is_better: ClassVar[bool | None] = True
    value_range: ClassVar[tuple[float, float]] = (-1.0, 1.0)

    num_classes: int
    ignore_class: Classes = None

    def validate(self) -> None:
        at_least(2, num_classes=self.num_classes)

    @property
    def statistic(self) -> Statistic:
        return ClassCounts(self.num_classes, self.ignore_class)

    def read(self, state: ClassCountsState) -> Array:
        # Differences of squares cancel, in float32 already at 1e4 examples. So each class stands
        # against the others, tp tn - fn fp, in pairs, and the spreads are sums of what is positive.
        margins = Margins(state)
        spread_true = _total(multiply_pairs(margins.true, margins.not_true))
        spread_pred = _total(margins.spread_of_predictions())
        # Not the product of the spreads, which may underflow; so perfect predictions are exactly 1.
        ratio = jnp.sqrt(safe_divide(spread_true, spread_pred))
        return jnp.clip(safe_divide(margins.beyond_chance(), spread_true) * ratio, -1, 1)


class Margins:
    """The weights of each class and of all others, true and predicted, in pairs; about one."""

    def __init__(self, state: ClassCountsState) -> None:
        power = _power(state.total()[0])
        tp, fp, tn, fn = ((hi * power, lo * power) for hi, lo in state.pairs())
        self.tp, self.fp, self.tn, self.fn = tp, fp, tn, fn
        self.true, self.not_true = add_pairs(tp, fn), add_pairs(tn, fp)
        self.pred, self.not_pred = add_pairs(tp, fp), add_pairs(tn, fn)

    def beyond_chance(self) -> Array:
        """The hits less those by chance, times all: the sum of tp tn - fn fp."""
        wrong = multiply_pairs(self.fn, self.fp)
        return _total(add_pairs(multiply_pairs(self.tp, self.tn), (-wrong[0], -wrong[1])))

    def spread_of_predictions(self) -> Pair:
        """Of each class, and last of those predicted as none: its weight times all others'."""
        all_pred = sum_rows(self.pred, [0])
        all_true = sum_rows(self.true, [0])
        hi, lo = add_pairs(all_true, (-all_pred[0], -all_pred[1]))
        none = jnp.where(hi < 0, 0, hi), jnp.where(hi < 0, 0, lo)
        rest = multiply_pairs(none, all_pred)
        each = multiply_pairs(self.pred, self.not_pred)
        return jnp.append(each[0], rest[0]), jnp.append(each[1], rest[1])


def _power(total: Array) -> Array:
    """One over a power of two near the total, so that no product over- or underflows."""
    power = lax.reduce_precision(total, jnp.finfo(total.dtype).nexp, mantissa_bits=0)
    return 1 / jnp.where(power == 0, 1, power)


def _total(x: Pair) -> Array:
    """The sum, rounded once."""
    hi, lo = sum_rows(x, [0])
    return hi + lo


class CohenKappa(PairMetric[ClassCountsState | ConfusionState, Array]):
    r"""Cohen's kappa: agreement of two codings beyond what chance gives.

    $$1 - \frac{\sum_{ij} v_{ij} n_{ij}}{\sum_{ij} v_{ij} t_i p_j / s}$$

    Here $n$ is the confusion matrix, $t$ and $p$ are its margins, $s$ is the weight of all, and
    $v_{ij}$ is what it costs to take i for j: 1, or $|i - j|$, or $(i - j)^2$. It takes what
    :class:`MatthewsCorrelation` does. The value is at most 1, and 0 where chance alone would agree
    (all labels and predictions of one class, for which scikit-learn gives NaN), and without data.

    Args:
      num_classes: the number of classes; of ordered ones with ``weights``.
      weights: None, ``"linear"`` or ``"quadratic"``. Without, no confusion matrix is kept, and a
        prediction that is no class is wrong; with, such elements contribute nothing.
      ignore_class: true label whose elements do not count, or several.
      name: defaults to ``"cohen_kappa"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when shapes do not fit or an argument is out of range.

    Example:
      >>> import metrax
      >>> kappa = metrax.CohenKappa(num_classes=2)
      >>> float(kappa([1, 1, 0, 0], [0, 1, 0, 0]))
      0.5

    References:
      scikit-learn, ``cohen_kappa_score``; J. Cohen, "A coefficient of agreement for nominal
      scales", Educ. Psychol. Meas. 20 (1960).
    """

    aliases: ClassVar[tuple[str, ...]] = ("cohen_kappa_score",)
    higher_is_better: ClassVar[bool | None] = True
    value_range: ClassVar[tuple[float, float]] = (-np.inf, 1.0)

    num_classes: int
    weights: Literal["linear", "quadratic"] | None = None
    ignore_class: Classes = None

    def validate(self) -> None:
        at_least(2, num_classes=self.num_classes)

    @property
    def statistic(self) -> Statistic:
        if self.weights is None:
            return ClassCounts(self.num_classes, self.ignore_class)
        return ConfusionCounts(self.num_classes, self.ignore_class, by_shape=True)

    def read(self, state: ClassCountsState | ConfusionState) -> Array:
        if isinstance(state, ClassCountsState):
            margins = Margins(state)
            most = _total(multiply_pairs(margins.true, margins.not_pred))
            return safe_divide(margins.beyond_chance(), most)
        matrix = state.matrix
        shares = safe_divide(matrix, jnp.broadcast_to(jnp.sum(matrix), matrix.shape))
        places = jnp.arange(self.num_classes, dtype=matrix.dtype)
        apart = jnp.abs(places[:, None] - places[None, :]) / (self.num_classes - 1)
        costs = apart if self.weights == "linear" else apart**2
        by_chance = jnp.sum(costs * jnp.outer(shares.sum(1), shares.sum(0)))
        return jnp.where(by_chance == 0, 0, 1 - safe_divide(jnp.sum(costs * shares), by_chance))


class BalancedAccuracy(PairMetric[ClassCountsState | ThresholdCountsState, Array]):
    r"""Mean share of each class's elements that are found, $\frac{1}{K} \sum_k \frac{c_k}{t_k}$.

    With ``num_classes`` it takes what :class:`MatthewsCorrelation` does; without, labels 0 and 1
    and scores of one shape, positive above a half. Classes without examples are left out, those
    that are predicted too (as in scikit-learn); no data is 0.

    Args:
      num_classes: the number of classes; None for binary labels and scores.
      adjusted: whether 0 is what chance gives, $\frac{b - 1/K}{1 - 1/K}$ of K classes with
        examples; of a single class 0.
      ignore_class: true label whose elements do not count, or several.
      name: defaults to ``"balanced_accuracy"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when shapes do not fit or an argument is out of range.

    Example:
      >>> import metrax
      >>> balanced = metrax.BalancedAccuracy()
      >>> float(balanced([0, 1, 0, 0, 1, 0], [0, 1, 0, 0, 0, 1]))
      0.625

    References:
      scikit-learn, ``balanced_accuracy_score``.
    """

    aliases: ClassVar[tuple[str, ...]] = ("balanced_accuracy_score",)
    higher_is_better: ClassVar[bool | None] = True

    num_classes: int | None = None
    adjusted: bool = False
    ignore_class: Classes = None

    @property
    def value_range(self) -> tuple[float, float]:
        """From chance's own complement, if adjusted, to 1."""
        return (-1.0 if self.adjusted else 0.0, 1.0)

    def validate(self) -> None:
        at_least(2, num_classes=self.num_classes)

    @property
    def statistic(self) -> Statistic:
        if self.num_classes is None:
            return ThresholdCounts((0.5,), ignore_class=self.ignore_class)
        return ClassCounts(self.num_classes, self.ignore_class)

    def read(self, state: ClassCountsState | ThresholdCountsState) -> Array:
        counts = state.counts()
        hits, missed = counts.tp, counts.fn
        if isinstance(state, ThresholdCountsState):
            hits, missed = (jnp.append(*x) for x in ((counts.tn, hits), (counts.fp, missed)))
        there = jnp.sum((hits + missed > 0).astype(hits.dtype))
        mean = safe_divide(jnp.sum(safe_divide(hits, hits + missed)), there)
        if not self.adjusted:
            return mean
        return jnp.where(there > 0, safe_divide(mean * there - 1, there - 1), 0)
