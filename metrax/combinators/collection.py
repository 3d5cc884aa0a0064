"""Several metrics as one."""

import dataclasses
import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from jax import Array

from metrax.combinators.by_shard import ByShard
from metrax.combinators.composite import Composite
from metrax.core.checks import MetraxError, MetraxTypeError, shown
from metrax.core.flat import named
from metrax.core.metric import Metric
from metrax.storage.registry import Identifier, compiled, get


class Collection(Composite[dict[str, Any], dict[str, Array]]):
    """Several metrics as one, updated together and merged together.

    Metrics whose statistics and inputs are equal by configuration share one state:
    ``Precision()``, ``Recall()`` and ``F1`` at one threshold count once. Collections nest.

    ``update`` takes ``(y_true, y_pred, w)`` for all metrics, or named outputs by keyword, or both:
    a metric that was routed with :meth:`~metrax.Metric.on` reads the outputs named there, every
    other one reads ``y_true``, ``y_pred`` and (if given) ``w``. The state is a dictionary.
    ``compute`` returns a flat dictionary: a metric's name to its value, joined by ``/`` for nested
    collections and metrics with several values.

    ``collection["name"]`` is a member, ``collection[["a", "b"]]`` a collection of some,
    ``collection | other`` of both; ``in``, ``len``, iteration and ``items()`` are a dictionary's.
    ``collection.on("labels", "logits", w="mask")`` routes all members at once.

    Args:
      metrics: metrics, named by their own ``name``, or a mapping of names to metrics. Each may be
        anything that :func:`metrax.get` takes; in a list, as in Keras's ``compile``, a string names
        its metric, and ``"accuracy"`` goes by the shapes of the batch.
      extra: ``"raise"`` for outputs that no metric reads, or ``"ignore"``, which leaves them out:
        then a step may pass all that it has.
      partial: whether an update may lack outputs: metrics that read them are left as they are. It
        excludes ``extra="ignore"``, for a misspelt output would then update nothing.
      name: defaults to ``"collection"``.
      **named: more metrics by name.

    Raises:
      MetraxError: when there is no metric, or two metrics or values have one name.
      MetraxTypeError: when an output is missing, or given and read by no metric, or an update of a
        partial collection reaches none.

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
    extra: Literal["raise", "ignore"] = "raise"
    partial: bool = False

    def __init__(
        self,
        metrics: Mapping[str, Identifier] | Iterable[Identifier] = (),
        *,
        extra: Literal["raise", "ignore"] = "raise",
        partial: bool = False,
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
        fields = {"metrics": items, "extra": extra, "partial": partial, "name": name, "dtype": None}
        for field, value in fields.items():
            object.__setattr__(self, field, value)
        self.__post_init__()

    def validate(self) -> None:
        if self.partial and self.extra == "ignore":
            raise MetraxError(
                "extra and partial: got extra='ignore' and partial=True, with which a misspelt "
                "output would update nothing; expected one of them"
            )
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
        given = {"extra": self.extra, "partial": self.partial, "name": self.name}
        return {"metrics": dict(self.metrics), **given}

    def _brief(self) -> str:
        (name, first), *others = self.metrics
        return f"metrax.Collection({{{name!r}: {first}{', ...' if others else ''}}})"

    @property
    def _members(self) -> Sequence[tuple[str, Metric]]:
        return self.metrics

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
            for member, metric in self.metrics
            for name, said in named(member, getattr(metric, attribute))
        }

    def _refuse_unread(self, unread: list[str]) -> None:
        if self.extra == "raise":
            super()._refuse_unread(unread)

    def _look(self, inputs: Mapping[str, Any]) -> None:
        self._of(inputs)._look_at_all(inputs)

    def _observed(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        here = self._of(inputs)
        seen = here._statistic.observe(inputs)
        return seen if here is self else {**self._initial(), **seen}

    def _updated(self, state: Any, inputs: Mapping[str, Any]) -> dict[str, Any]:
        here = self._of(inputs)
        if here is self:
            return super()._updated(state, inputs)
        self._check_state(state)
        mine = {key: state[key] for key in dict.fromkeys(here._keys)}
        return {**state, **super(Collection, here)._updated(mine, inputs)}

    def _of(self, inputs: Mapping[str, Any]) -> "Collection":
        """The collection of the members whose outputs all came; itself unless it is partial."""
        if not self.partial:
            return self
        here = tuple(part.path for part in self._parts if part.has_all(inputs))
        if not here:
            came = sorted(name for name, x in inputs.items() if x is not None)
            raise MetraxTypeError(
                f"got the outputs {came}, with which no metric could be updated; they read "
                f"{sorted(self._outputs)}"
            )
        return _some(self, here)

    def _value(self, parts: Sequence[Any]) -> dict[str, Any]:
        return dict(self._each_member(parts))

    def read(self, state: Any) -> dict[str, Any]:
        found = list(named("", super().read(state)))
        _refuse_repeated([name for name, _ in found])
        return dict(found)

    def __getitem__(self, name: str | list[str] | tuple[str, ...]) -> Any:
        """A member by its name; of several names a collection of these members."""
        if isinstance(name, list | tuple):
            return self._with((key, self[key]) for key in name)
        members = dict(self.metrics)
        if name not in members:
            raise MetraxError(
                f"{self._brief()}: got the name {shown(name)}; expected one of {list(members)}"
            )
        return members[name]

    def __or__(self, other: "Collection") -> "Collection":
        """The members of both; those of ``other`` in place of members of the same name."""
        if not isinstance(other, Collection):
            return NotImplemented
        return self._with((dict(self.metrics) | dict(other.metrics)).items())

    def _with(self, metrics: Iterable[tuple[str, Metric]]) -> "Collection":
        return dataclasses.replace(self, metrics=tuple(metrics))

    def __iter__(self) -> Iterator[str]:
        """The members' names, in order."""
        return iter(dict(self.metrics))

    def __len__(self) -> int:
        return len(self.metrics)

    def items(self) -> Iterator[tuple[str, Metric]]:
        """The members with their names, in order."""
        return iter(self.metrics)


@functools.lru_cache(maxsize=1024)
def _some(whole: Collection, paths: tuple[str, ...]) -> Collection:
    """A collection for updates that reach some parts alone, with the keys of the whole."""
    if len(paths) == len(whole._parts):
        return whole
    here = dataclasses.replace(whole)
    pairs = list(zip(whole._parts, whole._keys, strict=True))
    chosen = [(part, key) for part, key in pairs if part.path in paths]
    first = {key: part for part, key in reversed(chosen)}
    kept: dict[str, Any] = here.__dict__  # pyright: ignore[reportAssignmentType]
    kept["_parts"] = tuple(part._replace(path=key) for key, part in first.items())
    kept["_keys"] = tuple(first)
    return here


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
