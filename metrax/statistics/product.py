"""Several statistics over one set of named inputs."""

from typing import Any

from metrax.core.checks import blame
from metrax.core.part import Part
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

    def summarize(self, *inputs: Any) -> dict[str, Any]:
        given = dict(zip(self.names, inputs, strict=True))
        states = {}
        for key, statistic, part in self.members:
            with blame(key):
                states[key] = statistic.summarize(*part.pick(given))
        return states
