"""Collections as ``clu.metrics`` has them, for loops that were written for it; needs no clu."""

import dataclasses
import inspect
import sys
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self

import jax
import jax.numpy as jnp

import metrax
from metrax.core.checks import MetraxAttributeError, MetraxTypeError, blame, shown

_ELSEWHERE = {
    "LastValue": "keep the last value beside the state",
    "CollectingMetric": "metrax.accumulators.Buffer keeps rows, inside jit too",
    "Metric": "metrax.Metric, with `contribute` and `read`",
    "Std": "define a metrax.Metric that reads metrax.accumulators.Moments",
}


def as_clu(metric: metrax.Metric) -> "type[Collection]":
    """A metric or :class:`metrax.Collection` as a subclass of ``clu.metrics.Collection`` would be.

    Its class methods make a state of one batch, ``update``, its methods merge and read it.

    Args:
      metric: what to compute. Its outputs go by keyword, with those of the model that it does not
        read left aside, as in clu; those that are routed to ``w="mask"`` need the mask.

    Raises:
      MetraxTypeError: when ``metric`` is no metrax metric.

    Example:
      >>> import metrax
      >>> from metrax.interop.clu import as_clu
      >>> Metrics = as_clu(metrax.Collection(
      ...     loss=metrax.Mean().on("loss"), auc=metrax.AUC().on("labels", "scores", w="mask"),
      ... ))
      >>> metrics = Metrics.empty()
      >>> batch = {"labels": [0, 1, 0], "scores": [0.2, 0.7, 0.9], "mask": [1, 1, 0], "loss": 0.5}
      >>> metrics = metrics.merge(Metrics.single_from_model_output(**batch, step=7))
      >>> {name: float(value) for name, value in metrics.compute().items()}
      {'loss': 0.5, 'auc': 1.0}
    """
    if not isinstance(metric, metrax.Metric):
        raise MetraxTypeError(
            f"as_clu: got {shown(metric)}; expected a metrax metric, such as metrax.AUC()"
        )
    if not isinstance(metric, metrax.Collection):
        metric = metrax.Collection([metric])
    return type("Collection", (Collection,), {"metric": metric, "_members": {}})


@dataclasses.dataclass(frozen=True)
class _Output:
    """A metric of one array, which a function finds among the outputs, and of clu's mask."""

    metric: metrax.Metric
    function: Callable[..., Any]
    keeps_rows: bool = False

    def read(self, name: str, outputs: Mapping[str, Any]) -> dict[str, Any]:
        """The metric's inputs under names of their own."""
        given, mask = self.function(**outputs), outputs.get("mask")
        if isinstance(given, Mapping):
            mask = given.get("mask", mask)
            given = {k: x for k, x in given.items() if k != "mask"}
        else:
            given = {self.metric.inputs[0]: given}
        arrays = {k: jnp.asarray(x) for k, x in given.items()}
        rows = {x.shape[:1] for x in arrays.values()}
        if mask is None or (not self.keeps_rows and jnp.shape(mask)[:1] not in rows):
            mask = jnp.ones(())  # clu leaves out a mask that does not fit
        return {**{_mine(name, k): x for k, x in arrays.items()}, _mine(name, "w"): mask}

    def routed(self, name: str) -> metrax.Metric:
        """The metric, reading those names."""
        return self.metric.on(*(_mine(name, x) for x in self.metric.inputs), w=_mine(name, "w"))


def _mine(name: str, what: str) -> str:
    return f"{what} of {name}"


class Average:
    """``clu.metrics.Average``: a weighted mean of an output, or of a function of the outputs.

    By itself it reads the output ``values``. The output ``mask`` is its weights, if it has an entry
    for each example of the values; clu's holds ones and zeros, here they may be any weights.

    Raises:
      MetraxTypeError: on making a state, when the output is missing.

    Example:
      >>> from metrax.interop import clu as metrics
      >>> Metrics = metrics.Collection.create(
      ...     loss=metrics.Average.from_output("loss"),
      ...     gap=metrics.Average.from_fun(lambda labels, outputs, **_: abs(labels - outputs)),
      ... )
      >>> import numpy as np
      >>> labels, outputs = np.array([1., 2., 9.]), np.array([1., 4., 0.])
      >>> update = Metrics.single_from_model_output(
      ...     loss=0.5, labels=labels, outputs=outputs, mask=np.array([1, 1, 0]))
      >>> {name: float(value) for name, value in update.compute().items()}
      {'loss': 0.5, 'gap': 1.0}
    """

    @staticmethod
    def from_output(name: str) -> Any:
        """The mean of the output called ``name``."""
        return _Output(metrax.Mean(), lambda **outputs: _required(name, outputs))

    @staticmethod
    def from_fun(fun: Callable[..., Any]) -> Any:
        """The mean of what ``fun(**outputs)`` returns, or its ``mask`` and ``values``."""
        return _Output(metrax.Mean(), fun)


class Accuracy:
    """``clu.metrics.Accuracy``: of the outputs ``logits`` and ``labels``, weighed by ``mask``.

    Raises:
      MetraxTypeError: on making a state, when an output is missing.

    Example:
      >>> from metrax.interop import clu as metrics
      >>> Metrics = metrics.Collection.create(accuracy=metrics.Accuracy)
      >>> update = Metrics.single_from_model_output(labels=[1, 0], logits=[[0., 1.], [0., 1.]])
      >>> float(update.compute()["accuracy"])
      0.5
    """


def _required(name: str, outputs: Mapping[str, Any]) -> Any:
    if outputs.get(name) is None:
        raise MetraxTypeError(f"needs the output {name!r}; there are {sorted(outputs)}")
    return outputs[name]


def _scores_and_labels(**outputs: Any) -> dict[str, Any]:
    return {"y_true": _required("labels", outputs), "y_pred": _required("logits", outputs)}


_PLAIN = {
    Average: Average.from_output("values"),
    Accuracy: _Output(metrax.SparseCategoricalAccuracy(), _scores_and_labels, keeps_rows=True),
}
"""What clu's classes mean as they are."""


@dataclasses.dataclass(frozen=True)
class Collection:
    """``clu.metrics.Collection``: the state of several metrics, and how it is made and read.

    A subclass names its metrics as clu's do, by annotations, or ``Collection.create(**metrics)``
    does: metrax metrics, routed to the model's outputs, and :class:`Average` and :class:`Accuracy`.
    ``flax.struct.dataclass`` around it is needless and does no harm. In the loop nothing changes
    but the import; metrics that read equal outputs share one state.

    Attributes:
      state: the pure state, for :func:`metrax.merge` and checkpoints.

    Raises:
      MetraxTypeError: when an annotation is no metric, or an output is missing.

    Example:
      >>> import jax, metrax
      >>> from metrax.interop import clu as metrics          # was: from clu import metrics
      >>> class Metrics(metrics.Collection):
      ...     accuracy: metrics.Accuracy
      ...     loss: metrics.Average.from_output("loss")
      ...     auc: metrax.AUC(from_logits=True).on("labels", "margin", w="mask")
      >>> @jax.jit
      ... def eval_step(metrics, labels, logits, mask):
      ...     update = Metrics.single_from_model_output(
      ...         labels=labels, logits=logits, margin=logits[:, 1] - logits[:, 0], loss=0.25,
      ...         mask=mask)
      ...     return metrics.merge(update)
      >>> import numpy as np
      >>> logits = np.array([[0., 1.], [2., 0.], [0., 3.]])
      >>> evaluated = eval_step(Metrics.empty(), np.array([1, 0, 0]), logits, np.array([1, 1, 0]))
      >>> {name: float(value) for name, value in evaluated.compute().items()}
      {'accuracy': 1.0, 'loss': 0.25, 'auc': 1.0}
    """

    state: Any

    metric: ClassVar[metrax.Metric]
    _members: ClassVar[dict[str, _Output]]
    _flax_dataclass: ClassVar[bool] = True  # so that `flax.struct.dataclass` lets it be

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._flax_dataclass = True
        _register(cls)
        if "metric" in vars(cls):
            return
        given = {k: _PLAIN.get(x, x) for k, x in inspect.get_annotations(cls).items()}
        for name, member in given.items():
            if not isinstance(member, metrax.Metric | _Output):
                raise MetraxTypeError(
                    f"{cls.__name__}: {name}: got {shown(member)}; expected a metrax metric, "
                    "Average or Accuracy (without `from __future__ import annotations`, which "
                    "makes strings of them)"
                )
        if given:
            found = {k: x.routed(k) if isinstance(x, _Output) else x for k, x in given.items()}
            cls.metric = metrax.Collection(found)
            cls._members = {k: x for k, x in given.items() if isinstance(x, _Output)}
            cls.__annotations__ = {}

    @classmethod
    def create(cls, **metrics: Any) -> type[Self]:
        """A subclass with these metrics."""
        made: Any = type("Collection", (cls,), {"__annotations__": metrics})
        return made

    @classmethod
    def empty(cls) -> Self:
        """The state before any data, which changes nothing that it is merged with."""
        return cls(cls.metric.init())

    @classmethod
    def single_from_model_output(cls, **outputs: Any) -> Self:
        """The state of one batch."""
        given = {name: x for name, x in outputs.items() if x is not None}
        reads = {name for part in cls.metric._parts for name in part.reads}
        inputs = {name: x for name, x in given.items() if name in reads}
        for name, member in cls._members.items():
            with blame(f"{cls.metric}: {name}"):
                inputs |= member.read(name, given)
        return cls(cls.metric.observe(**inputs))

    @classmethod
    def gather_from_model_output(cls, axis_name: str = "batch", **outputs: Any) -> Self:
        """The state of one batch on all devices; inside ``pmap`` or ``shard_map``.

        Args:
          axis_name: the axis of devices.
          **outputs: the model's outputs on this device.
        """
        return cls(metrax.pmerge(cls.single_from_model_output(**outputs).state, axis_name))

    def merge(self, other: Self) -> Self:
        """The state of what both have seen."""
        return type(self)(metrax.merge(self.state, other.state))

    def reduce(self) -> Self:
        """One state of several that are stacked along a first axis, as ``all_gather`` does."""
        return type(self)(metrax.merge_stacked(self.state))

    def unreplicate(self) -> Self:
        """The first of several equal states, as ``pmap`` returns them."""
        return jax.tree.map(lambda x: x[0], self)

    def compute(self) -> dict[str, Any]:
        """The values by name; those of a metric with several are named ``metric/value``."""
        return self.metric.compute(self.state)

    def compute_values(self) -> dict[str, Any]:
        """The values as ``clu.values.Scalar``, for its writers; this alone needs clu."""
        from clu import values  # pyright: ignore[reportMissingImports]

        return {name: values.Scalar(x) for name, x in metrax.flatten(self.compute()).items()}


def _register(cls: type[Collection]) -> None:
    """Make it a pytree that ``jit`` tells from others with such a state."""
    key = jax.tree_util.GetAttrKey("state")
    jax.tree_util.register_pytree_with_keys(
        cls, lambda x: ([(key, x.state)], cls), lambda cls, children: cls(*children)
    )
    if sys.modules.get("flax"):  # by which loops save their metrics, as a part of their TrainState
        _let_flax_save(cls)


def _let_flax_save(cls: type[Collection]) -> None:
    from flax import serialization

    import metrax.interop.flax  # noqa: F401  # states too

    serialization.register_serialization_state(
        cls,
        lambda x: {"state": serialization.to_state_dict(x.state)},
        lambda x, saved: cls(serialization.from_state_dict(x.state, saved["state"])),
    )


def __getattr__(name: str) -> Any:
    if name in _ELSEWHERE:
        raise MetraxAttributeError(f"metrax.interop.clu has no {name}; instead: {_ELSEWHERE[name]}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
