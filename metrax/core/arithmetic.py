"""Arithmetic of metrics: ``2 * precision * recall / (precision + recall)`` is a metric."""

from typing import TYPE_CHECKING, Any, ClassVar, Union

if TYPE_CHECKING:
    from metrax.core.metric import Metric

Operand = Union["Metric", float]


class Arithmetic:
    """The operators of metrics; what they make is defined where metrics are made of metrics."""

    _compose: ClassVar[Any] = None

    def _composed(self, operator: str, *operands: Any) -> "Metric[dict[str, Any], Any]":
        return type(self)._compose(operator, *operands)

    def __add__(self, other: Operand) -> "Metric[dict[str, Any], Any]":
        return self._composed("+", self, other)

    def __radd__(self, other: float) -> "Metric[dict[str, Any], Any]":
        return self._composed("+", other, self)

    def __sub__(self, other: Operand) -> "Metric[dict[str, Any], Any]":
        return self._composed("-", self, other)

    def __rsub__(self, other: float) -> "Metric[dict[str, Any], Any]":
        return self._composed("-", other, self)

    def __mul__(self, other: Operand) -> "Metric[dict[str, Any], Any]":
        return self._composed("*", self, other)

    def __rmul__(self, other: float) -> "Metric[dict[str, Any], Any]":
        return self._composed("*", other, self)

    def __truediv__(self, other: Operand) -> "Metric[dict[str, Any], Any]":
        return self._composed("/", self, other)

    def __rtruediv__(self, other: float) -> "Metric[dict[str, Any], Any]":
        return self._composed("/", other, self)

    def __pow__(self, other: Operand) -> "Metric[dict[str, Any], Any]":
        return self._composed("**", self, other)

    def __rpow__(self, other: float) -> "Metric[dict[str, Any], Any]":
        return self._composed("**", other, self)

    def __neg__(self) -> "Metric[dict[str, Any], Any]":
        return self._composed("-", 0.0, self)
