"""Metrics of classes: how their inputs are read, which statistic that is, and how they average."""

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from metrax.accumulators.mean import Mean
from metrax.aggregation.averages import Absent, AverageOrSamples, Averaging
from metrax.core.checks import Classes, MetraxError, at_least, shown
from metrax.core.statistic import Statistic
from metrax.core.typed import PairMetric
from metrax.core.typing import ValueT
from metrax.core.values import ordered
from metrax.statistics.class_counts import ClassCounts, ClassCountsState
from metrax.statistics.mean_of_counts import MeanOfCounts
from metrax.statistics.threshold_counts import Counts, ThresholdCounts, ThresholdCountsState

State = ThresholdCountsState | ClassCountsState | Mean
Thresholds = float | tuple[float, ...] | list[float] | None
Reading = Literal["pooled", "labels", "multi_label", "samples"]


def in_order(thresholds: Thresholds, default: float = 0.5) -> tuple[float, ...]:
    """Thresholds in the order given."""
    given: Any = default if thresholds is None else thresholds
    return tuple(float(t) for t in (given if isinstance(given, tuple | list) else (given,)))


def as_given(values: Array, thresholds: tuple[float, ...]) -> Array:
    """Values at ascending thresholds in the order given; of one threshold without their axis."""
    order = np.argsort(np.argsort(thresholds, kind="stable"), kind="stable")
    return values[0] if len(order) == 1 else values[order]


def _shape(x: Any) -> tuple[int, ...]:
    """The shape of what came, nothing where it tells none."""
    if hasattr(x, "shape"):
        return tuple(x.shape)
    return (len(x), *_shape(x[0])) if isinstance(x, list | tuple) and x else ()


def check_thresholds(thresholds: Thresholds) -> None:
    """Raise for thresholds outside [0, 1], or none."""
    given = in_order(thresholds)
    if not given or (thresholds is not None and not all(0 <= t <= 1 for t in given)):
        raise MetraxError(
            f"thresholds: got {shown(thresholds)}; expected a number or several in [0, 1]"
        )


class ReadsClasses(PairMetric[State, ValueT], ABC):
    """A metric of the counts of classes, which reads its inputs as its configuration says.

    Without ``num_classes`` all elements are one stream of labels and scores; with it they are
    labels, one-hot rows or rows of scores, one class each; with thresholds or ``multi_label`` each
    entry of the last axis is a label of its own. No batch's values decide.
    """

    _later: ClassVar[tuple[str, ...]] = ()
    """Arguments that older configurations lack; they are written if not the default."""

    ignore_class: Classes = dataclasses.field(default=None, kw_only=True)
    multi_label: bool = dataclasses.field(default=False, kw_only=True)

    @property
    def _fields(self) -> Any:
        """This metric, for arguments that are fields of each class, in an order of its own."""
        return self

    def _arguments(self) -> dict[str, Any]:
        defaults = self._defaults()
        return {
            name: value
            for name, value in super()._arguments().items()
            if name not in self._later or value != defaults[name]
        }

    @abstractmethod
    def _of_counts(self, counts: Counts) -> Any:
        """The value of counts ``[..., C]``, or, if they are pooled, ``[...]``; a hook."""

    def _pooled(self) -> Statistic:
        """What is accumulated without ``num_classes``; a hook."""
        return ThresholdCounts(tuple(sorted(self._at())), ignore_class=self.ignore_class)

    def _per_label(self) -> Statistic:
        """What is accumulated of labels that each are there or not; a hook."""
        return ThresholdCounts(
            tuple(sorted(self._at())),
            multi_label=True,
            num_labels=self._fields.num_classes,
            size_argument="num_classes",
            ignore_class=self.ignore_class,
        )

    def _per_class(self) -> Statistic:
        """What is accumulated of elements of one class each; a hook."""
        assert self._fields.num_classes is not None
        return ClassCounts(self._fields.num_classes, self.ignore_class)

    def _at(self) -> tuple[float, ...]:
        """The thresholds in the order given; a hook."""
        return in_order(self._fields.thresholds)

    def _is_cut(self) -> bool:
        """Whether thresholds were given; a hook."""
        return self._fields.thresholds is not None

    def _unaveraged(self) -> tuple[int, ...]:
        """The classes that no mean counts; a hook."""
        ignored = self.ignore_class
        return (ignored,) if isinstance(ignored, int) else tuple(ignored or ())

    @property
    def _reading(self) -> Reading:
        if self._fields.num_classes is None:
            return "pooled"
        return "multi_label" if self.multi_label or self._is_cut() else "labels"

    def validate(self) -> None:
        reading = self._reading
        at_least(2 if reading == "labels" else 1, num_classes=self._fields.num_classes)
        check_thresholds(self._fields.thresholds)
        if self.multi_label and reading == "pooled":
            raise MetraxError(
                "num_classes: not given with multi_label=True; pass the length of the last axis, "
                "such as num_classes=10"
            )

    @property
    def statistic(self) -> Statistic:
        reading = self._reading
        if reading == "pooled":
            return self._pooled()
        return self._per_class() if reading == "labels" else self._per_label()

    def _anonymous(self) -> Any:
        """This metric without what its statistic does not depend on."""
        return dataclasses.replace(self, name=None, dtype=None)  # pyright: ignore[reportArgumentType]

    def read(self, state: State) -> Any:
        assert not isinstance(state, Mean)
        if isinstance(state, ClassCountsState):
            return self._of_counts(state.counts())
        counts = state.counts()
        if self._reading != "pooled":  # [C, T]
            counts = Counts(*(jnp.moveaxis(x, -1, 0) for x in counts))
        # Before JAX sorts a dictionary's keys.
        values = ordered(self._of_counts(counts))
        return jax.tree.map(lambda x: as_given(x, self._at()), values)


class OfClasses(ReadsClasses[Array], ABC):
    """A ratio of the four counts of each class, and an average of it."""

    absent: Absent = dataclasses.field(default="skip", kw_only=True)
    zero_division: float = dataclasses.field(default=0.0, kw_only=True)

    @abstractmethod
    def _ratio(self, counts: Counts) -> tuple[Array, Array]:
        """Numerators and denominators, 0/0 where there is no value; a hook."""

    def _of_rows(self) -> ThresholdCounts:
        """How rows of labels are read that have a value each; a hook."""
        return ThresholdCounts(self._at(), ignore_class=self.ignore_class)

    @property
    def _averaging(self) -> Averaging:
        average = None if self._fields.average == "samples" else self._fields.average
        return Averaging(average, self.absent, self.zero_division, self._unaveraged())

    @property
    def _reading(self) -> Reading:
        return "samples" if self._fields.average == "samples" else super()._reading

    def validate(self) -> None:
        super().validate()
        if self._fields.average == "samples" and len(self._at()) > 1:
            raise MetraxError(
                f"thresholds: got {shown(self._at())} with average='samples'; expected one"
            )

    @property
    def statistic(self) -> Statistic:
        if self._reading == "samples":
            return MeanOfCounts(self._anonymous(), self._of_rows())
        return super().statistic

    def _look(self, inputs: Mapping[str, Any]) -> None:
        super()._look(inputs)
        shape = _shape(inputs["y_pred"]) if self._pools_by_chance() else ()
        if len(shape) > 1 and shape[-1] > 1:
            raise MetraxError(
                f"num_classes: not given, and average={self._fields.average!r} of y_pred of shape "
                f"{shape} depends on it; pass how many classes or labels there are, such as "
                f"num_classes={shape[-1]}; average='micro' takes all elements for one stream"
            )

    def _pools_by_chance(self) -> bool:
        """Whether an average was asked for that one stream of elements cannot have."""
        return self._reading == "pooled" and self._fields.average not in (
            "micro",
            type(self._fields).average,
        )

    def read(self, state: State) -> Array:
        return state.mean if isinstance(state, Mean) else super().read(state)

    def _of_counts(self, counts: Counts) -> Array:
        reading, averaging = self._reading, self._averaging
        if reading == "samples":  # [..., 1]
            return averaging.of_one(self._ratio, counts)[..., 0]
        if reading == "pooled":
            return averaging.of_one(self._ratio, counts)
        return averaging.of(self._ratio, counts)


class AveragedOfClasses(OfClasses, ABC):
    """One that is called with how many classes there are, their average, and thresholds."""

    num_classes: int | None = None
    average: AverageOrSamples = "macro"
    thresholds: Thresholds = None
