"""Values with their uncertainty, known by the names of their fields, whoever computed them."""

from typing import Any, NamedTuple

from metrax.core.flat import named


class WithEnds(NamedTuple):
    """A value, the ends of its interval, and its standard error."""

    value: Any
    low: Any
    high: Any
    standard_error: Any


def is_estimate(x: Any) -> bool:
    """Whether this is a named tuple of a value and its interval."""
    return {*WithEnds._fields} <= {*getattr(x, "_fields", ())}


def gathered(path: str, value: Any) -> dict[str, Any]:
    """The values by name, those with an interval as :class:`WithEnds`.

    Args:
      path: what all names begin with.
      value: what ``compute`` returned; of a collection each field has a name of its own there.
    """
    flat = dict(named(path, value))
    found: dict[str, Any] = {}
    for key, x in flat.items():
        stem, slash, last = key.rpartition("/")
        fields = [f"{stem}{slash}{field}" for field in WithEnds._fields]
        if last in WithEnds._fields and all(field in flat for field in fields):
            found[stem] = WithEnds._make(flat[field] for field in fields)
        else:
            found[key] = x
    return found
