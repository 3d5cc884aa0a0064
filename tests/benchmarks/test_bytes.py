"""What each update moves, by XLA's count, over the bytes of its inputs; it must not grow."""

import jax
import numpy as np
import pytest

from benchmarks.analysis import compile_with_costs, nbytes
from benchmarks.peers.metrax import METRICS
from benchmarks.workloads import WORKLOADS

pytestmark = pytest.mark.skipif(jax.default_backend() != "cpu", reason="counts what CPUs move")

SIZE = 10**6
ONE_PASS = 1.1
# A row's gather is counted as a read of all rows; an index is written and read.
TWO_PASSES = 2.1
LIMITS = {
    "SparseCategoricalAccuracy 100": (2.2, 2.2),
    "AUC": (TWO_PASSES, 3.5),
    "AUC uneven": (TWO_PASSES, 3.5),
    "AUC 100 labels": (2.3, 5.9),
    "F1Score 10": (2.7, 5.1),
    # An element is in two cells if it is a miss, its class's and another's, and no matrix is kept.
    "F1 from 1000 labels": (5.1, 9.5),
    "Specificity 21": (5.1, 8.4),
    "ConfusionMatrix 1000": (7.1, 8.4),
    "MeanIoU 1000": (7.1, 8.4),
    "MeanIoU 21": (TWO_PASSES, 3.5),
    "CategoricalCrossentropy 32000": (2.6, 2.6),
    "SparseCategoricalCrossentropy 100": (4.2, 4.2),
    "SparseCategoricalCrossentropy 32000": (4.1, 4.1),
    "TopK 100": (2.2, 2.2),
    "TopK 32000": (TWO_PASSES, TWO_PASSES),
    # Masks, signs and ranks that a library's sum does not take in are written out and read again;
    # in vectors that is faster than one pass of scalars.
    "BinaryAccuracy": (ONE_PASS, TWO_PASSES),
    "Hinge": (ONE_PASS, TWO_PASSES),
    "PearsonCorrelation rows": (ONE_PASS, 1.15),
    "MeanSquaredError": (ONE_PASS, TWO_PASSES),
    "MeanAbsoluteError": (ONE_PASS, TWO_PASSES),
    # What is beside the highest logit is added on its own, so that small losses keep their digits.
    "CategoricalCrossentropy 100": (2.6, 2.6),
    "Precision": (ONE_PASS, 3.1),
    "Recall": (ONE_PASS, 3.1),
    "R2Score": (2.5, 2.6),
    "PearsonCorrelation": (2.5, 2.6),
}
"""Without weights and with; one pass for the others."""

ONE_PASSES = ("CosineSimilarity",)
NAMES = (*LIMITS, *ONE_PASSES)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_an_update_moves_no_more_than_it_must(name, weighted):
    metric, workload = METRICS[name], WORKLOADS[name]
    data = workload.data(SIZE, width=1 if workload.elements else None)
    if weighted:
        data = (*data, np.ones(len(data[0]), np.float32))
    state = jax.eval_shape(metric.init)
    costs = compile_with_costs(metric.update, state, *data)
    limit = LIMITS.get(name, (ONE_PASS, ONE_PASS))[weighted]
    assert costs.bytes_accessed <= limit * nbytes(data)
