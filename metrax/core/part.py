"""``Part``: a simple metric inside a composite one."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from metrax.core.checks import MetraxTypeError

if TYPE_CHECKING:
    from metrax.core.metric import Metric


class Part(NamedTuple):
    """A simple metric inside a composite one, and where its inputs come from."""

    path: str
    metric: "Metric"
    outputs: tuple[str, ...]
    w: str | None
    optional_w: bool

    def pick(self, outputs: Mapping[str, Any]) -> tuple[Any, ...]:
        """This part's inputs and ``w``, by name."""
        required = self.outputs if self.w is None or self.optional_w else (*self.outputs, self.w)
        if missing := [name for name in required if outputs.get(name) is None]:
            raise MetraxTypeError(
                f"needs the output {missing[0]!r}; there are {sorted(outputs)}. Pass it by "
                "keyword, or route the metric with .on(...)"
            )
        w = None if self.w is None else outputs.get(self.w)
        return (*(outputs[name] for name in self.outputs), w)

    def renamed(self, names: Mapping[str, str | None]) -> "Part":
        """This part with its outputs looked up under other names; weights routed are required."""
        return self._replace(
            outputs=tuple(names.get(x) or x for x in self.outputs),
            w=None if self.w is None else names.get(self.w, self.w),
            optional_w=self.optional_w and self.w not in names,
        )
