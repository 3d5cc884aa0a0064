"""Predicted probabilities and outcomes, by even bins of the probabilities."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, Self

import jax.numpy as jnp
from jax import Array, lax

from metrax.accumulators.sum import OfSums, Sum
from metrax.core.checks import MetraxError, as_labels, at_least
from metrax.core.domains import Domain
from metrax.core.probabilities import (
    Rows,
    as_elements,
    as_rows,
    domains,
    has_classes,
    probabilities,
)
from metrax.core.rows import rows_of
from metrax.core.statistic import Statistic
from metrax.kernels.arithmetic import safe_divide
from metrax.kernels.buckets import bucket
from metrax.kernels.float_bits import ProbabilityGrid
from metrax.kernels.highest import first_highest
from metrax.kernels.limbs import sum_rows
from metrax.kernels.pairs import add_pairs
from metrax.kernels.score_rows import below_top
from metrax.kernels.sums import running_sums

MultiClass = Literal["top_label", "classwise"]
Classes = tuple[MultiClass, int | None]
Binning = Literal["uniform", "quantile"]


class CalibrationState(OfSums):
    r"""The sums $\sum w$, $\sum w \hat p$ and $\sum w y$ in each bin, ``[..., n_bins]``.

    Attributes:
      weight: $\sum w$.
      scores: $\sum w \hat p$.
      labels: $\sum w y$.

    Example:
      >>> import metrax
      >>> state = metrax.CalibrationError(n_bins=2).observe([0, 1, 1], [0.25, 0.75, 1.0])
      >>> state.weight.value.tolist(), state.labels.value.tolist()
      ([1.0, 2.0], [0.0, 2.0])
    """

    weight: Sum
    scores: Sum
    labels: Sum

    @classmethod
    def added(cls, rows: Any, score: Array, label: Array) -> Any:
        # Asked for together, they share a scatter.
        scores, labels, weight = yield [score, label, None]
        return cls(Sum(*weight), Sum(*scores), Sum(*labels))

    @property
    def gap(self) -> Array:
        r"""$\sum w (\hat p - y)$ in each bin, from all digits of both."""
        hi, lo = self.labels.pair
        return lax.add(*add_pairs(self.scores.pair, (-hi, -lo)))

    @property
    def negatives(self) -> Array:
        r"""$\sum w (1 - y)$ in each bin, from all digits of both."""
        hi, lo = self.labels.pair
        return lax.add(*add_pairs(self.weight.pair, (-hi, -lo)))

    @property
    def score(self) -> Array:
        """The mean predicted probability of each bin, 0 of an empty one."""
        return safe_divide(self.scores.value, self.weight.value)

    @property
    def rate(self) -> Array:
        """The share of each bin's labels that are 1, 0 of an empty one."""
        return safe_divide(self.labels.value, self.weight.value)

    def in_bins(self, binning: Binning, n_bins: int) -> Self:
        """The bins themselves; if by quantiles, out of the fine ones, of which none is cut.

        A fine bin is in the k-th if what lies below it is k shares of the whole, or more.
        """
        if binning == "uniform":
            return self
        upto = lax.add(*running_sums(self.weight.pair))
        n = self.weight.value
        total = jnp.broadcast_to(upto[..., -1:], upto.shape)
        below = jnp.concatenate([jnp.zeros_like(upto[..., :1]), upto[..., :-1]], axis=-1)
        place = jnp.floor(safe_divide(n_bins * below, total)).astype(jnp.int32)
        place = jnp.where(n > 0, jnp.minimum(place, n_bins - 1), -1)
        which = lax.iota(jnp.int32, n_bins).reshape(-1, *(1,) * n.ndim)
        chosen = jnp.broadcast_to(place[None], (n_bins, *n.shape)) == which

        def gathered(x: Array) -> Array:
            return jnp.where(chosen, jnp.broadcast_to(x[None], chosen.shape), 0)

        def of_bins(x: Sum) -> Sum:
            hi, lo = sum_rows((gathered(x.hi), gathered(x.lo)), [n.ndim])
            return Sum(jnp.moveaxis(hi, 0, -1), jnp.moveaxis(lo, 0, -1))

        return type(self)(*map(of_bins, self._sums))

    @property
    def _sums(self) -> tuple[Sum, Sum, Sum]:
        return self.weight, self.scores, self.labels


class CalibrationBins(Statistic):
    """Weight, and the sums of probabilities and of labels, in bins of the probabilities.

    Bins are (a, b], and the first has its left edge; what lies outside [0, 1] is in the outer ones.
    A NaN makes the first bin NaN.

    Args:
      n_bins: how many even bins there are; None for many fine ones, which are gathered by quantiles
        when they are read.
      multi_class: what is binned of rows of classes: the highest probability, beside whether its
        class is the label (``"top_label"``), or every class's in bins of its own (``"classwise"``).
      num_classes: the length of the last axis of ``y_pred``, if that holds classes.
      from_logits: whether ``y_pred`` goes through a sigmoid, or of classes a softmax.
      bits: how fine those are: ``2**(bits - 9)`` to an octave, towards 0 and towards 1.

    Raises:
      MetraxError: when shapes do not fit, or an argument is out of range.

    Example:
      >>> import metrax
      >>> statistic = metrax.statistics.CalibrationBins(n_bins=2)
      >>> state = statistic.observe({"y_true": [0, 1, 1], "y_pred": [0.25, 0.75, 1.0], "w": None})
      >>> state.scores.value.tolist()
      [0.25, 1.75]
    """

    _of_weights: ClassVar[bool] = True
    aligned: ClassVar[bool] = False

    n_bins: int | None = 15
    multi_class: MultiClass = "top_label"
    num_classes: int | None = None
    from_logits: bool = False
    bits: int = 16

    @classmethod
    def read_by(
        cls, binning: Binning, n_bins: int, bits: int, classes: Classes, from_logits: bool
    ) -> Self:
        """The statistic of a metric that has so many bins."""
        if binning == "uniform":
            return cls(n_bins, *classes, from_logits)
        return cls(None, *classes, from_logits, bits)

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        return domains(
            inputs,
            self.num_classes,
            self.from_logits,
            sum_to_one=self.multi_class == "top_label",
        )

    def init(self) -> CalibrationState:
        if self.multi_class == "classwise" and self.num_classes is None:
            raise MetraxError(
                "num_classes: not given, and the state's shape depends on it; pass the number of "
                "classes to the constructor, such as num_classes=10"
            )
        classes = (self.num_classes,) if self.multi_class == "classwise" else ()
        return CalibrationState.zeros((*classes, self._cells), self.accumulates)  # pyright: ignore[reportArgumentType]

    def contribute(self, y_true: Array, y_pred: Array) -> CalibrationState:
        classes = has_classes(y_true, y_pred, self.num_classes)
        if self.multi_class == "classwise":
            rows = as_rows(y_true, y_pred, self.num_classes)
            score, label = probabilities(rows.pred, self.from_logits, classes), rows.targets()
        elif classes:
            score, label = self._top(as_rows(y_true, y_pred, self.num_classes))
        else:
            label, pred = as_elements(y_true, y_pred)
            score = probabilities(pred, self.from_logits, classes)
        score = score.astype(self.accumulates)
        return rows_of(
            CalibrationState,
            (score, label.astype(self.accumulates)),
            at=self._place(score),
            shape=self._cells,
            keep=-1 if self.multi_class == "classwise" else (),
        )

    @property
    def _cells(self) -> int:
        return ProbabilityGrid(self.bits).size if self.n_bins is None else self.n_bins

    def _place(self, score: Array) -> Array:
        if self.n_bins is None:
            return ProbabilityGrid(self.bits).place(score).bucket
        edges = tuple(i / self.n_bins for i in range(self.n_bins + 1))
        return jnp.clip(bucket(score, edges) - 1, 0, self.n_bins - 1)

    def _top(self, rows: Rows) -> tuple[Array, Array]:
        """The highest probability of each row, and whether its class, the first such, is right."""
        true = as_labels(rows.true) if rows.sparse else first_highest(rows.true)
        best = first_highest(rows.pred)
        top, depth = below_top(rows.pred, -1)
        score = 1 / jnp.sum(jnp.exp(depth), axis=-1) if self.from_logits else top
        return score, (best == true) & (best >= 0)


def check_bins(n_bins: int, bits: int) -> None:
    """Raise for numbers that are out of range."""
    at_least(1, n_bins=n_bins)
    if not 10 <= bits <= 24:
        raise MetraxError(f"bits: got {bits}; expected 10 to 24")
