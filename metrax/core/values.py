"""Values of several parts, in the order that they were given in."""

import json
from typing import Any

import jax
from jax import export


@jax.tree_util.register_pytree_with_keys_class
class Values(dict[Any, Any]):
    """A dictionary that comes out of ``jit`` as it went in; JAX sorts the keys of others."""

    def tree_flatten_with_keys(self) -> tuple[list[tuple[Any, Any]], tuple[Any, ...]]:
        return [(jax.tree_util.DictKey(key), x) for key, x in self.items()], tuple(self)

    def tree_flatten(self) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        return tuple(self.values()), tuple(self)

    @classmethod
    def tree_unflatten(cls, keys: tuple[Any, ...], children: Any) -> "Values":
        return cls(zip(keys, children, strict=True))


export.register_pytree_node_serialization(
    Values,
    serialized_name="metrax.Values",
    serialize_auxdata=lambda keys: json.dumps(keys).encode(),
    deserialize_auxdata=lambda written: tuple(json.loads(written)),
)


def ordered(value: Any) -> Any:
    """``value`` with its dictionaries, nested ones too, such that they keep their order."""
    if isinstance(value, dict):
        return Values((key, ordered(x)) for key, x in value.items())
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*map(ordered, value))
    if type(value) in (list, tuple):
        return type(value)(map(ordered, value))
    return value
