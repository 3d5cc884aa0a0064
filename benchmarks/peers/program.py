"""What the benchmarks ask of a library: a metric as a few functions."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Program:
    """A metric of some library, or a function.

    Args:
      init: the state before any data.
      update: ``(state, y_true, y_pred)`` or ``(state, y_true, y_pred, w)`` to the new state. Pure
        and traceable for libraries on JAX; others may change the state in place and return it.
      compute: the value of a state; None if ``update`` returns the value.
      weighted: whether ``update`` takes ``w``.
      prepare: changes NumPy's ``(y_true, y_pred)`` into what the library wants; not timed.
      step: the library's own jitted ``update``, if users do not write ``jax.jit`` for it.
      flat: whether rows of elements are handed over as one row.
    """

    init: Callable[[], Any]
    update: Callable[..., Any]
    compute: Callable[[Any], Any] | None
    weighted: bool = True
    prepare: Callable[..., tuple[Any, ...]] | None = None
    step: Callable[..., Any] | None = None
    flat: bool = False


Builder = Callable[[], Program]
"""Programs are built when they are run, so that one that fails does not hide the others."""


def function(fn: Callable[..., Any]) -> Builder:
    """``fn(y_true, y_pred)`` by itself."""
    return lambda: Program(lambda: (), lambda _, *arrays: fn(*arrays), None, weighted=False)


def columns(fn: Callable[..., Any]) -> Callable[..., Any]:
    """``fn`` of columns in place of flat arrays, since it averages over the last axis."""
    return lambda *arrays: fn(*(x[:, None] if x.ndim == 1 else x for x in arrays))


def library(name: str) -> Any:
    """A module of a library that is installed in another environment than this package's.

    Type checkers look in one environment only, so they cannot follow a plain import of it.
    """
    return importlib.import_module(name)
