"""What lies above each score: the counts that every curve, area and point is read off."""

import functools
from collections.abc import Callable
from typing import NamedTuple

import jax.numpy as jnp
from jax import Array, lax

from metrax.accumulators.buffer import Buffer
from metrax.kernels.float_bits import FloatGrid, ProbabilityGrid, float_of, ordered
from metrax.kernels.limbs import sum_rows
from metrax.kernels.pairs import Pair, add_pairs
from metrax.kernels.sums import running_sums
from metrax.statistics.by_example import ByExampleState
from metrax.statistics.score_histogram import ScoreHistogramState
from metrax.statistics.threshold_counts import Counts

ScoreState = ScoreHistogramState | Buffer | ByExampleState
"""Positives and negatives by score, however they are kept."""

WHOLE_NOISE, NOISE = 8.0, 64.0
"""Roundings of the dtype by which a readout may be off: of counts, and of sums of weights of which
none is a billion times as heavy as most."""


class Curve(NamedTuple):
    """Weights by bucket, highest scores first, ``[..., buckets]``.

    Attributes:
      p: of the positives in each bucket.
      n: of the negatives.
      tp: of the positives in all buckets above it.
      fp: of the negatives.
      positives: of all positives, ``[..., 1]``.
      negatives: of all negatives.
      thresholds: the lowest score of each bucket.
      exact: whether the scores of a bucket are known to be equal, ``[...]``.
      noise: by how much a readout may be off for rounding, ``[...]``.
    """

    p: Array
    n: Array
    tp: Array
    fp: Array
    positives: Array
    negatives: Array
    thresholds: Array
    exact: Array
    noise: Array

    @property
    def both(self) -> Array:
        """Whether there are positives and negatives, ``[...]``."""
        return ((self.positives > 0) & (self.negatives > 0))[..., 0]

    def points(self) -> Counts:
        """The outcomes at every threshold between buckets, ``[..., buckets + 1]``."""
        return self._outcomes(_padded(self.tp + self.p, 0), _padded(self.fp + self.n, 0))

    def corners(self) -> Counts:
        """The best that thresholds within each bucket may come to: all its positives first."""
        return self._outcomes(self.tp + self.p, self.fp)

    def all_thresholds(self) -> Array:
        """The thresholds of :meth:`points`: scores from them on are positive; none, at first."""
        return _padded(self.thresholds, jnp.inf)

    def _outcomes(self, tp: Array, fp: Array) -> Counts:
        tn, fn = jnp.maximum(self.negatives - fp, 0), jnp.maximum(self.positives - tp, 0)
        return Counts(tp, fp, tn, fn)


class Cells(NamedTuple):
    """Weights by side and score, ``[..., sides, buckets]``, highest scores first."""

    own: Pair
    above: Pair
    total: Pair
    thresholds: Array
    exact: Array


def curve_of(
    state: ScoreState,
    grid: FloatGrid | ProbabilityGrid,
    sides: int = 2,
    *,
    pooled: bool = False,
    by_class: bool = False,
) -> Curve:
    """The curve of a state, or one for each class; of pairs of classes, ``[C, C]``, by class.

    Args:
      state: what was kept of the scores.
      grid: of a histogram.
      sides: how many there are.
      pooled: whether all classes are one stream.
      by_class: whether each class is a side: the curve of i and j is that of i's scores, of
        examples of these two classes.
    """
    if isinstance(state, ScoreHistogramState):
        cells = _of_histogram(state, grid, pooled)
    else:
        cells = _of_rows(*_rows(state), sides, pooled)
    own, above, total = (hi + lo for hi, lo in (cells.own, cells.above, cells.total))
    (p, n), (tp, fp), (positives, negatives) = (
        _of_pairs(x) if by_class else (x[..., 0, :], x[..., 1, :]) for x in (own, above, total)
    )
    thresholds, exact = cells.thresholds, cells.exact
    if by_class:
        thresholds, exact = thresholds[:, None], exact[:, None]
    noise = jnp.where(_whole(cells.own), WHOLE_NOISE, NOISE) * float(jnp.finfo(own.dtype).eps)
    return Curve(p, n, tp, fp, positives, negatives, thresholds.astype(own.dtype), exact, noise)


def _rows(state: Buffer | ByExampleState) -> tuple[Array, Array, Array]:
    """Sides, scores and weights, 0 where there is no row."""
    if isinstance(state, Buffer):
        side, scores = state.data
        return side, scores, state.weight
    side, scores = state.slots.columns
    return side, scores, jnp.where(state.slots.seen, state.slots.weight, 0)


def _of_pairs(x: Array) -> tuple[Array, Array]:
    """Of each column its own class, ``[C, 1, B]``, and each class, ``[C, C, B]``."""
    return jnp.moveaxis(jnp.diagonal(x), -1, 0)[:, None], x


def _whole(cells: Pair) -> Array:
    """Whether all sums are whole, as counts are; those of other weights are rounded."""
    return functools.reduce(jnp.logical_and, (jnp.all(x == jnp.round(x)) for x in cells))


def _of_histogram(
    state: ScoreHistogramState, grid: FloatGrid | ProbabilityGrid, pooled: bool
) -> Cells:
    own, exact = state.buckets.pair, state.dropped.value <= 0
    if pooled:
        own, exact = sum_rows(own, (0,)), jnp.all(exact)
    own = jnp.flip(own[0], -1), jnp.flip(own[1], -1)
    whole = running_sums(own)
    thresholds = jnp.flip(grid.thresholds(exact), -1)
    return Cells(own, _each(_before, whole), _each(_last, whole), thresholds, exact)


def _of_rows(side: Array, scores: Array, w: Array, sides: int, pooled: bool) -> Cells:
    """Of rows ``[..., n]``: each distinct score is a bucket, where the last of its rows is."""
    if pooled:
        side, scores, w = (x.reshape(-1) for x in (side, scores, w))
    key = ~ordered(scores)
    key, side, w = lax.sort((key, side, w), dimension=-1, num_keys=1)
    which = lax.broadcasted_iota(
        side.dtype, (*side.shape[:-1], sides, side.shape[-1]), side.ndim - 1
    )
    w, side = (jnp.broadcast_to(x[..., None, :], which.shape) for x in (w, side))
    own = jnp.where(side == which, w, 0)
    whole = running_sums((own, jnp.zeros_like(own)))
    # What lies above a score lies above all that are equal to it.
    ends = jnp.concatenate([key[..., 1:] != key[..., :-1], jnp.ones_like(key[..., :1], bool)], -1)
    place = lax.broadcasted_iota(jnp.int32, key.shape, key.ndim - 1)
    last = lax.cummax(jnp.where(ends, place, -1), axis=key.ndim - 1)
    before = jnp.broadcast_to(_before(last, -1)[..., None, :], own.shape)
    ends = jnp.broadcast_to(ends[..., None, :], own.shape)
    taken = (jnp.take_along_axis(x, jnp.maximum(before, 0), axis=-1) for x in whole)
    hi, lo = (jnp.where(before >= 0, x, 0) for x in taken)
    own = add_pairs(whole, (-hi, -lo))
    own = jnp.where(ends, own[0], 0), jnp.where(ends, own[1], 0)
    exact = jnp.ones(key.shape[:-1], bool)
    return Cells(own, (hi, lo), _each(_last, whole), float_of(~key), exact)


def _each(change: Callable[[Array], Array], pair: Pair) -> Pair:
    return change(pair[0]), change(pair[1])


def _before(x: Array, first: float = 0) -> Array:
    """What is one place earlier along the last axis."""
    return _padded(x[..., :-1], first)


def _last(x: Array) -> Array:
    return x[..., -1:]


def _padded(x: Array, first: float) -> Array:
    return jnp.pad(x, [(0, 0)] * (x.ndim - 1) + [(1, 0)], constant_values=first)
