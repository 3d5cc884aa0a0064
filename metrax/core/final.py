"""What ``typing.final`` says, said when a class is defined."""

from metrax.core.checks import MetraxTypeError

_BATCH = "say what each example adds in `contribute`, the metric's or a statistic's"
_INSTEAD = {
    "compute": "define `read`, which `compute` calls",
    "update": _BATCH,
    "observe": _BATCH,
    "init": "it follows from `contribute`; define `example`, the shapes of one example's inputs",
    "merge": "merging is defined by the accumulators: give an Accumulator its own `combine`",
    "__post_init__": "define `validate` or `fill`",
    "get_config": "define `arguments`",
}


def refuse_overrides(cls: type) -> None:
    """Raise if ``cls``, or a mixin before its base, redefines a method marked ``final``.

    Collections, adapters and merging call the originals, so an override would be passed over.

    Raises:
      MetraxTypeError: naming the method and the hook to define instead.
    """
    for base in cls.__mro__:
        for name, method in vars(base).items():
            if not getattr(method, "__final__", False):
                continue
            owner = next(other for other in cls.__mro__ if name in vars(other))
            if owner is not base:
                instead = _INSTEAD.get(name, "give the method another name")
                raise MetraxTypeError(
                    f"{cls.__qualname__}: got a {name!r} from {owner.__qualname__}, but "
                    f"{base.__name__}.{name} is final and would be called in its place; {instead}"
                )
