"""Arguments that many classes share, documented once, in the class that declares them."""

import inspect
import re

_ENTRY = re.compile(r"^  (\w+):.*(?:\n(?:    .*|$))*", re.MULTILINE)
LAST = ("name", "dtype")
"""What every metric takes, which stands at the end."""

_HEADS = ("Args", "Raises", "Example", "References")


def share_arguments(cls: type, raises: str) -> None:
    """Add to a class's docstring what those of its bases say of arguments that it does not name.

    Args:
      cls: a class with a docstring in Google's style.
      raises: what ``Raises`` says, if the class does not.
    """
    if not cls.__dict__.get("__doc__"):
        return
    before, parts = _parts(inspect.cleandoc(cls.__doc__ or ""))
    own = _entries(parts.get("Args", ""))
    inherited: dict[str, str] = {}
    for base in reversed(cls.__mro__[1:]):
        if doc := base.__dict__.get("__doc__"):
            inherited |= _entries(_parts(inspect.cleandoc(doc))[1].get("Args", ""))
    known = inherited | own
    shared = [name for name in inspect.signature(cls).parameters if name in inherited]
    names = sorted(dict.fromkeys([*own, *shared]), key=lambda name: name in LAST)
    parts["Args"] = "\n".join(known[name] for name in names)
    parts.setdefault("Raises", raises)
    written = (f"{head}:\n{parts[head].rstrip()}" for head in _HEADS if head in parts)
    cls.__doc__ = "\n\n".join([before, *written]) + "\n"


def _parts(text: str) -> tuple[str, dict[str, str]]:
    """What stands before the first heading, and the rest by heading."""
    before, *rest = re.split(rf"^({'|'.join(_HEADS)}):\n", text, flags=re.MULTILINE)
    return before.rstrip(), dict(zip(rest[::2], rest[1::2], strict=True))


def _entries(text: str) -> dict[str, str]:
    return {match[1]: match[0].rstrip() for match in _ENTRY.finditer(text)}
