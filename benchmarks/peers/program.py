"""What the benchmarks ask of a library: a metric as a few functions."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Program:
    """A metric of some library.

    Args:
      init: the state before any data.
      update: ``(state, y_true, y_pred)`` or ``(state, y_true, y_pred, w)`` to the new state. Pure
        and traceable for libraries on JAX; others may change the state in place and return it.
      compute: the value of a state; None if ``update`` returns the value.
      weighted: whether ``update`` takes ``w``.
      prepare: changes NumPy's ``(y_true, y_pred)`` into what the library wants; not timed.
      step: the library's own jitted ``update``, if users do not write ``jax.jit`` for it.
    """

    init: Callable[[], Any]
    update: Callable[..., Any]
    compute: Callable[[Any], Any] | None
    weighted: bool = True
    prepare: Callable[..., tuple[Any, Any]] | None = None
    step: Callable[..., Any] | None = None


Builder = Callable[[], Program]
"""Programs are built when they are run, so that one that fails does not hide the others."""


def library(name: str) -> Any:
    """A module of a library that is installed in another environment than this package's.

    Type checkers look in one environment only, so they cannot follow a plain import of it.
    """
    return importlib.import_module(name)
