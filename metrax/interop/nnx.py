"""Metrics as ``flax.nnx`` metrics: updated in place, for those who train with NNX."""

from collections.abc import Mapping, Set
from typing import Any

import jax
from flax import nnx

import metrax
from metrax.core.checks import MetraxTypeError, shown


class Metric(nnx.Metric):
    r"""A metric that holds its state, for use wherever a ``flax.nnx.Metric`` goes.

    Every array of the state is an ``nnx.metrics.MetricState`` variable, so the metric passes
    through ``nnx.jit``, ``nnx.scan`` and ``nnx.split``, sits in an ``nnx.MultiMetric``, and is
    checkpointed with the model. The value is the wrapped metric's, whatever batches came:

    $$\text{compute}(s_1 \oplus \dots \oplus s_n), \quad s_i = \text{observe}(\text{batch}_i)$$

    Args:
      metric: what to compute: any metrax metric, a routed one, or a :class:`metrax.Collection`.

    Raises:
      MetraxError: when the metric cannot tell the shape of its state, naming the argument to give.
      MetraxTypeError: when ``metric`` is no metrax metric.

    Example:
      >>> import metrax, metrax.interop.nnx
      >>> from flax import nnx
      >>> metrics = nnx.MultiMetric(
      ...     loss=metrax.interop.nnx.Metric(metrax.Mean().on("loss")),
      ...     accuracy=metrax.interop.nnx.Metric(metrax.SparseCategoricalAccuracy()),
      ... )
      >>> metrics.update(loss=0.5, y_true=[1, 0], y_pred=[[.3, .7], [.4, .6]])
      >>> {name: float(value) for name, value in metrics.compute().items()}
      {'loss': 0.5, 'accuracy': 0.5}

    References:
      Flax, ``flax.nnx.metrics``.
    """

    def __init__(self, metric: metrax.Metric) -> None:
        if not isinstance(metric, metrax.Metric):
            raise MetraxTypeError(
                f"metric: got {shown(metric)}; expected a metrax metric, such as metrax.Mean()"
            )
        self.metric = metric
        self.variables = nnx.data(jax.tree.map(nnx.metrics.MetricState, metric.init()))

    @property
    def state(self) -> Any:
        """The pure state, to merge with :func:`metrax.merge` or :func:`metrax.pmerge`."""
        return jax.tree.map(lambda x: x.get_value(), self.variables, is_leaf=_is_variable)

    def set_state(self, state: Any) -> None:
        """Take over a state, such as one merged across devices.

        Raises:
          MetraxError: when it is not a state of this metric.
        """
        jax.eval_shape(metrax.merge, self.state, state)  # raises for another metric's state
        self._store(state)

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Take in one more batch.

        In a call by keyword alone, which is how ``nnx.MultiMetric`` calls all its metrics, other
        metrics' keywords are left aside. They must not be weights in disguise: ``mask``, Flax's
        name for them, is taken as ``w``, and raises where the metric is routed and reads it
        nowhere (route it by ``.on(..., w="mask")``; ``MultiMetric`` also takes a dictionary of
        masks, one for each metric that has one). A keyword that says ``weight`` raises where the
        metric would go without its ``w``.

        Args:
          *args: what the metric's own ``update`` takes: ``y_true, y_pred, w`` or ``values, w``.
          **kwargs: the same by keyword, or the named outputs of a routed metric or a collection;
            what combinators take besides (``groups=``, ``step=``, ``clusters=``, ``index=``).

        Raises:
          MetraxError: when shapes do not fit, at trace time.
          MetraxTypeError: when an argument that the metric needs is missing (a misspelt one is),
            or one is unknown beside positional arguments.
        """
        kwargs = kwargs if args else _pick(self.metric, kwargs)
        self._store(self.metric.update(self.state, *args, **kwargs))

    def compute(self) -> Any:
        """The value: a ``jax.Array``, or a dict or named tuple of them."""
        return self.metric.compute(self.state)

    def reset(self) -> None:
        """Forget all data."""
        self._store(self.metric.init())

    def _store(self, state: Any) -> None:
        jax.tree.map(lambda x, new: x.set_value(new), self.variables, state, is_leaf=_is_variable)


def _is_variable(x: object) -> bool:
    return isinstance(x, nnx.Variable)


def _pick(metric: metrax.Metric, given: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the keywords that the metric reads."""
    parts = metric._parts
    reads = {x for part in parts for x in part.reads}
    takes_w = any(part.optional_w for part in parts)
    if not all(part.has_all(given) for part in parts):
        return dict(given)  # whole, so that the metric's own error shows what came instead
    picked = {name: x for name, x in given.items() if name in reads}
    if given.get("mask") is not None and not takes_w and "mask" not in reads:
        raise MetraxTypeError(
            f"{metric}: got a mask, which no route reads; route it with .on(..., w='mask'). If "
            "this metric is to go without, give MultiMetric a mask for each of the others, by "
            "name: mask={'accuracy': mask}"
        )
    if takes_w:
        picked["w"] = _weights(metric, picked.get("w"), given.keys() - reads, given)
    return picked


def _weights(metric: metrax.Metric, w: Any, unread: Set[str], given: Mapping[str, Any]) -> Any:
    """``w``, or Flax's ``mask`` for it; weights by another name would be missed in silence."""
    mask = given["mask"] if "mask" in unread else None
    if w is not None and mask is not None:
        raise MetraxTypeError(f"{metric}: got both w and mask; pass one, or their product as w")
    disguised = sorted(name for name in unread if "weight" in name.lower())
    if w is None and mask is None and disguised:
        raise MetraxTypeError(
            f"{metric}: got {disguised[0]!r} and no w; pass the weights as w, or say where they "
            f"come from with .on(..., w={disguised[0]!r}), or that there are none with .on(...)"
        )
    return mask if w is None else w
