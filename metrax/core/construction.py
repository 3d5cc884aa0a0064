"""Constructors of configuration: which are written by hand, and what a wrong call is told."""

import dataclasses
import functools
import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn

from metrax.core.arguments import fits
from metrax.core.checks import MetraxTypeError, did_you_mean


def needs_init(cls: type) -> bool:
    """Whether ``dataclass`` is to write the constructor, for none is written by hand.

    Raises:
      MetraxTypeError: when a class adds fields to a constructor, written by hand, that it inherits.
    """
    init: Any = cls.__init__
    if init is object.__init__ or getattr(init, "generated", False):
        return True
    added = [name for name, hint in inspect.get_annotations(cls).items() if _is_field(hint)]
    if added and "__init__" not in cls.__dict__:
        raise MetraxTypeError(
            f"{cls.__name__}: got the fields {added} in a class that inherits {init.__qualname__}, "
            "which does not take them; expected an __init__ of its own, which sets all fields with "
            "object.__setattr__ and calls self.__post_init__()"
        )
    return False


def _is_field(hint: Any) -> bool:
    return "ClassVar" not in str(hint)


def guard_init(cls: type, generated: bool) -> None:
    """Make the constructor that ``cls`` defines answer wrong calls and ``dataclasses.replace``."""
    init: Callable[..., None] | None = cls.__dict__.get("__init__")
    if init is None:
        return

    @functools.wraps(init)
    def guarded(self: Any, *args: Any, **kwargs: Any) -> None:
        if not generated and not args and _are_fields(self, kwargs):
            for name, value in kwargs.items():
                object.__setattr__(self, name, value)
            return self.__post_init__()
        try:
            return init(self, *args, **kwargs)
        except TypeError as error:
            if not isinstance(error, MetraxTypeError):
                _explain(cls, init, (self, *args), kwargs)
            raise

    guarded.generated = generated  # pyright: ignore[reportAttributeAccessIssue]
    cls.__init__ = guarded


def _are_fields(config: Any, kwargs: Mapping[str, Any]) -> bool:
    """Whether these are all fields by name: ``dataclasses.replace`` calls constructors so."""
    names = [field.name for field in dataclasses.fields(config)]
    return kwargs.keys() == set(names) and all(fits(type(config), x, kwargs[x]) for x in names)


def _explain(
    cls: type, init: Callable[..., None], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> None:
    """Raise for arguments that the constructor does not take, or lacks."""
    signature = inspect.signature(init)
    try:
        signature.bind(*args, **kwargs)
    except TypeError as error:
        takes = list(signature.parameters.values())[1:]
        _refuse(cls.__name__, takes, len(args) - 1, kwargs, error)


_ELSEWHERE = {"ignore_index": "ignore_class", "top_k": "k", "topk": "k"}
"""Other libraries' arguments."""


def _suggested(name: str, known: list[str]) -> str:
    theirs = _ELSEWHERE.get(name)
    return f"; did you mean {theirs!r}?" if theirs in known else did_you_mean(name, known)


def _refuse(
    name: str,
    takes: Iterable[inspect.Parameter],
    positional: int,
    kwargs: Mapping[str, Any],
    error: TypeError,
) -> NoReturn:
    known = [x.name for x in takes if x.kind is not x.VAR_KEYWORD]
    free = any(x.kind is x.VAR_KEYWORD for x in takes)
    unknown = [x for x in kwargs if x not in known and not free]
    required = [x.name for x in takes if x.default is x.empty and x.name in known]
    if unknown:
        raise MetraxTypeError(
            f"{name}: got the unknown argument {unknown[0]!r}; expected {', '.join(known)}"
            f"{_suggested(unknown[0], known)}"
        ) from None
    if missing := [x for x in required[positional:] if x not in kwargs]:
        raise MetraxTypeError(
            f"{name}: {missing[0]}: not given; pass it to the constructor, such as "
            f"{name}({missing[0]}=...)"
        ) from None
    raise MetraxTypeError(
        f"{name}: got {positional} positional arguments and keywords {sorted(kwargs)} ({error}); "
        f"expected {', '.join(known)}"
    ) from None
