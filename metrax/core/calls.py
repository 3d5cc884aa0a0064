"""Calls that other libraries' users write, and what metrax says to them."""

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import jax

from metrax.core.checks import MetraxAttributeError, MetraxTypeError, blame, describe
from metrax.core.config import Config
from metrax.core.state import State, accumulators, is_state

F = TypeVar("F", bound=Callable[..., Any])

METHODS = {
    "update_state": "state = metric.update(state, y_true, y_pred, w)",
    "add": "state = metric.update(state, y_true, y_pred, w)",
    "result": "metric.compute(state)",
    "reset_state": "state = metric.init()",
    "reset_states": "state = metric.init()",
    "reset": "state = metric.init()",
    "empty": "state = metric.init()",
    "merge_state": "metrax.merge(state, *others)",
    "sync": "metrax.pmerge(state, axis_name), or metrax.merge_processes(state)",
    "forward": "metric(y_true, y_pred, w)",
    "score": "metric(y_true, y_pred, w)",
    "from_model_output": "metric.observe(y_true, y_pred, w)",
    "single_from_model_output": "metric.observe(y_true, y_pred, w)",
    "gather_from_model_output": "metrax.pmerge(metric.observe(y_true, y_pred, w), axis_name)",
    "variables": "state = metric.init(), a pytree of arrays",
    "weights": "state = metric.init(), a pytree of arrays",
    "state": "state = metric.init(); a metric holds none",
    "to": "jax.device_put(state, device)",
}
"""Other libraries' methods, and what to write."""

_ARGUMENTS = {
    "w": "sample_weight sample_weights weight weights mask masks",
    "y_true": "y labels label targets target true truth gt references",
    "y_pred": (
        "preds pred predictions prediction y_hat y_score y_prob y_proba logits scores outputs "
        "output probs input"
    ),
    "values": "value x loss losses input",
}


def pass_as(unknown: Iterable[str], names: Iterable[str]) -> str:
    """``"; pass sample_weight as w"`` for keywords that other libraries use, or nothing."""
    pairs = [
        f"{given} as {name}"
        for given in unknown
        for name in names
        if given.lower() in _ARGUMENTS.get(name, "").split()
    ]
    return f"; pass {', '.join(pairs)}" if pairs else ""


STATES = {
    "update": "state = metric.update(state, y_true, y_pred, w)",
    "compute": "metric.compute(state)",
    "result": "metric.compute(state)",
    "reduce": "metrax.merge_stacked(state)",
}
"""What is asked of a state elsewhere, and what to write."""


def missing_from_state(state: State, name: str) -> Any:
    """What ``__getattr__`` of a state does."""
    if name in STATES:
        raise MetraxAttributeError(
            f"{type(state).__name__}: got {name!r}, which is a metric's: write {STATES[name]}"
        )
    return object.__getattribute__(state, name)


# Set here, checkers do not see it, and report what a state has not.
State.__getattr__ = missing_from_state  # pyright: ignore[reportAttributeAccessIssue]


def missing_attribute(metric: Any, name: str) -> Any:
    """What ``__getattr__`` of a metric does: it raises, and names metrax's own way if there is."""
    if name in METHODS:
        raise MetraxAttributeError(
            f"{metric}: got {name!r}, which metrax's metrics do not have, for they hold no data; "
            f"write {METHODS[name]}"
        )
    # Again as Python does it: a property that failed raises its own error.
    return object.__getattribute__(metric, name)


def explained(method: F) -> F:
    """Answer a call that the method's signature does not take; a decorator."""

    @functools.wraps(method)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not args or not isinstance(args[0], Config):
            raise MetraxTypeError(
                f"{method.__qualname__}: called on the class; make a metric first, such as "
                "metric = metrax.AUC()"
            )
        try:
            return method(*args, **kwargs)
        except TypeError as error:
            if not isinstance(error, MetraxTypeError):
                _explain(method, args, kwargs)
            raise

    return guarded  # pyright: ignore[reportReturnType]


_USAGE = {
    "init": "metric.init() takes nothing; arguments go to the constructor, data to update",
    "update": (
        "Did you forget the state? state = metric.update(state, y_true, y_pred, w) takes it first, "
        "and returns the next; the first is metric.init()"
    ),
    "compute": (
        "metric.compute(state) takes one state; pass what `init` or `update` returned. "
        "metric(y_true, y_pred, w) is the value of one batch"
    ),
    "merge": "metric.merge(state, *others) takes states",
}


def _explain(method: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> None:
    try:
        inspect.signature(method).bind(*args, **kwargs)
    except TypeError:
        with blame(args[0]):
            raise MetraxTypeError(
                f"{method.__name__}: got {len(args) - 1} positional arguments and keywords "
                f"{sorted(kwargs)}. {_USAGE[method.__name__]}"
            ) from None


def require_state(state: Any, call: str) -> None:
    """Raise for data in a state's place; what holds a state, and nothing at all, passes."""
    if isinstance(state, State):
        return
    leaves = jax.tree.leaves(state, is_leaf=is_state)
    if not leaves and not isinstance(state, Config):
        accumulators(state)  # which says so
    if not any(map(is_state, leaves)):
        raise MetraxTypeError(f"state: got {_kind(state)}, which is no state. {_USAGE[call]}")


def refuse_states(args: Iterable[Any]) -> None:
    """Raise for a state among the data."""
    for x in args:
        if is_state(x):
            raise MetraxTypeError(
                f"got a {type(x).__name__} among the data; a state goes first into "
                "metric.update(state, ...), and metric(...) and metric.observe(...) take data alone"
            )


def _kind(x: Any) -> str:
    array = hasattr(x, "dtype") and hasattr(x, "shape")
    try:
        return describe(x) if array else f"a {type(x).__name__}"
    except (TypeError, AttributeError):  # shapes of other libraries
        return f"a {type(x).__name__}"
