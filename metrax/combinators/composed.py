"""``Composed`` and ``Mapped``: numbers made of metrics' values."""

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from metrax.combinators.combinator import Combinator
from metrax.combinators.composite import Composite
from metrax.core.arithmetic import Arithmetic
from metrax.core.checks import MetraxError, MetraxTypeError, shown
from metrax.core.metric import Metric
from metrax.core.part import Part
from metrax.core.readout import as_dtype
from metrax.core.typing import StateT
from metrax.kernels.arithmetic import safe_divide

OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": lambda x, y: safe_divide(jnp.asarray(x, float), jnp.asarray(y, float)),
    "**": operator.pow,
}

Expression = tuple[Any, ...]
"""``(operator, left, right)`` of expressions, numbers, and the indices of metrics."""


class Composed(Composite[dict[str, Any], Any]):
    r"""Arithmetic of metrics, which ``+ - * / **`` of metrics and numbers make.

    ``2 * p * r / (p + r)`` is a metric like any other: equal metrics in it, and those with equal
    statistics, share one state; ``update`` takes what a :class:`~metrax.Collection` of them would.
    The value is that of the expression, element by element where values are vectors or
    dictionaries; $0/0$ is 0, as everywhere.

    Args:
      expression: ``(operator, left, right)``, in which an ``int`` is a metric's index.
      metrics: the metrics.
      name: defaults to ``"composed"``; in a collection it is called what the collection says.
      dtype: dtype of the value.

    Raises:
      MetraxTypeError: when an operand is neither a metric nor a number.

    Example:
      >>> import metrax
      >>> p, r = metrax.Precision(), metrax.Recall()
      >>> f1 = 2 * p * r / (p + r)
      >>> f1
      2.0 * metrax.Precision() * metrax.Recall() / (metrax.Precision() + metrax.Recall())
      >>> len(f1.init())                                       # precision and recall share a state
      1
      >>> round(float(f1([1, 1, 0, 1], [.9, .2, .8, .7])), 6)
      0.666667
      >>> float((1 - metrax.BinaryAccuracy())([1, 0], [.9, .8]))
      0.5
    """

    expression: Expression
    metrics: tuple[Metric, ...]

    def validate(self) -> None:
        _check(self.expression, len(self.metrics))
        for metric in self.metrics:
            if isinstance(metric, Composite):
                raise MetraxTypeError(
                    f"Composed: got {metric}, which has several values; expected metrics of one "
                    "each, such as its members: collection['name']"
                )

    @property
    def inputs(self) -> tuple[str, ...]:
        """What all operands take before ``w``, if they take the same."""
        common = {metric.inputs for metric in self.metrics}
        return common.pop() if len(common) == 1 else super().inputs

    @property
    def _members(self) -> Sequence[tuple[str, Metric]]:
        return tuple((str(i), metric) for i, metric in enumerate(self.metrics))

    def _value(self, parts: Sequence[Any]) -> Any:
        values = [value for _, value in self._each_member(parts)]
        found = _evaluated(self.expression, values)
        return found if self.dtype is None else as_dtype(found, self.dtype)

    def _brief(self) -> str:
        return f"metrax.Composed({self.metrics[0]}, ...)"

    def __repr__(self) -> str:
        return _written(self.expression, self.metrics)


class Mapped(Combinator[StateT, Any]):
    r"""Another readout of a metric: $f(\text{metric})$, on the same state.

    Args:
      metric: any metric.
      fn: a function of the metric's value, pure, of ``jax.numpy``; for :func:`metrax.serialize` one
        that :func:`metrax.register` or a module knows by name.
      name: defaults to the metric's.
      dtype: dtype of the value.

    Example:
      >>> import jax.numpy as jnp
      >>> import metrax
      >>> root = metrax.Mapped(metrax.MeanSquaredError(), jnp.sqrt)
      >>> float(root([1., 2.], [4., 5.]))
      3.0
    """

    fn: Callable[..., Any]

    @property
    def higher_is_better(self) -> Any:
        """Not known of a function's value."""
        return None

    @property
    def value_range(self) -> Any:
        """Not known of a function's value."""
        return Metric.value_range

    def _brief(self) -> str:
        return f"metrax.Mapped({self.metric}, ...)"

    @property
    def _parts(self) -> tuple[Part, ...]:  # pyright: ignore[reportIncompatibleVariableOverride]
        return self.metric._parts

    def _value(self, parts: Sequence[Any]) -> Any:
        found = jax.tree.map(jnp.asarray, self.fn(self.metric._value(parts)))
        return found if self.dtype is None else as_dtype(found, self.dtype)

    def read(self, state: Any) -> Any:
        return self.fn(self.metric._read_as_dtype(state))


def composed(name: str, *operands: Any) -> Metric[dict[str, Any], Any]:
    """The metric that an operator between metrics, or a metric and a number, makes."""
    metrics: list[Metric] = []
    terms = [_term(operand, metrics) for operand in operands]
    if any(term is None for term in terms):
        return NotImplemented
    return Composed((name, *terms), tuple(metrics))


Arithmetic._compose = staticmethod(composed)


def _term(operand: Any, metrics: list[Metric]) -> Any:
    """An operand as it stands in an expression; its metrics are added to ``metrics``."""
    if isinstance(operand, Composed):
        places = [_term(metric, metrics) for metric in operand.metrics]
        return _renumbered(operand.expression, places)
    if isinstance(operand, Metric):
        if operand not in metrics:
            metrics.append(operand)
        return metrics.index(operand)
    if isinstance(operand, bool) or not isinstance(operand, int | float):
        return None
    return float(operand)


def _renumbered(term: Any, places: Sequence[int]) -> Any:
    if isinstance(term, tuple):
        return (term[0], *(_renumbered(x, places) for x in term[1:]))
    return places[term] if isinstance(term, int) else term


def _check(term: Any, metrics: int) -> None:
    if isinstance(term, tuple) and len(term) == 3 and term[0] in OPERATORS:
        _check(term[1], metrics)
        _check(term[2], metrics)
    elif isinstance(term, bool) or not isinstance(term, int | float):
        raise MetraxTypeError(
            f"expression: got {shown(term)}; expected (operator, left, right) of one of "
            f"{list(OPERATORS)}, numbers, and indices of metrics"
        )
    elif isinstance(term, int) and not 0 <= term < metrics:
        raise MetraxError(f"expression: got the metric {term} of {metrics}; expected an index")


def _evaluated(term: Any, values: Sequence[Any]) -> Any:
    if not isinstance(term, tuple):
        return values[term] if isinstance(term, int) else term
    left, right = (_evaluated(x, values) for x in term[1:])
    return _elementwise(OPERATORS[term[0]], left, right)


def _elementwise(fn: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    """``fn`` of two values, or of each entry of dictionaries and the other's, or the number."""
    one, other = (isinstance(x, Array | float) for x in (left, right))
    if one and not other:
        return jax.tree.map(lambda x: fn(left, x), right)
    if other and not one:
        return jax.tree.map(lambda x: fn(x, right), left)
    return jax.tree.map(fn, left, right)


STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2, "**": 3}


def _written(term: Any, metrics: Sequence[Metric], above: int = 0) -> str:
    """Python source for an expression, with no more parentheses than it needs."""
    if not isinstance(term, tuple):
        return repr(metrics[term] if isinstance(term, int) else term)
    name, left, right = term
    mine = STRENGTH[name]
    # Of equals the left one is done first; powers are the other way round.
    words = (
        f"{_written(left, metrics, mine + (name == '**'))} {name} "
        f"{_written(right, metrics, mine + (name != '**'))}"
    )
    return f"({words})" if mine < above else words
