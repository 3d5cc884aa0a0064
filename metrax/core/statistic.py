"""``Statistic``: what is accumulated."""

import dataclasses
import functools
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, final

import jax
import numpy as np
from jax import Array, lax

from metrax.core.arrays import as_array
from metrax.core.config import Config
from metrax.core.domains import Domain
from metrax.core.dtypes import accumulator_dtype, name_dtype
from metrax.core.final import refuse_overrides
from metrax.core.sharding import replicated
from metrax.core.state import one_state


class Statistic(Config, ABC):
    """What a metric accumulates: how one batch becomes a :class:`~metrax.State`.

    A subclass declares its configuration as dataclass fields and defines :meth:`init` and
    :meth:`summarize`. Metrics with equal statistics can share one state.
    """

    _namespace: ClassVar[str] = "metrax.statistics"

    dtype: str | None = dataclasses.field(default=None, kw_only=True)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        refuse_overrides(cls)

    def _fill(self) -> None:
        name_dtype(self)

    @property
    def accumulates(self) -> np.dtype:
        """The dtype of the states: float32, or float64 if asked for or JAX's default."""
        return accumulator_dtype(self.dtype)

    @abstractmethod
    def init(self) -> Any:
        """The state of no data, of the shapes and dtypes that :meth:`summarize` returns."""

    @abstractmethod
    def summarize(self, *args: Any, **kwargs: Any) -> Any:
        """The state of one batch; a hook. Its last argument is ``w``, an array or None.

        It is called under ``jit``, with arrays whose gradient is stopped and whose mesh axes are
        not ``Explicit``, so it may slice, sort and scatter freely.
        """

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        """What the inputs may hold, for :func:`metrax.checked`; a hook. Others: any number."""
        return {}

    @final
    def observe(self, inputs: Mapping[str, Any]) -> Any:
        """The state of one batch, from its inputs by name, in the order of :meth:`summarize`."""
        # Differences and labels would not survive rounding; a stream's sum, and weights, do.
        alone = len(inputs) <= 2
        arrays = (
            None
            if x is None
            else lax.stop_gradient(as_array(name, x, nearest=alone or name == "w"))
            for name, x in inputs.items()
        )
        return _observe(self, *arrays)


@functools.partial(jax.jit, static_argnums=0)
def _observe(statistic: Statistic, *arrays: Array | None) -> Any:
    return one_state(replicated(statistic.summarize, *arrays))
