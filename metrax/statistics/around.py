"""``Around``: a statistic made of another one, whose inputs it takes and whose rows it changes."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from jax import Array

from metrax.core.domains import NUMBERS, Domain
from metrax.core.statistic import Statistic


class Around(Statistic, ABC):
    """What another statistic accumulates, in another way.

    Args:
      statistic: the other one. Its inputs come first, then by keyword those of :attr:`_beside`.
    """

    statistic: Statistic

    @property
    def _beside(self) -> dict[str, bool]:
        """Inputs that this needs beside the other's, and whether each may be left out; a hook."""
        return {}

    @property
    def _inputs(self) -> tuple[str, ...]:
        return (*self.statistic._inputs, *self._beside)

    @property
    def _extra(self) -> dict[str, bool]:
        return {**self.statistic._extra, **self._beside}

    def _batched(self, *inputs: Any) -> bool:
        return self.statistic._batched(*inputs[: len(self.statistic._inputs)])

    def _label_inputs(self) -> tuple[str, ...]:
        return self.statistic._label_inputs()

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        own = {name: NUMBERS for name in self._beside if inputs.pop(name, None) is not None}
        return {**self.statistic.domains(**inputs), **own}

    def contribute(self, *inputs: Any, **beside: Any) -> Any:
        names = self.statistic._inputs
        return self._rows({**dict(zip(names, inputs, strict=False)), **beside})

    @abstractmethod
    def _rows(self, inputs: Mapping[str, Any]) -> Any:
        """What each example of a batch adds, weighed, in this way; a hook."""

    def _inner_rows(self, inputs: Mapping[str, Any]) -> Any:
        """What each example of a batch adds to the other statistic."""
        beside = self._beside
        return self.statistic._rows({k: x for k, x in inputs.items() if k not in beside})
