# pyright: strict
"""What users write, with which checkers have nothing to find fault."""

from typing import Any, ClassVar, assert_type

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt
from jax import Array

import metrax
from metrax import accumulators
from metrax.accumulators import Mean
from metrax.statistics import ThresholdCountsState

labels: list[int] = [0, 1, 1]
rows: list[list[float]] = [[0.1, 0.9], [0.8, 0.2], [0.3, 0.7]]
images: list[list[list[list[int]]]] = [[[[0], [1]]], [[[1], [1]]]]
vector: npt.NDArray[np.float32] = np.zeros(3, np.float32)


class Column:
    """A column of a table of another library."""

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> npt.NDArray[np.float64]:
        return np.zeros(3)


# ---- a metric, its states and its values

auc = metrax.AUC(num_thresholds=20, curve="PR", name="area", dtype="float32")
state = auc.init()
assert_type(state, ThresholdCountsState)
assert_type(auc.update(state, labels, [0.1, 0.5, 0.9]), ThresholdCountsState)
assert_type(auc.update(state, labels, vector, 1.0), ThresholdCountsState)
assert_type(auc.observe(y_pred=vector, y_true=Column(), w=labels), ThresholdCountsState)
assert_type(auc.merge(state, state, state), ThresholdCountsState)
value = auc.compute(state)
assert_type(value, Array)
assert_type(auc(labels, value), Array)
assert_type(metrax.merge(state, state), ThresholdCountsState)
assert_type(metrax.merge([state, state]), ThresholdCountsState)
assert_type(metrax.merge({"a": state}, {"a": state}), dict[str, ThresholdCountsState])
assert_type(metrax.MeanSquaredError()(rows, rows, w=None), Array)
assert_type(metrax.MeanIoU(num_classes=2)(images, images), Array)
assert_type(metrax.regression.MeanSquaredError().init(), Mean)
assert_type(metrax.curves.AUC(), metrax.AUC)
described: tuple[object, ...] = (hash(auc), auc.name, auc.inputs, auc.get_config())


# ---- a stream

mean = metrax.Mean()
assert_type(mean.update(mean.init(), 0.5), Mean)
assert_type(mean(values=rows, w=labels), Array)
total: float = float(metrax.Sum()([1, 2, 3]))


# ---- inside a step

accuracy = metrax.SparseCategoricalAccuracy()


@jax.jit  # pyright: ignore[reportUnknownMemberType]
def step(state: Mean, targets: Array, logits: Array) -> Mean:
    return accuracy.update(state, targets, logits)


@jax.jit  # pyright: ignore[reportUnknownMemberType]
def both(state: dict[str, Any], targets: Array, logits: Array) -> dict[str, Any]:
    return metrics.update(state, targets, logits)


def on_a_device(state: Mean) -> Mean:
    return metrax.pmerge(state, "data")


# ---- several metrics, and metrics of metrics

metrics = metrax.Collection(
    ["mae", metrax.AUC()],
    name="all",
    loss=metrax.Mean().on("loss", w="mask"),
    top="top_k_categorical_accuracy",
)
values = metrics.compute(metrics.update(metrics.init(), labels, rows, loss=0.5, mask=[1, 0, 1]))
assert_type(values, dict[str, Array])
assert_type(values["loss"], Array)
assert_type(metrax.checked(auc).update(state, labels, vector), ThresholdCountsState)
assert_type(metrax.checked(metrics)(labels, rows), dict[str, Array])
assert_type(metrax.checked(metrax.Mean())(values=1.0), Array)
assert_type(metrax.by_shard(auc, 8).observe(labels, vector), ThresholdCountsState)
assert_type(metrax.by_shard(metrax.checked(metrax.Mean()), 8, "data")(values=rows), Array)
assert_type(metrax.merge_stacked(state), ThresholdCountsState)
assert_type(metrax.stack(state, 8), ThresholdCountsState)
assert_type(auc.on("labels", "scores").compute(state), Array)


def any_metric(metric: metrax.Metric, more: Array) -> object:
    """The base is open: combinators take inputs of their own."""
    return metric.update(metric.init(), labels, rows, groups=more)


def scalar_of(metric: metrax.Metric[Mean, Array]) -> Array:
    return metric.compute(metric.init())


scalar_of(accuracy)
scalar_of(metrax.RootMeanSquaredError())
any_metric(auc, value)


# ---- names and configurations

assert_type(metrax.deserialize(metrax.serialize(auc)), metrax.Metric)
float(metrax.get("mse")(rows, rows))
metrax.check_layout(auc, metrax.layout(auc))


# ---- functions

assert_type(metrax.functional.mean_squared_error(rows, rows), Array)
metrax.functional.binary_crossentropy([[0, 1]], [[0.6, 0.4]], from_logits=False)
metrax.losses.cosine_similarity([[0.0, 1.0]], np.ones((1, 2)), axis=-1)


# ---- metrics and states of one's own


class Errors(metrax.State):
    largest: accumulators.Max


class TruePositives(metrax.Metric[ThresholdCountsState, Array]):
    threshold: float = 0.5

    @property
    def statistic(self) -> metrax.Statistic:
        return metrax.statistics.ThresholdCounts((self.threshold,), dtype=self.dtype)

    def read(self, state: ThresholdCountsState) -> Array:
        return state.counts().tp[0]


class Better(metrax.Metric):
    higher_is_better: ClassVar[bool | None] = True
    value_range: ClassVar[tuple[float, float]] = (0, 1)

    def read(self, state: Mean) -> Array:
        return state.mean


class ByConfiguration(metrax.Metric):
    share: bool = False

    @property
    def value_range(self) -> tuple[float, float]:  # type: ignore[override]  # mypy: no property
        return (0, 1) if self.share else (0, float("inf"))

    def read(self, state: Mean) -> Array:
        return state.mean


def said_of(metric: metrax.Metric) -> None:
    assert_type(metric.higher_is_better, bool | None)
    assert_type(metric.value_range, tuple[float, float])


assert_type(auc.value_range, tuple[float, float])
assert_type(metrics.higher_is_better, dict[str, bool | None])


class Untyped(metrax.Metric):
    @property
    def statistic(self) -> metrax.Statistic:
        return auc.statistic

    def read(self, state: ThresholdCountsState) -> dict[str, Array]:
        return {"tp": state.counts().tp, "fp": state.counts().fp}


class Gaps(metrax.Statistic):
    power: int = 2

    def contribute(self, y_true: Array, y_pred: Array) -> dict[str, accumulators.Mean]:
        return {"gap": accumulators.Mean.each(abs(y_true - y_pred) ** self.power)}


class Gap(metrax.Metric[dict[str, Mean], Array]):
    """Its own statistic."""

    def contribute(self, y_true: Array, y_pred: Array) -> dict[str, accumulators.Mean]:
        return {"gap": accumulators.Mean.each(abs(y_true - y_pred))}

    def read(self, state: dict[str, Mean]) -> Array:
        return state["gap"].mean


assert_type(Gap().compute(Gap().update(Gap().init(), labels, labels)), Array)
own = TruePositives(threshold=0.3, name="tp")
assert_type(own.compute(own.update(own.init(), labels, vector)), Array)


@metrax.register(name="tests>gap")
def gap(y_true: Array, y_pred: Array) -> Array:
    return jnp.abs(y_true - y_pred)


metrax.MeanMetricWrapper(gap, name="gap")(vector, vector)
