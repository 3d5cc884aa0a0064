"""The dtypes of states and of values."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from metrax.core.checks import MetraxError
from metrax.kernels.arithmetic import at_least_float32, default_float


def accumulator_dtype(dtype: str | None) -> np.dtype:
    """The dtype that states accumulate in: at least float32; by default JAX's float dtype."""
    if dtype is None:
        return default_float()
    wide = at_least_float32(jnp.dtype(dtype))
    if jax.dtypes.canonicalize_dtype(wide) != wide:
        raise MetraxError(
            f"dtype: got {dtype!r} while 64-bit types are off; "
            "call `jax.config.update('jax_enable_x64', True)` first, or pass dtype='float32'"
        )
    return wide


def name_dtype(config: Any) -> None:
    """Give a configuration's ``dtype`` its canonical spelling."""
    if config.dtype is None:
        return
    try:
        found = jnp.dtype(config.dtype)
    except TypeError:
        found = None
    if found is None or not jnp.issubdtype(found, jnp.floating):
        raise MetraxError(f"dtype: got {config.dtype!r}; expected a float dtype such as 'float32'")
    object.__setattr__(config, "dtype", found.name)
