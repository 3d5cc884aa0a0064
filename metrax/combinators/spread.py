"""How the error of a value is found from what a state holds: a class for each way.

References:
  Efron and Stein, "The jackknife estimate of variance", 1981. DeLong, DeLong and Clarke-Pearson,
  "Comparing the areas under two or more correlated receiver operating characteristic curves", 1988.
"""

import functools
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array, lax

from metrax.accumulators.sum import Sum
from metrax.combinators.limits import Spread
from metrax.core.merge import merge_stacked
from metrax.core.process import Accumulated
from metrax.core.state import accumulators, combined, nothing_like, one_state, replace_accumulators
from metrax.kernels.arithmetic import safe_divide
from metrax.statistics.blocks import Blocks, next_number
from metrax.statistics.squared_counts import SquaredCounts, counts_of
from metrax.statistics.squared_means import SquaredMeans, mean_of

Read = Callable[[Any], Array]
"""From the state of the metric inside to all numbers of its value, a vector."""

AT_ONCE = 8
"""Values that are read together."""


class Way(ABC):
    """What is accumulated, and how the error is found from it."""

    statistic: Accumulated

    @abstractmethod
    def whole(self, state: Any) -> Any:
        """The state of the metric inside."""

    def following(self, state: Any) -> Array:
        """The number of the next example; a hook of those that count them."""
        raise NotImplementedError

    def spread(self, read: Read, state: Any) -> Spread:
        """The error of each number of the value; a hook."""
        raise NotImplementedError

    def draws(self, read: Read, state: Any) -> Array | None:
        """Values as they might have been, ``[R, numbers]``; a hook of those that draw."""
        return None


class ByGradient(Way):
    r"""Of counts: $\sum_c S_c (g_c - \bar g)^2$, $g$ the gradient of the readout, $S = \sum w^2$.

    Each stratum, such as the positives, has the factor $m / (m - 1)$, so that of the area under the
    ROC curve it is DeLong's.
    """

    statistic: SquaredCounts  # pyright: ignore[reportIncompatibleVariableOverride]

    def __init__(self, statistic: SquaredCounts) -> None:
        self.statistic = statistic  # pyright: ignore[reportIncompatibleVariableOverride]

    def whole(self, state: Any) -> Any:
        return state["state"]

    def spread(self, read: Read, state: Any) -> Spread:
        n, squares = counts_of(state["state"]).value, counts(state)
        axes = self.statistic.statistic._stratum or 0
        within = tuple(range(n.ndim - axes, n.ndim))
        each, both = (jnp.sum(x, within, keepdims=True) for x in (n, squares))
        number = safe_divide(each * each, both)
        some, weight = squares > 0, safe_divide(jnp.sum(both), jnp.sum(each))

        def one(g: Array) -> Spread:
            seen = jnp.where(some, g, 0)
            away = jnp.where(some, seen - safe_divide(jnp.sum(n * seen), jnp.sum(n)), 0)
            error = jnp.sum(correction(number) * squares * away * away)
            # Of empty cells too: that of a stratum's only example is 0, whatever depends on it.
            slope = jnp.where(jnp.isfinite(g), jnp.abs(g), 0)
            reached = jnp.any(slope > 0, within, keepdims=True) & (number > 0)
            fewest = jnp.min(jnp.where(reached, number, jnp.inf))
            steepest = jnp.max(jnp.where(reached, slope, 0))
            most = safe_divide(jnp.ones_like(weight), steepest * weight)
            return Spread(jnp.sqrt(error), fewest - 1, most)

        of = functools.partial(_with_counts, read, state["state"])
        return slopes(of, counts_of(state["state"]).hi, one)


def counts(state: Any) -> Array:
    r"""$\sum w^2$ of each cell."""
    return counts_of(state["state"]).value + state["squares"].value


def correction(number: Array) -> Array:
    """What a variance about an estimated mean lacks; none where there is one example."""
    return jnp.where(number > 1, safe_divide(number, number - 1), 1)


def _with_counts(read: Read, state: Any, hi: Array) -> Array:
    cells = counts_of(state)
    parts = [part for _, part in accumulators(state)]
    parts = [Sum(hi, cells.lo) if part is cells else part for part in parts]
    return read(replace_accumulators(state, parts))


def _with_totals(read: Read, state: Any, hi: Array) -> Array:
    mean = mean_of(state)
    return read(replace_accumulators(state, [type(mean)(Sum(hi, mean.total.lo), mean.weight)]))


def slopes(of: Callable[[Array], Array], x: Array, found: Callable[[Array], Any]) -> Any:
    """What each number's gradient comes to, one after the other: all take too much memory."""
    values, pull = jax.vjp(of, x)

    def one(i: Array) -> Any:
        (g,) = pull(jnp.zeros_like(values).at[i].set(1))
        return found(g)

    return lax.map(one, jnp.arange(values.size))


class ByMoments(Way):
    r"""Of means: $\sum w^2 (x - \mu)^2 / (\sum w)^2$, times the square of the readout's slope."""

    def __init__(self, statistic: SquaredMeans) -> None:
        self.statistic = statistic

    def whole(self, state: Any) -> Any:
        return state["state"]

    def spread(self, read: Read, state: Any) -> Spread:
        mean, squares = mean_of(state["state"]), state["squares"]
        weight, both = mean.weight.value, squares.weight.value
        number = safe_divide(weight**2, both)
        about = squares.m2.value + both * (squares.mean - mean.mean) ** 2
        variance = safe_divide(about, weight**2) * correction(number)

        def one(g: Array) -> Spread:
            error = jnp.sqrt(jnp.sum((weight * g) ** 2 * variance))
            fewest = jnp.min(jnp.where((g != 0) & (number > 0), number, jnp.inf))
            return Spread(error, fewest - 1, jnp.where(jnp.isfinite(fewest), fewest, 0))

        of = functools.partial(_with_totals, read, state["state"])
        return slopes(of, mean.total.hi, one)


class ByJackknife(Way):
    r"""Of any state: $\frac{B - 1}{B} \sum_b (\theta_{(b)} - \bar\theta)^2$ without each block.

    The degrees of freedom are those that the fourth moment tells (Satterthwaite), so that a few
    blocks on which all depends count as few.
    """

    statistic: Blocks  # pyright: ignore[reportIncompatibleVariableOverride]

    def __init__(self, statistic: Blocks) -> None:
        self.statistic = statistic  # pyright: ignore[reportIncompatibleVariableOverride]

    def whole(self, state: Any) -> Any:
        return merge_stacked(one_state(state["states"], stacked=1))

    def following(self, state: Any) -> Array:
        return next_number(state["seen"])

    def spread(self, read: Read, state: Any) -> Spread:
        seen = state["seen"].value
        full = jnp.sum(seen > 0, dtype=seen.dtype)
        values = lax.map(read, without_each(state["states"]), batch_size=AT_ONCE)
        some = (seen > 0).reshape(-1, 1)
        middle = safe_divide(jnp.sum(jnp.where(some, values, 0), 0, keepdims=True), full)
        squares = jnp.where(some, values - middle, 0) ** 2
        total = jnp.sum(squares, 0)
        # Of their own scale: fourth powers of small numbers vanish.
        shares = safe_divide(squares, jnp.broadcast_to(total[None], squares.shape))
        freedom = safe_divide(
            jnp.full_like(total, 2), jnp.sum(shares * shares, 0) - safe_divide(jnp.ones(()), full)
        )
        freedom = jnp.where(freedom > 0, jnp.minimum(freedom, full - 1), full - 1)
        number = full if self.statistic.clusters else jnp.sum(seen)
        error = jnp.sqrt(safe_divide(full - 1, full) * total)
        return Spread(error, freedom, jnp.broadcast_to(number, total.shape))


def without_each(states: Any) -> Any:
    """Of stacked states, the merged ones without each: what is before it and what is after."""

    def step(so_far: Any, one: Any) -> tuple[Any, Any]:
        return combined(so_far, one), so_far

    nothing = nothing_like(jax.tree.map(lambda x: x[0], states))
    _, before = lax.scan(step, nothing, states)
    _, after = lax.scan(step, nothing, states, reverse=True)
    return jax.vmap(combined)(before, after)


class ByDraws(Way):
    """Of replicates that were drawn while the data came."""

    def __init__(self, statistic: Any) -> None:
        self.statistic = statistic

    def whole(self, state: Any) -> Any:
        return state["whole"]

    def following(self, state: Any) -> Array:
        return next_number(state["seen"])

    def draws(self, read: Read, state: Any) -> Array:
        return lax.map(read, state["replicates"], batch_size=AT_ONCE)


class ByCounts(Way):
    r"""Of counts: each cell drawn anew, Poisson of its $n^2 / \sum w^2$, without any data."""

    def __init__(self, statistic: SquaredCounts, replicates: int, seed: int) -> None:
        self.statistic, self.replicates, self.seed = statistic, replicates, seed

    def whole(self, state: Any) -> Any:
        return state["state"]

    def draws(self, read: Read, state: Any) -> Array:
        n, squares = counts_of(state["state"]).value, counts(state)
        each, step = safe_divide(n * n, squares), safe_divide(squares, n)

        def one(key: Array) -> Array:
            drawn = jax.random.poisson(key, each, dtype=jnp.int32).astype(n.dtype) * step
            cells = counts_of(state["state"])
            parts = [part for _, part in accumulators(state["state"])]
            new = Sum(drawn, jnp.zeros_like(drawn))
            parts = [new if part is cells else part for part in parts]
            return read(replace_accumulators(state["state"], parts))

        keys = jax.random.split(jax.random.key(self.seed, impl="threefry2x32"), self.replicates)
        return lax.map(one, keys, batch_size=AT_ONCE)
