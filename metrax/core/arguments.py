"""Constructor arguments held against their annotations, so that no metric checks types itself."""

import dataclasses
import functools
import math
import types
from collections.abc import Callable
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

from metrax.core.checks import MetraxError, MetraxTypeError, shown

Test: TypeAlias = Callable[[Any], bool]

_PLAIN: dict[Any, tuple[str, Test]] = {
    type(None): ("None", lambda x: x is None),
    bool: ("a bool", lambda x: isinstance(x, bool)),
    int: ("an int", lambda x: isinstance(x, int) and not isinstance(x, bool)),
    # NaN equals nothing, itself included: two metrics that hold one would never share a trace.
    float: (
        "a number",
        lambda x: isinstance(x, int | float) and not isinstance(x, bool) and _has_float(x),
    ),
    str: ("a str", lambda x: isinstance(x, str)),
}


def _has_float(x: float) -> bool:
    try:
        return not math.isnan(x)
    except OverflowError:  # an int too large
        return False


def canonical(owner: type, name: str, value: Any) -> Any:
    """``value`` with the ints as floats where ``owner`` annotates its field with ``float``."""
    scalar, each = _floats(owner).get(name, (False, False))
    if scalar and type(value) is int and _has_float(value):
        return float(value)
    if each and type(value) is tuple and any(type(x) is int for x in value):
        return tuple(float(x) if type(x) is int and _has_float(x) else x for x in value)
    return value


@functools.cache
def _floats(owner: type) -> dict[str, tuple[bool, bool]]:
    """Of each field whether it is a float and no int, and whether it holds several such."""
    return {name: _kinds(hint) for name, hint in _hints(owner).items()}


def _kinds(hint: Any) -> tuple[bool, bool]:
    options = get_args(hint) if _is_union(hint) else (hint,)
    inner = [_kinds(get_args(option)[0])[0] for option in options if _is_sequence(option)]
    return float in options and int not in options, any(inner)


def _is_union(hint: Any) -> bool:
    return get_origin(hint) in (Union, types.UnionType)


def _is_sequence(hint: Any) -> bool:
    """Whether a hint is a list's or that of a tuple of any length."""
    kind, inner = get_origin(hint), get_args(hint)
    return kind is list or (kind is tuple and inner[-1] is Ellipsis)


def fits(owner: type, name: str, value: Any) -> bool:
    """Whether ``value`` is what ``owner`` annotates its field ``name`` with."""
    return _fits(value, _hints(owner).get(name, Any))


def check_argument(owner: type, name: str, value: Any) -> None:
    """Raise if ``value`` is not what ``owner`` annotates its field ``name`` with.

    Numbers, strings, booleans, None, ``Literal``, callables, metrics and other dataclasses, tuples
    and lists of them, and unions are checked; any other annotation takes everything.

    Raises:
      MetraxTypeError: for a value of another type.
      MetraxError: for a string that is not among those of a ``Literal``.
    """
    hint = _hints(owner).get(name, Any)
    if not _fits(value, hint):
        choices = isinstance(value, str) and "Literal" in str(hint)
        raise (MetraxError if choices else MetraxTypeError)(
            f"{name}: got {shown(value)}; expected {_words(hint)}"
        )


@functools.cache
def _hints(owner: type) -> dict[str, Any]:
    try:
        return get_type_hints(owner)
    except NameError:  # an annotation that names something local to a function
        return {}


def _fits(value: Any, hint: Any) -> bool:
    if hint in _PLAIN:
        return _PLAIN[hint][1](value)
    kind, inner = get_origin(hint), get_args(hint)
    if kind in (Union, types.UnionType):
        return any(_fits(value, option) for option in inner)
    if kind is Literal:
        return any(value is x or (isinstance(value, str) and value == x) for x in inner)
    if kind is Callable:
        return callable(value)
    if kind is list or (kind is tuple and inner[-1] is Ellipsis):
        # Lists are kept as tuples by the time they are looked at.
        return isinstance(value, tuple) and all(_fits(x, inner[0]) for x in value)
    if kind is tuple:
        alike = isinstance(value, tuple) and len(value) == len(inner)
        return alike and all(map(_fits, value, inner))
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return isinstance(value, hint)
    return True


def _words(hint: Any) -> str:
    kind, inner = get_origin(hint), get_args(hint)
    if hint in _PLAIN:
        return _PLAIN[hint][0]
    if _is_union(hint):
        return " or ".join(dict.fromkeys(map(_words, inner)))
    if kind is Literal:
        return " or ".join(map(repr, inner))
    if kind is Callable:
        return "a function"
    if _is_sequence(hint):
        return f"a list of which each is {_words(inner[0])}"
    if kind is tuple:
        return f"a tuple of {', '.join(map(_words, inner))}"
    return f"a {hint.__name__}" if isinstance(hint, type) else str(hint)
