"""``Routed``: a metric fed from named outputs."""

from collections.abc import Mapping, Sequence
from typing import Any

from metrax.core.checks import MetraxError, MetraxTypeError
from metrax.core.metric import PAIR, Metric
from metrax.core.part import Part
from metrax.core.typing import StateT, ValueT
from metrax.core.wrapper import Wrapper


class Routed(Wrapper[StateT, ValueT]):
    """A metric fed from named outputs; what :meth:`Metric.on` returns.

    Args:
      metric: the metric.
      outputs: the outputs to use for its inputs, in order.
      w: the output to use for the weights; None for no weights.
      name: defaults to the metric's.
      dtype: dtype of the value.

    Raises:
      MetraxError: when an output is named as an argument of ``update`` itself.
      MetraxTypeError: when there are more outputs than inputs, or too few; when a call lacks one.

    Example:
      >>> import metrax
      >>> routed = metrax.MeanAbsoluteError().on("labels", "outputs", w="mask")
      >>> type(routed) is metrax.Routed, routed.outputs
      (True, ('labels', 'outputs'))
      >>> float(routed(labels=[1., 2.], outputs=[1., 5.], mask=[1, 1]))
      1.5
    """

    metric: Metric
    outputs: tuple[str, ...]
    w: str | None = None

    def validate(self) -> None:
        optional = sum(self.metric._statistic._extra.values())
        if not 0 <= len(self.metric.inputs) - len(self.outputs) <= optional:
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
    def inputs(self) -> tuple[str, ...]:
        """What Keras passes to all metrics; this one takes the outputs that it reads, by name."""
        return PAIR

    def __repr__(self) -> str:
        given = [*map(repr, self.outputs), *([] if self.w is None else [f"w={self.w!r}"])]
        return f"{self.metric!r}.on({', '.join(given)})"

    def _brief(self) -> str:
        return f"{self.metric}.on(...)"

    def _named(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        routes = {mine: theirs for mine, theirs in self._routes().items() if theirs is not None}
        missing = [name for name in routes.values() if kwargs.get(name) is None]
        reads = {x for part in self._parts for x in part.reads}
        if args or missing or not reads.issuperset(kwargs):
            raise MetraxTypeError(
                f"got {len(args)} positional arguments and the outputs {sorted(kwargs)}; "
                f"pass {sorted(reads)} by keyword"
            )
        rest = {name: x for name, x in kwargs.items() if name not in routes.values()}
        return super()._named((), {**rest, **{mine: kwargs[x] for mine, x in routes.items()}})

    def _around(self, part: Part) -> Part:
        return part.renamed(self._routes())

    def _routes(self) -> dict[str, str | None]:
        return {**dict(zip(self.metric.inputs, self.outputs, strict=False)), "w": self.w}
