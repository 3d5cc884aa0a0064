"""``Process``: what is accumulated where a state is no sum over examples."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from jax import Array

from metrax.core.config import Config
from metrax.core.domains import Domain
from metrax.core.merge import merge
from metrax.core.statistic import Statistic


class Process(Config, ABC):
    """What a combinator accumulates that depends on the order of updates, or on where they are.

    It stands in a statistic's place, and is made of one, ``statistic``.
    """

    _namespace: ClassVar[str] = "metrax.combinators"

    statistic: "Accumulated"

    @property
    def dtype(self) -> str | None:
        """The dtype that is asked for, if one is."""
        return self.statistic.dtype

    @property
    def _inputs(self) -> tuple[str, ...]:
        return self.statistic._inputs

    @property
    def _extra(self) -> dict[str, bool]:
        return self.statistic._extra

    @abstractmethod
    def init(self) -> Any:
        """The state of no data."""

    @abstractmethod
    def observe(self, inputs: Mapping[str, Any]) -> Any:
        """The state of one batch, from its inputs and ``w`` by name."""

    def update(self, state: Any, inputs: Mapping[str, Any]) -> Any:
        """The state after one more batch."""
        return merge(state, self.observe(inputs))

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        """What the inputs may hold."""
        return self.statistic.domains(**inputs)


Accumulated = Statistic | Process
