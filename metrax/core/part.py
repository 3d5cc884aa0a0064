"""``Part``: a simple metric inside a composite one."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import jax.numpy as jnp

from metrax.core.checks import MetraxTypeError

if TYPE_CHECKING:
    from metrax.core.metric import Metric


Output = str | tuple[str, ...]
"""The name of an output, or the names of several that one input takes together."""


class Part(NamedTuple):
    """A simple metric inside a composite one, and where its inputs come from."""

    path: str
    metric: "Metric"
    outputs: tuple[Output, ...]
    w: str | None
    optional_w: bool

    @property
    def reads(self) -> tuple[str, ...]:
        """The outputs that this part reads, weights last."""
        return flat((*self.outputs, self.w))

    def pick(self, outputs: Mapping[str, Any]) -> dict[str, Any]:
        """The metric's inputs and ``w`` by its own names, from outputs by theirs."""
        picked = self._found(outputs)
        for (mine, x), name in zip(picked.items(), (*self.outputs, self.w), strict=True):
            if x is None and mine not in self._optional:
                raise MetraxTypeError(
                    f"needs the output {name!r}; there are {sorted(outputs)}. Pass it by "
                    "keyword, or route the metric with .on(...)"
                )
        return picked

    def has_all(self, outputs: Mapping[str, Any]) -> bool:
        """Whether there is everything that the metric needs."""
        found = self._found(outputs)
        return all(x is not None or mine in self._optional for mine, x in found.items())

    def _found(self, outputs: Mapping[str, Any]) -> dict[str, Any]:
        found = {
            mine: looked_up(x, outputs)
            for mine, x in zip(self.metric.inputs, self.outputs, strict=True)
        }
        return {**found, "w": None if self.w is None else outputs.get(self.w)}

    @property
    def _optional(self) -> set[str]:
        """The metric's inputs that may be left out."""
        optional = {mine for mine, may in self.metric._statistic._extra.items() if may}
        optional &= {x for x in self.outputs if isinstance(x, str)}  # what was routed is required
        return optional | ({"w"} if self.w is None or self.optional_w else set())

    def renamed(self, names: Mapping[str, Output | None]) -> "Part":
        """This part with its outputs looked up under other names; weights routed are required."""
        w = None if self.w is None else names.get(self.w, self.w)
        assert not isinstance(w, tuple)
        return self._replace(
            outputs=tuple(_renamed(x, names) for x in self.outputs),
            w=w,
            optional_w=self.optional_w and self.w not in names,
        )


def flat(outputs: Iterable[Output | None]) -> tuple[str, ...]:
    """The names of outputs, those that go together one after the other, without None."""
    each = ((x,) if isinstance(x, str) else x or () for x in outputs)
    return tuple(name for names in each for name in names)


def looked_up(name: Output, outputs: Mapping[str, Any]) -> Any:
    """An output, or several as a tuple, which is None if one of them is not there."""
    if isinstance(name, str):
        return outputs.get(name)
    found = tuple(outputs.get(x) for x in name)
    return None if any(x is None for x in found) else found


def _renamed(output: Output, names: Mapping[str, Output | None]) -> Output:
    if isinstance(output, str):
        return names.get(output) or output
    found = [names.get(x) or x for x in output]
    assert all(isinstance(x, str) for x in found)
    return tuple(found)  # pyright: ignore[reportReturnType]


COUNTED = ("step", "index")
"""Inputs that an update may lack, for the state tells how far they have come."""


def completed(metric: "Metric", state: Any, inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """The inputs of an update, with the steps and indices that are not given: the next ones."""
    found: dict[str, Any] = {}
    for key, part, mine in metric._counters:
        name = dict(zip(part.metric.inputs, part.outputs, strict=True))[mine]
        if isinstance(name, str) and inputs.get(name) is None:
            following = part.metric._next(mine, state[key] if key else state)
            if following is not None:
                known = found.get(name, following)
                found[name] = jnp.maximum(known, following)
    return {**inputs, **found} if found else inputs
