"""What is public, under which name, and on which page; computed from ``metrax`` alone."""

import contextlib
import functools
import importlib
import inspect
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import metrax
from metrax.storage.table import CLASSES

NO_TASK = {"core", "combinators"}
"""Packages whose metrics are made of other metrics: they belong to the reference."""
FIRST = ("functional", "losses", "statistics", "accumulators", "building")
"""The order of modules; an object that several have is on the page of the first."""


@functools.cache
def modules() -> dict[str, ModuleType]:
    """The public modules by name without ``metrax.``; of those imported by name what loads."""
    listed = {x for x in metrax.__all__ if inspect.ismodule(getattr(metrax, x))} - {"interop"}
    names = [*(x for x in FIRST if x in listed), *sorted(listed.difference(FIRST))]
    found = {name: importlib.import_module(f"metrax.{name}") for name in names}
    with contextlib.suppress(ModuleNotFoundError):
        found["plot"] = importlib.import_module("metrax.plot")
    for name in metrax.interop._NEEDS:
        with contextlib.suppress(metrax.MetraxError):
            found[f"interop.{name}"] = getattr(metrax.interop, name)
    return found


def own(name: str, module: ModuleType) -> Iterator[tuple[str, Any]]:
    """A module's public objects: what it lists, or else all of ours that it shows."""
    for key in getattr(module, "__all__", vars(module)):
        value = getattr(module, key)
        where = getattr(value, "__module__", None) or ""
        ours = (
            where == module.__name__ if name.startswith("interop") else where.startswith("metrax")
        )
        named = ours and hasattr(value, "__qualname__") and callable(value)
        if not key.startswith("_") and not inspect.ismodule(value) and named:
            yield key, value


@functools.cache
def objects() -> dict[str, Any]:
    """Every public class, function and error by its public name, ``metrax.functional.hinge``."""
    found = {f"metrax.{key}": value for key, value in own("", metrax)}
    seen = set(map(id, found.values()))
    for name, module in modules().items():
        for key, value in own(name, module):
            if id(value) not in seen:
                found[f"metrax.{name}.{key}"] = value
                seen.add(id(value))
    return found


@functools.cache
def metrics() -> dict[str, type[metrax.Metric]]:
    """The metrics with a page of their own, by name without ``metrax.``."""
    families = {cls: module.split(".")[1] for cls, (module, _) in CLASSES.items()}
    return {
        name: getattr(metrax, name)
        for name, family in sorted(families.items())
        if family not in NO_TASK and name in metrax.__all__
    }


@functools.cache
def constants() -> dict[str, Any]:
    """Public values that are neither classes nor functions, by public name."""
    return {
        f"metrax.{name}.{key}": getattr(module, key)
        for name, module in modules().items()
        for key in getattr(module, "__all__", ())
        if f"metrax.{name}.{key}" not in objects() and not callable(getattr(module, key))
    }


@functools.cache
def public() -> dict[str, str]:
    """Public names by the paths under which Python knows the objects."""
    paths = {f"{x.__module__}.{x.__qualname__}": name for name, x in reversed(objects().items())}
    return paths | {name: name for name in objects()}


def page(name: str) -> str:
    """The page, as a path without suffix, of a public name."""
    short = name.removeprefix("metrax.")
    return f"metrics/{short}" if short in metrics() else f"reference/{short}"


def family(name: str) -> str:
    """The package that a metric is in, which is its task: ``"curves"``."""
    return metrics()[name].__module__.split(".")[1]
