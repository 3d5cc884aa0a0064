"""Frozen configuration: the part of a metric that is not data."""

import dataclasses
import math
from typing import Any, ClassVar, Self, dataclass_transform, final

import jax
import numpy as np

from metrax.core.arguments import check_argument
from metrax.core.checks import MetraxTypeError, blame


@dataclass_transform(frozen_default=True, field_specifiers=(dataclasses.field,))
class Config:
    """A frozen, hashable dataclass without arrays, registered as a static pytree.

    Subclasses declare annotated fields and become dataclasses by being defined. Lists and arrays
    given to the constructor are kept as tuples, so equal configurations are equal and hash alike:
    passed through ``jit``, they share one trace.
    """

    namespace: ClassVar[str] = "metrax"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        own_init = "__init__" in cls.__dict__
        dataclasses.dataclass(frozen=True, repr=False, init=not own_init)(cls)
        jax.tree_util.register_static(cls)

    @final
    def __post_init__(self) -> None:
        with blame(type(self).__name__):
            for field in dataclasses.fields(self):  # pyright: ignore[reportArgumentType]
                value = _frozen(getattr(self, field.name))
                try:
                    hash(value)
                except TypeError:
                    raise MetraxTypeError(
                        f"{field.name}: got a {type(value).__name__}, which cannot be hashed; "
                        "configuration must be numbers, strings, functions or tuples of them"
                    ) from None
                object.__setattr__(self, field.name, value)
            self.fill()
            for field in dataclasses.fields(self):  # pyright: ignore[reportArgumentType]
                check_argument(type(self), field.name, getattr(self, field.name))
            self.validate()

    def fill(self) -> None:
        """Put in what a field left at None stands for; a hook of abstract bases."""

    def validate(self) -> None:
        """Raise for arguments out of range; a hook, called once the fields are set."""

    def arguments(self) -> dict[str, Any]:
        """The constructor's arguments; a hook of classes that define ``__init__``."""
        fields = dataclasses.fields(self)  # pyright: ignore[reportArgumentType]
        return {field.name: getattr(self, field.name) for field in fields}

    def defaults(self) -> dict[str, Any]:
        """The arguments that a repr leaves out when they have these values."""
        fields = dataclasses.fields(self)  # pyright: ignore[reportArgumentType]
        return {field.name: field.default for field in fields}

    @final
    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, such that ``from_config`` builds an equal object."""
        return self.arguments()

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """The object that :meth:`get_config` described.

        Raises:
          MetraxTypeError: when ``config`` has keys that the constructor does not take.
        """
        try:
            return cls(**config)
        except TypeError as error:
            raise MetraxTypeError(f"{cls.__name__}.from_config({config}): {error}") from None

    def __repr__(self) -> str:
        """A constructor call that can be pasted back; arguments at their default are left out."""
        defaults = self.defaults()
        shown = [
            f"{name}={_source(value)}"
            for name, value in self.arguments().items()
            if not (name in defaults and defaults[name] == value)
        ]
        return f"{_source(type(self))}({', '.join(shown)})"


def _frozen(value: Any) -> Any:
    """``value`` with lists and arrays as tuples and NumPy scalars as Python's."""
    if isinstance(value, np.ndarray | np.generic | jax.Array):
        value = value.tolist()
    if isinstance(value, list | tuple) and not hasattr(value, "_fields"):
        return tuple(_frozen(x) for x in value)
    return value


def _source(value: Any) -> str:
    """Python source for a configuration value."""
    if isinstance(value, type) and issubclass(value, Config):
        ours = value.__module__.partition(".")[0] == "metrax"
        return f"{value.namespace}.{value.__name__}" if ours else value.__qualname__
    if isinstance(value, tuple):
        inside = ", ".join(map(_source, value))
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    if isinstance(value, float) and not math.isfinite(value):
        return f"float({str(value)!r})"
    if callable(value) and hasattr(value, "__qualname__"):
        return f"{value.__module__}.{value.__qualname__}"
    return repr(value)
