"""Accuracies that look at the k highest scores."""

from collections.abc import Mapping
from typing import Any, ClassVar

from jax import Array

from metrax.aggregation.streams import ReadMean
from metrax.core.checks import Classes, MetraxError, at_least
from metrax.core.domains import NON_NEGATIVE, Domain, labels
from metrax.core.statistic import Statistic
from metrax.functional.classification import top_k as fn
from metrax.statistics.weighted_mean import WeightedMean


class TopKCategoricalAccuracy(ReadMean):
    r"""Share of the examples whose one-hot label is among the k highest scores.

    $$\frac{\sum w\,\bigl[\,|\{c : \hat y_c > \hat y_y\}| < k\,\bigr]}{\sum w}$$

    ``update(state, y_true, y_pred, w=None)`` takes one-hot labels and scores, ``[B, ..., C]``. It
    is a hit when fewer than k scores are above the label's, so ties are hits, unless ``ties`` says
    otherwise; a label whose score is NaN is not. The value is from 0 to 1, and 0 without data.

    Args:
      k: how many of the highest scores count.
      ties: of scores equal to the label's, ``"hit"`` takes none for higher (Keras); ``"index"``
        those of smaller indices, as an argmax does; ``"expected"`` gives the probability of a hit
        if they are shuffled. (scikit-learn takes those of larger indices for higher.)
      name: defaults to ``"top_k_categorical_accuracy"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes differ, there is no class axis beside the batch axis, or k is
        below 1.

    Example:
      >>> import metrax
      >>> top2 = metrax.TopKCategoricalAccuracy(k=2)
      >>> float(top2([[0, 0, 1], [0, 1, 0]], [[.1, .9, .8], [.5, .1, .4]]))
      0.5

    References:
      Keras 3, ``keras.metrics.TopKCategoricalAccuracy``.
    """

    higher_is_better: ClassVar[bool | None] = True
    value_range: ClassVar[tuple[float, float]] = (0.0, 1.0)

    k: int = 5
    ties: fn.Ties = "hit"

    def validate(self) -> None:
        at_least(1, k=self.k)

    def _arguments(self) -> dict[str, Any]:
        return _without_hits(super()._arguments())

    @property
    def statistic(self) -> Statistic:
        return WeightedMean.over(
            fn.top_k_categorical_accuracy, **_without_hits({"k": self.k, "ties": self.ties})
        )


def _without_hits(arguments: dict[str, Any]) -> dict[str, Any]:
    """Arguments without the default of ``ties``, which older configurations lack."""
    return {k: v for k, v in arguments.items() if (k, v) != ("ties", "hit")}


class SparseTopKCategoricalAccuracy(ReadMean):
    r"""Share of the examples whose label is among the k highest scores.

    $$\frac{\sum w\,\bigl[\,|\{c : \hat y_c > \hat y_y\}| < k\,\bigr]}{\sum w}$$

    ``update(state, y_true, y_pred, w=None)`` takes class indices ``[B, ...]`` (or ``[B, ..., 1]``)
    and scores ``[B, ..., C]``. It is a hit when fewer than k scores are above the label's, so ties
    are hits, unless ``ties`` says otherwise. An index that is no class, and a label whose score is
    NaN, is no hit. The value is from 0 to 1, and 0 without data.

    Args:
      k: how many of the highest scores count.
      from_sorted_ids: whether ``y_pred`` holds class indices instead, ``[B, ..., N]``, from the
        highest score to the lowest, of which the first k count.
      ignore_class: label whose examples count neither as hits nor as misses, or several.
      ties: as in :class:`TopKCategoricalAccuracy`; sorted ids have none.
      name: defaults to ``"sparse_top_k_categorical_accuracy"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes do not fit or k is below 1.

    Example:
      >>> import metrax
      >>> top2 = metrax.SparseTopKCategoricalAccuracy(k=2)
      >>> float(top2([2, 1], [[.1, .9, .8], [.5, .1, .4]]))
      0.5

    References:
      Keras 3, ``keras.metrics.SparseTopKCategoricalAccuracy``.
    """

    higher_is_better: ClassVar[bool | None] = True
    value_range: ClassVar[tuple[float, float]] = (0.0, 1.0)

    k: int = 5
    from_sorted_ids: bool = False
    ignore_class: Classes = None
    ties: fn.Ties = "hit"

    def validate(self) -> None:
        at_least(1, k=self.k)
        if self.from_sorted_ids and self.ties != "hit":
            raise MetraxError(
                f"ties: got {self.ties!r} with from_sorted_ids; sorted ids have none: leave it out"
            )

    def _arguments(self) -> dict[str, Any]:
        return _without_hits(super()._arguments())

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        # Sorted ids are a row of class indices, which does not tell how many classes there are.
        if self.from_sorted_ids:
            also = labels(1, self.ignore_class).also
            return {"y_true": NON_NEGATIVE._replace(also=also), "y_pred": NON_NEGATIVE}
        return {"y_true": labels(inputs["y_pred"].shape[-1], self.ignore_class)}

    @property
    def statistic(self) -> Statistic:
        given = {"from_sorted_ids": self.from_sorted_ids, "k": self.k, "ties": self.ties}
        kwargs = _without_hits(given)
        return WeightedMean(
            fn.sparse_top_k_categorical_accuracy,
            tuple(kwargs.items()),
            # Class indices above 2^24 have no float32.
            integer_predictions=self.from_sorted_ids,
            ignore_class=self.ignore_class,
        )
