"""Metrics by name: ``get``, ``serialize``, ``deserialize``, ``clone_metric``, ``clone_metrics``.

A class is known by its own name, in CamelCase and snake_case, by its metric's default name and by
its ``aliases``; a function by its name. There is no table to keep.
"""

import difflib
import importlib
import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from metrax import functional
from metrax.core.checks import MetraxError, MetraxTypeError
from metrax.core.metric import Metric, snake_case

T = TypeVar("T")
Identifier = str | Mapping[str, Any] | Metric | type[Metric] | Callable[..., Any]


def get(identifier: Identifier) -> Metric:
    """The metric that an identifier stands for.

    Args:
      identifier: one of

        - a name in any of Keras's spellings (``"AUC"``, ``"auc"``, ``"mse"``,
          ``"cosine_proximity"``); ``"acc"`` picks binary, categorical or sparse accuracy by the
          shapes of the batch;
        - a configuration, ``{"class_name": ..., "config": {...}}``;
        - a metric, which is returned as it is, or a metric class;
        - a function ``(y_true, y_pred) -> values`` of each example, which becomes a weighted mean.

    Returns:
      The metric, with default arguments if a name or class was given.

    Raises:
      MetraxError: when the name is unknown, with the closest ones, or the class needs arguments.
      MetraxTypeError: when the identifier is of another type.

    Example:
      >>> import metrax
      >>> metrax.get("mse"), metrax.get("AUC")
      (metrax.MeanSquaredError(), metrax.AUC())
      >>> metrax.get({"class_name": "Precision", "config": {"thresholds": 0.3}})
      metrax.Precision(thresholds=0.3)

    References:
      Keras 3, ``keras.metrics.get``.
    """
    if isinstance(identifier, Metric):
        return identifier
    if isinstance(identifier, Mapping):
        return deserialize(identifier)
    if isinstance(identifier, str):
        return _named(identifier)
    if isinstance(identifier, type) and issubclass(identifier, Metric):
        return _built(identifier, {}, identifier.__name__)
    if callable(identifier):
        name = getattr(identifier, "__name__", None)
        return _classes()["MeanMetricWrapper"](identifier, name=name)  # pyright: ignore[reportCallIssue]
    raise MetraxTypeError(
        f"get: got {identifier!r}; expected a metric's name, its configuration, a metric or a "
        "function (y_true, y_pred) -> per-example values"
    )


def compiled(identifier: Identifier) -> tuple[str, Metric]:
    """The name and the metric that ``compile(metrics=[identifier])`` gives.

    As in Keras, a string names its metric, and ``"accuracy"`` goes by the shapes like ``"acc"``.
    """
    if isinstance(identifier, str):
        return identifier, get("acc" if identifier.lower() == "accuracy" else identifier)
    metric = get(identifier)
    return metric.name, metric


def serialize(metric: Metric | Callable[..., Any]) -> dict[str, Any]:
    """A metric as plain dictionaries, lists, strings and numbers, such as JSON holds.

    Args:
      metric: a metric, or a function that :func:`get` would take.

    Returns:
      ``{"class_name": ..., "config": {...}}``. Functions, and classes from outside metrax, are
      written as ``"module:name"``.

    Raises:
      MetraxError: when a function has no importable name, as a lambda has none.

    Example:
      >>> import metrax
      >>> metrax.serialize(metrax.Recall(class_id=2))["config"]["class_id"]
      2
      >>> metrax.deserialize(metrax.serialize(metrax.AUC(curve="PR"))) == metrax.AUC(curve="PR")
      True

    References:
      Keras 3, ``keras.metrics.serialize``.
    """
    metric = get(metric)
    cls = type(metric)
    return {
        "class_name": cls.__name__ if cls in _classes().values() else _import_path(cls),
        "config": {name: _plain(value) for name, value in metric.get_config().items()},
    }


def deserialize(
    config: Mapping[str, Any], custom_objects: Mapping[str, type[Metric]] | None = None
) -> Metric:
    """The metric that :func:`serialize` described.

    Args:
      config: ``{"class_name": ..., "config": {...}}``; other keys, such as Keras writes, are left
        aside.
      custom_objects: classes by name, looked up first.

    Returns:
      An equal metric.

    Raises:
      MetraxError: when the class is unknown or does not take the arguments.

    Example:
      >>> import metrax
      >>> metrax.deserialize({"class_name": "MeanIoU", "config": {"num_classes": 3}})
      metrax.MeanIoU(num_classes=3)

    References:
      Keras 3, ``keras.metrics.deserialize``.
    """
    name = config.get("class_name")
    if not isinstance(name, str):
        raise MetraxError(
            f"deserialize: got keys {sorted(config)}; expected 'class_name', a string, and 'config'"
        )
    classes = {**_identifiers(), **(custom_objects or {})}
    cls = _imported(name) if ":" in name and name not in classes else classes.get(name)
    if cls is None:
        raise MetraxError(_unknown(name, classes))
    arguments = config.get("config") or {}
    return _built(cls, {k: _revived(v, custom_objects) for k, v in arguments.items()}, name)


def clone_metric(metric: Metric) -> Metric:
    """A copy of a metric, which is an equal one: metrics hold no state to keep apart.

    Args:
      metric: any metric.

    Example:
      >>> import metrax
      >>> metrax.clone_metric(metrax.AUC(curve="PR"))
      metrax.AUC(curve='PR')

    References:
      Keras 2.3, ``keras.metrics.clone_metric``.
    """
    return type(metric).from_config(metric.get_config())


def clone_metrics(metrics: T) -> T:
    """Copies of the metrics in a list or dictionary.

    Args:
      metrics: a list or dictionary of metrics, nested or not.

    Example:
      >>> import metrax
      >>> metrax.clone_metrics([metrax.Mean(), metrax.AUC()])
      [metrax.Mean(), metrax.AUC()]

    References:
      Keras 2.3, ``keras.metrics.clone_metrics``.
    """
    if isinstance(metrics, Metric):
        return clone_metric(metrics)
    if isinstance(metrics, Mapping):
        return {name: clone_metrics(metric) for name, metric in metrics.items()}  # pyright: ignore[reportReturnType]
    if isinstance(metrics, Iterable) and not isinstance(metrics, str):
        return type(metrics)(clone_metrics(metric) for metric in metrics)  # pyright: ignore[reportCallIssue]
    raise MetraxTypeError(f"clone_metrics: got {metrics!r}; expected a list or dict of metrics")


def _named(name: str) -> Metric:
    classes, functions = _identifiers(), _functions()
    if name in classes:
        return _built(classes[name], {}, name)
    if name in functions:
        return _classes()["MeanMetricWrapper"](functions[name], name=name)  # pyright: ignore[reportCallIssue]
    raise MetraxError(_unknown(name, (*classes, *functions)))


def _unknown(name: str, known: Iterable[str]) -> str:
    spellings = {other.lower(): other for other in known}
    close = [spellings[x] for x in difflib.get_close_matches(name.lower(), spellings, n=3)]
    hint = f"; did you mean {' or '.join(map(repr, close))}?" if close else ""
    return f"get: got {name!r}, which names no metric{hint}"


def _built(cls: type[Metric], arguments: Mapping[str, Any], name: str) -> Metric:
    try:
        return cls(**arguments)
    except TypeError as error:
        raise MetraxError(
            f"{name}: {error}; pass {{'class_name': {cls.__name__!r}, 'config': {{...}}}} with the "
            "class's arguments"
        ) from None


def _classes() -> dict[str, type[Metric]]:
    """Metrax's own metric classes, by name."""
    found: dict[str, type[Metric]] = {}
    waiting = Metric.__subclasses__()
    while waiting:
        cls = waiting.pop()
        waiting += cls.__subclasses__()
        if cls.__module__.startswith("metrax.") and not inspect.isabstract(cls):
            found[cls.__name__] = cls
    return found


def _identifiers() -> dict[str, type[Metric]]:
    classes = _classes()
    others = {
        alias: cls for cls in classes.values() for alias in (*cls.aliases, cls.default_name())
    }
    # A class's own name counts for more than the default name of another's metric.
    return others | {snake_case(name): cls for name, cls in classes.items()} | classes


def _functions() -> dict[str, Callable[..., Any]]:
    return {name: fn for name, fn in vars(functional).items() if inspect.isfunction(fn)}


def _import_path(value: Any) -> str:
    path = f"{value.__module__}:{value.__qualname__}"
    if "<" in path:
        raise MetraxError(
            f"serialize: got {value}, which cannot be imported by name; define it at the top level "
            "of a module"
        )
    return path


def _imported(path: str) -> Any:
    module, _, name = path.partition(":")
    try:
        value: Any = importlib.import_module(module)
        for part in name.split("."):
            value = getattr(value, part)
    except (ImportError, AttributeError) as error:
        raise MetraxError(f"deserialize: could not import {path!r} ({error})") from None
    return value


def _plain(value: Any) -> Any:
    """A configuration value in terms of what JSON has."""
    if isinstance(value, Metric):
        return serialize(value)
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    return {"function": _import_path(value)} if callable(value) else value


def _revived(value: Any, custom_objects: Mapping[str, type[Metric]] | None) -> Any:
    """The inverse of :func:`_plain`."""
    if isinstance(value, Mapping) and "class_name" in value:
        return deserialize(value, custom_objects)
    if isinstance(value, Mapping) and set(value) == {"function"}:
        return _imported(value["function"])
    if isinstance(value, Mapping):
        return {name: _revived(inner, custom_objects) for name, inner in value.items()}
    return [_revived(v, custom_objects) for v in value] if isinstance(value, list) else value
