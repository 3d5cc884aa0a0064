"""What a configuration may name: metrax's own objects, a list of safe ones, and the user's own.

A name is looked up here and nowhere else. Nothing is imported for it but the module of metrax's own
that the table tells, and no attribute is followed, so a configuration from a stranger reaches what
is listed and no more.
"""

import functools
import importlib
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar, overload

from metrax.core.checks import MetraxError, MetraxTypeError
from metrax.core.metric import Metric
from metrax.core.names import snake_case
from metrax.storage.table import CLASSES

T = TypeVar("T", bound=Callable[..., Any])

OPTAX = """
convex_kl_divergence ctc_loss generalized_kl_divergence hinge_loss kl_divergence
kl_divergence_with_log_targets multiclass_hinge_loss multiclass_perceptron_loss
multiclass_sparsemax_loss perceptron_loss poly_loss_cross_entropy safe_softmax_cross_entropy
sigmoid_binary_cross_entropy sigmoid_focal_loss softmax_cross_entropy
softmax_cross_entropy_with_integer_labels sparsemax_loss ranking_softmax_loss cosine_distance
cosine_similarity huber_loss l2_loss log_cosh squared_error binary_dice_loss dice_loss
multiclass_generalized_dice_loss ntxent triplet_margin_loss smooth_labels
"""
"""Functions of ``optax.losses``: pure functions of arrays."""

NUMPY = """
abs absolute add arctan2 cbrt ceil clip cos cosh divide equal exp exp2 expm1 fabs float_power floor
floor_divide fmax fmin fmod greater greater_equal heaviside hypot isclose isfinite isinf isnan less
less_equal log log10 log1p log2 logaddexp logaddexp2 logical_and logical_not logical_or logical_xor
maximum minimum mod multiply negative not_equal positive power reciprocal remainder rint round sign
sin sinh sqrt square subtract tan tanh true_divide trunc
bfloat16 bool_ float16 float32 float64 int8 int16 int32 int64 uint8 uint16 uint32 uint64
"""
"""Functions of ``jax.numpy``, element by element, and dtypes."""

FORMER_MODULES = "accuracies correlation focal hinges overlap probabilistic regression top_k"
"""Of ``metrax.functional``, in metrax 0.1."""

_LISTED: list[tuple[str, str]] = [("optax.losses", OPTAX), ("jax.numpy", NUMPY)]
_REGISTERED: dict[str, Any] = {}


@overload
def register(target: T, *, name: str | None = None) -> T: ...
@overload
def register(target: None = None, *, name: str | None = None) -> Callable[[T], T]: ...
def register(target: Any = None, *, name: str | None = None) -> Any:
    """Let configurations name a metric class, or a function, of your own; a decorator.

    :func:`metrax.deserialize` and :func:`metrax.get` build and call only what metrax knows, so that
    a configuration from a stranger runs no code. What is registered is known, by its name.

    Args:
      target: a metric class, or a function such as a metric wraps.
      name: the name in configurations. Defaults to the module's and the qualified name,
        ``"package.module:Name"``, which changes when the code is moved; a name given stays.

    Returns:
      What was given, unchanged.

    Raises:
      MetraxError: when the name is taken by something else, or is metrax's own.
      MetraxTypeError: when ``target`` is neither a metric class nor a function.

    Example:
      >>> import jax.numpy as jnp, metrax
      >>> @metrax.register(name="shop>squared_gap")
      ... def squared_gap(y_true, y_pred):
      ...     return jnp.square(y_true - y_pred)
      >>> metric = metrax.get("shop>squared_gap")
      >>> float(metric([1., 2.], [2., 4.]))
      2.5
      >>> metrax.serialize(metric)["config"]["fn"]
      {'function': 'shop>squared_gap'}
      >>> metrax.deserialize(metrax.serialize(metric)) == metric
      True

    References:
      Keras 3, ``keras.saving.register_keras_serializable``.
    """
    if target is None:
        return functools.partial(register, name=name)
    known = is_metric_class(target) or (callable(target) and not isinstance(target, type | Metric))
    if not known or not (name is None or (isinstance(name, str) and name)):
        raise MetraxTypeError(
            f"register: got {target!r} and name={name!r}; expected a metric class or a function, "
            "and a name by keyword: @metrax.register(name='shop>gap')"
        )
    name = _own_path(target) if name is None else name
    taken = _REGISTERED.get(name) or own(name) or functions().get(name) or _safe().get(name)
    if taken is not None and taken is not target:
        raise MetraxError(
            f"register: got {target!r} for the name {name!r}, which is that of {taken!r}; expected "
            "another: @metrax.register(name=...)"
        )
    _REGISTERED[name] = target
    return target


def _own_path(target: Any) -> str:
    path = path_of(target)
    if path is None or "<lambda>" in path:
        raise MetraxError(
            f"register: got {target!r}, which has no name of its own; expected one: "
            "metrax.register(function, name='shop>gap')"
        )
    return path


def path_of(value: Any) -> str | None:
    """``"module:qualified name"`` of a class or function, None of what has neither."""
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    return f"{module}:{name}" if isinstance(module, str) and isinstance(name, str) else None


def is_metric_class(value: object) -> bool:
    """Whether ``value`` is a class of metrics."""
    return isinstance(value, type) and issubclass(value, Metric)


def find(name: str, custom_objects: Mapping[str, Any]) -> Any:
    """The object of a name, None if nothing known has it."""
    for place in (custom_objects, _REGISTERED):
        if name in place:
            return place[name]
    found = own(name) or _safe().get(name)
    if found is not None:
        return found
    # `custom_objects` are trusted by their owner, who may key them by the name alone.
    return custom_objects.get(name.rpartition(":")[2]) if ":" in name else None


def registered() -> Mapping[str, Any]:
    """What :func:`register` was given, by name."""
    return _REGISTERED


def name_of(value: Any) -> str | None:
    """The name by which :func:`find` finds a class or function, None if it does not."""
    if is_metric_class(value) and _is_own(value):
        return value.__name__
    for place in (_REGISTERED, _names()):
        for name, other in place.items():
            # A bound method is made anew whenever it is looked at.
            if other is value or (inspect.ismethod(value) and other == value):
                return name
    return None


def defined_at(path: str) -> Any:
    """What a path names in a module that is loaded; nothing is imported, None if not found."""
    module, _, name = path.partition(":")
    value: Any = sys.modules.get(module)
    for part in name.split("."):
        value = getattr(value, part, None)
    return value


def classes() -> dict[str, type[Metric]]:
    """Metrax's own metric classes, by name; all of them are loaded for it."""
    return {name: load(name) for name in CLASSES}


def own(name: str) -> type[Metric] | None:
    """Metrax's own metric class that has this name among its names; it is loaded for it."""
    cls = identifiers().get(name)
    return None if cls is None else load(cls)


@functools.cache
def identifiers() -> Mapping[str, str]:
    """Every name of metrax's own metric classes, with the class's; nothing is loaded for it."""
    others = {name: cls for cls, (_, names) in CLASSES.items() for name in names.split()}
    # A class's own name counts for more than what another's metrics are called.
    return others | {snake_case(cls): cls for cls in CLASSES} | {cls: cls for cls in CLASSES}


def _is_own(cls: type[Metric]) -> bool:
    return cls.__name__ in CLASSES and load(cls.__name__) is cls


@functools.cache
def load(cls: str) -> type[Metric]:
    """The class of the table's row."""
    module, _ = CLASSES[cls]
    return getattr(importlib.import_module(module), cls)


@functools.cache
def functions(part: str = "functional") -> Mapping[str, Callable[..., Any]]:
    """The per-example functions of a public module of metrax, by name."""
    module = importlib.import_module(f"metrax.{part}")
    return {name: fn for name, fn in vars(module).items() if inspect.isfunction(fn)}


@functools.cache
def _names() -> dict[str, Any]:
    """Every known function by the name to write."""
    own = ((f"metrax.{part}:{name}", fn) for part, name, fn in _own_functions())
    others = (
        (f"{path}:{name}", getattr(module, name))
        for path, names in _LISTED
        for module in [importlib.import_module(path)]
        for name in names.split()
        if hasattr(module, name)
    )
    return {**dict(others), **dict(own)}


def trust(module: str, names: str) -> None:
    """Put functions of a module on the list of safe ones; for adapters to other libraries."""
    _LISTED.append((module, names))
    _names.cache_clear()
    _safe.cache_clear()


def _own_functions() -> Iterator[tuple[str, str, Callable[..., Any]]]:
    for part in ("functional", "losses"):
        for name, fn in functions(part).items():
            if part == "functional" or functions().get(name) is not fn:
                yield part, name, fn


@functools.cache
def _safe() -> dict[str, Any]:
    """Every known function by every name: also where it is, and was in 0.1, defined."""
    names = _names()
    former = {
        f"metrax.functional.{module}:{name}": fn
        for module in FORMER_MODULES.split()
        for name, fn in functions().items()
    }
    return former | {path: fn for fn in names.values() if (path := path_of(fn)) is not None} | names
