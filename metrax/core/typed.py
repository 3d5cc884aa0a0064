"""Metrics with the signatures of what they take: pairs of targets and predictions, and streams."""

# The methods stay final: what is declared here is called by no other way than `Metric`'s.
# pyright: reportIncompatibleMethodOverride=false

from __future__ import annotations  # so that a signature is shown in the words it is written in

import inspect
import types
from abc import ABC
from collections.abc import Callable
from typing import Any, TypeVar, cast, final

from metrax.core.metric import Metric
from metrax.core.typing import ArrayLike, StateT, ValueT

F = TypeVar("F", bound=Callable[..., Any])


def signed(method: Callable[..., Any]) -> Callable[[F], F]:
    """Give ``method`` the signature that is decorated; what is called is ``method`` itself.

    So the errors for a wrong call are those of :mod:`metrax.core.calls`, and no call is added.
    """

    def decorate(declared: F) -> F:
        function = cast(types.FunctionType, method)
        made = types.FunctionType(
            function.__code__,
            function.__globals__,
            function.__name__,
            function.__defaults__,
            function.__closure__,
        )
        made.__kwdefaults__ = function.__kwdefaults__
        made.__doc__ = function.__doc__
        made.__module__ = function.__module__
        made.__qualname__ = function.__qualname__
        made.__dict__.update(function.__dict__)
        made.__dict__.update(__signature__=inspect.signature(declared), original=method)
        return cast(F, made)

    return decorate


class PairMetric(Metric[StateT, ValueT], ABC):
    """A metric of targets and predictions; a base that says so to checkers and editors.

    Raises:
      MetraxTypeError: when a subclass redefines ``update`` or another method that is final.

    Example:
      >>> import jax, metrax
      >>> from metrax import accumulators as acc, building
      >>> class Bias(building.PairMetric[acc.Mean, jax.Array]):
      ...     def contribute(self, y_true, y_pred):
      ...         return acc.Mean.each(y_pred - y_true)
      ...     def read(self, state):
      ...         return state.mean
      >>> float(Bias()([1., 2.], [2., 2.]))
      0.5
    """

    @final
    @signed(Metric.observe)
    def observe(
        self, y_true: ArrayLike, y_pred: ArrayLike, w: ArrayLike | None = None
    ) -> StateT: ...

    @final
    @signed(Metric.update)
    def update(
        self, state: StateT, y_true: ArrayLike, y_pred: ArrayLike, w: ArrayLike | None = None
    ) -> StateT: ...

    @final
    @signed(Metric.__call__)
    def __call__(
        self, y_true: ArrayLike, y_pred: ArrayLike, w: ArrayLike | None = None
    ) -> ValueT: ...


class NumberedPairMetric(Metric[StateT, ValueT], ABC):
    """The same, of examples that may be numbered."""

    @final
    @signed(Metric.observe)
    def observe(
        self,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        w: ArrayLike | None = None,
        *,
        index: ArrayLike | None = None,
    ) -> StateT: ...

    @final
    @signed(Metric.update)
    def update(
        self,
        state: StateT,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        w: ArrayLike | None = None,
        *,
        index: ArrayLike | None = None,
    ) -> StateT: ...

    @final
    @signed(Metric.__call__)
    def __call__(
        self,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        w: ArrayLike | None = None,
        *,
        index: ArrayLike | None = None,
    ) -> ValueT: ...


class StreamMetric(Metric[StateT, ValueT], ABC):
    """A metric of one stream of values; a base that says so to checkers and editors.

    Raises:
      MetraxTypeError: when a subclass redefines ``update`` or another method that is final.

    Example:
      >>> import jax, metrax
      >>> from metrax import accumulators as acc, building
      >>> class Spread(building.StreamMetric[acc.Moments, jax.Array]):
      ...     def contribute(self, values):
      ...         return acc.Moments.each(values)
      ...     def read(self, state):
      ...         return state.variance
      >>> float(Spread()([1., 3.]))
      1.0
    """

    @final
    @signed(Metric.observe)
    def observe(self, values: ArrayLike, w: ArrayLike | None = None) -> StateT: ...

    @final
    @signed(Metric.update)
    def update(self, state: StateT, values: ArrayLike, w: ArrayLike | None = None) -> StateT: ...

    @final
    @signed(Metric.__call__)
    def __call__(self, values: ArrayLike, w: ArrayLike | None = None) -> ValueT: ...
