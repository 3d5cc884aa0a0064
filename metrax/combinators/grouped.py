"""``Grouped``: a metric for each group of examples."""

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from metrax.combinators.many import Names, OfMany, spelled
from metrax.core.checks import MetraxError, MetraxTypeError, at_least
from metrax.core.domains import Domain
from metrax.core.part import Part
from metrax.core.typing import StateT
from metrax.kernels.arithmetic import safe_divide
from metrax.statistics.groups import Groups


class Grouped(OfMany[StateT, Any]):
    r"""A metric for each group of examples: $v_g = \text{metric}(\{x_i : \text{groups}_i = g\})$.

    ``update(state, y_true, y_pred, w=None, groups=ids)`` takes what the metric takes, and the
    number of each example's group: integers ``[B]``, or of any shape that leads the values'.
    Numbers outside ``[0, num_groups)`` count nowhere (``checked`` lets -1 alone pass). One pass
    over the batch, however many groups; the state is that of the metric, once for each group.
    ``compute`` gives the vector of values; a group without data has the value of no data, 0.

    Args:
      metric: any metric, one's own and collections included.
      num_groups: how many groups there are; of several divisions their sizes, ``(3, 4)``, with
        ``groups=(a, b)``: then the value has that shape.
      names: a name for each group: then the value is a dictionary by name, in a collection
        ``accuracy/cats``. Of several divisions a tuple of names for each; joined by ``/``.
      name: defaults to the metric's.

    Raises:
      MetraxError: when ``groups`` does not lead the values, or names are not one for each group.
      MetraxTypeError: when ``groups`` is missing or no integers, or the metric is grouped already.

    Example:
      >>> import metrax
      >>> accuracy = metrax.Grouped(metrax.BinaryAccuracy(), 3, names=("cats", "dogs", "birds"))
      >>> state = accuracy.update(accuracy.init(), [1, 0, 1, 1], [.9, .2, .3, .8],
      ...                         groups=[0, 0, 1, 1])
      >>> {name: float(value) for name, value in accuracy.compute(state).items()}
      {'cats': 1.0, 'dogs': 0.5, 'birds': 0.0}
      >>> float(accuracy.worst(state)), float(accuracy.gap(state))   # birds have no data
      (0.5, 0.5)

    References:
      fairlearn, ``fairlearn.metrics.MetricFrame``.
    """

    num_groups: int | tuple[int, ...]
    names: Names = None

    def validate(self) -> None:
        super().validate()
        for size in self._sizes:
            at_least(1, num_groups=size)
        if not self._sizes:
            raise MetraxError("num_groups: got none; expected a number, or several")
        if "groups" in self.metric._statistic._inputs:
            raise MetraxTypeError(
                f"Grouped: metric: got {self.metric}, which is by group already; expected one that "
                "is not: num_groups=(3, 4) takes groups=(a, b)"
            )
        if self.names is not None:
            spelled(self.names, self._sizes, "one for each group")

    @property
    def _sizes(self) -> tuple[int, ...]:
        return (self.num_groups,) if isinstance(self.num_groups, int) else self.num_groups

    @functools.cached_property
    def _names(self) -> tuple[str, ...] | None:
        return None if self.names is None else spelled(self.names, self._sizes, "")

    @functools.cached_property
    def _statistic(self) -> Groups:
        return Groups(self.metric._statistic, self._sizes)

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        rest = {name: x for name, x in inputs.items() if name != "groups"}
        return {**self._statistic.domains(**inputs), **self.metric.domains(**rest)}

    def _named(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        if kwargs.get("groups") is None:
            raise MetraxTypeError(
                "groups: not given; pass the number of each example's group by keyword: "
                "update(state, y_true, y_pred, w, groups=ids)"
            )
        return self._named_beside("groups", args, kwargs)

    def _around(self, part: Part) -> Part:
        return self._added(super()._around(part), ("groups",))

    def worst(self, state: Any, higher_is_better: bool | None = None) -> Any:
        """The worst value among groups with data: the lowest where higher is better.

        Args:
          state: this metric's state.
          higher_is_better: the direction; the metric's own by default.

        Raises:
          MetraxError: when the metric has none and none is given.
        """
        higher = self.metric.higher_is_better if higher_is_better is None else higher_is_better
        if higher is None:
            raise MetraxError(
                f"worst: {self.metric} is neither better when higher nor when lower; expected "
                "higher_is_better=True or False"
            )
        return self._among(state, _lowest if higher else _highest)

    def gap(self, state: Any) -> Any:
        """The highest less the lowest value among groups with data."""
        return self._among(state, lambda x, some: _highest(x, some) - _lowest(x, some))

    def ratio(self, state: Any) -> Any:
        """The lowest value over the highest among groups with data; 0/0 is 0."""
        return self._among(state, lambda x, some: safe_divide(_lowest(x, some), _highest(x, some)))

    def macro(self, state: Any) -> Any:
        """The mean value of the groups with data, each counting once."""
        return self._among(state, lambda x, some: safe_divide(_total(x, some), _number(x, some)))

    def _among(self, state: Any, read: Any) -> Any:
        """What is read off the values of the groups with data; 0 if there are none."""
        return _among(self, read, state)


@functools.partial(jax.jit, static_argnums=(0, 1))
def _among(metric: Grouped, read: Any, state: Any) -> Any:
    metric._check_state(state)
    some = metric.weights(state).reshape(-1) > 0

    def one(x: Array) -> Array:
        mask = jnp.broadcast_to(some.reshape(-1, *(1,) * (x.ndim - 1)), x.shape)
        return jnp.where(some.any(), read(x, mask), 0)

    return jax.tree.map(one, metric._each(state))


def _lowest(x: Array, some: Array) -> Array:
    return jnp.min(x, axis=0, initial=jnp.inf, where=some)


def _highest(x: Array, some: Array) -> Array:
    return jnp.max(x, axis=0, initial=-jnp.inf, where=some)


def _number(x: Array, some: Array) -> Array:
    return jnp.sum(some, axis=0, dtype=x.dtype)


def _total(x: Array, some: Array) -> Array:
    return jnp.sum(jnp.where(some, x, 0), axis=0)
