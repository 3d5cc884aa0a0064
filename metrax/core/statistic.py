"""``Statistic``: what is accumulated."""

import contextlib
import dataclasses
import functools
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, final

import jax
import numpy as np
from jax import Array

from metrax.core.by_example import Batch, same_one_by_one
from metrax.core.checks import (
    BY_VALUE,
    TRACED,
    MetraxError,
    MetraxTypeError,
    describe,
    same_shape,
    shown,
)
from metrax.core.config import Config
from metrax.core.derived import derived
from metrax.core.domains import Domain
from metrax.core.dtypes import accumulator_dtype, name_dtype
from metrax.core.final import refuse_overrides
from metrax.core.inputs import arrays_of, is_ours, parameters, refuse_unnamed, signed, widened
from metrax.core.into import into, is_large
from metrax.core.merge import merge
from metrax.core.pieces import add_in_pieces_or_whole
from metrax.core.reduce import reduce
from metrax.core.rows import is_rows, weighed
from metrax.core.sharding import automatic, replicated, spec_of
from metrax.core.state import nothing_like, one_state
from metrax.kernels.arithmetic import default_float


class Statistic(Config, ABC):
    """What a metric accumulates: what each example adds, and to which cell.

    A subclass declares its configuration as dataclass fields and defines :meth:`contribute`.
    Weights, masks, sums, the state's class and its empty value are the core's. Metrics with equal
    statistics can share one state.

    Args:
      dtype: the dtype of the metric's value; sums are float32 or better, whatever it is.

    Raises:
      MetraxTypeError: when a subclass names its inputs, or its method, as metrax 0.1 did; when
        ``contribute`` returns something else than accumulators' rows.

    Example:
      >>> import jax.numpy as jnp
      >>> import metrax
      >>> from metrax import accumulators as acc
      >>> class Errors(metrax.Statistic):
      ...     def contribute(self, y_true, y_pred):
      ...         error = y_pred - y_true
      ...         return {"error": acc.Moments.each(error), "largest": acc.Max.each(jnp.abs(error))}
      >>> state = Errors().observe({"y_true": [1., 2.], "y_pred": [2., 5.], "w": [1., 1.]})
      >>> float(state["error"].mean), float(state["largest"].value)
      (2.0, 3.0)
    """

    _namespace: ClassVar[str] = "metrax.statistics"

    aligned: ClassVar[bool] = True
    """Whether the first two inputs have one shape: then they come so, or there is an error."""

    _of_weights: ClassVar[bool] = False
    """Whether all sums are of weights, of which one that is no number makes every value NaN."""

    dtype: str | None = dataclasses.field(default=None, kw_only=True)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        refuse_overrides(cls)
        refuse_unnamed(cls)
        if isinstance(vars(cls).get("inputs"), tuple):
            raise MetraxTypeError(
                f"{cls.__qualname__}: got inputs = {vars(cls)['inputs']}; expected the names as "
                "parameters of `contribute`"
            )
        if "summarize" in cls.__dict__:
            raise MetraxTypeError(
                f"{cls.__qualname__}: got a 'summarize', which metrax 0.1 called; expected "
                "contribute(self, y_true, y_pred), which returns a tree of Accumulator.each(...) "
                "and takes no weights, for the core weighs and adds up"
            )

    def _fill(self) -> None:
        name_dtype(self)

    @property
    def accumulates(self) -> np.dtype:
        """The dtype of the states: float32, or float64 if asked for or JAX's default."""
        return accumulator_dtype(self.dtype)

    @abstractmethod
    def contribute(self, *args: Any, **kwargs: Any) -> Any:
        """What each example adds; a hook. Its parameters name the inputs.

        Those after ``*`` are inputs that are not compared in shape with the others. It is called
        under ``jit``, with arrays whose gradient is stopped and whose mesh axes are not
        ``Explicit``; half precision and small integers come widened, booleans as they are.

        Returns:
          A tree of ``Accumulator.each(...)``: an accumulator, a dictionary or a :class:`State` of
          them. An example's rows must not depend on the others:
          ``contribute(x[i]) == contribute(x)[i]``.
        """

    def example(self) -> Sequence[Any]:
        """The shapes of one example's inputs, from which :meth:`init` follows; a hook.

        None stands for an input by keyword that may be left out.
        """
        return ((),) * len(self._inputs)

    def init(self) -> Any:
        """The state of no data, of the shapes and dtypes that :meth:`observe` returns."""
        with jax.ensure_compile_time_eval():
            like = derived(self, _observe, default_float())
            return nothing_like(like)

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        """What the inputs may hold, for :func:`metrax.checked`; a hook. Others: any number."""
        return {}

    def _weights(self, w: Array | None, *inputs: Any) -> Array | None:
        """The weights of the rows, from those of the inputs; a hook."""
        return w

    def _batched(self, *inputs: Any) -> bool:
        """Whether the inputs' first axis is one of examples, where they have axes; a hook."""
        return True

    @property
    def _in_place(self) -> bool:
        """Whether rows may have no example, so that an update leaves their sums alone; a hook."""
        return False

    @property
    def _stratum(self) -> int | None:
        """Of a state of counts, how many trailing axes an example is in one cell of; a hook.

        Along the axes before those examples are of different kinds, each with a number of its own.
        None if an example may be in several cells.
        """
        return None

    def _is_one_mean(self, shape: tuple[int, ...]) -> bool:
        """Whether a state of one mean of a shape has each example in one cell of it; a hook."""
        return not shape

    def _label_inputs(self) -> tuple[str, ...]:
        """The inputs that hold labels of classes, of which any number may be none; a hook."""
        return ()

    @property
    def _author(self) -> type:
        """The class whose ``contribute`` names the inputs."""
        return type(self)

    @property
    def _ours(self) -> bool:
        """Whether metrax's own code says what is added, which the laws hold."""
        return is_ours(self._author.contribute)  # pyright: ignore[reportAttributeAccessIssue]

    @property
    def _inputs(self) -> tuple[str, ...]:
        """The names of the inputs, in the order of :meth:`contribute`."""
        return tuple(parameters(self._author))

    @property
    def _extra(self) -> dict[str, bool]:
        """The inputs that go by keyword only, and whether each may be left out."""
        found = parameters(self._author).values()
        return {x.name: x.default is not x.empty for x in found if x.kind is x.KEYWORD_ONLY}

    @final
    def observe(self, inputs: Mapping[str, Any]) -> Any:
        """The state of one batch, from its inputs and ``w`` by name."""
        return _observe(self, *arrays_of(inputs, self._label_inputs()))

    @final
    def update(self, state: Any, inputs: Mapping[str, Any]) -> Any:
        """``merge(state, observe(inputs))``, of a large state only the cells that are touched."""
        if (self._in_place or is_large(state)) and jax.process_count() == 1:
            update = _update_inline if self._in_place else _update
            return update(self, state, *arrays_of(inputs, self._label_inputs()))
        return merge(state, self.observe(inputs))

    def _rows(self, inputs: Mapping[str, Any]) -> Any:
        """What each example of a batch adds, weighed; a hook of statistics made of others."""
        data = [inputs.get(name) for name in self._inputs]
        tree = self._contributed(data)
        self._check(tree, data)
        if not self._ours and _mixes_examples(self, data):
            raise MetraxError(
                f"contribute: {self._author.__name__} gave an example other rows in another batch; "
                "expected rows of each example alone, whatever else is in the batch: leave the "
                "batch axis out of means, sums and orders"
            )
        return weighed(tree, self._weights(inputs.get("w"), *data), self.accumulates)

    def _contributed(self, data: list[Any]) -> Any:
        if self.aligned and len(data) - len(self._extra) > 1:
            with _called(*self._inputs[:2]):
                data[:2] = same_shape(data[0], data[1])
        wide: list[Any] = [widened(x) if self._ours else signed(x) for x in data]
        extra = self._extra
        given = dict(zip(self._inputs, wide, strict=True))
        places = [x for name, x in given.items() if name not in extra]
        keywords = {name: x for name, x in given.items() if name in extra}
        try:
            tree = self.contribute(*places, **keywords)
        except MetraxError:
            raise
        except Exception as error:  # anybody's
            raise MetraxError(
                f"contribute: {self._author.__name__} got {' and '.join(map(describe, wide))} and "
                f"raised {error}; {TRACED if isinstance(error, BY_VALUE) else 'pass what it takes'}"
            ) from error
        return tree

    def _check(self, tree: Any, data: list[Any]) -> None:
        name = f"contribute: {self._author.__name__}"
        leaves = jax.tree.leaves(tree, is_leaf=is_rows)
        if not leaves or not all(map(is_rows, leaves)):
            raise MetraxTypeError(
                f"{name} returned {shown(tree)}; expected a tree of accumulators' rows, such as "
                "acc.Mean.each(values), with `from metrax import accumulators as acc`"
            )
        for row in leaves:
            if not self._ours and data and row.shape[:1] != data[0].shape[:1]:
                raise MetraxError(
                    f"{name} returned rows of shape {row.shape} for inputs "
                    f"{' and '.join(map(describe, data))}; expected a value for each example, "
                    "[B, ...]: leave the batch axis out of its sums and means"
                )


@contextlib.contextmanager
def _called(first: str, second: str) -> Iterator[None]:
    """Call the two inputs by their names in an error about their shapes."""
    try:
        yield
    except MetraxError as error:
        if (first, second) != ("y_true", "y_pred"):
            rest = str(error).removeprefix("y_true and y_pred")
            more = "; or set aligned = False on the class, if the shapes are meant to differ"
            error.args = (f"{first} and {second}{rest}{more}",)
        raise


def _mixes_examples(statistic: Statistic, data: list[Any]) -> bool:
    """Whether the rows of an example are seen to depend on the others, where that can be tried."""
    lengths = {x.shape[:1] for x in data if x is not None}
    if any(x is None for x in data) or len(lengths) != 1 or () in lengths:
        return False
    return _mixes(statistic, Batch.like(*data))


@functools.lru_cache(maxsize=1024)
def _mixes(statistic: Statistic, batch: Batch) -> bool:
    return not same_one_by_one(lambda *data: statistic._contributed(list(data)), batch)


@functools.partial(jax.jit, static_argnums=(0, 1))
def _observe(statistic: Statistic, names: tuple[str, ...], *arrays: Array | None) -> Any:
    def rows(arrays: Sequence[Array | None]) -> Any:
        return statistic._rows(dict(zip(names, arrays, strict=True)))

    def reduced(*arrays: Array | None) -> Any:
        return reduce(rows(arrays), add=functools.partial(add_in_pieces_or_whole, rows, arrays))

    return one_state(replicated(reduced, *arrays))


def _updated(
    statistic: Statistic, state: Any, names: tuple[str, ...], *arrays: Array | None
) -> Any:
    def updated(state: Any, *arrays: Array | None) -> Any:
        return into(state, statistic._rows(dict(zip(names, arrays, strict=True))))

    return automatic(updated, state, *arrays, specs=jax.tree.map(spec_of, state))


_update = jax.jit(_updated, static_argnums=(0, 2))
# What is left alone goes through the caller's program as it is, where a program of its own copies.
_update_inline = jax.jit(_updated, static_argnums=(0, 2), inline=True)
