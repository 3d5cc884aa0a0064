"""What ``metrax`` itself loads when it is first used."""

import importlib
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from metrax.storage.known import load
from metrax.storage.table import CLASSES


def lazy(
    namespace: dict[str, Any], families: str, modules: str, functions: Mapping[str, str]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """The ``__getattr__`` and the ``__dir__`` of ``metrax``.

    Args:
      namespace: what it imported itself.
      families: the packages whose metrics are its own; they are found by name, but not shown.
      modules: what else there is to import from it.
      functions: functions that are its own, by the packages that they are in.
    """
    packages = [*families.split(), *modules.split()]
    metrics = [cls for cls, (module, _) in CLASSES.items() if module.split(".")[1] in packages]

    def public() -> list[str]:
        own = (name for name, value in namespace.items() if not isinstance(value, ModuleType))
        names = {*own, *metrics, *modules.split(), "accumulators", "statistics"} - {"TYPE_CHECKING"}
        names |= {*functions}
        return sorted(name for name in names if not name.startswith("_"))

    def get(name: str) -> Any:
        if name in packages:
            return importlib.import_module(f"metrax.{name}")
        if name in functions:
            package = importlib.import_module(functions[name])
            return namespace.setdefault(name, getattr(package, name))
        if name in metrics:
            return namespace.setdefault(name, load(name))
        if name == "__all__":
            return public()
        raise AttributeError(f"module 'metrax' has no attribute {name!r}")

    return get, lambda: sorted({*public(), "__all__", *filter(_is_special, namespace)})


def _is_special(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")
