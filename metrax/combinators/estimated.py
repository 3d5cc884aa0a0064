"""What metrics with an interval around their value have in common."""

import dataclasses
import functools
import math
from abc import ABC
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from metrax.accumulators.mean import Mean
from metrax.accumulators.sum import Sum
from metrax.combinators.limits import Spread, ends, student
from metrax.combinators.replicates import Replicates
from metrax.combinators.spread import ByCounts, ByDraws, ByGradient, ByJackknife, ByMoments, Way
from metrax.core.checks import MetraxError, MetraxTypeError, at_least
from metrax.core.domains import Domain
from metrax.core.doubts import Doubt
from metrax.core.flat import named
from metrax.core.metric import Metric
from metrax.core.part import Part
from metrax.core.state import accumulators, one_state
from metrax.core.statistic import Statistic
from metrax.core.wrapper import Wrapper
from metrax.statistics.blocks import Blocks
from metrax.statistics.squared_counts import SquaredCounts
from metrax.statistics.squared_means import SquaredMeans

Method = Literal["auto", "delta", "jackknife", "bootstrap"]

UNBOUNDED = (-math.inf, math.inf)


class Estimate(NamedTuple):
    """A value, the interval that holds the truth with a chance of ``level``, and how far it varies.

    Attributes:
      value: the metric's value.
      low: the lower end.
      high: the upper end.
      standard_error: how far the value is from the truth, in the root mean square.

    Example:
      >>> import metrax
      >>> estimate = metrax.Interval(metrax.Mean())([1., 2., 3.])
      >>> round(float(estimate.standard_error), 4)                       # 1 / sqrt(3)
      0.5774
    """

    value: Any
    low: Any
    high: Any
    standard_error: Any


class Estimated(Wrapper[Any, Any], ABC):
    """A metric whose value has an interval; the base of all such."""

    level: float = 0.95
    method: Method = "auto"
    clusters: bool = False
    blocks: int = 64
    replicates: int = 200
    seed: int = 0

    _observed, _updated, _initial = Metric._observed, Metric._updated, Metric._initial
    _check_state = Metric._check_state

    def validate(self) -> None:
        name = type(self).__name__
        if not 0 < self.level < 1:
            raise MetraxError(f"level: got {self.level}; expected a number between 0 and 1")
        at_least(2, blocks=self.blocks, replicates=self.replicates)
        inner = self.metric._statistic
        if not isinstance(inner, Statistic):
            raise MetraxTypeError(
                f"{name}: metric: got {self.metric}, whose state is no sum over examples; put this "
                f"one inside: metrax.{type(self.metric).__name__}(metrax.{name}(...), ...)"
            )
        if twice := {"index", "clusters"} & {*inner._inputs}:
            raise MetraxTypeError(
                f"{name}: metric: got {self.metric}, which takes {sorted(twice)[0]} already; "
                "expected a metric without an interval"
            )
        self._way  # noqa: B018 - raises for a method that cannot be

    @functools.cached_property
    def _way(self) -> Way:
        """How the error is found."""
        inner, kind = self.metric._statistic, self._kind
        clustered = self.clusters
        if self.method == "delta" and (clustered or kind is None):
            why = "clusters=True" if clustered else f"{self.metric}"
            raise MetraxTypeError(
                f"method: got 'delta' for {why}; it takes metrics of a mean, or of counts with one "
                "cell for each example, and examples that are independent; expected 'jackknife' or "
                "'bootstrap'"
            )
        if self.method == "bootstrap":
            if kind is Sum and not clustered:
                return ByCounts(SquaredCounts(inner), self.replicates, self.seed)
            return ByDraws(Replicates(inner, self.replicates, self.seed, clustered))
        if self.method == "jackknife" or clustered or kind is None:
            return ByJackknife(Blocks(inner, self.blocks, clustered))
        return ByGradient(SquaredCounts(inner)) if kind is Sum else ByMoments(SquaredMeans(inner))

    @property
    def _kind(self) -> type | None:
        """Of what accumulator the state is, if there is a formula for it."""
        inner = self.metric._statistic
        try:
            parts = [part for _, part in accumulators(jax.eval_shape(inner.init))]
        except MetraxError:  # its shape depends on the data
            return None
        sums = [part for part in parts if isinstance(part, Sum)]
        if inner._stratum is not None and len(sums) == 1:
            return Sum
        means = [part for part in parts if isinstance(part, Mean)]
        one = len(parts) == len(means) == 1
        return Mean if one and inner._is_one_mean(means[0].total.hi.shape) else None

    @functools.cached_property
    def _statistic(self) -> Any:
        return self._way.statistic

    @property
    def statistic(self) -> Statistic:
        return self._statistic

    @property
    def inputs(self) -> tuple[str, ...]:
        """The arrays that the metric inside takes, and ``clusters`` or ``index``."""
        return self._statistic._inputs

    @property
    def _numbers(self) -> str | None:
        """The input that tells examples or clusters apart, if it is needed."""
        return getattr(self._statistic, "numbered", None)

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        return self.metric.domains(**{k: x for k, x in inputs.items() if k != self._numbers})

    def _named(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        own = self._numbers
        if own == "clusters" and kwargs.get(own) is None:
            raise MetraxTypeError(
                "clusters: not given; pass the number of each example's cluster by keyword: "
                "update(state, y_true, y_pred, w, clusters=ids)"
            )
        rest = {name: x for name, x in kwargs.items() if name != own}
        inputs = self.metric._named(args, rest)
        w = inputs.pop("w", None)
        return {**inputs, **({} if own is None else {own: kwargs.get(own)}), "w": w}

    def _around(self, part: Part) -> Part:
        part = super()._around(part)
        own = self._numbers
        return part if own is None else part._replace(outputs=(*part.outputs, own))

    @functools.cached_property
    def _parts(self) -> tuple[Part, ...]:
        return (self._around(self.metric._one_part),)

    _keys = Metric._keys

    def _value(self, parts: Sequence[Any]) -> Any:
        (value,) = parts
        return value

    def _next(self, name: str, state: Any) -> Any:
        return self._way.following(state)

    def _held(self, state: Any) -> tuple[Metric, Any]:
        return self.metric, one_state(self._way.whole(state))

    def _inspect(self, state: Any) -> None:
        self.metric._inspect(self._way.whole(state))

    def _doubts(self, state: Any) -> Mapping[str, Doubt]:
        return self.metric._doubts(self._way.whole(state))

    def read(self, state: Any) -> Any:
        value = self._read(self._way.whole(state))
        bounds = self.value_range

        def numbers(state: Any) -> Array:
            return _flat(self._exact._read_as_dtype(one_state(state)))

        drawn = self._way.draws(numbers, state)
        if drawn is None:
            low, high, error = self._by_formula(value, self._way.spread(numbers, state), bounds)
        else:
            some = jnp.array([(1 - self.level) / 2, (1 + self.level) / 2], drawn.dtype)
            low, high = jnp.quantile(drawn, some, axis=0)
            error = jnp.std(drawn, axis=0, ddof=1)
        return _estimates(value, *(_shaped(x, value) for x in (low, high, error)))

    @property
    def _exact(self) -> Metric:
        """The metric inside, its value not rounded to half precision."""
        half = self.metric.dtype in ("bfloat16", "float16")
        return dataclasses.replace(self.metric, dtype=None) if half else self.metric

    def _read(self, state: Any) -> Any:
        return self.metric._read_as_dtype(state)

    def _by_formula(self, value: Any, spread: Spread, bounds: Any) -> tuple[Array, ...]:
        """The ends and the standard error of all numbers, by the range of each."""
        t, found, start = student(self.level, spread.freedom), [], 0
        for name, x in named("", value):
            here = slice(start, start + x.size)
            own = bounds.get(name, UNBOUNDED) if isinstance(bounds, Mapping) else bounds
            mine = Spread(*(y[here] for y in spread))
            found.append(ends(_flat(x), mine, t[here], own))
            start += x.size
        low, high = (jnp.concatenate(x) for x in zip(*found, strict=True))
        return low, high, spread.error


def _flat(value: Any) -> Array:
    """All numbers of a value, as floats, in one vector."""
    arrays = [jnp.ravel(x) for x in jax.tree.leaves(value)]
    floats = [x for x in arrays if jnp.issubdtype(x.dtype, jnp.floating)]
    wide = any(x.dtype.itemsize > 4 for x in floats)
    return jnp.concatenate([x.astype(jnp.float64 if wide else jnp.float32) for x in arrays])


def _shaped(numbers: Array, like: Any) -> Any:
    """A vector of numbers in the shapes of a value, and in its dtypes where these are floats."""
    leaves, structure = jax.tree.flatten(like)
    cuts = [sum(x.size for x in leaves[:i]) for i in range(1, len(leaves))]
    parts = jnp.split(numbers, cuts)
    shaped = [
        part.reshape(x.shape).astype(
            x.dtype if jnp.issubdtype(x.dtype, jnp.floating) else part.dtype
        )
        for part, x in zip(parts, leaves, strict=True)
    ]
    return jax.tree.unflatten(structure, shaped)


def _estimates(value: Any, low: Any, high: Any, error: Any) -> Any:
    """One estimate, or of a dictionary one for each entry."""
    if isinstance(value, dict):
        return {
            name: _estimates(x, low[name], high[name], error[name]) for name, x in value.items()
        }
    return Estimate(value, low, high, error)
