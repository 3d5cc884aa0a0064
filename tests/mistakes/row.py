"""What a row of the table of mistakes says, and the data that all rows share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import metrax


@dataclass(frozen=True)
class Row:
    """A mistake, and how it must end.

    Attributes:
      what: the mistake in words.
      call: the user's call.
      right: the number that it must give, by a formula or a library that is not ours.
      says: what the metrax error must say, a pattern: argument, what came, what to do.
      metric: for mistakes that only values tell, the metric to look at them with ``checked``.
      args: its inputs.
      nobody: why nobody could tell, where a number comes that is not meant.
    """

    what: str
    call: Callable[[], Any] | None = None
    right: Any = None
    says: str = ""
    metric: metrax.Metric | None = None
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    nobody: str = ""

    def __post_init__(self) -> None:
        assert (self.right is not None) + bool(self.says) + bool(self.nobody) == 1, self.what

    def run(self, metric: metrax.Metric | None = None) -> Any:
        if self.call is not None:
            return self.call()
        return (metric or self.metric)(*self.args, **self.kwargs)


def gives(what: str, metric: metrax.Metric, *args: Any, right: Any, **kwargs: Any) -> Row:
    """A mistake that does no harm."""
    return Row(what, metric=metric, args=args, kwargs=kwargs, right=right)


def raises(what: str, metric: metrax.Metric, *args: Any, says: str, **kwargs: Any) -> Row:
    """A mistake that shapes, dtypes or names tell, or values to ``checked``."""
    return Row(what, metric=metric, args=args, kwargs=kwargs, says=says)


def unseen(what: str, metric: metrax.Metric, *args: Any, nobody: str, **kwargs: Any) -> Row:
    """A mistake that nobody could tell from what came."""
    return Row(what, metric=metric, args=args, kwargs=kwargs, nobody=nobody)


def says(what: str, call: Callable[[], Any], pattern: str) -> Row:
    """A call that raises."""
    return Row(what, call, says=pattern)


def is_(what: str, call: Callable[[], Any], right: Any) -> Row:
    """A call that is right."""
    return Row(what, call, right=right)


def softmax(x: np.ndarray) -> np.ndarray:
    e = np.exp(x - x.max(-1, keepdims=True))
    return (e / e.sum(-1, keepdims=True)).astype(np.float32)


# Four examples: binary labels and scores, their logits; three classes; a regression.
Y = np.array([0, 0, 1, 1], np.int32)
P = np.array([0.1, 0.6, 0.4, 0.9], np.float32)
HARD = np.array([0, 1, 0, 1], np.int32)
LOGITS = np.log(P / (1 - P))
K = np.array([0, 2, 1, 2], np.int32)
BEST = np.array([0, 2, 2, 1], np.int32)
Z = np.array([[2, -1, 0], [0, 1, 3], [1, 0, 2], [-1, 2, 1]], np.float32)
S = softmax(Z)
ONE_HOT = np.eye(3, dtype=np.float32)[K]
R = np.array([1, 2, 3, 5], np.float32)
Q = np.array([1.5, 2, 2, 6], np.float32)
W = np.array([1, 2, 0, 1], np.float32)
COLUMN = np.s_[:, None]

# What errors say of shapes.
SHAPES = "y_true and y_pred: got .* and .*must have one shape.*Reshape or one-hot"
AXIS = "got .*expected a batch axis and a class or feature axis.*Add the missing axis"
LABELS = "y_true: got .*expected integer labels of shape.*one-hot labels use the categorical"

# What ``checked`` says of values.
PROBABILITY = "y_pred: got .*expected numbers from 0 to 1.*pass probabilities"
BINARY = "y_true: got .*expected whole numbers from 0 to 1"
