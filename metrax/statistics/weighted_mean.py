"""Weighted mean of per-example values."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar, Self

import jax.numpy as jnp
from jax import Array

from metrax.accumulators.mean import Mean
from metrax.core.checks import Classes, MetraxError, MetraxTypeError, describe, is_one_of
from metrax.core.statistic import Statistic


class WeightedMean(Statistic):
    r"""$\sum w\,f$ and $\sum w$ over all elements of $f(\text{y\_true}, \text{y\_pred})$.

    Args:
      fn: maps the inputs to values of shape ``[B, ...]``. It sees floats in the accumulators'
        dtype, integer predictions too; an integer ``y_true`` stays as it is, for it may be labels.
      kwargs: more keyword arguments of ``fn``, as sorted ``(name, value)`` pairs; :meth:`over`
        makes them from keywords.
      predictions_first: whether to call ``fn(y_pred, y_true)``.
      integer_predictions: whether ``fn`` takes integer predictions as they are.
      ignore_class: elements whose first input is this label, or one of these, count neither in
        total nor in weight.
      outputs: the shape of the values' trailing axes that have means of their own; metrics call it
        ``num_outputs``. A last one of length 1 may be left out: values ``[B]`` are of outputs (1,).

    Raises:
      MetraxError: when the function fails, or the values' trailing axes are not ``outputs``.
      MetraxTypeError: when the function returns no array of real numbers.

    Example:
      >>> import metrax
      >>> from metrax import functional
      >>> mean = metrax.statistics.WeightedMean.over(functional.huber, delta=2.0)
      >>> state = mean.observe({"y_true": [[1.], [2.]], "y_pred": [[1.], [5.]], "w": None})
      >>> float(state.mean)
      2.0
    """

    aligned: ClassVar[bool] = False  # labels beside rows of scores; the functions check

    fn: Callable[..., Any]
    kwargs: tuple[tuple[str, Any], ...] = ()
    predictions_first: bool = False
    integer_predictions: bool = False
    ignore_class: Classes = None
    outputs: tuple[int, ...] = ()

    @classmethod
    def over(cls, fn: Callable[..., Any], **kwargs: Any) -> Self:
        """The weighted mean of ``fn(*inputs, **kwargs)``."""
        return cls(fn, tuple(sorted(kwargs.items())))

    def init(self) -> Mean:
        return Mean.zeros(self.outputs, self.accumulates)

    def example(self) -> Sequence[Any]:
        return (self.outputs,) * 2

    def contribute(self, y_true: Array, y_pred: Array) -> Mean:
        values = self._values(*(self._float(x) for x in (y_true, y_pred)))
        keep = None
        if self.ignore_class is not None:
            keep = ~is_one_of(y_true.reshape(values.shape), self.ignore_class)
        return Mean.each(self._of_outputs(values), w=keep, keep=self._kept)

    @property
    def _kept(self) -> tuple[int, ...]:
        """The axes that are not added up."""
        return tuple(range(-len(self.outputs), 0))

    def _of_outputs(self, values: Array) -> Array:
        """Values of shape ``[B, ..., *outputs]``, a last axis of one output added if need be."""
        if self.outputs[-1:] == (1,) and values.shape[1:] == self.outputs[:-1] and values.ndim:
            return values[..., None]
        lead = values.ndim - len(self.outputs)
        if self.outputs and (lead < 1 or values.shape[lead:] != self.outputs):
            sizes = ", ".join(map(str, self.outputs))
            raise MetraxError(
                f"num_outputs: got y_true and y_pred of shape {values.shape}; expected "
                f"(B, {sizes}), examples first and outputs last. Pass the shape of the trailing "
                "axes that are to have values of their own, or leave num_outputs out for the mean "
                "of all elements"
            )
        return values

    def _float(self, x: Array) -> Array:
        """A float or boolean array in the accumulators' dtype; integers, which may be labels."""
        return x if jnp.issubdtype(x.dtype, jnp.integer) else x.astype(self.accumulates)

    def _values(self, y_true: Array, y_pred: Array) -> Array:
        if not self.integer_predictions:
            y_pred = y_pred.astype(self.accumulates)
        data = (y_pred, y_true) if self.predictions_first else (y_true, y_pred)
        with self._blamed(y_true, y_pred):
            values = self.fn(*data, **dict(self.kwargs))
        return real_values(self.fn, values)

    @property
    def _name(self) -> str:
        return getattr(self.fn, "__name__", str(self.fn))

    @contextlib.contextmanager
    def _blamed(self, *data: Array) -> Iterator[None]:
        """Name the function and its inputs in what it raises."""
        try:
            yield
        except MetraxError:
            raise
        except Exception as error:
            raise MetraxError(
                f"fn: {self._name} got {' and '.join(map(describe, data))} and raised {error}; "
                "pass what the function takes"
            ) from error


def real_values(fn: Callable[..., Any], values: Any) -> Array:
    """What a function returned, if it is an array of real numbers."""
    if not isinstance(values, Array):
        raise MetraxTypeError(
            f"fn: {fn} returned a {type(values).__name__}; expected an array with one value per "
            "example"
        )
    if jnp.issubdtype(values.dtype, jnp.complexfloating):
        raise MetraxTypeError(
            f"fn: {fn} returned complex numbers ({describe(values)}); return the real part or the "
            "magnitude"
        )
    return values
