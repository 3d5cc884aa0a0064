"""Parity of rates between groups, as differences or ratios."""

from abc import ABC, abstractmethod
from typing import ClassVar, Literal

import jax.numpy as jnp
from jax import Array

from metrax.core.checks import at_least
from metrax.core.typed import GroupedPairMetric
from metrax.kernels.arithmetic import safe_divide
from metrax.statistics.groups import Groups
from metrax.statistics.threshold_counts import Counts, ThresholdCounts, ThresholdCountsState

Method = Literal["difference", "ratio"]

Parts = tuple[Array, Array]
"""What is counted in each group, and of how much."""


class Parity(GroupedPairMetric[ThresholdCountsState, Array], ABC):
    """How far rates of groups lie apart; base of the parities."""

    value_range: ClassVar[tuple[float, float]] = (0, 1)

    num_groups: int
    threshold: float = 0.5
    method: Method = "difference"

    def validate(self) -> None:
        at_least(1, num_groups=self.num_groups)

    @property
    def higher_is_better(self) -> bool:
        """Of differences the lower, of ratios the higher value is better."""
        return self.method == "ratio"

    @property
    def statistic(self) -> Groups:
        return Groups(ThresholdCounts((self.threshold,)), (self.num_groups,))

    def read(self, state: ThresholdCountsState) -> Array:
        counts = Counts(*(x[:, 0] for x in state.counts()))
        found = jnp.stack([self._apart(*parts) for parts in self._rates(counts)])
        return jnp.max(found) if self.method == "difference" else jnp.min(found)

    def _apart(self, hits: Array, total: Array) -> Array:
        """How far apart the rates are, of groups that have one."""
        some, rates = total != 0, safe_divide(hits, total)  # NaN, of weights, stays
        low = jnp.min(rates, initial=jnp.inf, where=some)
        high = jnp.max(rates, initial=-jnp.inf, where=some)
        far = high - low if self.method == "difference" else safe_divide(low, high)
        return jnp.where(some.any(), far, 0)

    @abstractmethod
    def _rates(self, counts: Counts) -> list[Parts]:
        """What is compared between groups; a hook."""


class DemographicParity(Parity):
    r"""Gap between the groups' selection rates, $\max_g P(\hat y = 1 \mid g) - \min_g \ldots$.

    ``update(state, y_true, y_pred, w=None, groups=ids)`` takes labels and scores ``[B]``, and the
    number of each example's group, integers; those outside ``[0, num_groups)`` count nowhere.
    Groups without data are left out; without any the value is 0. Labels below 0 and NaN count
    nowhere; else labels do not matter.

    Args:
      num_groups: how many groups there are.
      threshold: scores strictly above it are positive.
      method: ``"difference"`` of the highest and the lowest rate, or ``"ratio"``, the lowest over
        the highest; 0/0 is 0.
      name: defaults to ``"demographic_parity"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when shapes do not fit.
      MetraxTypeError: when ``groups`` is missing or no integers.

    Example:
      >>> import metrax
      >>> parity = metrax.DemographicParity(2)
      >>> float(parity([1, 0, 1, 0], [.9, .8, .7, .1], groups=[0, 0, 1, 1]))
      0.5

    References:
      fairlearn, ``fairlearn.metrics.demographic_parity_difference`` and ``..._ratio``.
    """

    def _rates(self, counts: Counts) -> list[Parts]:
        tp, fp, tn, fn = counts
        return [(tp + fp, tp + fp + tn + fn)]


class EqualOpportunity(Parity):
    r"""Gap between the groups' recalls, $\max_g P(\hat y = 1 \mid y = 1, g) - \min_g \ldots$.

    Called as :class:`DemographicParity` is, with the same arguments and errors. Groups without
    positive examples, which have no recall, are left out; fairlearn takes theirs for 0.

    Args:
      num_groups: how many groups there are.
      threshold: scores strictly above it are positive.
      method: ``"difference"`` or ``"ratio"``.
      name: defaults to ``"equal_opportunity"``.
      dtype: dtype of the value.

    Example:
      >>> import metrax
      >>> parity = metrax.EqualOpportunity(2, method="ratio")
      >>> float(parity([1, 1, 1, 0], [.9, .2, .7, .9], groups=[0, 0, 1, 1]))
      0.5

    References:
      fairlearn, ``fairlearn.metrics.equal_opportunity_difference``; Hardt, Price and Srebro,
      "Equality of Opportunity in Supervised Learning", 2016.
    """

    def _rates(self, counts: Counts) -> list[Parts]:
        return [(counts.tp, counts.tp + counts.fn)]


class EqualizedOdds(Parity):
    r"""The larger of the gaps between the groups' recalls and between their false positive rates.

    $$\max_{y \in \{0, 1\}} \Bigl(\max_g P(\hat y = 1 \mid y, g)
    - \min_g P(\hat y = 1 \mid y, g)\Bigr)$$

    Called as :class:`DemographicParity` is, with the same arguments and errors; by ``"ratio"`` the
    smaller of the two ratios. Groups that lack the examples for a rate are left out of it;
    fairlearn takes such a rate for 0.

    Args:
      num_groups: how many groups there are.
      threshold: scores strictly above it are positive.
      method: ``"difference"`` or ``"ratio"``.
      name: defaults to ``"equalized_odds"``.
      dtype: dtype of the value.

    Example:
      >>> import metrax
      >>> parity = metrax.EqualizedOdds(2)
      >>> float(parity([1, 0, 1, 0], [.9, .8, .7, .1], groups=[0, 0, 1, 1]))
      1.0

    References:
      fairlearn, ``fairlearn.metrics.equalized_odds_difference``; Hardt, Price and Srebro, 2016.
    """

    def _rates(self, counts: Counts) -> list[Parts]:
        tp, fp, tn, fn = counts
        return [(tp, tp + fn), (fp, fp + tn)]
