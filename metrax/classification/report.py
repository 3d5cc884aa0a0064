"""What people print at the end: precision, recall and F1 of every class."""

import dataclasses
from collections.abc import Mapping
from typing import Any, ClassVar

import jax.numpy as jnp
import numpy as np
from jax import Array

from metrax.aggregation.averages import Absent, Average, Averaging
from metrax.aggregation.of_classes import ReadsClasses, State, Thresholds
from metrax.core.checks import MetraxError, shown
from metrax.kernels.arithmetic import safe_divide
from metrax.statistics.threshold_counts import Counts

Report = dict[str, Any]
COLUMNS = ("precision", "recall", "f1-score", "support")


class ClassificationReport(ReadsClasses[Report]):
    r"""Precision, recall, F1 and support of each class, and averages of them, as a dictionary.

    It takes what :class:`~metrax.Specificity` does with ``num_classes``. ``compute`` gives a
    dictionary in scikit-learn's words: one of ``"precision"``, ``"recall"``, ``"f1-score"`` and
    ``"support"`` for each class, by its name, and for ``"macro avg"`` and ``"weighted avg"``; and
    ``"accuracy"``, in whose place labels of their own have ``"micro avg"``. ``text(state)`` is its
    table. No data is 0 everywhere.

    Args:
      num_classes: how many classes or labels there are.
      names: their names, ``"0"``, ``"1"``, ... by default.
      thresholds: one in [0, 1]; then each entry of the last axis is a label of its own, there if
        its score is strictly above.
      absent: what a class with neither examples nor predictions is: left out of averages
        (``"skip"``, and 0 in its own row), 0 and counted (``"zero"``), or NaN (``"nan"``).
      zero_division: what 0/0 is.
      ignore_class: true label whose elements do not count, or several.
      multi_label: whether each entry of the last axis is a label of its own.
      name: defaults to ``"classification_report"``.
      dtype: dtype of the values.

    Raises:
      MetraxError: when shapes do not fit or an argument is out of range.

    Example:
      >>> import metrax
      >>> report = metrax.ClassificationReport(2, names=["cat", "dog"])
      >>> state = report.observe([0, 0, 1, 1], [0, 1, 1, 1])
      >>> float(report.compute(state)["dog"]["recall"])
      1.0
      >>> print(report.text(state, digits=3))
                    precision    recall  f1-score   support
      <BLANKLINE>
               cat      1.000     0.500     0.667         2
               dog      0.667     1.000     0.800         2
      <BLANKLINE>
          accuracy                          0.750         4
         macro avg      0.833     0.750     0.733         4
      weighted avg      0.833     0.750     0.733         4

    References:
      scikit-learn, ``classification_report``.
    """

    higher_is_better: ClassVar[bool | None] = None  # of the support
    value_range: ClassVar[tuple[float, float]] = (0.0, np.inf)

    num_classes: int
    names: tuple[str, ...] | list[str] | None = None
    thresholds: Thresholds = None
    absent: Absent = dataclasses.field(default="skip", kw_only=True)
    zero_division: float = dataclasses.field(default=0.0, kw_only=True)

    def validate(self) -> None:
        super().validate()
        reserved = {"accuracy", "micro avg", "macro avg", "weighted avg"}
        if len({*self._names} - reserved) != self.num_classes:
            raise MetraxError(
                f"names: got {shown(self.names)}; expected {self.num_classes} distinct names, one "
                f"for each class, and none of {sorted(reserved)}"
            )
        if len(self._at()) > 1:
            raise MetraxError(f"thresholds: got {shown(self.thresholds)}; expected one")

    @property
    def _names(self) -> tuple[str, ...]:
        return tuple(self.names or map(str, range(self.num_classes)))

    @property
    def _pooled_name(self) -> str:
        return "accuracy" if self._reading == "labels" else "micro avg"

    def _of_counts(self, counts: Counts) -> Report:
        support = counts.tp + counts.fn
        each = self._rates(counts, None) | {"support": support}
        found: Report = {
            name: {column: x[..., i] for column, x in each.items()}
            for i, name in enumerate(self._names)
        }
        total = {"support": jnp.sum(support, axis=-1)}
        if self._reading == "labels":
            hits = jnp.sum(counts.tp, axis=-1)
            found["accuracy"] = safe_divide(hits, total["support"])
        else:
            found["micro avg"] = self._rates(counts, "micro") | total
        found["macro avg"] = self._rates(counts, "macro") | total
        found["weighted avg"] = self._rates(counts, "weighted") | total
        return found

    def _rates(self, counts: Counts, average: Average) -> dict[str, Array]:
        averaging = Averaging(average, self.absent, self.zero_division, self._unaveraged())
        rates = (_precision, _recall, _f1)
        return {
            name: averaging.of(rate, counts) for name, rate in zip(COLUMNS, rates, strict=False)
        }

    def text(self, state: State, digits: int = 2) -> str:
        """The report as a table, for people; not under ``jit``.

        Args:
          state: what :meth:`update` returned.
          digits: digits after the point. Weights that are not whole have as many in the last
            column.
        """
        report = self.compute(state)
        width = max(*map(len, report), len("weighted avg"), digits)
        head = " " * width + " " + "".join(f" {column:>9}" for column in COLUMNS)
        lines = [head, ""]
        whole = all(float(x["support"]).is_integer() for x in report.values() if _is_row(x))
        for i, (name, row) in enumerate(report.items()):
            if i == self.num_classes:
                lines.append("")
            lines.append(f"{name:>{width}} " + self._cells(report, row, digits, whole))
        return "\n".join(lines)

    def _cells(self, report: Report, row: Any, digits: int, whole: bool) -> str:
        share = f">9.{digits}f"
        weight = ">9.0f" if whole else share
        if not _is_row(row):  # the accuracy
            support = report["macro avg"]["support"]
            return f" {'':>9} {'':>9} {float(row):{share}} {float(support):{weight}}"
        cells = [f"{float(row[column]):{share}}" for column in COLUMNS[:-1]]
        return "".join(f" {x}" for x in (*cells, f"{float(row['support']):{weight}}"))


def _is_row(x: Any) -> bool:
    return isinstance(x, Mapping)


def _precision(counts: Counts) -> tuple[Array, Array]:
    return counts.tp, counts.tp + counts.fp


def _recall(counts: Counts) -> tuple[Array, Array]:
    return counts.tp, counts.tp + counts.fn


def _f1(counts: Counts) -> tuple[Array, Array]:
    return 2 * counts.tp, 2 * counts.tp + counts.fn + counts.fp
