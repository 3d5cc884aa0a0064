"""``Rows``: what each example adds to an accumulator, and to which cell of it.

Nothing is weighed or added up yet, so the core may do that in whatever way is asked for: as a
whole, by group, by block, resampled, into a state (``reduce.py``, ``into.py``, ``ways.py``).
"""

import dataclasses
import functools
import inspect
import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from metrax.core.arrays import as_array
from metrax.core.checks import MetraxError, MetraxTypeError, blame, describe, shown
from metrax.core.weights import beside

At = Array | Sequence[Array]
Keep = int | tuple[int, ...]

FLOAT32 = np.dtype(np.float32)

_DATA = ("data", "at", "w", "group")
_STATIC = ("kind", "cells", "keep", "options", "groups", "scope", "among", "dtype")


@functools.partial(jax.tree_util.register_dataclass, data_fields=_DATA, meta_fields=_STATIC)
@dataclasses.dataclass(frozen=True, eq=False)
class Rows:
    """What each example adds to an accumulator of class ``kind``; :meth:`Accumulator.each`.

    Attributes:
      kind: the class of accumulators.
      data: arrays of one shape, ``[B, ..., *kept]``; None stands for the weight itself.
      at: the cell of each row, one index array for each axis of ``cells``.
      cells: the shape of the cells.
      keep: how many trailing axes have values of their own.
      w: the rows' weights, of their rank, with axes of size one where they are shared.
      options: what else the accumulator was told, by name.
      group: the number of each row's group, whose shape leads the rows'.
      groups: how many groups there are, as a shape: of groups in groups the outer ones first.
      scope: the statistic that these rows are of, in a collection of several.
      among: how many cells there are of which these are chosen.
      dtype: the dtype of the accumulators.
    """

    kind: type
    data: tuple[Array | None, ...]
    at: tuple[Array, ...] = ()
    cells: tuple[int, ...] = ()
    keep: int = 0
    w: Array | None = None
    options: tuple[tuple[str, Any], ...] = ()
    group: Array | None = None
    groups: tuple[int, ...] = ()
    scope: str = ""
    among: int | None = None
    dtype: np.dtype = FLOAT32

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the rows."""
        arrays = [x for x in self.data if x is not None]
        return arrays[0].shape if arrays else self.at[0].shape

    @property
    def kept(self) -> tuple[int, ...]:
        """The lengths of the axes that have values of their own."""
        return self.shape[len(self.shape) - self.keep :]

    @property
    def summed(self) -> tuple[int, ...]:
        """The axes that are added up."""
        return tuple(range(len(self.shape) - self.keep))

    @property
    def out(self) -> tuple[int, ...]:
        """The shape of the accumulator: groups, kept axes, cells."""
        return (*self.groups, *self.kept, *self.cells)

    @property
    def scattered(self) -> bool:
        """Whether rows have an address."""
        return bool(self.at) or self.group is not None

    @property
    def count(self) -> int:
        """How many rows each element of an accumulator without an address is of."""
        return math.prod(self.shape[i] for i in self.summed)

    def told(self, name: str, default: Any = None) -> Any:
        """An option of ``each``."""
        return dict(self.options).get(name, default)


def is_rows(x: object) -> bool:
    """Whether ``x`` is rows; for ``is_leaf``."""
    return isinstance(x, Rows)


def rows_of(
    kind: type,
    data: Sequence[Any],
    *,
    at: At | None = None,
    shape: int | Sequence[int] | None = None,
    keep: Keep = (),
    w: Any = None,
    **options: Any,
) -> Any:
    """The rows of an accumulator, checked; what ``each`` of every accumulator returns."""
    name = f"{kind.__name__}.each"
    takes = inspect.signature(kind.added).parameters.values()
    takes = [] if any(x.kind is x.VAR_POSITIONAL for x in takes) else list(takes)[1:]
    if takes and len(takes) != len(data):
        wanted = ", ".join(x.name for x in takes)
        raise MetraxTypeError(f"{name}: got {len(data)} values for each row; expected {wanted}")
    index, cells = _address(name, at, shape)
    arrays = [_data(name, x) for x in data]
    if not index and not any(isinstance(x, Array) for x in arrays):
        raise MetraxError(
            f"{name}: got {shown(data[0])}, a number for the batch; expected an array with a value "
            "for each example, such as jnp.ones_like(y_true), or at=..., shape=..."
        )
    whole = next((x.shape for x in arrays if isinstance(x, Array)), index[0].shape if index else ())
    arrays = [_spread(name, x, whole, kind._counts) for x in arrays]  # pyright: ignore[reportAttributeAccessIssue]
    kept = _kept(name, keep, len(whole))
    if index and (whole[: index[0].ndim] != index[0].shape):
        raise MetraxError(
            f"{name}: at: got shape {index[0].shape} for values of shape {whole}; expected a "
            "leading part of it: one cell for each row of values"
        )
    factor = None if w is None else _factor(name, w, whole)
    settled = tuple(sorted((k, v) for k, v in options.items() if v is not None))
    return Rows(kind, tuple(arrays), index, cells, kept, factor, settled)


def _factor(name: str, w: Any, shape: tuple[int, ...]) -> Array | None:
    """Weights that the statistic itself gives, beside the user's."""
    array = jnp.asarray(as_array(f"{name}: w", w))
    with blame(name):
        return beside(array, shape, array.dtype)


def _data(name: str, x: Any) -> Any:
    if isinstance(x, Array) and not jnp.issubdtype(x.dtype, jnp.complexfloating):
        return x
    array = as_array(name, x)
    return jnp.asarray(array) if np.ndim(array) else x


def _spread(name: str, x: Any, whole: tuple[int, ...], counts: bool) -> Array | None:
    if not isinstance(x, Array):
        return None if counts and x == 1 else jnp.full(whole, x)
    if x.shape != whole:
        raise MetraxError(f"{name}: got values of shapes {whole} and {x.shape}; expected one shape")
    return x


def _address(
    name: str, at: At | None, shape: int | Sequence[int] | None
) -> tuple[tuple[Array, ...], tuple[int, ...]]:
    if (at is None) != (shape is None):
        raise MetraxError(
            f"{name}: got {'shape without at' if at is None else 'at without shape'}; expected "
            "both, such as at=labels, shape=num_classes"
        )
    if at is None or shape is None:
        return (), ()
    given = shape if isinstance(shape, list | tuple) else (shape,)
    cells: tuple[Any, ...] = tuple(given)
    if not all(isinstance(n, int | np.integer) and n > 0 for n in cells):
        raise MetraxError(
            f"{name}: shape: got {shown(shape)}; expected a whole number above 0, or several, "
            "known without the data, such as num_classes, a field of the class"
        )
    index = tuple(at) if isinstance(at, list | tuple) else (at,)
    if len(index) not in (1, len(cells)):
        raise MetraxError(
            f"{name}: got {len(index)} index arrays for cells of shape {cells}; expected one for "
            "each axis, or one of the cells' numbers"
        )
    index = tuple(jnp.asarray(as_array(f"{name}: at", x)) for x in index)
    for x in index:
        if not (jnp.issubdtype(x.dtype, jnp.integer) or x.dtype == bool):
            raise MetraxTypeError(
                f"{name}: at: got {describe(x)}; expected integers, such as labels.astype(int), or "
                "metrax.building.as_labels(labels), also of 64-bit integers beyond int32, which "
                "come as floats; of one-hot rows, rows.argmax(-1)"
            )
        if x.shape != index[0].shape:
            raise MetraxError(
                f"{name}: at: got shapes {index[0].shape} and {x.shape}; expected one shape"
            )
    return index, cells


def _kept(name: str, keep: Keep, ndim: int) -> int:
    axes = tuple(keep) if isinstance(keep, list | tuple) else (keep,)
    if axes != tuple(range(-len(axes), 0)) or any(isinstance(axis, float) for axis in axes):
        raise MetraxError(
            f"{name}: keep: got {shown(keep)}; expected trailing axes from the end, "
            "such as -1 or (-2, -1)"
        )
    if len(axes) >= max(1, ndim) and axes:
        raise MetraxError(
            f"{name}: keep: got {keep} for values of {ndim} axes, which would keep the batch's; "
            "expected fewer, or values [B, ..., D]"
        )
    return len(axes)


def each_row(tree: Any, change: Callable[[Rows], Rows]) -> Any:
    """A tree of rows with each of them changed."""
    return jax.tree.map(change, tree, is_leaf=is_rows)


def weighed(tree: Any, w: Array | None, dtype: np.dtype) -> Any:
    """Rows with the user's weights, in the dtype that they are accumulated in."""
    lined: dict[tuple[int, ...], Array | None] = {}  # one array for all rows that share it

    def weigh(row: Rows) -> Rows:
        own = row.w if row.w is None or row.w.dtype == bool else row.w.astype(dtype)
        if row.shape not in lined:
            lined[row.shape] = beside(w, row.shape, dtype)
        kept = (bool, dtype) if row.kind._counts else (dtype,)  # pyright: ignore[reportAttributeAccessIssue]
        data = tuple(x if x is None or x.dtype in kept else x.astype(dtype) for x in row.data)
        return dataclasses.replace(row, data=data, w=_product(own, lined[row.shape]), dtype=dtype)

    return each_row(tree, weigh)


def scoped(tree: Any, scope: str) -> Any:
    """Rows of one statistic among several, whose sums do not share a pass with the others'."""
    return each_row(
        tree, lambda row: dataclasses.replace(row, scope="/".join(filter(None, (scope, row.scope))))
    )


def _product(own: Array | None, w: Array | None) -> Array | None:
    """The weights' product, 0 where either is 0, whatever the other is."""
    if own is None or w is None:
        return w if own is None else own
    shape = jnp.broadcast_shapes(own.shape, w.shape)
    own, w = jnp.broadcast_to(own, shape), jnp.broadcast_to(w, shape)
    if own.dtype == bool:
        return jnp.where(own, w, 0)
    return jnp.where((own == 0) | (w == 0), 0, own * w)


def places(row: Rows) -> Array:
    """The number of each row's cell among all of ``out``, -1 for none.

    Its axes are of size one where all that lies along them goes to one cell.
    """
    ndim = len(row.shape)
    kept = [_along(n, axis, ndim) for axis, n in enumerate(row.shape) if axis not in row.summed]
    group = [] if row.group is None else [_leading(row.group, math.prod(row.groups), ndim)]
    return _numbered([*group, *kept, *cell_addresses(row)])


def numbers(row: Rows) -> Array:
    """The number of each row's cell among ``cells`` alone, -1 for none."""
    return jnp.broadcast_to(_numbered(cell_addresses(row)), row.shape)


class _Address(NamedTuple):
    """One axis of an address: where each row is, how long the axis is, which rows are on it.

    Where a row is not on it, its place means nothing.
    """

    place: Array
    size: int
    inside: Array | None


def cell_addresses(row: Rows) -> list[_Address]:
    """The axes of the rows' addresses among cells; one if they are given by their numbers."""
    if len(row.at) == 1:
        return [_leading(row.at[0], math.prod(row.cells), len(row.shape))]
    pairs = zip(row.at, row.cells, strict=True)
    return [_leading(index, size, len(row.shape)) for index, size in pairs]


def _leading(index: Array, size: int, ndim: int) -> _Address:
    index = index.reshape(*index.shape, *(1,) * (ndim - index.ndim))
    index = index.astype(jnp.int32) if index.dtype == bool or index.dtype.itemsize < 4 else index
    # As unsigned, negative numbers are beyond any size. What is outside is masked in the end.
    unsigned = jnp.dtype(f"uint{8 * index.dtype.itemsize}")
    inside = index.astype(unsigned) < min(size, jnp.iinfo(unsigned).max)
    return _Address(index.astype(jnp.int32), size, inside)


def _along(size: int, axis: int, ndim: int) -> _Address:
    shape = [size if i == axis else 1 for i in range(ndim)]
    return _Address(lax.broadcasted_iota(jnp.int32, shape, axis), size, None)


def _numbered(addresses: Sequence[_Address]) -> Array:
    if math.prod(address.size for address in addresses) >= 1 << 31:
        sizes = [address.size for address in addresses]
        raise MetraxError(
            f"got {' x '.join(map(str, sizes))} cells, beyond int32; expected fewer groups or cells"
        )
    shape = jnp.broadcast_shapes(*(address.place.shape for address in addresses))
    number, valid = jnp.zeros(shape, jnp.int32), None
    for index, size, inside in addresses:
        number = number * size + jnp.broadcast_to(index, shape)
        if inside is not None:
            inside = jnp.broadcast_to(inside, shape)
            valid = inside if valid is None else valid & inside
    return number if valid is None else jnp.where(valid, number, -1)
