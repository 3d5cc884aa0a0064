"""Which rows a law runs over: a law runs where it can fail.

A readout cannot break what only the statistic does, for the program of ``update`` is the
statistic's own; ``tests/laws/test_program.py`` holds every row to that. So a law names its tier,
``@over("statistic")``, and runs once for each

- ``"state"``: class and shape of state;
- ``"kind"``: what the core sees of a statistic, the accumulators of its rows, their ranks and where
  they go, whatever function of the inputs they are: what happens to rows once they are made;
- ``"statistic"``: program of ``update``, which the configuration of the statistic, the names and
  the ranks and dtypes of its inputs decide; numbers that are not whole are but constants in it;
- ``"domain"``: set of domains, which decide what ``metrax.checked`` lets through;
- ``"metric"``: row.

``--full`` runs every law on every row, ``--representative`` on a row of each kind of statistic.
"""

import functools
import math
import os
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import jax
import numpy as np
import pytest

from metrax import Collection
from metrax.core.config import Config, field_names
from metrax.core.rows import Rows, is_rows
from metrax.core.statistic import Statistic
from tests.cases.case import Case
from tests.cases.rows import REPRESENTATIVES as FEW
from tests.cases.rows import ROWS

FEW_ROWS = [case for case in ROWS if case in FEW]

Law = TypeVar("Law", bound=Callable[..., None])

CHOICE = "METRAX_ROWS"
"""The environment variable that ``--full`` sets to "all" and ``--representative`` to "few", for the
processes that tests start too."""


def state_of(case: Case) -> Hashable:
    state = jax.eval_shape(case.metric.init)
    return jax.tree.structure(state), tuple((x.shape, x.dtype) for x in jax.tree.leaves(state))


def program_of(case: Case) -> Hashable:
    kinds = tuple((x.ndim, x.dtype) for x in case.batch().inputs)
    return outline(case.metric._statistic), case.metric.inputs, case.keywords, kinds, case.apart


def kind_of(case: Case) -> Hashable:
    """What the core sees of a statistic: what its rows are made of, and where they go."""
    args, kwargs = case.arguments(case.batch())
    inputs = case.metric._bind(args, kwargs)
    statistic = case.metric._statistic
    known = {name: np.asarray(x) for name, x in inputs.items() if x is not None}
    if not isinstance(statistic, Statistic):
        return type(statistic), case.keywords
    rows = jax.eval_shape(lambda x: statistic._rows({**inputs, **x}), known)
    leaves = jax.tree.leaves(rows, is_leaf=is_rows)
    kinds = tuple(sorted((name, x.ndim, x.dtype.kind) for name, x in known.items()))
    return tuple(map(outline_of_rows, leaves)), kinds, bool(case.keywords)


def outline_of_rows(row: Rows) -> Hashable:
    data = tuple(None if x is None else x.dtype for x in row.data)
    options = tuple((name, type(x)) for name, x in row.options)
    where = len(row.at), len(row.cells), row.keep, len(row.groups)
    return row.kind, data, len(row.shape), where, options


def domain_of(case: Case) -> Hashable:
    metric, inputs = case.metric, case.batch().inputs
    if case.keywords or isinstance(metric, Collection):
        return metric  # whose members have domains of their own
    domains = metric.domains(**dict(zip(metric.inputs, inputs, strict=False)))
    kinds = tuple(x.dtype.kind for x in inputs)
    return metric.inputs, tuple(sorted(domains.items())), kinds, type(metric)._doubts


TIERS: dict[str, Callable[[Case], Hashable]] = {
    "state": state_of,
    "kind": kind_of,
    "statistic": program_of,
    "domain": domain_of,
    "metric": lambda case: case.id,
}
"""For each tier what rows that stand for one another have in common."""


def outline(value: Any) -> Hashable:
    """A configuration of which only those numbers are kept that may change a program."""
    if isinstance(value, Config):
        return type(value), *(outline(getattr(value, name)) for name in field_names(value))
    if isinstance(value, tuple):
        return type(value), *map(outline, value)
    if isinstance(value, float):
        return float, math.isinf(value), value == 0  # 0 often switches something off
    return type(value), value


@functools.cache
def groups(tier: str) -> dict[str, list[Case]]:
    """The rows that are alike in a tier, by the id of the first of them, which stands for all."""
    alike: dict[Hashable, list[Case]] = {}
    for case in ROWS:
        alike.setdefault(TIERS[tier](case), []).append(case)
    return {rows[0].id: rows for rows in alike.values()}


def representatives(tier: str) -> list[Case]:
    """The rows that a law of this tier runs over: the first of each group.

    They are all rows by ``--full``, and ``REPRESENTATIVES`` alone by ``--representative``.

    Args:
      tier: "state", "kind", "statistic", "domain" or "metric".
    """
    return chosen() if CHOICE in os.environ else [rows[0] for rows in groups(tier).values()]


def chosen() -> list[Case]:
    """The rows that are run over or stood for."""
    return FEW_ROWS if os.environ.get(CHOICE) == "few" else ROWS


def few(tier: str) -> list[Case]:
    """The rows that a law that takes long runs over: those that stand for ``REPRESENTATIVES``."""
    rows = representatives(tier)
    standing = {representative(case, tier).id for case in FEW}
    return rows if CHOICE in os.environ else [case for case in rows if case.id in standing]


def represented(case: Case, tier: str) -> list[Case]:
    """The rows for which this one stands, itself among them."""
    return [case] if CHOICE in os.environ else groups(tier)[case.id]


def representative(case: Case, tier: str) -> Case:
    """The row that stands for this one, by ``--full`` too."""
    return _first(tier)[case.id]


@functools.cache
def _first(tier: str) -> dict[str, Case]:
    return {case.id: rows[0] for rows in groups(tier).values() for case in rows}


def over(tier: str, long: bool = False) -> Callable[[Law], Law]:
    """Run a law, which takes a ``case``, over the rows of a tier.

    Args:
      tier: as above.
      long: whether it takes so long that only ``--full`` runs it beyond ``REPRESENTATIVES``.
    """
    rows = few(tier) if long else representatives(tier)
    each = pytest.mark.parametrize("case", rows, ids=[case.id for case in rows])
    return lambda law: pytest.mark.tier(tier)(each(law))
