"""Several metrics as one."""

import functools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from jax import Array

from metrax.combinators.by_shard import ByShard
from metrax.core.calls import pass_as
from metrax.core.checks import MetraxError, MetraxTypeError, blame, shown
from metrax.core.flat import named
from metrax.core.metric import PAIR, Metric
from metrax.core.part import Part
from metrax.core.statistic import Statistic
from metrax.statistics.product import Product
from metrax.storage.registry import Identifier, compiled, get


class Collection(Metric[dict[str, Any], dict[str, Array]]):
    """Several metrics as one, updated together and merged together.

    Metrics whose statistics and inputs are equal by configuration share one state:
    ``Precision()``, ``Recall()`` and ``F1`` at one threshold count once. Collections nest.

    ``update`` takes ``(y_true, y_pred, w)`` for all metrics, or named outputs by keyword, or both:
    a metric that was routed with :meth:`~metrax.Metric.on` reads the outputs named there, every
    other one reads ``y_true``, ``y_pred`` and (if given) ``w``. The state is a dictionary.
    ``compute`` returns a flat dictionary: a metric's name to its value, joined by ``/`` for nested
    collections and metrics with several values.

    Args:
      metrics: metrics, named by their own ``name``, or a mapping of names to metrics. Each may be
        anything that :func:`metrax.get` takes; in a list, as in Keras's ``compile``, a string names
        its metric, and ``"accuracy"`` goes by the shapes of the batch.
      name: defaults to ``"collection"``.
      **named: more metrics by name.

    Raises:
      MetraxError: when there is no metric, or two metrics or values have one name.
      MetraxTypeError: when an output is missing, or given and read by no metric.

    Example:
      >>> import metrax
      >>> metrics = metrax.Collection(
      ...     loss=metrax.Mean().on("loss"),
      ...     accuracy=metrax.SparseCategoricalAccuracy().on("labels", "logits", w="mask"),
      ... )
      >>> state = metrics.update(metrics.init(), loss=0.5, labels=[1, 0, 0],
      ...                        logits=[[0., 1.], [1., 0.], [0., 1.]], mask=[1, 1, 0])
      >>> {name: float(value) for name, value in metrics.compute(state).items()}
      {'loss': 0.5, 'accuracy': 1.0}
    """

    metrics: tuple[tuple[str, Metric], ...]

    def __init__(
        self,
        metrics: Mapping[str, Identifier] | Iterable[Identifier] = (),
        *,
        name: str | None = None,
        **named: Identifier,
    ) -> None:
        if isinstance(metrics, Mapping):
            _check_names(metrics)
            items = [(key, get(metric)) for key, metric in metrics.items()]
        elif isinstance(metrics, str | Metric) or not isinstance(metrics, Iterable):
            raise MetraxTypeError(
                f"Collection: metrics: got {shown(metrics)}; expected a list of metrics, a mapping "
                "of names to metrics, or metrics by keyword: metrax.Collection([metrax.AUC()])"
            )
        else:
            items = [compiled(metric) for metric in metrics]
        items = (*items, *((key, get(metric)) for key, metric in named.items()))
        for field, value in {"metrics": items, "name": name, "dtype": None}.items():
            object.__setattr__(self, field, value)
        self.__post_init__()

    def validate(self) -> None:
        names = [name for name, _ in self.metrics]
        if not names:
            raise MetraxError("metrics: got none; expected at least one metric")
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise MetraxError(f"metrics: got two named {repeated[0]!r}; give one another name")
        if sharded := [part.path for part in self._parts if isinstance(part.metric, ByShard)]:
            raise MetraxTypeError(
                f"metrics: got {sharded[0]!r}, which has a state for each shard; expected that of "
                "all members or none: metrax.by_shard(metrax.Collection(...), n)"
            )
        _refuse_repeated([part.path for part in self._parts])

    def _arguments(self) -> dict[str, Any]:
        return {"metrics": dict(self.metrics), "name": self.name}

    def _brief(self) -> str:
        (name, first), *others = self.metrics
        return f"metrax.Collection({{{name!r}: {first}{', ...' if others else ''}}})"

    @property
    def inputs(self) -> tuple[str, ...]:
        """What members that are not routed take, before ``w``; outputs go by keyword."""
        return PAIR

    @functools.cached_property
    def _parts(self) -> tuple[Part, ...]:
        return tuple(
            part._replace(path="/".join(filter(None, (name, part.path))))
            for name, metric in self.metrics
            for part in metric._parts
        )

    @property
    def higher_is_better(self) -> dict[str, bool | None]:
        """What each member says, by its name as in the result of ``compute``."""
        return self._of_members("higher_is_better")

    @property
    def value_range(self) -> dict[str, tuple[float, float]]:
        """The range of each member's value, by its name as in the result of ``compute``."""
        return self._of_members("value_range")

    def _of_members(self, attribute: str) -> dict[str, Any]:
        """An attribute of every member, which may itself be a dictionary by name."""
        return {
            name: said
            for part in self._parts
            for name, said in named(part.path, getattr(part.metric, attribute))
        }

    @functools.cached_property
    def _keys(self) -> tuple[str, ...]:
        """For each part the key of its state: the path of the first part with its needs."""
        first: dict[Any, str] = {}
        return tuple(
            first.setdefault((part.metric._statistic, part.outputs, part.w), part.path)
            for part in self._parts
        )

    @functools.cached_property
    def _outputs(self) -> dict[str, None]:
        """Every output that some metric reads, in order of first use."""
        return dict.fromkeys(name for part in self._parts for name in part.reads)

    @property
    def statistic(self) -> Statistic:
        members = tuple(
            (key, part.metric._statistic, (*part.outputs, part.w))
            for key, part in zip(self._keys, self._parts, strict=True)
            if key == part.path
        )
        return Product(tuple(self._outputs), members)

    def _named(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        names = (*self.inputs, "w")
        given = {k: v for k, v in zip(names, args, strict=False) if v is not None}
        if len(args) > len(names) or given.keys() & kwargs.keys():
            raise MetraxTypeError(
                f"got {len(args)} positional arguments and keywords {sorted(kwargs)}; expected "
                "y_true, y_pred, w, or outputs by keyword"
            )
        given |= {k: v for k, v in kwargs.items() if v is not None}
        known = self._outputs
        if unread := sorted(given.keys() - known.keys()):
            raise MetraxTypeError(
                f"got the output {unread[0]!r}, which no metric reads; they read "
                f"{sorted(known)}{pass_as(unread, known)}. Route a metric to it with .on(...), or "
                "leave it out"
            )
        return {name: given.get(name) for name in known}

    @functools.cached_property
    def _lookers(self) -> tuple[Part, ...]:
        """The parts that look at the data, those that look for the same at the same once."""
        first: dict[Any, Part] = {}
        for part in self._parts:
            plain = type(part.metric)._look is Metric._look
            first.setdefault((part.metric.inputs, part[2:]) if plain else part.path, part)
        return tuple(first.values())

    def _look(self, inputs: Mapping[str, Any]) -> None:
        for part in self._lookers:
            with blame(part.path):
                part.metric._look(part.pick(inputs))

    def _inspect(self, state: Any) -> None:
        for part, key in zip(self._parts, self._keys, strict=True):
            with blame(part.path):
                part.metric._inspect(state[key])

    def read(self, state: Any) -> dict[str, Any]:
        values = [
            item
            for part, key in zip(self._parts, self._keys, strict=True)
            for item in named(part.path, part.metric._read_as_dtype(state[key]))
        ]
        _refuse_repeated([name for name, _ in values])
        return dict(values)

    def state_of(self, state: Any, name: str) -> Any:
        """The state that a member reads, which it may share with others.

        Args:
          state: this collection's state.
          name: the member's name, as in the result of ``compute``.

        Raises:
          MetraxError: when there is no such member, naming those there are.
        """
        keys = dict(zip((part.path for part in self._parts), self._keys, strict=True))
        if name not in keys:
            raise MetraxError(f"state_of: got {name!r}; expected one of {list(keys)}")
        self._check_state(state)
        return state[keys[name]]


def _check_names(metrics: Mapping[Any, Any]) -> None:
    for name in metrics:
        if not isinstance(name, str):
            raise MetraxTypeError(
                f"Collection: metrics: got the name {shown(name)}; expected a str for each metric"
            )


def _refuse_repeated(names: list[str]) -> None:
    if repeated := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
        raise MetraxError(
            f"metrics: got two values named {repeated[0]!r}, of which one would be lost; a name is "
            "a collection's and its member's joined by '/', and so with metrics of several values. "
            "Give one another name"
        )
