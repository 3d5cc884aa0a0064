"""The inputs of a statistic: what ``contribute`` names them, and the arrays that come."""

import functools
import inspect
from collections.abc import Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from metrax.core.arrays import as_array
from metrax.core.checks import MetraxTypeError

WEIGHTS = ("w", "weights", "sample_weight", "sample_weights")
"""What a ``contribute`` that weighs by hand calls them."""


IDS = ("index", "clusters")
"""Inputs that tell examples, or what they are part of, apart: any 64 bits."""


def is_ours(function: Any) -> bool:
    """Whether a function is metrax's own code."""
    return str(getattr(function, "__module__", "")).startswith("metrax.")


def refuse_unnamed(cls: type) -> None:
    """Raise if ``cls`` defines a ``contribute`` that does not name its inputs."""
    found = vars(cls).get("contribute")
    if not callable(found) or is_ours(found):
        return
    taken = inspect.signature(found).parameters.values()
    for x in taken:
        if x.kind in (x.VAR_POSITIONAL, x.VAR_KEYWORD):
            raise MetraxTypeError(
                f"contribute: {cls.__qualname__} takes {x}; expected its inputs by name, such as "
                "contribute(self, y_true, y_pred), for these are what update takes"
            )


@functools.cache
def parameters(cls: type) -> Mapping[str, inspect.Parameter]:
    """What a class's ``contribute`` takes: the inputs."""
    found = dict(inspect.signature(cls.contribute).parameters)  # pyright: ignore[reportAttributeAccessIssue]
    inputs = {name: x for name, x in found.items() if name != "self"}
    weights = [name for name in inputs if name in WEIGHTS]
    if weights:
        raise MetraxTypeError(
            f"contribute: {cls.__name__} takes {weights[0]}; expected inputs alone, for the core "
            "weighs what each example adds by the w of update. Leave it out, or rename an input"
        )
    return inputs


def arrays_of(inputs: Mapping[str, Any], labels: Sequence[str] = ()) -> list[Any]:
    """The names of the inputs, and the arrays; labels and groups beyond int32 stop at its ends."""
    # Differences and labels would not survive rounding; a stream's sum, and weights, do.
    alone = len(inputs) <= 2
    arrays = (
        None
        if x is None
        else lax.stop_gradient(
            as_array(
                name,
                x,
                nearest=alone or name == "w",
                clip=name in ("groups", *labels),
                ids=name in IDS,
            )
        )
        for name, x in inputs.items()
    )
    return [tuple(inputs), *arrays]


def widened(x: Array | None) -> Array | None:
    """Half precision as float32, small integers as int32; booleans as they are."""
    if x is None or x.dtype == bool or x.dtype.itemsize >= 4:
        return x
    return x.astype(jnp.int32 if jnp.issubdtype(x.dtype, jnp.integer) else jnp.float32)


def signed(x: Array | None) -> Array | None:
    """The same, and no integers without a sign, whose differences wrap."""
    x = widened(x)
    if x is None or not jnp.issubdtype(x.dtype, jnp.unsignedinteger):
        return x
    return x.astype(jax.dtypes.canonicalize_dtype(np.int64))
