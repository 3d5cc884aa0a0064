"""What statistics and metrics are built with: metrax's own use these, and so may yours.

Accumulators are in :mod:`metrax.accumulators`. What is here takes and returns arrays, under ``jit``
too; :class:`Domain` and its constants say what ``domains`` lets through, and the two bases
:class:`PairMetric` and :class:`StreamMetric` what ``update`` takes, to checkers and editors.

Example:
  >>> import metrax
  >>> from metrax import accumulators as acc, building
  >>> class Recalls(metrax.Metric):
  ...     num_classes: int
  ...     def contribute(self, y_true, y_pred):
  ...         y_true, y_pred = building.as_labels(y_true), building.as_labels(y_pred)
  ...         return acc.Mean.each(y_true == y_pred, at=y_true, shape=self.num_classes)
  ...     def domains(self, y_true, y_pred):
  ...         return {"y_true": building.labels(self.num_classes)}
  ...     def read(self, state):
  ...         return state.mean
  >>> Recalls(3)([0, 1, 1, 2], [0, 1, 2, 0]).tolist()
  [1.0, 0.5, 0.0]
"""

from metrax.core.checks import as_labels as as_labels
from metrax.core.checks import is_one_of as is_one_of
from metrax.core.checks import needs_axis as needs_axis
from metrax.core.checks import same_shape as same_shape
from metrax.core.domains import BINARY as BINARY
from metrax.core.domains import NON_NEGATIVE as NON_NEGATIVE
from metrax.core.domains import NUMBERS as NUMBERS
from metrax.core.domains import PROBABILITIES as PROBABILITIES
from metrax.core.domains import Domain as Domain
from metrax.core.domains import labels as labels
from metrax.core.typed import PairMetric as PairMetric
from metrax.core.typed import StreamMetric as StreamMetric
from metrax.kernels.arithmetic import promote as promote
from metrax.kernels.arithmetic import safe_divide as safe_divide
from metrax.kernels.buckets import bucket as bucket
from metrax.kernels.highest import first_highest as first_highest
from metrax.kernels.highest import keep_highest as keep_highest

__all__ = [
    "BINARY",
    "NON_NEGATIVE",
    "NUMBERS",
    "PROBABILITIES",
    "Domain",
    "PairMetric",
    "StreamMetric",
    "as_labels",
    "bucket",
    "first_highest",
    "is_one_of",
    "keep_highest",
    "labels",
    "needs_axis",
    "promote",
    "safe_divide",
    "same_shape",
]
