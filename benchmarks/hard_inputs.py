"""Streams that are hard for float32, their exact values, and a library's error on them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from benchmarks.data import sparse_logits
from benchmarks.measure import Cell, NoneError, scalar
from benchmarks.peers import Peer
from benchmarks.peers.program import Program

Pair = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Case:
    """A stream of batches and the exact value of a metric over it.

    Args:
      workload: the metric, by its workload's name.
      batch: ``(y_true, y_pred)`` in float64 or integers, before it is rounded.
      exact: the value in float64, of the rounded batch.
      pieces: how many batches the arrays are cut into.
      repeats: how many times the stream goes over them.
      half: whether predictions (and targets that are floats) are rounded to bfloat16.
    """

    workload: str
    batch: Callable[[np.random.Generator], tuple[np.ndarray, np.ndarray]]
    exact: Callable[[np.ndarray, np.ndarray], ArrayLike]
    pieces: int = 1
    repeats: int = 1
    half: bool = False

    def data(self) -> Pair:
        """The whole arrays, rounded to what the libraries get."""
        y, p = self.batch(np.random.default_rng(3))
        return self._rounded(y), self._rounded(p)

    def _rounded(self, x: np.ndarray) -> np.ndarray:
        if x.dtype.kind != "f":
            return x.astype(np.int32)
        x = x.astype(np.float32)
        if not self.half:
            return x
        # bfloat16 is float32 without its lower half: representable there, whatever its dtype.
        return (x.view(np.uint32) & np.uint32(0xFFFF0000)).view(np.float32)


def events(rng: np.random.Generator) -> Pair:
    """A million labels and scores."""
    y = rng.integers(0, 2, 1_000_001)
    return y, 0.3 * y + 0.7 * rng.random(y.size)


def at_offset(rng: np.random.Generator) -> Pair:
    """Targets of mean 1e4 and deviation 1."""
    y = 1e4 + rng.standard_normal(100_000)
    return y, y + rng.standard_normal(y.size) / 2


def near_zero(rng: np.random.Generator) -> Pair:
    """Scores near 1e-6, higher for positives."""
    y = rng.integers(0, 2, 20_000)
    return y, 1e-6 * np.exp(rng.standard_normal(y.size) + y)


def centred(rng: np.random.Generator) -> Pair:
    """Targets and predictions of many."""
    y = rng.standard_normal(1_000_000)
    return y, y + rng.standard_normal(y.size) / 2


def accuracy(y: np.ndarray, p: np.ndarray) -> ArrayLike:
    """Share of right sides of one half."""
    return np.mean((p > 0.5) == y)


def precision(y: np.ndarray, p: np.ndarray) -> ArrayLike:
    """Share of right positives."""
    return np.mean(y[p > 0.5])


def r2(y: np.ndarray, p: np.ndarray) -> ArrayLike:
    """Coefficient of determination, two passes."""
    return 1 - np.sum((y - p) ** 2) / np.sum((y - y.mean()) ** 2)


def correlation(y: np.ndarray, p: np.ndarray) -> ArrayLike:
    """Pearson's."""
    return np.corrcoef(y, p)[0, 1]


def ranked(y: np.ndarray, p: np.ndarray) -> ArrayLike:
    """Exact area under the ROC curve, from ranks; there are no ties."""
    ranks = np.empty(len(p))
    ranks[np.argsort(p)] = np.arange(1, len(p) + 1)
    positives = int(y.sum())
    pairs = positives * (len(y) - positives)
    return (ranks[y == 1].sum() - positives * (positives + 1) / 2) / pairs


def squared(y: np.ndarray, p: np.ndarray) -> ArrayLike:
    """Mean squared error."""
    return np.mean((y - p) ** 2)


def tokens(rng: np.random.Generator) -> Pair:
    """Labels and logits of a hundred classes."""
    y, p = sparse_logits(100)(rng, 10_000)
    return y, p


def crossentropy(y: np.ndarray, p: np.ndarray) -> ArrayLike:
    """Mean of the negative log-softmax at the label."""
    shifted = p - p.max(1, keepdims=True)
    log_sum = np.log(np.exp(shifted).sum(1))
    return np.mean(log_sum - shifted[np.arange(len(y)), y.astype(int)])


# A thousand times a million: the counts really go up to 1e9, in steps that float32 cannot add
# exactly at that height. The same batch each time, so that it takes seconds.
CASES = {
    "accuracy of 1e9 examples": Case("BinaryAccuracy", events, accuracy, repeats=1000),
    "precision of 1e9 examples": Case("Precision", events, precision, repeats=1000),
    "R2 at mean 1e4": Case("R2Score", at_offset, r2, pieces=20),
    "Pearson at mean 1e4": Case("PearsonCorrelation", at_offset, correlation, pieces=20),
    "MSE of bfloat16": Case("MeanSquaredError", centred, squared, pieces=10, half=True),
    "cross-entropy of bfloat16": Case(
        "SparseCategoricalCrossentropy 100",
        tokens,
        crossentropy,
        pieces=10,
        half=True,
    ),
    "AUC of scores near 1e-6": Case("AUC", near_zero, ranked, pieces=4),
}


def measure_accuracy(peer: Peer, program: Program, job: dict[str, Any]) -> Cell:
    """The relative error in one case; runs in the library's process."""
    case = CASES[job["case"]]
    y, p = case.data()
    exact = float(np.asarray(case.exact(y.astype(np.float64), p.astype(np.float64))))
    run = _stream_jax if peer.on_jax else _stream_host
    value = run(program, case, y, p)
    return {"value": value, "exact": exact, "relative": abs(value - exact) / abs(exact)}


def _stream_jax(program: Program, case: Case, y: np.ndarray, p: np.ndarray) -> float:
    import jax
    import jax.numpy as jnp

    def narrow(x: np.ndarray) -> Any:
        return jnp.asarray(x, jnp.bfloat16 if case.half and x.dtype.kind == "f" else None)

    if program.prepare is not None:
        y, p = program.prepare(y, p)
    batches = [(narrow(a), narrow(b)) for a, b in _cut(case, y, p)]
    step, state = jax.jit(program.update), program.init()
    for _ in range(case.repeats):
        for batch in batches:
            state = step(state, *batch)
    assert program.compute is not None
    return scalar(program.compute(state))


def _stream_host(program: Program, case: Case, y: np.ndarray, p: np.ndarray) -> float:
    if program.compute is None:
        if case.repeats > 1 or case.half:
            raise NoneError("takes no stream" if case.repeats > 1 else "no bfloat16")
        return scalar(program.update(program.init(), y, p))
    assert program.prepare is not None
    batches = [program.prepare(a, b) for a, b in _cut(case, y, p)]
    if case.half:
        batches = [tuple(x.bfloat16() if x.is_floating_point() else x for x in b) for b in batches]
    state = program.init()
    for _ in range(case.repeats):
        for batch in batches:
            state = program.update(state, *batch)
    return scalar(program.compute(state))


def _cut(case: Case, y: np.ndarray, p: np.ndarray) -> list[Pair]:
    pieces = zip(np.array_split(y, case.pieces), np.array_split(p, case.pieces), strict=True)
    return list(pieces)
