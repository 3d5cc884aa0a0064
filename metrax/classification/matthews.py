"""Matthews' correlation of labels."""

from typing import ClassVar

import jax.numpy as jnp
from jax import Array, lax

from metrax.core.checks import Classes, at_least
from metrax.core.typed import PairMetric
from metrax.kernels.arithmetic import safe_divide
from metrax.kernels.limbs import sum_rows
from metrax.kernels.pairs import Pair, add_pairs, multiply_pairs
from metrax.statistics.confusion_counts import ConfusionCounts, ConfusionState


class MatthewsCorrelation(PairMetric[ConfusionState, Array]):
    r"""Matthews' correlation of labels, of any number of classes.

    $$\frac{s\,c - \sum_k t_k p_k}{\sqrt{s^2 - \sum_k t_k^2}\,\sqrt{s^2 - \sum_k p_k^2}}$$

    Here $s$ is the weight of all elements, $c$ that of those predicted rightly, and $t_k$ and
    $p_k$ are those of the elements of class k and of those predicted as k.
    ``update(state, y_true, y_pred, w=None)`` takes labels of one shape; labels that are no class
    contribute nothing. The value is from -1 to 1, and 0 where all labels, or all predictions, are
    of one class. Counts keep their digits up to 2^48.

    Args:
      num_classes: the number of classes, 2 for binary labels.
      ignore_class: true label whose elements do not count, or several.
      name: defaults to ``"matthews_correlation"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when shapes differ or an argument is out of range.

    Example:
      >>> import metrax
      >>> matthews = metrax.MatthewsCorrelation(num_classes=2)
      >>> round(float(matthews([1, 1, 1, 0], [1, 0, 1, 1])), 6)
      -0.333333

    References:
      scikit-learn, ``matthews_corrcoef``; J. Gorodkin, "Comparing two K-category assignments by a
      K-category correlation coefficient", Comput. Biol. Chem. 28 (2004).
    """

    aliases = ("matthews_corrcoef", "MatthewsCorrCoef")
    higher_is_better: ClassVar[bool | None] = True
    value_range: ClassVar[tuple[float, float]] = (-1, 1)

    num_classes: int
    ignore_class: Classes = None

    def validate(self) -> None:
        at_least(2, num_classes=self.num_classes)

    @property
    def statistic(self) -> ConfusionCounts:
        return ConfusionCounts(self.num_classes, self.ignore_class)

    def read(self, state: ConfusionState) -> Array:
        # Differences of squares cancel, in float32 already at 1e4 examples. So each class stands
        # against the others, tp tn - fn fp, in pairs, and the spreads are sums of what is positive.
        cells = _about_one(state.cells.pair)
        own = jnp.eye(self.num_classes, dtype=bool)
        tp = sum_rows(_where(own, cells), [1])
        fn, fp = (sum_rows(_where(~own, cells), [axis]) for axis in (1, 0))
        true, pred = add_pairs(tp, fn), add_pairs(tp, fp)
        not_true, not_pred = (sum_rows(_where(~own, x), [1]) for x in (true, pred))
        tn = add_pairs(not_true, _minus(fp))
        both = _total(add_pairs(multiply_pairs(tp, tn), _minus(multiply_pairs(fn, fp))))
        spread_true = _total(multiply_pairs(true, not_true))
        spread_pred = _total(multiply_pairs(pred, not_pred))
        # Not the product of the spreads, which may underflow; so perfect predictions are exactly 1.
        ratio = jnp.sqrt(safe_divide(spread_true, spread_pred))
        return jnp.clip(safe_divide(both, spread_true) * ratio, -1, 1)


def _about_one(cells: Pair) -> Pair:
    """The cells by a power of two near their sum, so that no product over- or underflows."""
    total = jnp.sum(cells[0])
    power = lax.reduce_precision(total, jnp.finfo(total.dtype).nexp, mantissa_bits=0)
    factor = 1 / jnp.where(power == 0, 1, power)
    return cells[0] * factor, cells[1] * factor


def _where(chosen: Array, x: Pair) -> Pair:
    """The pairs that are chosen among rows of them, 0 elsewhere."""
    hi, lo = (jnp.where(chosen, jnp.broadcast_to(y, chosen.shape), 0) for y in x)
    return hi, lo


def _minus(x: Pair) -> Pair:
    return -x[0], -x[1]


def _total(x: Pair) -> Array:
    """The sum, rounded once."""
    hi, lo = sum_rows(x, [0])
    return hi + lo
