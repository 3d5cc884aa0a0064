"""What a row of the table of cases says about a metric."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

import metrax

Inputs = tuple[np.ndarray, ...]
SIZE = 24
"""Examples in every batch of the laws: one shape, so that compilations are shared."""

# What rows are exempt from: laws, and some things that laws look for.
MISFITS = "test_shapes_that_do_not_fit_raise"
DIRECTION = "test_a_perfect_prediction_is_better_than_a_random_one"
INTEGER_INPUTS = "test_integer_inputs_are_promoted"
LABELS_OUT_OF_RANGE = "test_bad_values_raise, among integers"
SHAPES_THAT_PAIR = "test_malformed_calls_end_in_a_metrax_error_or_fit, the shapes of good calls"


def stays_out(reason: str, *combinators: str) -> dict[str, str]:
    """The combinators that a row's metric does not go into, with the reason."""
    law = "test_every_metric_in_every_combinator"
    return {f"{law}, {name}": reason for name in combinators}


@dataclass(frozen=True)
class Batch:
    """The metric's inputs and a weight for each example."""

    inputs: Inputs
    w: np.ndarray

    def __getitem__(self, rows: Any) -> "Batch":
        return Batch(tuple(x[rows] for x in self.inputs), self.w[rows])


@dataclass(frozen=True)
class Case:
    """A metric, how to make batches for it, and its value by an independent float64 formula.

    Attributes:
      metric: the instance under test.
      make: ``make(rng, n)`` returns the inputs of ``n`` examples.
      reference: ``reference(*inputs, w)`` with float64 predictions and one weight per example.
      name: the row's name, if two rows have one class.
      poison: what the inputs of an example of weight zero may hold, one for each input.
      misfits: inputs whose shapes must raise.
      rtol: relative tolerance of float32 against the reference.
      exempt: the laws, or what they look for, that the row is exempt from, each with the reason.
      awaits: the laws that fail, until the code that they wait for is written.
      because: what they wait for.
      hits: whether what is averaged is 0 or 1, so that its sums are exact.
      perfect: ``perfect(y_true, y_pred)`` returns predictions than which there are no better, if
        they are not the targets themselves, or their one-hot rows.
      apart: why its program is not that of other rows with a statistic like its own, if it is not.
    """

    metric: metrax.Metric
    make: Callable[[np.random.Generator, int], Inputs]
    reference: Callable[..., Any]
    name: str = ""
    poison: tuple[float, ...] = (np.nan, np.nan)
    misfits: tuple[Inputs, ...] = ()
    rtol: float = 2e-6
    exempt: Mapping[str, str] = field(default_factory=dict)
    because: str = ""
    keywords: tuple[str, ...] = field(default=())
    awaits: tuple[str, ...] = ()
    hits: bool = False
    perfect: Callable[..., np.ndarray] | None = None
    apart: str = ""

    def __post_init__(self) -> None:
        reasons = [*self.exempt.values(), *([self.because] if self.awaits else [])]
        assert all(len(reason.split()) >= 3 for reason in reasons), (
            "a law left out needs its reason"
        )

    @property
    def id(self) -> str:
        return self.name or type(self.metric).__name__

    @property
    def counts(self) -> bool:
        """Whether the state holds sums of weights only, which are exact."""
        known = metrax.statistics
        exact = known.ThresholdCounts | known.ConfusionCounts | known.ClassCounts
        exact |= known.ScoreHistogram
        return self.hits or isinstance(self.metric._statistic, exact)

    def of(self, metric: metrax.Metric) -> "Case":
        """The case for another metric of the same inputs and value."""
        return self.but(metric=metric)

    def but(self, **changes: Any) -> "Case":
        """The same row with other attributes."""
        return replace(self, **changes)

    def batch(self, seed: int = 0, n: int = SIZE) -> Batch:
        rng = np.random.default_rng(seed)
        inputs = self.make(rng, n)
        return Batch(inputs, rng.integers(1, 5, n).astype(np.float32) / 4)

    def observe(self, batch: Batch) -> Any:
        return self.metric.observe(*self.arguments(batch)[0], **self.arguments(batch)[1])

    def update(self, state: Any, batch: Batch) -> Any:
        args, kwargs = self.arguments(batch)
        return self.metric.update(state, *args, **kwargs)

    def arguments(self, batch: Batch) -> tuple[tuple, dict]:
        """Positional arguments, or keywords for a metric that reads named outputs."""
        if not self.keywords:
            return (*batch.inputs, batch.w), {}
        return (), dict(zip(self.keywords, (*batch.inputs, batch.w), strict=True))

    def predicting(self, y_pred: Any, batch: Batch) -> Batch:
        """The batch with other predictions, of the dtype of its own."""
        *others, old = batch.inputs
        return Batch((*others, np.asarray(y_pred).astype(old.dtype)), batch.w)

    def perfected(self, batch: Batch) -> Batch:
        """The batch with perfect predictions."""
        *_, y_true, y_pred = batch.inputs
        return self.predicting((self.perfect or like)(y_true, y_pred), batch)

    def expected(self, batch: Batch) -> Any:
        inputs = [x.astype(np.float64) if x.dtype.kind == "f" else x for x in batch.inputs]
        return self.reference(*inputs, batch.w.astype(np.float64))

    def value(self, state: Any) -> Any:
        return self.metric.compute(state)


def like(y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
    """The targets as predictions, which may be their classes or rows of scores."""
    if y_true.ndim > y_pred.ndim:
        return y_true.argmax(-1)
    return one_hot(y_true, y_pred.shape[-1]) if y_true.ndim < y_pred.ndim else y_true


def mean(values: np.ndarray, w: np.ndarray) -> float:
    """The weighted mean over all elements, each with its example's weight."""
    w = np.broadcast_to(w.reshape(-1, *(1,) * (values.ndim - 1)), values.shape)
    return float((w * values).sum() / w.sum())


def probabilities(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Rows that sum to 1."""
    x = rng.random(shape) + 0.05
    return (x / x.sum(-1, keepdims=True)).astype(np.float32)


def one_hot(labels: np.ndarray, classes: int) -> np.ndarray:
    """Float one-hot rows."""
    return np.eye(classes, dtype=np.float32)[labels]


def normals(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Standard normal float32 numbers."""
    return rng.normal(size=shape).astype(np.float32)
