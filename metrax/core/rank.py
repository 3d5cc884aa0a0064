"""How states are pytrees, which know how many axes one of them has."""

import contextlib
from collections.abc import Iterable, Sequence
from typing import Any

import jax
from jax import export


class Rank:
    """How many axes the arrays of one state have, in a pytree's static part.

    ``vmap``, ``scan`` and ``stack`` add axes to the arrays and leave this alone, which tells
    stacked states from one. Accumulators made by hand do not know (None); that equals any number,
    so that they fit where others do.
    """

    def __init__(self, axes: int | None = None) -> None:
        self.axes = axes

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Rank):
            return NotImplemented
        return None in (self.axes, other.axes) or self.axes == other.axes

    def __hash__(self) -> int:
        return hash(Rank)

    def __repr__(self) -> str:
        return "" if self.axes is None else f"rank {self.axes}"


def register(cls: type, names: Sequence[str]) -> None:
    """Make a class of states a pytree of its fields.

    Not by ``register_dataclass``: the tree definitions of two such classes with equal fields
    compare equal, so a compilation cache may take one for the other.
    """
    keys = [jax.tree_util.GetAttrKey(name) for name in names]

    def flatten(state: Any) -> tuple[list[Any], Rank]:
        return [getattr(state, name) for name in names], state._rank

    def flatten_with_keys(state: Any) -> tuple[list[Any], Rank]:
        return list(zip(keys, flatten(state)[0], strict=True)), state._rank

    def unflatten(rank: Rank, children: Iterable[Any]) -> Any:
        state = object.__new__(cls)
        state.__dict__.update(zip(names, children, strict=True))
        if rank.axes is not None:
            state.__dict__["_rank"] = rank
        return state

    jax.tree_util.register_pytree_with_keys(cls, flatten_with_keys, unflatten, flatten)
    # A class defined again, as a notebook does, finds its name taken; the first one keeps it.
    with contextlib.suppress(ValueError):
        export.register_pytree_node_serialization(
            cls,
            serialized_name=f"{cls.__module__}.{cls.__qualname__}",
            serialize_auxdata=lambda rank: b"" if rank.axes is None else b"%d" % rank.axes,
            deserialize_auxdata=lambda written: Rank(int(written) if written else None),
        )
