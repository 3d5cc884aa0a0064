"""Area under the ROC curve, from the scores' own bits."""

import dataclasses
import math
from typing import Any, ClassVar, Literal

import jax.numpy as jnp
from jax import Array

from metrax.core.checks import MetraxError
from metrax.curves.areas import log_roc_area, roc_area, standardized
from metrax.curves.bounds import Certified
from metrax.curves.cumulated import Curve, ScoreState
from metrax.curves.score_metric import CertifiedMetric


class AUROC(CertifiedMetric):
    r"""Area under the ROC curve: how often a positive has a higher score than a negative.

    $$\frac{\sum_{i \in P} \sum_{j \in N} w_i w_j \left([s_i > s_j] + \frac12 [s_i = s_j]\right)}
    {\sum_{i \in P} w_i \sum_{j \in N} w_j}$$

    ``update(state, y_true, y_pred, w=None)`` takes labels (cast to bool; NaN and numbers below 0
    count nowhere) and any real scores of one shape, probabilities or logits: only their order
    matters. No thresholds are chosen: scores are counted by the first ``bits`` bits of the float.
    What that leaves open is known: :meth:`bounds` gives the interval in which the area of all
    scores is, and :func:`metrax.checked` raises if it is wider than ``tolerance``. It is exact for
    scores on the grid: of bfloat16 and of 8-bit floats, at ``bits=19`` of float16.

    With ``num_classes=C``, ``y_pred`` is ``[..., C]``, each class beside all others, and ``y_true``
    0 or 1 of the same shape, or the right class of each row, ``[...]``. A NaN score is below all
    others. One class only, or no data: 0.

    Args:
      multi_class: ``"ovr"``, each class beside the rest; ``"ovo"``, the mean over pairs of classes
        of the areas of either's scores among examples of both (Hand and Till).
      max_fpr: the area up to this false positive rate, standardized by McClish to 1/2 for chance.

    Example:
      >>> import metrax
      >>> auroc = metrax.AUROC()
      >>> state = auroc.update(auroc.init(), [0, 0, 1, 1], [-1.0, 0.5, 0.3, 9.0])
      >>> float(auroc.compute(state))
      0.75
      >>> low, high = auroc.bounds(state)
      >>> float(low) <= 0.75 <= float(high)
      True

    References:
      scikit-learn, ``roc_auc_score``. Hand and Till, "A simple generalisation of the area under the
      ROC curve for multiple class classification problems", 2001. McClish, "Analyzing a portion
      of the ROC curve", 1989.
    """

    aliases: ClassVar[tuple[str, ...]] = ("roc_auc_score", "roc_auc", "BinaryAUROC")
    higher_is_better: ClassVar[bool | None] = True

    multi_class: Literal["ovr", "ovo"] = dataclasses.field(default="ovr", kw_only=True)
    max_fpr: float | None = dataclasses.field(default=None, kw_only=True)

    def validate(self) -> None:
        super().validate()
        if self.max_fpr is not None and not 0 < self.max_fpr <= 1:
            raise MetraxError(f"max_fpr: got {self.max_fpr}; expected a number in (0, 1]")
        if self._in_pairs and (self.num_classes or 0) < 2:
            raise MetraxError(
                f"num_classes: got {self.num_classes} with multi_class='ovo'; expected 2 or more"
            )
        if self._in_pairs and self.average not in ("macro", "weighted"):
            raise MetraxError(
                f"average: got {self.average!r} with multi_class='ovo'; expected 'macro' or "
                "'weighted'"
            )

    @property
    def _in_pairs(self) -> bool:
        return self.multi_class == "ovo"

    def _scored(self) -> dict[str, Any]:
        return {**super()._scored(), "by_class": self._in_pairs}

    def _curve(self, state: ScoreState, **more: Any) -> Curve:
        if not self._in_pairs:
            return super()._curve(state, **more)
        return super()._curve(state, sides=self.num_classes, by_class=True)

    def _measure(self, curve: Curve) -> Certified:
        if self.max_fpr in (None, 1):
            return roc_area(curve)
        return roc_area(curve, self.max_fpr).map(lambda x: standardized(x, self.max_fpr or 1))

    def _averaged(self, values: Array, both: Array, support: Array) -> Array:
        if not self._in_pairs:
            return super()._averaged(values, both, support)
        others = ~jnp.eye(self.num_classes, dtype=bool)
        chosen = others if self.absent != "skip" else others & both
        weights = support + support.T if self.average == "weighted" else jnp.ones_like(values)
        weights = jnp.where(chosen, jnp.broadcast_to(weights, values.shape), 0)
        values = jnp.where(others, self._shown(values, both), 0)
        return jnp.sum(weights * values) / jnp.maximum(jnp.sum(weights), 1e-30)


class LogAUC(CertifiedMetric):
    r"""Mean true positive rate over the logarithms of low false positive rates: early retrieval.

    $$\frac{1}{\ln(b / a)} \int_a^b \mathrm{TPR}(f)\, \frac{df}{f}$$

    ``update(state, y_true, y_pred, w=None)`` takes labels and any real scores, both ``[B]``, or
    those of ``num_classes`` classes, ``[B, C]``, as :class:`AUROC` does. The curve is a line
    between two of its points, and its integral is exact; torchmetrics adds trapezoids between the
    logarithms instead, and is above it. By chance it is $(b - a) / \ln(b / a)$, .0215 of the
    default range. One class only, or no data: 0.

    Args:
      fpr_range: the false positive rates a and b, above 0 and up to 1.

    Example:
      >>> import metrax
      >>> log_auc = metrax.LogAUC(fpr_range=(0.25, 1.0))
      >>> round(float(log_auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])), 6)
      0.75

    References:
      Mysinger and Shoichet, "Rapid context-dependent ligand desolvation in molecular docking",
      2010. torchmetrics, ``LogAUC``.
    """

    higher_is_better: ClassVar[bool | None] = True

    fpr_range: tuple[float, float] | list[float] = (0.001, 0.1)

    def validate(self) -> None:
        super().validate()
        if len(self.fpr_range) != 2 or not 0 < self.fpr_range[0] < self.fpr_range[1] <= 1:
            raise MetraxError(
                f"fpr_range: got {self.fpr_range}; expected two rising numbers in (0, 1]"
            )

    def _measure(self, curve: Curve) -> Certified:
        area = log_roc_area(curve, *self.fpr_range)
        return area.map(lambda x: jnp.where(curve.both, x, 0))

    @property
    def _magnified(self) -> float:
        low, high = self.fpr_range
        return max(1, 1 / math.log(high / low))


class Gini(CertifiedMetric):
    r"""Gini coefficient of a ranking, $2\,\mathrm{AUROC} - 1$: 0 by chance, below it if reversed.

    ``update(state, y_true, y_pred, w=None)`` takes labels and any real scores, both ``[B]``, or
    those of ``num_classes`` classes, ``[B, C]``, as :class:`AUROC` does. One class only, or no
    data: 0.

    Example:
      >>> import metrax
      >>> float(metrax.Gini()([0, 0, 1, 1], [0.0, 0.5, 0.3, 0.9]))
      0.5

    References:
      Somers' D of scores and labels; the accuracy ratio of cumulative accuracy profiles.
    """

    aliases: ClassVar[tuple[str, ...]] = ("accuracy_ratio",)
    higher_is_better: ClassVar[bool | None] = True
    value_range: ClassVar[tuple[float, float]] = (-1.0, 1.0)

    def _measure(self, curve: Curve) -> Certified:
        return roc_area(curve).map(lambda x: jnp.where(curve.both, 2 * x - 1, 0))
