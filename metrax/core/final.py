"""What ``typing.final`` says, said when a class is defined."""

import inspect

from metrax.core.checks import MetraxTypeError

_BATCH = "say what each example adds in `contribute`, the metric's or a statistic's"
_INSTEAD = {
    "compute": "define `read`, which `compute` calls",
    "update": _BATCH,
    "observe": _BATCH,
    "init": "it follows from `contribute`; define `example`, the shapes of one example's inputs",
    "merge": "merging is defined by the accumulators: give an Accumulator its own `combine`",
    "__post_init__": "define `validate`",
    "get_config": "define `_arguments`, for a constructor written by hand",
    "_bind": "define `_named` or `_look`",
}


_FORMER = {
    "arguments": "name it `_arguments`",
    "default_name": "give `name` a default: name: str = 'huber'",
    "fill": "check arguments in `validate`",
    "bind": "say what a batch may hold in `validate` and `domains`",
    "parts": "put metrics into a metrax.Collection",
    "inspect": "say what a batch may hold in `domains`",
    "doubts": "say what a batch may hold in `domains`",
    "summarize": "name it `contribute`, without w: say what each example adds, by Accumulator.each",
}
"""Hooks of metrics in metrax 0.1, and what to write instead."""


def refuse_former(cls: type) -> None:
    """Raise if a class of metrics defines a hook that is called no more.

    Raises:
      MetraxTypeError: naming the method and what to write instead.
    """
    fields = inspect.get_annotations(cls)
    if isinstance(vars(cls).get("inputs"), tuple):
        raise MetraxTypeError(
            f"{cls.__qualname__}: got inputs = {vars(cls)['inputs']}, which metrax 0.1 read; "
            "expected the names as parameters of `contribute`, the metric's or its statistic's"
        )
    for name, instead in _FORMER.items():
        found = vars(cls).get(name)
        if name not in fields and callable(getattr(found, "__func__", found)):
            raise MetraxTypeError(
                f"{cls.__qualname__}: got a {name!r}, which metrax 0.1 called and this one does "
                f"not; {instead}"
            )


def refuse_overrides(cls: type) -> None:
    """Raise if ``cls``, or a mixin before its base, redefines a method marked ``final``.

    Collections, adapters and merging call the originals, so an override would be passed over.

    Raises:
      MetraxTypeError: naming the method and the hook to define instead.
    """
    for base in cls.__mro__:
        for name, method in vars(base).items():
            if not getattr(method, "__final__", False) or hasattr(method, "original"):
                continue  # a method that is another's, but for the signature, is held by that one
            owner = next(other for other in cls.__mro__ if name in vars(other))
            if owner is not base and getattr(vars(owner)[name], "original", None) is not method:
                instead = _INSTEAD.get(name, "give the method another name")
                raise MetraxTypeError(
                    f"{cls.__qualname__}: got a {name!r} from {owner.__qualname__}, but "
                    f"{base.__name__}.{name} is final and would be called in its place; {instead}"
                )
