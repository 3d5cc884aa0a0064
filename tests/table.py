"""``metrax/storage/table.py`` as the classes make it; ``python -m tests.table`` writes it.

It also writes the README's table of metrics by task.
"""

import importlib
import inspect
import pkgutil
from abc import ABC
from collections.abc import Iterable, Iterator
from pathlib import Path

import metrax
from metrax.core.names import snake_case

PACKAGE = Path(metrax.__file__).parent
TABLE = PACKAGE / "storage" / "table.py"
COMMAND = "python -m tests.table"
HEAD = f'''"""Where every metric is, and what else it is called; written by `{COMMAND}`.

From here metrics are loaded when they are first used: nothing else is imported to find one.
"""

CLASSES: dict[str, tuple[str, str]] = {{
'''
TAIL = '''}
"""By class: its module, and its names beside its own in either spelling."""
'''


def modules() -> Iterator[str]:
    """The modules of metrax that need no other library."""
    for info in pkgutil.walk_packages([str(PACKAGE)], "metrax."):
        if not info.name.startswith(("metrax.interop", "metrax.plot")):
            yield info.name


def metric_classes() -> list[type[metrax.Metric]]:
    """Every metric class that can be made, wherever it is defined."""
    found = []
    for name in modules():
        for value in vars(importlib.import_module(name)).values():
            ours = inspect.isclass(value) and issubclass(value, metrax.Metric)
            if ours and value.__module__ == name and not _is_base(value):
                found.append(value)
    return sorted(found, key=lambda cls: cls.__name__)


def _is_base(cls: type) -> bool:
    return ABC in cls.__bases__ or inspect.isabstract(cls)


def names(classes: Iterable[type[metrax.Metric]]) -> dict[str, list[str]]:
    """The names of each class beside its own in either spelling: its metrics' own, and aliases.

    A class's own name counts for more than the default name of another's metrics.

    Raises:
      ValueError: when two classes have one name or alias.
    """
    owners: dict[str, type[metrax.Metric]] = {}
    own, aliases = {cls: _spellings(cls) for cls in classes}, {cls: cls.aliases for cls in classes}
    for kind in (own, aliases):
        for cls, given in kind.items():
            for name in given:
                needless = kind is aliases and name in own[cls]
                if owners.setdefault(name, cls) is not cls or needless:
                    raise ValueError(f"{name!r} is a name of {owners[name]} and of {cls}")
    for cls in classes:
        owners.setdefault(cls._default_name(), cls)
    return {
        cls.__name__: sorted(x for x, owner in owners.items() if owner is cls and x not in own[cls])
        for cls in classes
    }


def _spellings(cls: type) -> tuple[str, str]:
    return cls.__name__, snake_case(cls.__name__)


def text() -> str:
    """The table as it should be."""
    classes = metric_classes()
    called = names(classes)
    rows = ((cls.__name__, cls.__module__, " ".join(called[cls.__name__])) for cls in classes)
    return HEAD + "".join(_row(*row) for row in rows) + TAIL


def _row(name: str, module: str, others: str) -> str:
    row = f'    "{name}": ("{module}", "{others}"),\n'
    if len(row) <= 101:
        return row
    return f'    "{name}": (\n        "{module}",\n        "{others}",\n    ),\n'


if __name__ == "__main__":
    from tests import readme

    TABLE.write_text(text())
    readme.write()
