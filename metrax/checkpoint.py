"""What to store beside a state, so that it is not restored into another metric.

Arrays in a checkpoint do not say what they count: the states of ``Recall(thresholds=0.3)`` and
``Precision(thresholds=0.6)`` have the same shapes.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import jax

from metrax.core.checks import MetraxError, MetraxTypeError, blame, describe
from metrax.core.metric import Metric
from metrax.registry import serialize

VERSION = 1
"""Of what a state's leaves mean, and of this description; raised when either changes."""


def layout(metric: Metric) -> dict[str, Any]:
    """What a metric's state is, to store beside the state: plain values, such as JSON holds.

    Args:
      metric: the metric, or the collection, of which the state is stored.

    Returns:
      The format's ``version``, the ``metric`` as :func:`metrax.serialize` writes it, and the
      ``leaves`` of its state: dtype and shape by path.

    Raises:
      MetraxError: when the metric holds a function without an importable name, or cannot tell the
        shape of its state.

    Example:
      >>> import metrax
      >>> metrax.layout(metrax.Mean())["leaves"]
      {'.total.hi': 'float32[]', '.total.lo': 'float32[]', '.weight.hi': 'float32[]', \
'.weight.lo': 'float32[]'}
    """
    return {"version": VERSION, "metric": serialize(metric), "leaves": _leaves(metric)}


def check_layout(metric: Metric, saved: Mapping[str, Any]) -> None:
    """Raise unless a stored state belongs to this metric; call it before restoring one.

    Args:
      metric: the metric that the state is to be restored for. Its name, and the names of metrics
        inside it, may be others.
      saved: what :func:`layout` returned when the state was stored.

    Raises:
      MetraxError: when the class, an argument or a leaf of the state differs, naming each with what
        was saved and what is expected, or ``saved`` is of another version.
      MetraxTypeError: when ``saved`` is not a layout.

    Example:
      >>> import metrax
      >>> saved = metrax.layout(metrax.AUC(num_thresholds=100))
      >>> metrax.check_layout(metrax.AUC(num_thresholds=100, name="test_auc"), saved)
      >>> metrax.check_layout(metrax.AUC(), saved)
      Traceback (most recent call last):
      metrax.core.checks.MetraxError: metrax.AUC(): the saved state belongs to another metric: \
num_thresholds: got 100, expected 200. Restore it with metrax.deserialize(saved['metric']), or \
start anew from init()
    """
    with blame(metric):
        _check_format(saved)
        if found := list(_differences(saved["metric"], serialize(metric))):
            raise MetraxError(
                f"the saved state belongs to another metric: {'; '.join(found)}. Restore it with "
                "metrax.deserialize(saved['metric']), or start anew from init()"
            )
        if found := list(_differences(saved["leaves"], _leaves(metric))):
            raise MetraxError(
                f"the saved state has other leaves: {'; '.join(found)}. Restore it with the "
                "jax_enable_x64 and the version of metrax that it was saved with, or start anew "
                "from init()"
            )


def _leaves(metric: Metric) -> dict[str, str]:
    shapes = jax.tree_util.tree_leaves_with_path(jax.eval_shape(metric.init))
    return {jax.tree_util.keystr(path): describe(leaf) for path, leaf in shapes}


def _check_format(saved: Any) -> None:
    keys = {"version", "metric", "leaves"}
    if not isinstance(saved, Mapping) or not keys <= saved.keys():
        came = sorted(saved) if isinstance(saved, Mapping) else type(saved).__name__
        raise MetraxTypeError(
            f"saved: got {came}; expected {sorted(keys)}, which metrax.layout(metric) returned "
            "when the state was saved"
        )
    if saved["version"] != VERSION:
        raise MetraxError(
            f"saved: got a layout of version {saved['version']!r}; expected {VERSION}. Restore the "
            "state with the version of metrax that it was saved with"
        )


_ABSENT = object()


def _differences(got: Any, expected: Any, path: str = "") -> Iterator[str]:
    """Where two descriptions differ; metrics of different classes are not compared further."""
    nested = isinstance(got, Mapping) and isinstance(expected, Mapping)
    if nested and got.get("class_name") == expected.get("class_name"):
        ours, theirs = _arguments(expected), _arguments(got)
        for name in dict.fromkeys([*ours, *theirs]):
            where = f"{path}.{name}" if path else name
            yield from _differences(theirs.get(name, _ABSENT), ours.get(name, _ABSENT), where)
    elif nested or got != expected:
        yield f"{path or 'class'}: got {_shown(got)}, expected {_shown(expected)}"


def _arguments(described: Mapping[str, Any]) -> dict[str, Any]:
    """What a description consists of; for a metric its arguments, of which the name is free."""
    if "class_name" not in described:
        return dict(described)
    return {name: value for name, value in described.get("config", {}).items() if name != "name"}


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return str(value.get("class_name") or value.get("function") or sorted(value))
    return "nothing" if value is _ABSENT else repr(value)
