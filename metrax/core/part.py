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

    @property
    def reads(self) -> tuple[str, ...]:
        """The outputs that this part reads, weights last."""
        return self.outputs if self.w is None else (*self.outputs, self.w)

    def pick(self, outputs: Mapping[str, Any]) -> dict[str, Any]:
        """The metric's inputs and ``w`` by its own names, from outputs by theirs."""
        picked = {
            mine: outputs.get(x) for mine, x in zip(self.metric.inputs, self.outputs, strict=True)
        }
        picked["w"] = None if self.w is None else outputs.get(self.w)
        optional = {mine for mine, may in self.metric._statistic._extra.items() if may}
        optional = optional.intersection(self.outputs)  # what was routed is required, as with w
        if self.w is None or self.optional_w:
            optional.add("w")
        for (mine, x), name in zip(picked.items(), (*self.outputs, self.w), strict=True):
            if x is None and mine not in optional:
                raise MetraxTypeError(
                    f"needs the output {name!r}; there are {sorted(outputs)}. Pass it by "
                    "keyword, or route the metric with .on(...)"
                )
        return picked

    def renamed(self, names: Mapping[str, str | None]) -> "Part":
        """This part with its outputs looked up under other names; weights routed are required."""
        return self._replace(
            outputs=tuple(names.get(x) or x for x in self.outputs),
            w=None if self.w is None else names.get(self.w, self.w),
            optional_w=self.optional_w and self.w not in names,
        )
