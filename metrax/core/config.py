"""Frozen configuration: the part of a metric that is not data."""

import array
import dataclasses
import math
from collections.abc import Mapping
from typing import Any, ClassVar, Self, dataclass_transform, final

import jax
import numpy as np

from metrax.core.arguments import canonical, check_argument
from metrax.core.checks import MetraxTypeError, blame, refuse_changes, shown
from metrax.core.construction import guard_init, needs_init

SHORT = 88
"""Characters of a repr that a message shows whole."""


@dataclass_transform(frozen_default=True, eq_default=False, field_specifiers=(dataclasses.field,))
class Config:
    """A frozen, hashable dataclass without arrays, registered as a static pytree.

    Subclasses declare annotated fields and become dataclasses by being defined; one that defines
    ``__init__``, or inherits such a one, keeps it. Lists and arrays given to the constructor are
    kept as tuples, so equal configurations are equal and hash alike: passed through ``jit``, they
    share one trace. What only compares equal (1, 1.0 and True, 0.0 and -0.0) is not.
    """

    _namespace: ClassVar[str] = "metrax"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        generated = needs_init(cls)
        dataclasses.dataclass(frozen=True, repr=False, eq=False, init=generated)(cls)
        guard_init(cls, generated)
        refuse_changes(cls, "configurations are frozen: dataclasses.replace makes another")
        jax.tree_util.register_static(cls)

    @final
    def __post_init__(self) -> None:
        with blame(type(self).__name__):
            for name in field_names(self):
                value = canonical(type(self), name, _frozen(getattr(self, name)))
                try:
                    hash(value)
                except TypeError:
                    raise MetraxTypeError(
                        f"{name}: got a {type(value).__name__}, which cannot be hashed; "
                        "configuration must be numbers, strings, functions or tuples of them"
                    ) from None
                object.__setattr__(self, name, value)
            self._fill()
            for name in field_names(self):
                check_argument(type(self), name, getattr(self, name))
            self.validate()

    def _fill(self) -> None:
        """Put in what a field left at None stands for; a hook of abstract bases."""

    def validate(self) -> None:
        """Raise for arguments out of range; a hook, called once the fields are set."""

    def _arguments(self) -> dict[str, Any]:
        """The constructor's arguments; a hook of classes that define ``__init__``."""
        return {name: getattr(self, name) for name in field_names(self)}

    def _defaults(self) -> dict[str, Any]:
        """The arguments that a repr leaves out when they have these values."""
        fields = dataclasses.fields(self)  # pyright: ignore[reportArgumentType]
        return {field.name: field.default for field in fields}

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return self._key() == other._key() if isinstance(other, Config) else NotImplemented

    def __hash__(self) -> int:
        made = self.__dict__.get("_hash_made")
        if made is None:
            made = hash(self._key())
            object.__setattr__(self, "_hash_made", made)
        return made

    def __getstate__(self) -> dict[str, Any]:
        """The fields alone: what is derived from them belongs to the code, which may change."""
        return {name: getattr(self, name) for name in field_names(self)}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        names = field_names(self)
        # What a class derives may have been pickled by an older metrax; it is left out.
        gone = sorted(k for k in state if k not in names and not hasattr(type(self), k))
        for name in [name for name in names if name in state]:
            object.__setattr__(self, name, state[name])
        missing = [name for name in names if not hasattr(self, name)]
        if gone or missing:
            raise MetraxTypeError(
                f"{type(self).__name__}: got a pickle with the fields {sorted(state)}; expected "
                f"{names}. Other code wrote it; build the object anew"
            )
        self.__post_init__()

    def _key(self) -> tuple[Any, ...]:
        """What equal configurations share: the type and the fields' identities; made once."""
        key = self.__dict__.get("_key_made")
        if key is None:
            key = (type(self), *map(identity, self.__getstate__().values()))
            object.__setattr__(self, "_key_made", key)
        return key

    @final
    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, such that ``from_config`` builds an equal object."""
        return self._arguments()

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """The object that :meth:`get_config` described.

        Raises:
          MetraxTypeError: when ``config`` has keys that the constructor does not take.
        """
        if not isinstance(config, Mapping) or not all(isinstance(name, str) for name in config):
            raise MetraxTypeError(
                f"{cls.__name__}.from_config: got {shown(config)}; expected a dictionary of "
                "arguments"
            )
        return cls(**config)

    def __repr__(self) -> str:
        """A constructor call that can be pasted back; arguments at their default are left out."""
        defaults = self._defaults()
        shown = [
            f"{name}={_source(value)}"
            for name, value in self._arguments().items()
            if not (name in defaults and identity(defaults[name]) == identity(value))
        ]
        return f"{_source(type(self))}({', '.join(shown)})"

    def __str__(self) -> str:
        """The repr where it is short; else the class, and the name if one was given."""
        whole = repr(self)
        return whole if len(whole) <= SHORT else self._brief()

    def _brief(self) -> str:
        """The class and the name, for messages; a hook of composites."""
        name = self.__dict__.get("name")
        given = name is not None and name != self._defaults().get("name")
        return f"{_source(type(self))}({f'name={name!r}, ' if given else ''}...)"


def _frozen(value: Any) -> Any:
    """``value`` with lists and arrays as tuples and NumPy scalars as Python's."""
    if isinstance(value, np.ndarray | np.generic | jax.Array):
        value = value.tolist()
    if isinstance(value, list | tuple) and not hasattr(value, "_fields"):
        return tuple(_frozen(x) for x in value)
    return value


def field_names(config: Any) -> list[str]:
    """The names of a configuration's fields."""
    return [field.name for field in dataclasses.fields(config)]


def identity(value: Any) -> Any:
    """What two values share if they are one value; Python holds ``1 == True``, ``0.0 == -0.0``."""
    if isinstance(value, tuple):
        if {*map(type, value)} == {float}:  # thresholds by the hundred
            return (type(value), array.array("d", value).tobytes())
        return (type(value), *map(identity, value))
    if isinstance(value, frozenset):
        return (frozenset, frozenset(map(identity, value)))
    if isinstance(value, float | complex):
        return (type(value), repr(value))  # NaN is itself, too
    return (type(value), value)


def _source(value: Any) -> str:
    """Python source for a configuration value."""
    if isinstance(value, type) and issubclass(value, Config):
        ours = value.__module__.partition(".")[0] == "metrax"
        return f"{value._namespace}.{value.__name__}" if ours else value.__qualname__
    if isinstance(value, tuple):
        inside = ", ".join(map(_source, value))
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    if isinstance(value, float) and not math.isfinite(value):
        return f"float({str(value)!r})"
    if callable(value) and hasattr(value, "__qualname__"):
        return f"{value.__module__}.{value.__qualname__}"
    return repr(value)
