"""Metrics that look at the values they are given."""

import dataclasses
import functools
from collections.abc import Mapping
from typing import Any, overload

import jax
import jax.numpy as jnp
from jax import Array
from jax.core import Tracer
from jax.experimental import checkify

from metrax.combinators.by_shard import ByShard
from metrax.combinators.collection import Collection
from metrax.combinators.composed import Composed, Mapped
from metrax.combinators.windowed import Recent
from metrax.core.arrays import as_array
from metrax.core.checks import MetraxError, MetraxTypeError, shown
from metrax.core.domains import NON_NEGATIVE, NUMBERS, STEPS, Domain
from metrax.core.metric import Metric
from metrax.core.refused import rows_refused
from metrax.core.routed import Routed
from metrax.core.sharding import replicated
from metrax.core.state import nothing_like
from metrax.core.typed import PairMetric, StreamMetric
from metrax.core.typing import StateT, ValueT
from metrax.core.wrapper import Wrapper


@overload
def checked(metric: Collection) -> Collection: ...
@overload
def checked(metric: PairMetric[StateT, ValueT]) -> PairMetric[StateT, ValueT]: ...
@overload
def checked(metric: StreamMetric[StateT, ValueT]) -> StreamMetric[StateT, ValueT]: ...
@overload
def checked(metric: Metric[StateT, ValueT]) -> Metric[StateT, ValueT]: ...
def checked(metric: Metric) -> Metric:
    """The same metric, which also looks at values: labels, probabilities, weights, empty totals.

    Its states are the metric's own, so the two may share them. ``update`` and the call on one batch
    look for labels out of range, probabilities outside [0, 1], weights below 0, and NaN anywhere;
    what has weight zero is not looked at. ``compute`` looks for states that have seen no weight,
    for labels of a multi-label AUC that were never positive or never negative, and for buffers that
    refused rows.

    Outside ``jit`` an error is raised at once, which waits for the arrays. Inside, the function
    must be transformed by ``jax.experimental.checkify.checkify`` or ``chex.chexify``; without it
    JAX raises. A metric that is not checked compiles to the program that it always did.

    Args:
      metric: a metric, or a :class:`~metrax.Collection`, of which every member is checked.

    Raises:
      MetraxTypeError: when ``metric`` is none.
      MetraxError: outside ``jit``, naming the argument, the first bad value and how many there are.

    Example:
      >>> import metrax
      >>> auc = metrax.checked(metrax.AUC())
      >>> auc([0, 1], [0.2, 1.5])
      Traceback (most recent call last):
      metrax.MetraxError: metrax.checked(metrax.AUC()): y_pred: got 1.5 (and 0 more \
such values); expected numbers from 0 to 1; pass probabilities: a sigmoid's or softmax's result, \
not logits

      >>> import jax
      >>> from jax.experimental import checkify
      >>> step = jax.jit(checkify.checkify(lambda y, p: auc.update(auc.init(), y, p)))
      >>> error, state = step([0, 1], [0.2, 0.7])
      >>> error.throw()
      >>> float(auc.compute(state))
      1.0
    """
    return _checked(metric)


@functools.singledispatch
def _checked(metric: Metric) -> Metric:
    if not isinstance(metric, Metric):
        raise MetraxTypeError(
            f"checked: got {shown(metric)}; expected a metric, such as metrax.get('auc') returns"
        )
    return Checked(metric, name=metric.name, dtype=metric.dtype)


class Checked(Wrapper[StateT, ValueT]):
    """A metric that looks at values; what :func:`checked` returns."""

    metric: Metric

    def _look(self, inputs: Mapping[str, Any]) -> None:
        super()._look(inputs)
        # What shapes tell comes first; the trace is kept for the observation itself.
        jax.eval_shape(lambda: self._statistic.observe(inputs))
        arrays = {
            name: jnp.asarray(as_array(name, x, nearest=True))
            for name, x in inputs.items()
            if x is not None
        }
        w = arrays.pop("w", None)
        if w is not None:
            self._check("w", NON_NEGATIVE, w, None)
        for name, domain in self._looked_at(arrays).items():
            self._check(name, domain, arrays[name], w)

    def _looked_at(self, arrays: Mapping[str, Array]) -> Mapping[str, Domain]:
        return {**dict.fromkeys(arrays, NUMBERS), **self.domains(**arrays)}

    def _inspect(self, state: Any) -> None:
        super()._inspect(state)
        none = nothing_like(state)
        same = jax.tree.map(lambda x, y: jnp.all(x == y), state, none)
        empty = functools.reduce(jnp.logical_and, jax.tree.leaves(same))
        self._require(
            ~empty,
            "compute: got a state that has seen no weight, whose value would be 0; expected one "
            "that has seen data: call update first, with some weight above 0",
        )
        for message, doubt in self._doubts(state).items():
            self._require(~doubt.holds, message, **doubt.values)
        if (refused := rows_refused(state)) is not None:
            self._require(
                refused == 0,
                "compute: got a state whose buffer refused {refused:.0f} rows, so its value is "
                "NaN; expected all to fit: give it a larger capacity",
                refused=refused,
            )

    def _check(self, name: str, domain: Domain, x: Array, w: Array | None) -> None:
        """Require that every element of ``x`` that counts is in the domain."""
        count, first = replicated(functools.partial(_survey, domain), x, w)
        self._require(
            count == 0,
            f"{name}: got {{first}} (and {{others}} more such values); expected {domain}; "
            f"{domain.hint}",
            first=first,
            others=jnp.maximum(count - 1, 0),
        )

    def _require(self, holds: Array, message: str, **values: Array) -> None:
        """Raise unless ``holds``: at once, or where it is traced through ``checkify``."""
        if isinstance(holds, Tracer):
            subject = str(self).replace("{", "{{").replace("}", "}}")
            checkify.check(holds, f"{subject}: {message}", **values)  # pyright: ignore[reportArgumentType]
        elif not holds:
            raise MetraxError(message.format(**{name: x.item() for name, x in values.items()}))

    def __repr__(self) -> str:
        return f"metrax.checked({self.metric!r})"

    def _brief(self) -> str:
        return f"metrax.checked({self.metric})"


class CheckedSteps(Checked[StateT, ValueT]):
    """A metric over the latest updates, of which the one inside looks at all but the steps."""

    def _looked_at(self, arrays: Mapping[str, Array]) -> Mapping[str, Domain]:
        return {"step": STEPS} if "step" in arrays else {}

    def _inspect(self, state: Any) -> None:
        self.metric._inspect(state)


@_checked.register
def _(metric: Checked) -> Metric:
    return metric


@_checked.register
def _(metric: Routed) -> Metric:
    return dataclasses.replace(metric, metric=checked(metric.metric))


@_checked.register(ByShard)
@_checked.register(Mapped)
def _(metric: Any) -> Metric:
    return dataclasses.replace(metric, metric=checked(metric.metric))


@_checked.register
def _(metric: Recent) -> Metric:
    inside = dataclasses.replace(metric, metric=checked(metric.metric))
    return CheckedSteps(inside, name=metric.name, dtype=metric.dtype)


@_checked.register
def _(metric: Collection) -> Metric:
    return metric._with((name, checked(m)) for name, m in metric.metrics)


@_checked.register
def _(metric: Composed) -> Metric:
    return dataclasses.replace(metric, metrics=tuple(map(checked, metric.metrics)))


@functools.partial(jax.jit, static_argnums=0)
def _survey(domain: Domain, x: Array, w: Array | None) -> tuple[Array, Array]:
    """How many elements are outside the domain, and the first of them."""
    outside = domain.strangers(x, w).ravel()
    if not outside.size:
        return jnp.int32(0), jnp.zeros((), x.dtype)
    return jnp.sum(outside, dtype=jnp.int32), jnp.ravel(x)[jnp.argmax(outside)]
