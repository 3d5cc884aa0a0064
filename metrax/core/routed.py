"""``Routed``: a metric fed from named outputs."""

from collections.abc import Mapping, Sequence
from typing import Any

from metrax.core.checks import MetraxError, MetraxTypeError
from metrax.core.metric import Metric
from metrax.core.part import Part
from metrax.core.statistic import Statistic


class Routed(Metric):
    """A metric fed from named outputs; what :meth:`Metric.on` returns."""

    metric: Metric
    outputs: tuple[str, ...]
    w: str | None = None

    def validate(self) -> None:
        if len(self.outputs) != len(self.metric.inputs):
            raise MetraxTypeError(
                f"on: got outputs {self.outputs} for {self.metric}; expected one name for each "
                f"of {self.metric.inputs}, and w=... for the weights"
            )
        for name in (*self.outputs, self.w):
            if name in ("self", "state"):
                raise MetraxError(
                    f"on: got an output named {name!r}, which is an argument of update(state, ...) "
                    "itself; give the output another name"
                )

    @property
    def statistic(self) -> Statistic:
        return self.metric.statistic

    def read(self, state: Any) -> Any:
        return self.metric.read(state)

    def inspect(self, state: Any) -> None:
        self.metric.inspect(state)

    def __repr__(self) -> str:
        given = [*map(repr, self.outputs), *([] if self.w is None else [f"w={self.w!r}"])]
        return f"{self.metric!r}.on({', '.join(given)})"

    def brief(self) -> str:
        return f"{self.metric}.on(...)"

    def bind(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        routes = {mine: theirs for mine, theirs in self._names().items() if theirs is not None}
        missing = [name for name in routes.values() if kwargs.get(name) is None]
        reads = {x for part in self.parts() for x in (*part.outputs, part.w)}
        if args or missing or not reads.issuperset(kwargs):
            raise MetraxTypeError(
                f"got {len(args)} positional arguments and the outputs {sorted(kwargs)}; "
                f"pass {sorted(x for x in reads if x)} by keyword"
            )
        rest = {name: x for name, x in kwargs.items() if name not in routes.values()}
        return self.metric.bind((), {**rest, **{mine: kwargs[x] for mine, x in routes.items()}})

    def parts(self) -> tuple[Part, ...]:
        return tuple(part.renamed(self._names()) for part in self.metric.parts())

    def _names(self) -> dict[str, str | None]:
        return {**dict(zip(self.metric.inputs, self.outputs, strict=True)), "w": self.w}
