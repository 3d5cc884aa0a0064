"""``Composite``: what metrics made of several have in common."""

import functools
from abc import ABC
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from metrax.core.calls import pass_as
from metrax.core.checks import MetraxError, MetraxTypeError, blame
from metrax.core.metric import PAIR, Metric
from metrax.core.part import Output, Part
from metrax.core.process import Accumulated, Process
from metrax.core.statistic import Statistic
from metrax.core.typing import StateT, ValueT
from metrax.statistics.product import Product, picked


class Together(Process):
    """What several metrics accumulate, of which some are no sums over examples.

    Args:
      statistic: of those that are, all in one.
      processes: ``(key, process, reads)`` of each other one.
    """

    statistic: Product  # pyright: ignore[reportIncompatibleVariableOverride]
    processes: tuple[tuple[str, Process, tuple[Output | None, ...]], ...]

    def init(self) -> dict[str, Any]:
        others = {key: process.init() for key, process, _ in self.processes}
        return {**self.statistic.init(), **others}

    def observe(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        rows = self.statistic.observe(inputs) if self.statistic.members else {}
        return {**rows, **self._each(lambda key, process, given: process.observe(given), inputs)}

    def update(self, state: Any, inputs: Mapping[str, Any]) -> dict[str, Any]:
        keys = [key for key, *_ in self.statistic.members]
        rows = self.statistic.update({key: state[key] for key in keys}, inputs) if keys else {}
        others = self._each(lambda key, one, given: one.update(state[key], given), inputs)
        return {**rows, **others}

    def _each(self, do: Callable[..., Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
        found = {}
        for key, process, reads in self.processes:
            with blame(key):
                found[key] = do(key, process, picked(process, reads, inputs))
        return found


class Composite(Metric[StateT, ValueT], ABC):
    """Several metrics, of which those with equal statistics and inputs share one state.

    A subclass says in :attr:`_members` what it is made of, and in :meth:`_value` what the values of
    all its parts come to.
    """

    @property
    def _members(self) -> Sequence[tuple[str, Metric]]:
        """The metrics inside, by name; a hook."""
        raise NotImplementedError

    @property
    def inputs(self) -> tuple[str, ...]:
        """What members that are not routed take, before ``w``; outputs go by keyword."""
        return PAIR

    @functools.cached_property
    def _parts(self) -> tuple[Part, ...]:
        return tuple(
            part._replace(path="/".join(filter(None, (name, part.path))))
            for name, metric in self._members
            for part in metric._parts
        )

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
    def statistic(self) -> Product:
        return Product(tuple(self._outputs), self._accumulated(Statistic))

    @functools.cached_property
    def _statistic(self) -> Accumulated:  # pyright: ignore[reportIncompatibleVariableOverride]
        processes = self._accumulated(Process)
        return Together(self.statistic, processes) if processes else self.statistic

    def _accumulated(self, kind: type) -> tuple[Any, ...]:
        """What is accumulated of one kind, each once: its key, itself, and what it reads."""
        return tuple(
            (key, part.metric._statistic, (*part.outputs, part.w))
            for key, part in zip(self._keys, self._parts, strict=True)
            if key == part.path and isinstance(part.metric._statistic, kind)
        )

    def _named(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        names = (*self.inputs, "w")
        given = {k: v for k, v in zip(names, args, strict=False) if v is not None}
        if len(args) > len(names) or given.keys() & kwargs.keys():
            raise MetraxTypeError(
                f"got {len(args)} positional arguments and keywords {sorted(kwargs)}; expected "
                "y_true, y_pred, w, or outputs by keyword"
            )
        given |= {k: v for k, v in kwargs.items() if v is not None}
        if unread := sorted(given.keys() - self._outputs.keys()):
            self._refuse_unread(unread)
        return {name: given.get(name) for name in self._outputs}

    def _refuse_unread(self, unread: list[str]) -> None:
        """Raise for outputs that no metric reads; a hook."""
        raise MetraxTypeError(
            f"got the output {unread[0]!r}, which no metric reads; they read "
            f"{sorted(self._outputs)}{pass_as(unread, self._outputs)}. Route a metric to it with "
            ".on(...), or leave it out"
        )

    @functools.cached_property
    def _lookers(self) -> tuple[Part, ...]:
        """The parts that look at the data, those that look for the same at the same once."""
        first: dict[Any, Part] = {}
        for part in self._parts:
            plain = type(part.metric)._look is Metric._look
            first.setdefault((part.metric.inputs, part[2:]) if plain else part.path, part)
        return tuple(first.values())

    def _look(self, inputs: Mapping[str, Any]) -> None:
        self._look_at_all(inputs)

    def _look_at_all(self, inputs: Mapping[str, Any]) -> None:
        for part in self._lookers:
            with blame(part.path):
                part.metric._look(part.pick(inputs))

    def _inspect(self, state: Any) -> None:
        for part, key in zip(self._parts, self._keys, strict=True):
            with blame(part.path):
                part.metric._inspect(state[key])

    def _values(self, state: Any) -> list[Any]:
        """The values of all parts."""
        return [
            part.metric._read_as_dtype(state[key])
            for part, key in zip(self._parts, self._keys, strict=True)
        ]

    def _each_member(self, values: Sequence[Any]) -> Iterator[tuple[str, Any]]:
        """The value of each member, from those of all parts."""
        start = 0
        for name, metric in self._members:
            end = start + len(metric._parts)
            yield name, metric._value(values[start:end])
            start = end

    def read(self, state: Any) -> Any:
        return self._value(self._values(state))

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
