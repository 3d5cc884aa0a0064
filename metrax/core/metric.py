"""``Statistic`` and ``Metric``: what is accumulated, and what is read off it."""

import dataclasses
import functools
import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Generic, cast, final

import jax
from jax import Array

from metrax.core.alike import check_state
from metrax.core.arithmetic import Arithmetic
from metrax.core.calls import explained, missing_attribute, pass_as, refuse_states, require_state
from metrax.core.checks import SAID_OF_STATES, MetraxError, MetraxTypeError, blame, shown
from metrax.core.config import Config
from metrax.core.domains import Domain
from metrax.core.dtypes import name_dtype
from metrax.core.final import refuse_former, refuse_overrides
from metrax.core.hooks import Hooks
from metrax.core.inputs import refuse_unnamed
from metrax.core.merge import merge
from metrax.core.names import snake_case
from metrax.core.part import Output
from metrax.core.readout import as_dtype, value_of
from metrax.core.refused import lost_is_nan, no_number_is_nan, nothing_is_zero
from metrax.core.sharding import replicated
from metrax.core.state import is_state
from metrax.core.statistic import Statistic
from metrax.core.typing import StateT, ValueT, hook
from metrax.core.values import ordered

if TYPE_CHECKING:
    from metrax.core.routed import Routed

PAIR = ("y_true", "y_pred")
"""What most metrics take, and Keras passes to all."""


class Metric(Hooks, Config, Arithmetic, ABC, Generic[StateT, ValueT]):
    """A statistic and a readout: configuration only, no arrays.

    Metrics are frozen, hashable, picklable and registered as static pytrees, so they pass through
    ``jit`` as arguments, and equal configurations share one trace. All methods are pure. A subclass
    declares its arguments as dataclass fields and defines :attr:`statistic`, or ``contribute``
    itself, and :meth:`read`.

    Args:
      name: the metric's name, in a collection built from a list for example. Defaults to Keras's.
      dtype: the dtype of the value. States accumulate in at least float32, whatever it is.

    Raises:
      MetraxTypeError: when a subclass redefines a method that is final, or a hook of metrax 0.1.

    Example:
      >>> import metrax
      >>> mse = metrax.MeanSquaredError()
      >>> state = mse.init()
      >>> state = mse.update(state, [1., 2.], [1., 4.])
      >>> state = mse.update(state, [3.], [0.], [2.])        # the last argument is w
      >>> float(mse.compute(state))
      5.5
    """

    aliases: ClassVar[tuple[str, ...]] = ()
    """Names by which :func:`metrax.get` knows the class, beside its own in either spelling."""

    # The types are left to be inferred: so checkers let a subclass have either a ClassVar or, where
    # its configuration decides, a property.
    higher_is_better: ClassVar = cast("bool | None", None)
    """Whether a larger value is a better one; None where the value alone does not tell.

    None is the default, and right for a mean of any stream. A collection has a dictionary, from the
    names of its members to what each of them says.
    """

    value_range: ClassVar = (-math.inf, math.inf)
    """The lowest and the highest value that data within :meth:`domains` can give.

    They are the definition's bounds, of each number where a metric has several: rounding may
    exceed them by a last digit, clipping may stop short of them, and no data is 0 even where they
    leave it out. The default bounds nothing. A collection has a dictionary, as above.
    """

    name: str = dataclasses.field(default=None, kw_only=True)  # pyright: ignore[reportAssignmentType]
    dtype: str | None = dataclasses.field(default=None, kw_only=True)

    @property
    @hook
    def statistic(self) -> Statistic:
        """What this metric accumulates; a hook."""
        raise NotImplementedError

    @property
    def inputs(self) -> tuple[str, ...]:
        """The arrays that ``update`` takes before ``w``, as ``contribute`` names them."""
        return self._statistic._inputs

    @abstractmethod
    def read(self, state: StateT) -> ValueT:
        """The value, or a dict or named tuple of values, of a state; a hook."""

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        """What the inputs may hold, for :func:`metrax.checked`; a hook. Others: any number."""
        return self._statistic.domains(**inputs)

    def _fill(self) -> None:
        """Give the name its default and the dtype its canonical spelling."""
        if self.name is None:
            object.__setattr__(self, "name", type(self)._default_name())
        name_dtype(self)

    def _defaults(self) -> dict[str, Any]:
        return {**super()._defaults(), "name": type(self)._default_name()}

    @classmethod
    def _default_name(cls) -> str:
        """The name if none is given: the class's in snake case, ``mean_io_u`` for ``MeanIoU``."""
        return snake_case(cls.__name__)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        if "contribute" in cls.__dict__ and "statistic" not in cls.__dict__:
            from metrax.core.contributed import own_statistic  # which imports this module

            cls.statistic = property(own_statistic)  # pyright: ignore[reportAttributeAccessIssue]
        super().__init_subclass__(**kwargs)
        refuse_overrides(cls)
        refuse_former(cls)
        refuse_unnamed(cls)

    if not TYPE_CHECKING:  # checkers are to say so, too

        def __getattr__(self, name: str) -> Any:
            return missing_attribute(self, name)

    @functools.cached_property
    def _statistic(self) -> Statistic:
        found = self.statistic
        if not isinstance(found, Statistic):
            raise MetraxTypeError(
                f"statistic: got {shown(found)}; expected a metrax.Statistic, returned by a method "
                "under @property"
            )
        if self.dtype is not None and found.dtype is None:
            return dataclasses.replace(found, dtype=self.dtype)
        return found

    @final
    @explained
    def init(self) -> StateT:
        """The state before any data.

        It has the shapes and dtypes that :meth:`update` returns, so it can be a ``scan`` carry,
        be donated, and be restored from a checkpoint.

        Raises:
          MetraxError: when a shape is not known yet, naming the argument to give.
        """
        with blame(self):
            state = self._initial()
            if not any(map(is_state, jax.tree.leaves(state, is_leaf=is_state))):
                raise MetraxTypeError(
                    f"init: got {shown(state)} from the statistic; expected a metrax.State, whose "
                    "fields are accumulators (metrax.accumulators)"
                )
            return state

    @final
    def observe(self, *args: Any, **kwargs: Any) -> StateT:
        """The state of this one batch. Takes what :meth:`update` takes, without a state."""
        with blame(self):
            refuse_states(args)
            return self._observed(self._bind(args, kwargs))

    @final
    @explained
    def update(self, state: StateT, *args: Any, **kwargs: Any) -> StateT:
        """The state after one more batch: ``merge(state, observe(...))``.

        Args:
          state: what :meth:`init` or an earlier ``update`` returned. It is not changed.
          *args: ``y_true, y_pred, w`` (``values, w`` for ``Mean`` and ``Sum``): arrays, numbers or
            nested lists. ``w`` weighs examples: a scalar, ``[B]``, or any shape that leads or
            broadcasts to the values'. An example of weight zero leaves no trace, whatever it
            holds. None, the default, is weight one.
          **kwargs: the same by keyword.

        Raises:
          MetraxError: when shapes do not fit, at trace time.
          MetraxTypeError: when an argument is missing, unknown or not numeric.
        """
        with blame(self):
            require_state(state, "update")
            refuse_states(args)
            return self._updated(state, self._bind(args, kwargs))

    @final
    @explained
    def compute(self, state: StateT) -> ValueT:
        """The metric's value: a ``jax.Array``, or a dict or named tuple of them. No data is 0.

        Raises:
          MetraxError: when the state is not this metric's, holds something beside it, or holds
            several states, stacked.
          MetraxTypeError: when it is no state.
        """
        with blame(self):
            require_state(state, "compute")  # before `jit`, which may not take what came
            with SAID_OF_STATES:
                value = _compute(self, state)
            self._inspect(state)
            return value

    @final
    def _read_as_dtype(self, state: Any) -> Any:
        """What :meth:`read` returns, in its order, in the metric's ``dtype`` if it has one."""
        value = ordered(value_of(self, state))
        if self._keys == ("",):  # members of others are judged by their own states
            value = lost_is_nan(state, nothing_is_zero(state, value))
            if getattr(self._statistic, "_of_weights", False):
                value = no_number_is_nan(state, value)
        return value if self.dtype is None else as_dtype(value, self.dtype)

    def _check_state(self, state: Any) -> None:
        try:
            expected = jax.eval_shape(self._statistic.init)
        except MetraxError:
            expected = None  # its shape depends on the data
        check_state(state, expected)

    @final
    @explained
    def merge(self, state: StateT, *others: StateT) -> StateT:
        """One state of all the data that these states have seen; see :func:`metrax.merge`."""
        return merge(state, *others)

    @final
    def __call__(self, *args: Any, **kwargs: Any) -> ValueT:
        """The value of one batch alone."""
        return self.compute(self.observe(*args, **kwargs))

    @final
    def on(self, *outputs: str, w: str | None = None, **extra: Output) -> "Routed[StateT, ValueT]":
        """This metric fed from named outputs, for a :class:`~metrax.Collection`.

        Args:
          *outputs: the outputs to use for the metric's inputs, in order (``y_true, y_pred``).
          w: the output to use for the weights; None for no weights.
          **extra: the outputs to use for inputs that go by keyword: ``groups="country"``; for one
            that takes several arrays their names, ``groups=("country", "age")``.

        Example:
          >>> import metrax
          >>> loss = metrax.Mean().on("loss", w="mask")
          >>> float(loss(loss=[1., 2., 9.], mask=[1, 1, 0]))
          1.5
        """
        from metrax.core.routed import Routed  # which imports this module

        routes = tuple((mine, tuple(x) if isinstance(x, list) else x) for mine, x in extra.items())
        return Routed(self, outputs, w, routes, name=self.name, dtype=self.dtype)

    @final
    def _bind(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments of ``update`` by name, in the statistic's order, looked at."""
        inputs = self._named(args, kwargs)
        self._look(inputs)
        return inputs

    def _named(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments of ``update`` by name, in the statistic's order; a hook of wrappers."""
        inputs, extra = self.inputs, self._statistic._extra
        places = (*(name for name in inputs if name not in extra), "w")
        names = (*inputs, "w")
        given = dict(zip(places, args, strict=False))
        repeated, unknown = given.keys() & kwargs.keys(), kwargs.keys() - set(names)
        given.update(kwargs)
        missing = [x for x in inputs if given.get(x) is None and not extra.get(x)]
        if len(args) > len(places) or repeated or unknown or missing:
            raise MetraxTypeError(
                f"got {len(args)} positional arguments and keywords {sorted(kwargs)}; expected "
                f"{', '.join(names)} (w is optional){pass_as(sorted(unknown), names)}"
            )
        return {name: given.get(name) for name in names}


@functools.partial(jax.jit, static_argnums=0)
def _compute(metric: Metric, state: Any) -> Any:
    metric._check_state(state)
    return replicated(metric._read_as_dtype, state)
