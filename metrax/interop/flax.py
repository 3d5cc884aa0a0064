"""Metric states in ``flax.serialization``: import this module, and Flax can take them apart.

    import metrax.interop.flax

Then ``flax.serialization.to_bytes``, ``to_state_dict`` and their inverses, and what builds on them,
treat every state as a dictionary of its fields, alone or inside a ``TrainState``. Without it, Flax
takes a state for a single leaf. States defined later are known too.

Example:
  >>> import flax.serialization, metrax, metrax.interop.flax
  >>> mean = metrax.Mean()
  >>> saved = flax.serialization.to_bytes(mean.update(mean.init(), [1., 5.]))
  >>> state = flax.serialization.from_bytes(mean.init(), saved)
  >>> float(mean.compute(mean.update(state, [9.])))
  5.0
"""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
from flax import serialization

from metrax.core.checks import MetraxError, MetraxTypeError, describe
from metrax.core.state import State, field_names, like, on_every_state_class
from metrax.core.values import Values

_ADVICE = "Restore into the state of the metric that was saved, with its arguments"


def _register(cls: type[State]) -> None:
    serialization.register_serialization_state(cls, _to_state_dict, _from_state_dict)


def _to_state_dict(state: State) -> dict[str, Any]:
    return {
        name: serialization.to_state_dict(getattr(state, name)) for name in field_names(type(state))
    }


def _from_state_dict(state: State, saved: Any) -> State:
    names = field_names(type(state))
    if not isinstance(saved, Mapping) or saved.keys() != set(names):
        came = sorted(saved) if isinstance(saved, Mapping) else type(saved).__name__
        raise MetraxError(
            f"{serialization.current_path()}: got {came}; expected the fields {list(names)} of "
            f"{type(state).__name__}. {_ADVICE}"
        )
    return like(state, [_restored(getattr(state, name), saved[name], name) for name in names])


def _restored(target: Any, saved: Any, name: str) -> Any:
    saved = serialization.from_state_dict(target, saved, name=name)
    if isinstance(target, State | tuple | list | dict):  # whose own entries are looked at
        return saved
    where = f"{serialization.current_path()}/{name}"
    if not hasattr(saved, "shape") or not hasattr(saved, "dtype"):
        raise MetraxTypeError(
            f"{where}: got a {type(saved).__name__}; expected an array {describe(target)}. "
            f"{_ADVICE}"
        )
    if (saved.shape, saved.dtype) != (target.shape, target.dtype):
        raise MetraxError(f"{where}: got {describe(saved)}; expected {describe(target)}. {_ADVICE}")
    # Flax returns what it read, NumPy's arrays; states hold JAX's.
    return saved if isinstance(saved, jax.Array) else jnp.asarray(saved)


on_every_state_class(_register)
serialization.register_serialization_state(
    Values,
    lambda values: serialization.to_state_dict(dict(values)),
    lambda values, saved: Values(serialization.from_state_dict(dict(values), saved)),
)
