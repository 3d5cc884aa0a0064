"""What metrax takes for an array, for type checkers and editors."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

import jax
import jax.typing


class _JaxArray(Protocol):
    """A wrapper of an array, such as ``flax.nnx.Variable``."""

    def __jax_array__(self) -> jax.Array: ...


class _NumpyArray(Protocol):
    """An array of another library, or a column of a table."""

    def __array__(self, *args: Any, **kwargs: Any) -> Any: ...


_Array: TypeAlias = jax.typing.ArrayLike | _JaxArray | _NumpyArray
_Vector: TypeAlias = Sequence[_Array]
_Matrix: TypeAlias = Sequence[_Vector]

# Not recursive: a string is a sequence of strings, so that one would let strings pass.
ArrayLike: TypeAlias = _Array | _Vector | _Matrix | Sequence[_Matrix] | Sequence[Sequence[_Matrix]]
"""Arrays, numbers, and lists of them, nested up to four deep."""

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    StateT = TypeVar("StateT", default=Any)
    ValueT = TypeVar("ValueT", default=Any)
    HookT = TypeVar("HookT")

    def hook(method: HookT, /) -> HookT:
        """Require a method that a class may also be given when it is defined; a decorator."""
        ...
else:
    StateT, ValueT = TypeVar("StateT"), TypeVar("ValueT")  # defaults are of Python 3.13
    hook = abstractmethod
