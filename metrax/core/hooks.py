"""What metrics made of metrics do otherwise than simple ones."""

import functools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from metrax.core.doubts import Doubt
from metrax.core.part import COUNTED, Part, completed
from metrax.core.sharding import refuse_cut_classes
from metrax.core.state import one_state


class Hooks:
    """The hooks of wrappers and composites, as simple metrics have them."""

    if TYPE_CHECKING:
        inputs: Any
        _statistic: Any

    def _value(self, parts: Sequence[Any]) -> Any:
        """The value, from those of the parts of :attr:`_parts`; a hook of composites."""
        (value,) = parts
        return value

    def _held(self, state: Any) -> tuple[Any, Any] | None:
        """The metric inside and its own state, if this one's holds such; a hook of wrappers."""
        return None

    def _inspect(self, state: Any) -> None:
        """Raise for a state that must not be read; a hook of wrappers."""

    def _doubts(self, state: Any) -> Mapping[str, Doubt]:
        """What would make this state's value doubtful, in words, and whether it holds; a hook.

        :func:`metrax.checked` raises with the words of what holds, and their numbers put in.
        """
        return {}

    def _look(self, inputs: Mapping[str, Any]) -> None:
        """Raise for inputs that must not be taken in; a hook of wrappers."""
        refuse_cut_classes(inputs.get("y_true"), inputs.get("y_pred"))

    def _next(self, name: str, state: Any) -> Any:
        """The ``step`` or ``index`` of an update that gives none, if one is known; a hook."""
        return None

    def _initial(self) -> Any:
        """What :meth:`init` returns; a hook of wrappers."""
        return one_state(self._statistic.init())

    def _observed(self, inputs: Mapping[str, Any]) -> Any:
        """The state of one batch; a hook of wrappers."""
        return self._statistic.observe(inputs)

    def _updated(self, state: Any, inputs: Mapping[str, Any]) -> Any:
        """The state after one more batch; a hook of wrappers."""
        return self._statistic.update(state, completed(cast(Any, self), state, inputs))

    @functools.cached_property
    def _parts(self) -> tuple[Part, ...]:
        """The simple metrics in this one and the outputs they read; just itself by default."""
        return (Part("", cast(Any, self), self.inputs, "w", optional_w=True),)

    @property
    def _one_part(self) -> Part:
        """This metric as one part, whatever it is made of."""
        return Part("", cast(Any, self), self._statistic._inputs, "w", optional_w=True)

    @functools.cached_property
    def _counters(self) -> tuple[tuple[str, Part, str], ...]:
        """The parts that take a step or an index, with the keys of their states."""
        return tuple(
            (key, x, name)
            for key, x in zip(self._keys, self._parts, strict=True)
            for name in COUNTED
            if name in x.metric._statistic._extra
        )

    @functools.cached_property
    def _keys(self) -> tuple[str, ...]:
        """For each part the key of its state; ``""`` for the state itself."""
        return ("",)
