"""Overlaps of predicted with true regions by class: of all data together, or image by image."""

import dataclasses
from abc import ABC
from typing import Any, ClassVar, Literal

import jax.numpy as jnp
from jax import Array

from metrax.accumulators.mean import Mean
from metrax.aggregation.averages import AverageOrSamples, divide, has_data
from metrax.aggregation.of_classes import OfClasses, ReadsClasses, State, Thresholds
from metrax.core.checks import MetraxError, shown
from metrax.core.statistic import Statistic
from metrax.kernels.arithmetic import safe_divide
from metrax.statistics.mean_of_counts import MeanOfCounts
from metrax.statistics.threshold_counts import Counts


class Regions(ReadsClasses[Array], ABC):
    """A value of the counts of all data, or the mean of each image's own; class 0 may be left out.

    Example classes are those of a map of labels, ``[B, height, width]``; where ``per_image``, all
    that lies behind the first axis is one image, with one weight.
    """

    higher_is_better: ClassVar[bool | None] = True
    value_range: ClassVar[tuple[float, float]] = (0.0, 1.0)

    def validate(self) -> None:
        super().validate()
        if not self._fields.include_background and self._fields.num_classes is None:
            raise MetraxError(
                "num_classes: not given with include_background=False; pass it, background included"
            )
        if self._fields.per_image and len(self._at()) > 1:
            raise MetraxError(f"thresholds: got {shown(self._at())} with per_image; expected one")

    @property
    def statistic(self) -> Statistic:
        whole: Any = super().statistic
        if not self._fields.per_image:
            return whole
        return MeanOfCounts(self._anonymous(), whole, per_image=True, num_values=self._num_values())

    def _num_values(self) -> int | None:
        """How many values an image has, None for one; a hook."""
        return None

    def _unaveraged(self) -> tuple[int, ...]:
        shift = 0 if self._fields.include_background else 1
        return tuple(i - shift for i in super()._unaveraged())

    def _foreground(self, counts: Counts) -> Counts:
        return counts if self._fields.include_background else Counts(*(x[..., 1:] for x in counts))


class Overlap(Regions, OfClasses, ABC):
    """A ratio of counts that knows no true negatives."""

    def validate(self) -> None:
        super().validate()
        if self._fields.per_image and (self.absent == "nan" or self._fields.average == "samples"):
            bad = "absent='nan'" if self.absent == "nan" else "average='samples'"
            raise MetraxError(
                f"per_image: got True with {bad}; expected absent='skip' or 'zero', and another "
                "average, which is then taken in each image"
            )

    def _num_values(self) -> int | None:
        if self._fields.average is not None or self._fields.num_classes is None:
            return None
        return self._fields.num_classes - (not self._fields.include_background)

    def _of_counts(self, counts: Counts) -> Array:
        if self._reading != "pooled":
            counts = self._foreground(counts)
        value = super()._of_counts(counts)
        # Of each image of one stream, [B, 1].
        return value[..., 0] if self._fields.per_image and self._reading == "pooled" else value

    def read(self, state: State) -> Array:
        if not isinstance(state, Mean) or self._num_values() is None or not self.zero_division:
            return super().read(state)
        weight = state.weight.value
        never = jnp.where(jnp.any(weight > 0), self.zero_division, 0)
        return jnp.where(weight == 0, never, state.mean)


class Dice(Overlap):
    r"""Dice's coefficient of each class, $\frac{2\,tp}{2\,tp + fp + fn}$: F1 in other words.

    ``update(state, y_true, y_pred, w=None)`` takes labels 0 and 1 and scores of one shape, of which
    no average is taken. With ``num_classes`` inputs are maps of labels (integers ``[B, ...]``),
    one-hot rows or rows of scores ``[B, ..., num_classes]``, of which the first highest counts;
    with ``num_classes`` and ``thresholds`` or ``multi_label``, masks ``[B, ..., num_classes]`` that
    may overlap. No data is 0.

    Args:
      num_classes: how many classes there are, the background included.
      average: of the classes: ``"macro"`` is the mean, ``"micro"`` pools all counts, ``"weighted"``
        is the mean weighed by each class's elements, None a value for each class. ``"samples"`` is
        the mean over rows of labels, each of its own counts.
      include_background: whether class 0 counts; if not, there is no value for it.
      per_image: whether the value is the mean of each image's, instead of that of all data. Then
        ``w`` is a weight an image; and of each class, the mean over the images that have it.
      thresholds: one or several in [0, 1]; a score strictly above counts as positive, 0.5 by
        default. Several give a vector of values.
      absent: what a class with neither examples nor predictions is, in all data or in an image:
        left out of averages (``"skip"``), 0 and counted (``"zero"``), or NaN (``"nan"``).
      zero_division: what a class that is left out shows.
      ignore_class: true label whose elements do not count, such as that of unlabelled pixels, or
        several. No mean counts such a class.
      multi_label: whether each entry of the last axis is a mask of its own.
      name: defaults to ``"dice"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when shapes do not fit or an argument is out of range.

    Example:
      >>> import metrax
      >>> dice = metrax.Dice(num_classes=3, average=None, include_background=False)
      >>> [round(x, 4) for x in dice([0, 0, 1, 2, 2, 1], [0, 1, 1, 2, 2, 2]).tolist()]
      [0.5, 0.8]

    References:
      https://en.wikipedia.org/wiki/Dice-S%C3%B8rensen_coefficient; torchmetrics, ``DiceScore``.
    """

    num_classes: int | None = None
    average: AverageOrSamples = "macro"
    include_background: bool = True
    per_image: bool = False
    thresholds: Thresholds = None

    def _ratio(self, counts: Counts) -> tuple[Array, Array]:
        return 2 * counts.tp, 2 * counts.tp + counts.fp + counts.fn


class Jaccard(Overlap):
    r"""Jaccard's index of each class, intersection over union, $\frac{tp}{tp + fp + fn}$.

    Called as :class:`Dice` is, with the same arguments and errors. :class:`~metrax.MeanIoU` is the
    mean of all data with Keras's arguments.

    Example:
      >>> import metrax
      >>> iou = metrax.Jaccard(num_classes=3, average=None)
      >>> [round(x, 4) for x in iou([0, 0, 1, 2, 2, 1], [0, 1, 1, 2, 2, 2]).tolist()]
      [0.5, 0.3333, 0.6667]

    References:
      scikit-learn, ``jaccard_score``; torchmetrics, ``JaccardIndex``.
    """

    aliases: ClassVar[tuple[str, ...]] = ("jaccard_score",)

    num_classes: int | None = None
    average: AverageOrSamples = "macro"
    include_background: bool = True
    per_image: bool = False
    thresholds: Thresholds = None

    def _ratio(self, counts: Counts) -> tuple[Array, Array]:
        return counts.tp, counts.tp + counts.fp + counts.fn


class GeneralizedDice(Regions):
    r"""Dice's coefficient of all classes at once, small ones weighed up.

    $$\frac{2 \sum_k v_k\,tp_k}{\sum_k v_k\,(2\,tp_k + fp_k + fn_k)}, \qquad v_k = t_k^{-2}$$

    Here $t_k$ is the size of the true regions of class k; one that has none weighs as much as the
    smallest that has (as in torchmetrics and MONAI). It takes what :class:`Dice` does with
    ``num_classes``. Without any region, true or predicted, it is ``zero_division``; no data is 0.

    Args:
      num_classes: how many classes there are, the background included.
      weight_type: $v_k$ is $t_k^{-2}$ (``"square"``), $t_k^{-1}$ (``"simple"``) or 1
        (``"linear"``).
      include_background: whether class 0 counts.
      per_image: whether the value is the mean of each image's, instead of that of all data. Then
        ``w`` is a weight an image.
      thresholds: one in [0, 1]; then scores ``[B, ..., num_classes]`` are masks that may overlap.
      zero_division: what 0/0 is.
      ignore_class: true label whose elements do not count, or several.
      multi_label: whether each entry of the last axis is a mask of its own.
      name: defaults to ``"generalized_dice"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when shapes do not fit or an argument is out of range.

    Example:
      >>> import metrax
      >>> dice = metrax.GeneralizedDice(num_classes=2)
      >>> round(float(dice([[0, 0, 0, 1]], [[0, 0, 1, 1]])), 6)
      0.6875

    References:
      C. H. Sudre et al., "Generalised Dice overlap as a deep learning loss function for highly
      unbalanced segmentations", 2017; torchmetrics, ``GeneralizedDiceScore``.
    """

    num_classes: int
    weight_type: Literal["square", "simple", "linear"] = "square"
    include_background: bool = True
    per_image: bool = False
    thresholds: Thresholds = None
    zero_division: float = dataclasses.field(default=0.0, kw_only=True)

    def _of_counts(self, counts: Counts) -> Array:
        tp, fp, _, fn = self._foreground(counts)
        weights = _weights(tp + fn, {"square": 2, "simple": 1, "linear": 0}[self.weight_type])
        shared = 2 * jnp.sum(weights * tp, axis=-1)
        both = jnp.sum(weights * (2 * tp + fp + fn), axis=-1)
        value = divide(shared, both, self.zero_division)
        return jnp.where(has_data(counts), value, 0) if self.zero_division else value

    def read(self, state: State) -> Array:
        return state.mean if isinstance(state, Mean) else super().read(state)


def _weights(sizes: Array, power: int) -> Array:
    """How much each class weighs, beside the smallest of those that have a size."""
    there = sizes > 0
    least = jnp.min(jnp.where(there, sizes, jnp.inf), axis=-1, keepdims=True)
    share = safe_divide(jnp.broadcast_to(least, sizes.shape), jnp.where(there, sizes, 0))
    return jnp.where(there, share, 1) ** power
