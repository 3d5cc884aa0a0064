"""What to store beside a state, so that it is not restored into another metric.

Arrays in a checkpoint do not say what they count: the states of ``Recall(thresholds=0.3)`` and
``Precision(thresholds=0.6)`` have the same shapes. What is accumulated decides, not what is read
off it: metrics of one statistic take each other's states.
"""

import warnings
from collections.abc import Mapping
from typing import Any

import jax

from metrax.core.checks import MetraxError, MetraxTypeError, blame, describe
from metrax.core.config import Config, identity
from metrax.core.metric import Metric
from metrax.core.part import Part
from metrax.core.statistic import Statistic
from metrax.statistics.product import Product
from metrax.storage.differences import (
    differences,
    leaf_differences,
    lines,
    moves,
    other_inputs,
    shown,
    under_their_names,
)
from metrax.storage.written import described, plain, written_name

VERSION = 3
"""Of what a state's leaves mean, and of this description; raised when either changes."""


def layout(metric: Metric) -> dict[str, Any]:
    """What a metric's state is, to store beside the state: plain values, such as JSON holds.

    Args:
      metric: the metric, or the collection, of which the state is stored.

    Returns:
      The format's ``version``, the ``metric`` as :func:`metrax.serialize` writes it, and the
      ``states`` of which the state consists, by key (``""`` for that of a simple metric): the
      ``statistic`` that is accumulated, the ``leaves`` with dtype and shape by path, the ``inputs``
      that feed it, and the first ``metric`` that reads it.

    Raises:
      MetraxError: when the metric holds a function that would not be found by its name, or cannot
        tell the shape of its state.

    Example:
      >>> import metrax
      >>> metrax.layout(metrax.Mean())["states"][""]["leaves"]
      {'.total.hi': 'float32[]', '.total.lo': 'float32[]', '.weight.hi': 'float32[]', \
'.weight.lo': 'float32[]'}
    """
    if not isinstance(metric, Metric):
        raise MetraxTypeError(
            f"layout: got a {type(metric).__name__}; expected a metric, whose state it is"
        )
    return {"version": VERSION, "metric": described(metric), "states": _states(metric)}


def check_layout(metric: Metric, saved: Mapping[str, Any]) -> None:
    """Raise unless a stored state belongs to this metric; call it before restoring one.

    A state belongs to every metric that accumulates the same: ``metrax.checked(metric)``, one that
    is routed by ``.on(...)``, one of another name, or of another class over the same statistic. A
    function or statistic of one's own that is now found in another module warns.

    Args:
      metric: the metric that the state is to be restored for.
      saved: what :func:`layout` returned when the state was stored. It is compared, never built, so
        it may come from a stranger.

    Raises:
      MetraxError: when a statistic, a key or a leaf of the state differs, naming each with what was
        saved and what is expected; for a member of a collection that was only renamed, with the
        line that renames its key; or ``saved`` is of another version.
      MetraxTypeError: when ``saved`` is not a layout.

    Example:
      >>> import metrax
      >>> saved = metrax.layout(metrax.AUC(num_thresholds=100))
      >>> metrax.check_layout(metrax.AUC(num_thresholds=100, curve="PR", name="area"), saved)
      >>> metrax.check_layout(metrax.AUC(), saved)
      Traceback (most recent call last):
      metrax.MetraxError: metrax.AUC(): the saved state belongs to another metric: \
num_thresholds: got 100, expected 200. Restore it with metrax.deserialize(saved['metric']), or \
start anew from init()
    """
    with blame(metric):
        try:
            notes = _compare(metric, saved)
        except RecursionError:
            raise MetraxError("saved: got a layout of too many levels") from None
    for note in notes:
        warnings.warn(f"{metric}: {note}", stacklevel=2)


def _compare(metric: Metric, saved: Mapping[str, Any]) -> list[str]:
    """Raise for what must not differ; what else differs is returned."""
    _check_format(saved)
    ours = _states(metric)
    theirs, renamed = under_their_names(saved["states"], ours)
    if found := [*lines(renamed), *differences(theirs, ours)]:
        raise MetraxError(
            f"the saved state belongs to another metric: {'; '.join(found)}. Restore it with "
            "metrax.deserialize(saved['metric']), or start anew from init()"
        )
    if found := list(leaf_differences(theirs, ours)):
        raise MetraxError(
            f"the saved state has other leaves: {'; '.join(found)}. Restore it with the "
            "jax_enable_x64 and the version of metrax that it was saved with, or start anew "
            "from init()"
        )
    return [*moves(theirs, ours), *other_inputs(theirs, ours)]


def _states(metric: Metric) -> dict[str, dict[str, Any]]:
    """What each state inside a metric's accumulates, by key; one state has the key ``""``."""
    shapes, together = jax.eval_shape(metric.init), isinstance(_statistic(metric), Product)
    found: dict[str, dict[str, Any]] = {}
    for key, part in zip(metric._keys, metric._parts, strict=True):
        if key not in found:
            found[key] = _state(part, shapes[key] if together else shapes)
    return found


def _state(part: Part, shapes: Any) -> dict[str, Any]:
    leaves = jax.tree_util.tree_leaves_with_path(shapes)
    return {
        "statistic": _accumulated(_statistic(part.metric)),
        "leaves": {jax.tree_util.keystr(path): describe(leaf) for path, leaf in leaves},
        "inputs": [*part.outputs, part.w] if _is_routed(part) else None,
        "metric": described(part.metric),
    }


def _statistic(metric: Metric) -> Statistic:
    """What one state of a metric accumulates, of several by shard too."""
    found = metric._statistic
    return found if isinstance(found, Statistic) else metric.statistic


def _is_routed(part: Part) -> bool:
    return (*part.outputs, part.w) != (*part.metric.inputs, "w")


def _accumulated(value: Any) -> Any:
    """A statistic by its name and the arguments that are not at their defaults."""
    if isinstance(value, tuple):
        return [_accumulated(inner) for inner in value]
    if not isinstance(value, Config) or isinstance(value, Metric):
        return plain(value)
    defaults = value._defaults()
    given = {
        name: _accumulated(inner)
        for name, inner in value._arguments().items()
        if name not in defaults or identity(defaults[name]) != identity(inner)
    }
    return {"class_name": written_name(type(value)), "config": given}


def _check_format(saved: Any) -> None:
    keys = {"version", "metric", "states"}
    if not isinstance(saved, Mapping) or not {"version", "metric"} <= saved.keys():
        came = sorted(map(str, saved)) if isinstance(saved, Mapping) else type(saved).__name__
        raise MetraxTypeError(
            f"saved: got {came}; expected {sorted(keys)}, which metrax.layout(metric) returned "
            "when the state was saved"
        )
    if saved["version"] != VERSION:
        raise MetraxError(
            f"saved: got a layout of version {saved['version']!r}; expected {VERSION}. Restore the "
            "state with the version of metrax that it was saved with"
        )
    entries, states = {"statistic", "leaves", "inputs", "metric"}, saved.get("states")
    whole = isinstance(states, Mapping) and all(
        isinstance(x, Mapping) and entries <= x.keys() for x in states.values()
    )
    if not whole:
        raise MetraxTypeError(
            f"saved: states: got {shown(states)}; expected {sorted(entries)} for each state, as "
            "metrax.layout(metric) returned"
        )
