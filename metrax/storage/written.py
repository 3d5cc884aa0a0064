"""Metrics as plain dictionaries, and back: how configurations are written and read."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from metrax.core.checks import MetraxError, MetraxTypeError, did_you_mean, shown
from metrax.core.metric import Metric
from metrax.storage import known

_PLAIN = (type(None), bool, int, float, str)


def described(metric: Metric) -> dict[str, Any]:
    """``{"class_name": ..., "config": {...}}`` of a metric."""
    arguments = metric.get_config()
    return {
        "class_name": written_name(type(metric)),
        "config": {name: plain(value) for name, value in arguments.items()},
    }


def plain(value: Any) -> Any:
    """A configuration value in terms of what JSON has.

    Raises:
      MetraxError: when a function or class could not be found again by its name.
      MetraxTypeError: for a value that JSON has not.
    """
    if isinstance(value, Metric):
        return described(value)
    if isinstance(value, Mapping):
        return _plain_mapping(value)
    if type(value) in (tuple, list):
        return [plain(inner) for inner in value]
    if type(value) in _PLAIN:
        return value
    if callable(value):
        return {"function": written_name(value)}
    raise MetraxTypeError(
        f"serialize: got {shown(value)}, a {type(value).__name__}; expected numbers, strings, "
        "metrics, functions, or lists and dictionaries of them"
    )


def _plain_mapping(value: Mapping[Any, Any]) -> dict[str, Any]:
    if not all(isinstance(name, str) for name in value):
        raise MetraxTypeError(f"serialize: got the keys {list(value)}; expected strings")
    if _is_metric(value) or _is_function(value):
        raise MetraxError(
            f"serialize: got {dict(value)}, which reads as a metric or a function; expected other "
            "keys, or other values than strings, for 'class_name' and 'function'"
        )
    return {name: plain(inner) for name, inner in value.items()}


def _is_metric(value: Mapping[Any, Any]) -> bool:
    # A member of a collection may be called so too; its value is no string.
    return isinstance(value.get("class_name"), str)


def _is_function(value: Mapping[Any, Any]) -> bool:
    return value.keys() == {"function"} and isinstance(value["function"], str)


def written_name(value: Any) -> str:
    """The name by which a class or function is known, or where it is defined.

    Raises:
      MetraxError: when another object, or none, would be found by it.
    """
    if (name := known.name_of(value)) is not None:
        return name
    path = known.path_of(value)
    register = "or name it by metrax.register(..., name=...)"
    if path is None or inspect.ismethod(value):
        raise MetraxError(
            f"serialize: got {value!r}, which has no name to be found by, as a partial function, a "
            "bound method and an object have none; write a function at the top level of a module, "
            f"pass arguments as the metric's own keywords, {register}"
        )
    if "<" in path:
        raise MetraxError(
            f"serialize: got {value}, which cannot be found by name; define it at the top level "
            f"of a module, {register}"
        )
    if known.defined_at(path) is not value:
        raise MetraxError(
            f"serialize: got {value!r}, whose name {path!r} is that of something else, as after "
            f"functools.wraps or a second definition; give it its own name, {register}"
        )
    return path


class Reader:
    """What reads configurations: it builds and names what is known, and nothing else.

    Args:
      custom_objects: more classes and functions, by name.
      otherwise: where to look for other names.
    """

    def __init__(
        self,
        custom_objects: Mapping[str, Any] | None = None,
        otherwise: Callable[[str], Any] = lambda name: None,
    ) -> None:
        self.custom_objects = custom_objects or {}
        self.otherwise = otherwise

    def read(self, config: Any) -> Metric:
        """The metric that :func:`described` wrote."""
        try:
            return self._metric(config)
        except RecursionError:
            raise MetraxError(
                "deserialize: got a configuration of too many levels; expected fewer than a hundred"
            ) from None

    def _metric(self, config: Any) -> Metric:
        if not isinstance(config, Mapping) or not _is_metric(config):
            came = sorted(map(str, config)) if isinstance(config, Mapping) else shown(config)
            raise MetraxError(
                f"deserialize: got {came}; expected a dictionary with 'class_name', a string, and "
                "'config'"
            )
        name, arguments = config["class_name"], config.get("config") or {}
        if not isinstance(arguments, Mapping) or not all(isinstance(x, str) for x in arguments):
            raise MetraxError(
                f"deserialize: config of {name}: got {shown(arguments)}; expected the "
                "constructor's arguments by name"
            )
        cls = self._find(name, "metric")
        if not known.is_metric_class(cls):
            raise MetraxTypeError(
                f"deserialize: got {name!r}, which is {cls!r}; expected the name of a metric class"
            )
        return built(cls, {key: self._value(value) for key, value in arguments.items()}, name)

    def _value(self, value: Any) -> Any:
        """The inverse of :func:`plain`."""
        if isinstance(value, Mapping):
            if _is_function(value):
                return self._function(value["function"])
            if _is_metric(value):
                return self._object(value)
            return {name: self._value(inner) for name, inner in value.items()}
        return [self._value(inner) for inner in value] if isinstance(value, list | tuple) else value

    def _object(self, value: Mapping[str, Any]) -> Any:
        """A metric, or what Keras writes in the same form: a function, or an array."""
        name, inner = value["class_name"], value.get("config")
        if name == "function":
            return self._kerass_function(inner)
        if name in ("__tensor__", "__numpy__") and isinstance(inner, Mapping):
            return self._value(inner.get("value"))
        return self._metric(value)

    def _function(self, name: str) -> Any:
        found = self._find(name, "function")
        if isinstance(found, Metric) or known.is_metric_class(found) or not callable(found):
            raise MetraxTypeError(
                f"deserialize: got the function {name!r}, which is {found!r}; expected a function"
            )
        return found

    def _kerass_function(self, name: Any) -> Any:
        """Keras writes functions by their bare names; those of its losses are metrax's too."""
        ours = {**known.functions(), **known.functions("losses"), **self.custom_objects}
        if not isinstance(name, str) or name not in ours:
            return self._function(str(name))
        return ours[name]

    def _find(self, name: str, kind: str) -> Any:
        found = known.find(name, self.custom_objects)
        found = self.otherwise(name) if found is None else found
        if found is not None:
            return found
        own = "decorate it with @metrax.register or pass custom_objects={name: object}"
        if name.startswith("keras."):
            own = f"{own}; for Keras's losses, import metrax.interop.keras"
        names = () if ":" in name else (*known.identifiers(), *self.custom_objects)
        raise MetraxError(
            f"deserialize: got {name!r}, which names no {kind} that metrax knows"
            f"{did_you_mean(name, names)}; for one of your own, {own}. Nothing is imported to load "
            "a configuration"
        )


def built(cls: type[Metric], arguments: Mapping[str, Any], name: str) -> Metric:
    """A metric of this class, or an error that says how to pass its arguments."""
    try:
        return cls(**arguments)
    except MetraxTypeError as error:
        if arguments:
            raise
        raise MetraxError(
            f"{error}; pass {{'class_name': {name!r}, 'config': {{...}}}} with its arguments"
        ) from None
    except TypeError as error:  # raised by a class of the user's own
        raise MetraxError(f"{name}: {error}; expected the arguments of {cls.__name__}") from error
