"""Average precision, from the scores' own bits."""

from typing import ClassVar

from metrax.curves.areas import average_precision
from metrax.curves.bounds import Certified
from metrax.curves.cumulated import Curve
from metrax.curves.score_metric import CertifiedMetric


class AveragePrecision(CertifiedMetric):
    r"""Mean over positives of the precision among all that score at least as high.

    $$\sum_k (R_k - R_{k - 1}) P_k$$

    over the distinct scores, highest first, with recall R and precision P. ``update(state, y_true,
    y_pred, w=None)`` takes labels and any real scores, both ``[B]``, or those of ``num_classes``
    classes, ``[B, C]``, as :class:`AUROC` does. Without positives, or without data, it is 0;
    without negatives 1, and both are absent classes in averages. Nothing is interpolated between
    distinct scores. Scores within one bucket count as evenly mixed, unless they are known to be
    equal, so that a few float32 scores with ties, as in examples of scikit-learn and torchmetrics,
    are better kept: ``exact=n``. :meth:`bounds` gives the interval in which the value is.

    Example:
      >>> import metrax
      >>> round(float(metrax.AveragePrecision()([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])), 6)
      0.833333

    References:
      scikit-learn, ``average_precision_score``.
    """

    aliases: ClassVar[tuple[str, ...]] = ("average_precision_score", "BinaryAveragePrecision")
    higher_is_better: ClassVar[bool | None] = True

    def _measure(self, curve: Curve) -> Certified:
        return average_precision(curve)
