"""Several statistics over one set of named inputs."""

from collections.abc import Mapping, Sequence
from typing import Any

from metrax.core.checks import blame
from metrax.core.part import Output, looked_up
from metrax.core.rows import scoped
from metrax.core.statistic import Statistic


class Product(Statistic):
    """The states of several statistics, as a dictionary.

    Args:
      names: the inputs, in the order in which ``observe`` takes them.
      members: ``(key, statistic, reads)`` for each entry; ``reads`` names its inputs, several that
        go together as a tuple, the weights last, None if it takes none.

    Raises:
      MetraxError: when an input does not fit a member, which is named.

    Example:
      >>> import metrax
      >>> metrics = metrax.Collection([metrax.MeanSquaredError(), metrax.RootMeanSquaredError()])
      >>> [key for key, *_ in metrics.statistic.members]      # which shares one state
      ['mean_squared_error']
    """

    names: tuple[str, ...]
    members: tuple[tuple[str, Statistic, tuple[Output | None, ...]], ...]

    @property
    def _inputs(self) -> tuple[str, ...]:
        return tuple(name for name in self.names if name != "w")

    @property
    def _extra(self) -> dict[str, bool]:
        return {}

    @property
    def _in_place(self) -> bool:
        return any(statistic._in_place for _, statistic, _ in self.members)

    @property
    def _stratum(self) -> int | None:
        return self.members[0][1]._stratum if len(self.members) == 1 else None

    def _is_one_mean(self, shape: tuple[int, ...]) -> bool:
        return len(self.members) == 1 and self.members[0][1]._is_one_mean(shape)

    def _label_inputs(self) -> tuple[str, ...]:
        """Those that no member takes for other numbers."""
        taken: dict[bool, set[Any]] = {True: set(), False: set()}
        for _, statistic, reads in self.members:
            labels = statistic._label_inputs()
            for mine, name in zip((*statistic._inputs, "w"), reads, strict=True):
                taken[mine in labels].add(name)
        return tuple(x for x in taken[True] - taken[False] if isinstance(x, str))

    def init(self) -> dict[str, Any]:
        return {key: statistic.init() for key, statistic, _ in self.members}

    def contribute(self, *inputs: Any) -> dict[str, Any]:
        return self._rows(dict(zip(self.names, inputs, strict=False)))

    def _rows(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        found = {}
        for key, statistic, reads in self.members:
            with blame(key):
                rows = statistic._rows(picked(statistic, reads, inputs))
                found[key] = scoped(rows, key)
        return found


def picked(
    accumulated: Any, reads: Sequence[Output | None], inputs: Mapping[str, Any]
) -> dict[str, Any]:
    """The inputs and ``w`` of one of several by its own names."""
    names = (*accumulated._inputs, "w")
    return {mine: name and looked_up(name, inputs) for mine, name in zip(names, reads, strict=True)}
