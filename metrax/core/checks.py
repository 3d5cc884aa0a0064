"""What is checked, and the one wording of every error.

A message names the metric, the argument, what came, what was expected and how to mend it. All
checks here look at shapes, dtypes and configuration only, so they cost nothing in a compiled step.
"""

import dataclasses
import difflib
from collections.abc import Iterable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array


class MetraxError(ValueError):
    """A metric was built or called with something that does not fit."""

    __module__ = "metrax"  # where it is imported from


class MetraxTypeError(MetraxError, TypeError):
    """A metric was given something of the wrong type."""

    __module__ = "metrax"


class MetraxFrozenError(MetraxError, dataclasses.FrozenInstanceError):
    """An attribute of what never changes was to be set."""

    __module__ = "metrax"


class MetraxAttributeError(MetraxError, AttributeError):
    """Another library's method, which metrax has under another name."""

    __module__ = "metrax"


class blame:  # noqa: N801  # as a function is called; several times faster than a generator
    """Put ``subject`` (a metric, a call) before the message of an error raised inside."""

    def __init__(self, subject: object) -> None:
        self.subject = subject

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        # The same error goes on, not another one: its trace leads to the frame that failed.
        if isinstance(error, MetraxError):
            error.args = (f"{self.subject}: {error}",)


def refuse_changes(cls: type, instead: str) -> None:
    """Let a frozen dataclass say, where an attribute is set, what to do ``instead``."""

    def refused(self: Any, name: str, value: Any = None) -> None:
        raise MetraxFrozenError(f"{self}: {name!r} cannot be set or deleted; {instead}")

    cls.__setattr__ = refused
    cls.__delattr__ = refused  # pyright: ignore[reportAttributeAccessIssue]


def shown(value: Any, most: int = 120) -> str:
    """The repr of what came, cut short."""
    text = repr(value)
    return text if len(text) <= most else f"{text[: most - 3]}..."


def at_least(least: int, **given: int | None) -> None:
    """Raise for a constructor argument below ``least``, or beyond int32; None passes."""
    for name, number in given.items():
        if number is None:
            continue
        if not isinstance(number, int | np.integer):
            raise MetraxTypeError(f"{name}: got {shown(number)}; expected an int")
        if not least <= number < 1 << 31:
            more = f"{least} or more" if number < least else f"{least} to {(1 << 31) - 1}"
            raise MetraxError(f"{name}: got {number}; expected {more}")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """``"; did you mean 'x' or 'y'?"`` of the known names closest to one, or nothing."""
    spellings = {_letters(other): other for other in known}
    given = _letters(name)
    near = difflib.get_close_matches(given, spellings, n=3)
    inside = sorted((x for x in spellings if given and given in x), key=len)
    starts = [x for x in inside if x.startswith(given)]
    close = list(dict.fromkeys(spellings[x] for x in (*starts, *near, *inside)))[:3]
    return f"; did you mean {' or '.join(map(repr, close))}?" if close else ""


def _letters(name: str) -> str:
    return "".join(x for x in name.lower() if x.isalnum())


def describe(x: Array) -> str:
    """Dtype and shape, such as ``float32[32,10]``."""
    return f"{x.dtype.name}[{','.join(map(str, x.shape))}]"


BY_VALUE = (
    jax.errors.ConcretizationTypeError,
    jax.errors.TracerArrayConversionError,
    jax.errors.NonConcreteBooleanIndexError,
)
TRACED = "it is traced: write jnp.where for `if`, jnp for NumPy, and no float() or mask as an index"

DELETED = (
    "it was donated to a `jit` (donate_argnums), which returned what holds its data now; go on "
    "with that"
)


class _SaidOfStates:
    """Say what it means where JAX raises for arrays that are gone, or belong to another trace."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, jax.errors.UnexpectedTracerError):
            raise MetraxError(
                "got a state that was made inside `jit`, or another transformation, and kept from "
                "there; return it from the function instead"
            ) from error
        if isinstance(error, RuntimeError) and "deleted" in str(error):
            raise MetraxError(f"got a state whose arrays were deleted; {DELETED}") from error


SAID_OF_STATES = _SaidOfStates()


def same_shape(y_true: Array, y_pred: Array) -> tuple[Array, Array]:
    """Both arrays in one shape: a trailing axis of size one is squeezed when ranks differ by one.

    Nothing is broadcast: ``(B, 1)`` against ``(B, C)`` would pair each label with every output.

    Args:
      y_true: an array.
      y_pred: another.

    Raises:
      MetraxError: when their shapes differ otherwise.

    Example:
      >>> import jax.numpy as jnp
      >>> from metrax import building
      >>> y_true, y_pred = building.same_shape(jnp.zeros((4, 1)), jnp.ones(4))
      >>> y_true.shape, y_pred.shape
      ((4,), (4,))
    """
    if y_true.ndim == y_pred.ndim + 1 and y_true.shape[-1] == 1:
        y_true = y_true[..., 0]
    elif y_pred.ndim == y_true.ndim + 1 and y_pred.shape[-1] == 1:
        y_pred = y_pred[..., 0]
    if y_true.shape != y_pred.shape:
        raise MetraxError(
            f"y_true and y_pred: got {describe(y_true)} and {describe(y_pred)}; they must have "
            "one shape (a trailing axis of size one may be left out). Reshape or one-hot encode one"
        )
    return y_true, y_pred


def lined_up(y_true: Array, y_pred: Array) -> tuple[Array, Array]:
    """Both arrays as a function of unknown kind may take them: nothing is left to broadcast.

    A trailing axis of size one that the other lacks is squeezed, that of labels beside scores too.
    """
    true, pred = y_true.shape, y_pred.shape
    if true[-1:] == (1,) and true[:-1] in (pred, pred[:-1]):
        y_true = y_true[..., 0] if true != pred else y_true
    elif pred[-1:] == (1,) and pred[:-1] == true:
        y_pred = y_pred[..., 0]
    true, pred = y_true.shape, y_pred.shape
    if true[:1] != pred[:1] or (len(true) == len(pred) and _would_broadcast(true, pred)):
        return same_shape(y_true, y_pred)
    return y_true, y_pred


def _would_broadcast(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    return all(m == n or 1 in (m, n) for m, n in zip(a, b, strict=True))


def labels_beside(y_true: Array, y_pred: Array, axis: int = -1) -> Array:
    """Class labels whose shape is ``y_pred``'s without its class axis.

    A size-one class axis in ``y_true`` is squeezed.
    """
    axis = needs_axis("y_pred", y_pred, axis)
    expected = y_pred.shape[:axis] + y_pred.shape[axis + 1 :]
    if y_true.ndim == y_pred.ndim and y_true.shape[axis] == 1:
        y_true = y_true.squeeze(axis)
    if y_true.shape != expected:
        raise MetraxError(
            f"y_true: got {describe(y_true)} for y_pred {describe(y_pred)}; expected integer "
            f"labels of shape {expected}, one per row of scores. "
            "For one-hot labels use the categorical metric, not the sparse one"
        )
    return y_true


Classes = int | tuple[int, ...] | list[int] | None
"""No class, one or several, as ``ignore_class`` takes them."""


def is_one_of(labels: Array, classes: Classes) -> Array:
    """Where labels, as they came, are one of ``classes``.

    What the labels' dtype cannot hold equals none of them: as a uint8, -1 would be 255.

    Args:
      labels: integers or floats, any shape.
      classes: a label, several, or None for none.

    Example:
      >>> import jax.numpy as jnp
      >>> from metrax import building
      >>> building.is_one_of(jnp.array([3, 255, 0], jnp.uint8), (-1, 255)).tolist()
      [False, True, False]
    """
    several = (classes,) if isinstance(classes, int) else tuple(classes or ())
    if jnp.issubdtype(labels.dtype, jnp.integer):
        info = jnp.iinfo(labels.dtype)
        several = tuple(x for x in several if info.min <= x <= info.max)
    found = jnp.zeros_like(labels, bool)
    for each in several:
        found |= labels == jnp.asarray(each, labels.dtype)
    return found


def needs_axis(name: str, x: Array, axis: int) -> int:
    """``axis`` counted from the front; the array must have it beside a batch axis.

    Args:
      name: the argument's, for the message.
      x: the array.
      axis: counted from either end.

    Raises:
      MetraxError: when it has no batch axis beside that one, or nothing along it.
      MetraxTypeError: when ``axis`` is no int.

    Example:
      >>> import jax.numpy as jnp
      >>> from metrax import building
      >>> building.needs_axis("y_pred", jnp.zeros((4, 3)), -1)
      1
    """
    if x.ndim < 2:
        raise MetraxError(
            f"{name}: got {describe(x)}; expected a batch axis and a class or feature axis, rank 2 "
            "or more. Add the missing axis, such as y[None, :] for one example"
        )
    if not isinstance(axis, int | np.integer):
        raise MetraxTypeError(f"axis: got {shown(axis)}; expected an int, such as -1")
    if not -x.ndim <= axis < x.ndim:
        raise MetraxError(f"axis: got {axis} for {name} {describe(x)}; expected one of its axes")
    if x.shape[axis] == 0:
        raise MetraxError(
            f"{name}: got {describe(x)}; expected one class or feature at least along axis {axis}"
        )
    return axis % x.ndim


def needs_classes(name: str, x: Array, axis: int, binary: str) -> int:
    """``axis`` counted from the front; it must have two classes or more.

    Of one class the highest is always the same, right or wrong.
    """
    axis = needs_axis(name, x, axis)
    if x.shape[axis] == 1:
        raise MetraxError(
            f"{name}: got {describe(x)}, one class along axis {axis}; expected two or more. "
            f"For labels 0 and 1 use {binary}"
        )
    return axis


def as_labels(x: Array) -> Array:
    """Class indices as int32; a number that is not whole (NaN, 2.5) becomes -1, an impossible one.

    Labels are never cast to the dtype of predictions: bfloat16 has 8 bits for 32 000 classes.

    Args:
      x: class indices as integers, or floats that hold them.

    Example:
      >>> import jax.numpy as jnp
      >>> from metrax import building
      >>> building.as_labels(jnp.array([2., 2.5, jnp.nan])).tolist()
      [2, -1, -1]
    """
    if jnp.issubdtype(x.dtype, jnp.floating):
        x = x.astype(jnp.float32) if x.dtype.itemsize < 4 else x  # 2^30 is beyond float16
        whole = (x == jnp.trunc(x)) & (jnp.abs(x) < 2**30)
        return jnp.where(whole, x, -1).astype(jnp.int32)
    if x.dtype in (jnp.uint32, jnp.int64, jnp.uint64):
        return jnp.where((x >= 0) & (x < 2**30), x, -1).astype(jnp.int32)
    return x.astype(jnp.int32)
