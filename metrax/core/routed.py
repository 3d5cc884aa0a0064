"""``Routed``: a metric fed from named outputs."""

from collections.abc import Mapping, Sequence
from typing import Any

from metrax.core.calls import pass_as
from metrax.core.checks import MetraxError, MetraxTypeError
from metrax.core.metric import PAIR, Metric
from metrax.core.part import Output, Part, flat, looked_up
from metrax.core.typing import StateT, ValueT
from metrax.core.wrapper import Wrapper


class Routed(Wrapper[StateT, ValueT]):
    """A metric fed from named outputs; what :meth:`Metric.on` returns.

    Args:
      metric: the metric.
      outputs: the outputs to use for its inputs, in order.
      w: the output to use for the weights; None for no weights.
      extra: pairs of an input that is given by keyword, such as ``groups``, and its output.
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
    extra: tuple[tuple[str, Output], ...] = ()

    def validate(self) -> None:
        extras = [part.metric._statistic._extra for part in self.metric._parts]
        known = {name: may for extra in extras for name, may in extra.items()}
        if unknown := [name for name, _ in self.extra if name not in known]:
            raise MetraxTypeError(
                f"on: got {unknown[0]!r} for {self.metric}; expected one name for each of "
                f"{self.metric.inputs}, and w=... for the weights{pass_as(unknown, ['w'])}"
            )
        named = dict(self.extra)
        left = [x for x in self.metric.inputs[len(self.outputs) :] if x not in named]
        if len(self.outputs) > len(self.metric.inputs) or not all(known.get(x) for x in left):
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
        given += [f"{mine}={theirs!r}" for mine, theirs in self.extra]
        return f"{self.metric!r}.on({', '.join(given)})"

    def _brief(self) -> str:
        return f"{self.metric}.on(...)"

    def _named(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        routes = {mine: theirs for mine, theirs in self._routes().items() if theirs is not None}
        found = {mine: looked_up(theirs, kwargs) for mine, theirs in routes.items()}
        reads = {x for part in self._parts for x in part.reads}
        if args or any(x is None for x in found.values()) or not reads.issuperset(kwargs):
            raise MetraxTypeError(
                f"got {len(args)} positional arguments and the outputs {sorted(kwargs)}; "
                f"pass {sorted(reads)} by keyword"
            )
        taken = flat(routes.values())
        rest = {name: x for name, x in kwargs.items() if name not in taken}
        return super()._named((), {**rest, **found})

    def _around(self, part: Part) -> Part:
        return part.renamed(self._routes())

    def _routes(self) -> dict[str, Output | None]:
        named = dict(zip(self.metric.inputs, self.outputs, strict=False))
        return {**named, **dict(self.extra), "w": self.w}
