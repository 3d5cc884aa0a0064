"""Several statistics over one set of named inputs."""

from collections.abc import Mapping
from typing import Any

from metrax.core.checks import blame
from metrax.core.part import Part
from metrax.core.rows import scoped
from metrax.core.statistic import Statistic


class Product(Statistic):
    """The states of several statistics, as a dictionary.

    Args:
      names: the inputs, in the order in which ``observe`` takes them.
      members: ``(key, statistic, part)`` for each entry; the part tells which inputs it reads.
    """

    names: tuple[str, ...]
    members: tuple[tuple[str, Statistic, Part], ...]

    def init(self) -> dict[str, Any]:
        return {key: statistic.init() for key, statistic, _ in self.members}

    def inputs(self) -> tuple[str, ...]:
        return self.names

    def contribute(self, *inputs: Any) -> dict[str, Any]:
        raise NotImplementedError("each member has weights of its own; see rows")

    def rows(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        found = {}
        for key, statistic, part in self.members:
            *data, w = part.pick(inputs)
            given = dict(zip(part.metric.inputs, data, strict=True))
            with blame(key):
                found[key] = scoped(statistic.rows({**given, "w": w}), key)
        return found
