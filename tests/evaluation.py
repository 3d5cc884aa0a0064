"""Many rows at once: one program compiles in half the time, and its exchanges keep their order."""

import functools
from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from tests.cases import Batch, Case
from tests.laws.test_transformations import leaves, step_of

ByCase = dict[str, Any]


class Evaluation:
    """An evaluation of all these rows in one program.

    Args:
      rows: what :func:`tests.cases.representatives` returned.
    """

    def __init__(self, rows: list[Case]) -> None:
        self.rows = rows
        self.steps = {case.id: step_of(case) for case in rows}

    def init(self) -> ByCase:
        return {case.id: case.metric.init() for case in self.rows}

    def batch(self, seed: int, used: int | None = None) -> ByCase:
        """A batch for each row, of which only the first examples have weight."""

        def cut(full: Batch) -> Batch:
            weighs = np.arange(len(full.w)) < (len(full.w) if used is None else used)
            return Batch(full.inputs, np.where(weighs, full.w, 0))

        return {case.id: leaves(cut(case.batch(seed))) for case in self.rows}

    @functools.partial(jax.jit, static_argnums=0)
    def step(self, states: ByCase, xs: ByCase) -> ByCase:
        return {name: step(states[name], xs[name]) for name, step in self.steps.items()}

    @functools.partial(jax.jit, static_argnums=0)
    def values(self, states: ByCase) -> ByCase:
        return {case.id: case.value(states[case.id]) for case in self.rows}

    def verdicts(self, check: Callable[[Case], None]) -> dict[str, str]:
        """For each row "ok", or why the check failed."""

        def verdict(case: Case) -> str:
            try:
                check(case)
            except AssertionError as error:
                return str(error)
            return "ok"

        return {case.id: verdict(case) for case in self.rows}
