"""Adapters to other libraries, each imported when it is first used."""

import importlib
from typing import TYPE_CHECKING

from metrax.core.checks import MetraxError

_NEEDS = {"clu": "clu", "flax": "flax", "keras": "keras", "nnx": "flax"}


if TYPE_CHECKING:
    from metrax.interop import clu as clu
    from metrax.interop import flax as flax
    from metrax.interop import keras as keras
    from metrax.interop import nnx as nnx
else:

    def __getattr__(name):
        if name not in _NEEDS:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        try:
            return importlib.import_module(f"{__name__}.{name}")
        except ModuleNotFoundError as error:
            raise MetraxError(
                f"metrax.interop.{name}: {error}; install it: pip install {_NEEDS[name]}"
            ) from error
