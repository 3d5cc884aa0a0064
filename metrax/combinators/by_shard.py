"""One state for each shard of the batch, so that no step waits for another device."""

import functools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, overload

import jax
import jax.numpy as jnp
from jax import Array
from jax.sharding import AxisType, NamedSharding, PartitionSpec

from metrax.core.checks import MetraxError, MetraxTypeError, at_least, describe, shown
from metrax.core.merge import merge_stacked, stack
from metrax.core.metric import Metric
from metrax.core.part import flat
from metrax.core.process import Process
from metrax.core.sharding import automatic, spec_of
from metrax.core.statistic import Statistic, arrays_of
from metrax.core.typed import PairMetric, StreamMetric
from metrax.core.typing import StateT, ValueT
from metrax.core.wrapper import Wrapper
from metrax.statistics.product import Product

Axes = str | tuple[str, ...] | list[str] | None


@overload
def by_shard(
    metric: PairMetric[StateT, ValueT], n: int, axis_name: Axes = None
) -> PairMetric[StateT, ValueT]: ...
@overload
def by_shard(
    metric: StreamMetric[StateT, ValueT], n: int, axis_name: Axes = None
) -> StreamMetric[StateT, ValueT]: ...
@overload
def by_shard(
    metric: Metric[StateT, ValueT], n: int, axis_name: Axes = None
) -> Metric[StateT, ValueT]: ...
def by_shard(metric: Metric, n: int, axis_name: Axes = None) -> Metric:
    """The same metric with a state for each of ``n`` shards of the batch: no collective in a step.

    ``init`` gives ``n`` states, stacked; ``update`` cuts the batch into ``n`` along its first axis
    and gives each shard its part; ``compute`` merges them and reads the value, and
    :func:`metrax.merge_stacked` gives the one state. Under plain ``jit``, with the batch sharded
    over ``n`` devices, each device updates the state of its own shard and waits for no other. A
    batch that ``n`` does not divide is filled up with examples of weight zero.

    Args:
      metric: a metric, a routed or checked one, or a :class:`~metrax.Collection`.
      n: how many shards: the size of the mesh axes that the batch is sharded over.
      axis_name: the mesh axis, or axes, that the batch is sharded over, and the states with it.
        Explicit axes are seen and need no name; named axes that are automatic fix the sharding,
        which is otherwise XLA's to choose.

    Raises:
      MetraxError: when ``n`` is below 1, or the batch has no first axis of examples to cut.
      MetraxTypeError: when ``metric`` is none, or is by shard already.

    Example:
      >>> import metrax
      >>> mean = metrax.by_shard(metrax.Mean(), 4)
      >>> state = mean.update(mean.init(), [1., 2., 3., 4., 5.])
      >>> state.total.value.tolist()
      [3.0, 7.0, 5.0, 0.0]
      >>> float(mean.compute(state)), float(metrax.Mean().compute(metrax.merge_stacked(state)))
      (3.0, 3.0)
    """
    if not isinstance(metric, Metric) or isinstance(metric, ByShard):
        raise MetraxTypeError(
            f"by_shard: got {shown(metric)}; expected a metric that is not by shard already, such "
            "as metrax.by_shard(metrax.AUC(), 8)"
        )
    return ByShard(metric, n, axis_name, name=metric.name, dtype=metric.dtype)  # pyright: ignore[reportArgumentType]


class ByShard(Wrapper[StateT, ValueT]):
    """A metric with a state for each shard of the batch; what :func:`by_shard` returns."""

    metric: Metric
    n: int
    axis_name: Axes = None

    def validate(self) -> None:
        at_least(1, n=self.n)
        if not isinstance(self.metric._statistic, Statistic):
            raise MetraxTypeError(
                f"by_shard: got {self.metric}, whose state is no sum over examples; put by_shard "
                "inside: metrax.Windowed(metrax.by_shard(metric, n), ...)"
            )

    @functools.cached_property
    def _statistic(self) -> Any:
        return Shards(self.metric._statistic, self.n, self._axes)

    @property
    def _axes(self) -> tuple[str, ...]:
        given = self.axis_name
        return (given,) if isinstance(given, str) else tuple(given or ())

    _observed, _updated = Metric._observed, Metric._updated

    def _initial(self) -> Any:
        return stack(self.metric._initial(), self.n)

    def read(self, state: Any) -> Any:
        return self.metric._read_as_dtype(merge_stacked(state))

    def _held(self, state: Any) -> tuple[Metric, Any]:
        return self.metric, merge_stacked(state)

    def _inspect(self, state: Any) -> None:
        self.metric._inspect(merge_stacked(state))

    def _check_state(self, state: Any) -> None:
        self.metric._check_state(jax.eval_shape(merge_stacked, state))

    def __repr__(self) -> str:
        axes = "" if self.axis_name is None else f", {self.axis_name!r}"
        return f"metrax.by_shard({self.metric!r}, {self.n}{axes})"

    def _brief(self) -> str:
        return f"metrax.by_shard({self.metric}, {self.n})"


class Shards(Process):
    """What a metric by shard accumulates: its statistic, once for each shard.

    Args:
      statistic: of one shard.
      n: how many there are.
      axes: the mesh axes that they lie along, if they are named.
    """

    statistic: Statistic  # pyright: ignore[reportIncompatibleVariableOverride]
    n: int
    axes: tuple[str, ...]

    def init(self) -> Any:
        return stack(self.statistic.init(), self.n)

    def observe(self, inputs: Mapping[str, Any]) -> Any:
        names, *arrays = arrays_of(inputs, self.statistic._label_inputs())
        return _observe(self.statistic, self.n, self.axes, names, *arrays)


@functools.partial(jax.jit, static_argnums=(0, 1, 2, 3))
def _observe(
    statistic: Statistic,
    n: int,
    axes: tuple[str, ...],
    names: tuple[str, ...],
    *arrays: Array | None,
) -> Any:
    # What shapes tell is told of the batch as it came.
    jax.eval_shape(lambda: statistic.observe(dict(zip(names, arrays, strict=True))))

    def observe(arrays: list[Array | None]) -> Any:
        inner, given = _filled_up(statistic, n, dict(zip(names, arrays, strict=True)))
        cut = {name: _along(axes, x) for name, x in given.items() if x is not None}
        states = jax.vmap(lambda xs: inner.observe({name: xs.get(name) for name in given}))(cut)
        return jax.tree.map(lambda x: _along(axes, x), states)

    return automatic(observe, arrays, specs=PartitionSpec(axes or _first_axis(arrays)))


def _first_axis(arrays: Iterable[Array | None]) -> Any:
    """The explicit mesh axes of the batch's first axis, None if there are none."""
    specs = (spec_of(x) for x in arrays if x is not None and x.ndim)
    return next((spec[0] for spec in specs if spec[0]), None)


def _along(axes: tuple[str, ...], x: Array) -> Array:
    """``x`` with its first axis sharded over named mesh axes, where they are automatic."""
    mesh = jax.typeof(x).sharding.mesh
    kinds = dict(zip(mesh.axis_names, mesh.axis_types, strict=True))
    if not axes or any(kinds.get(axis) != AxisType.Auto for axis in axes):
        return x
    return jax.lax.with_sharding_constraint(x, NamedSharding(mesh, PartitionSpec(axes)))


def _filled_up(
    statistic: Statistic, n: int, given: dict[str, Array | None]
) -> tuple[Statistic, dict[str, Array | None]]:
    """The statistic and its inputs cut into shards, ``[n, B / n, ...]``, weights where needed."""
    if not isinstance(statistic, Product):
        *names, w = given
        data = _numbered(statistic, names, {name: given[name] for name in names})
        return statistic, _shards(statistic, n, data, w, given[w])
    members, cut = [], {}
    for key, inner, (*data, w) in statistic.members:
        batch = _numbered(inner, data, {name: given[name] for name in flat(data)})
        assert not isinstance(w, tuple)
        mine = f"{w} of {key}"
        cut |= _shards(inner, n, batch, mine, None if w is None else given[w])
        members.append((key, inner, (*data, mine)))
    return Product(tuple(cut), tuple(members)), cut


def _numbered(statistic: Statistic, reads: Sequence[Any], data: dict[str, Any]) -> dict[str, Any]:
    """The inputs, the number of the first example followed by those of the others."""
    name = dict(zip(statistic._inputs, reads, strict=True)).get("index")
    if name is None:
        return data
    first = data[name]
    rows = next((x.shape[0] for x in data.values() if x is not None and x.ndim), None)
    if first is None or first.ndim or rows is None:
        return data
    return {**data, name: first + jnp.arange(rows, dtype=first.dtype)}


def _shards(
    statistic: Statistic, n: int, data: dict[str, Any], w_name: str, w: Array | None
) -> dict[str, Array | None]:
    """One statistic's inputs, cut; a number, or several alike, are one example."""
    shape = next((x.shape for x in data.values() if x is not None and x.ndim), ())
    _require_rows(statistic, data)
    rows = shape[0] if shape else 1
    for name, x in data.items():
        if x is not None and x.shape[:1] != shape[:1]:
            raise MetraxError(
                f"by_shard: {name}: got {describe(x)} beside inputs of {rows} examples; expected "
                "an entry for each of them: the batch is cut along its first axis"
            )
    missing = -rows % n
    if missing or not shape:
        w = jnp.ones((), jnp.float32) if w is None else w
    if w is not None and not (w.ndim and w.shape[0] == rows):
        w = jnp.broadcast_to(w, (rows, *w.shape[1:]))
    return {
        name: None if x is None else _cut(x, n, missing, bool(shape))
        for name, x in {**data, w_name: w}.items()
    }


def _cut(x: Array, n: int, missing: int, batched: bool) -> Array:
    """``[B, ...]`` as ``[n, B / n, ...]``, filled up with zeros; one example as ``[n, ...]``."""
    x = x if x.ndim else x[None]
    x = jnp.pad(x, ((0, missing), *((0, 0),) * (x.ndim - 1)))
    return x.reshape(n, -1, *x.shape[1:]) if batched else x


def _require_rows(statistic: Statistic, data: Mapping[str, Array]) -> None:
    """Raise for a vector that is one row of scores, whose axis is no batch."""
    if not statistic._batched(*data.values()):
        name, last = list(data.items())[-1]
        raise MetraxError(
            f"by_shard: {name}: got {describe(last)}, which {type(statistic).__name__} reads as "
            "one example; expected a batch to cut into shards, [B, C]. Add the missing axis, such "
            "as y[None, :]"
        )
