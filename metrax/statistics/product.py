"""Several statistics over one set of named inputs."""

from typing import Any

from metrax.core.checks import blame
from metrax.core.statistic import Statistic


class Product(Statistic):
    """The states of several statistics, as a dictionary.

    Args:
      names: the inputs, in the order in which ``observe`` takes them.
      members: ``(key, statistic, reads)`` for each entry; ``reads`` names its inputs, the weights
        last, None if it takes none.
    """

    names: tuple[str, ...]
    members: tuple[tuple[str, Statistic, tuple[str | None, ...]], ...]

    def init(self) -> dict[str, Any]:
        return {key: statistic.init() for key, statistic, _ in self.members}

    def summarize(self, *inputs: Any) -> dict[str, Any]:
        given = dict(zip(self.names, inputs, strict=True))
        states = {}
        for key, statistic, reads in self.members:
            with blame(key):
                states[key] = statistic.summarize(*(name and given[name] for name in reads))
        return states
