"""Values as scalars by name, as loggers take them."""

import itertools
import numbers
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from metrax.core.checks import MetraxError, MetraxTypeError, describe, did_you_mean, shown

Names = Sequence[Any] | Mapping[str, Sequence[Any]] | None


def flatten(values: Any, prefix: str = "", sep: str = "/", names: Names = None) -> dict[str, Array]:
    """What ``compute`` gives as a flat dictionary of scalars, for TensorBoard and the like.

    Dictionaries and named tuples, nested ones too, are joined by ``sep``; the elements of a vector,
    or of an array of more axes, get the names of their classes or else their indices. Arrays stay
    arrays, so nothing waits for the device, and the function may be called inside ``jit``.

    Args:
      values: what ``compute`` returned: an array, or a dictionary or named tuple of them.
      prefix: what all keys begin with, ``"eval"`` for ``"eval/accuracy"``; the whole key of a
        single scalar.
      sep: what joins the parts of a key. Names that hold a ``/`` already keep it.
      names: the names of the classes, for every axis of that length; or a dictionary of them, by
        the key of the value without the prefix. Where it names nothing, the index does: element
        ``[0, 1]`` of ``"errors"`` is ``"errors/0/1"``.

    Raises:
      MetraxError: when a value has no axis of as many elements as there are names; when the
        dictionary of names has a key that no value has; when two scalars have one key, or a scalar
        has none.
      MetraxTypeError: when a value is neither an array nor a number, or ``names`` is a ``str``.

    Example:
      >>> import metrax
      >>> metrics = metrax.Collection(
      ...     f1=metrax.F1Score(num_classes=2), loss=metrax.Mean().on("y_pred")
      ... )
      >>> values = metrics([[1, 0], [0, 1]], [[0.6, 0.4], [0.7, 0.3]])
      >>> scalars = metrax.flatten(values, "eval", names=["cat", "dog"])
      >>> {key: round(float(x), 4) for key, x in scalars.items()}
      {'eval/f1/cat': 0.6667, 'eval/f1/dog': 0.0, 'eval/loss': 0.5}
    """
    parts = list(named("", values, sep))
    if isinstance(names, str):
        raise MetraxTypeError(f"flatten: names: got {shown(names)}; expected a list of names")
    if isinstance(names, Mapping):
        _require_known(names, [key for key, _ in parts])
    found: dict[str, Array] = {}
    for key, value in parts:
        called = names.get(key) if isinstance(names, Mapping) else names
        for path, scalar in _scalars(key, value, called):
            whole = sep.join(filter(None, (prefix, *path)))
            if whole in found:
                raise MetraxError(
                    f"flatten: got two scalars with the key {whole!r}, of which one would be lost; "
                    "give one of them, or of the names, another name"
                )
            if not whole:
                raise MetraxError(
                    f"flatten: got {shown(value)} and no prefix; expected a name for it, such as "
                    "metrax.flatten(value, metric.name)"
                )
            found[whole] = scalar
    return found


def named(path: str, value: Any, sep: str = "/") -> Iterator[tuple[str, Any]]:
    """The values by name, those of dictionaries and named tuples under ``path``."""
    if hasattr(value, "_asdict"):
        value = value._asdict()
    if not isinstance(value, Mapping):
        yield path, value
        return
    for name, inner in value.items():
        yield from named(f"{path}{sep}{name}" if path else str(name), inner, sep)


def _scalars(key: str, value: Any, names: Sequence[Any] | None) -> Iterator[tuple[Any, Any]]:
    """The elements of one value, each with the parts of its key."""
    if isinstance(value, numbers.Number) and not isinstance(value, np.generic):
        yield (key,), value
        return
    if not isinstance(value, jax.Array | np.ndarray | np.generic) or not _is_real(value.dtype):
        raise MetraxTypeError(
            f"flatten: {key or 'values'}: got {shown(value)}; expected what compute returns: an "
            "array, or a dictionary or named tuple of arrays"
        )
    axes = _axes(key, value, names)
    elements: Any = value.reshape(-1) if value.ndim > 1 else value if value.ndim else [value]
    for place, x in zip(itertools.product(*axes), elements, strict=True):
        yield (key, *place), x


def _is_real(dtype: Any) -> bool:
    return any(jnp.issubdtype(dtype, kind) for kind in (np.floating, np.integer, np.bool_))


def _axes(key: str, value: Any, names: Sequence[Any] | None) -> list[list[str]]:
    """What the elements are called along each axis."""
    if names is not None and value.ndim and len(names) not in value.shape:
        raise MetraxError(
            f"flatten: names: got {len(names)} for {key or 'the value'}, {describe(value)}; "
            "expected a name for each element of an axis. Where values differ in length, pass a "
            "dictionary of names by key"
        )
    called = None if names is None else [str(name) for name in names]
    return [called if called and len(called) == n else [*map(str, range(n))] for n in value.shape]


def _require_known(names: Mapping[str, Any], keys: list[str]) -> None:
    for name, given in names.items():
        if name not in keys:
            raise MetraxError(
                f"flatten: names: got the key {name!r}; expected one of {keys}"
                f"{did_you_mean(str(name), keys)}"
            )
        if isinstance(given, str):
            raise MetraxTypeError(
                f"flatten: names: {name}: got {shown(given)}; expected a list of names"
            )
