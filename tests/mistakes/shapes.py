"""Axes forgotten, swapped or left over, of data and of weights."""

import numpy as np

import metrax
from tests.mistakes.row import (
    AXIS,
    COLUMN,
    LABELS,
    ONE_HOT,
    SHAPES,
    K,
    P,
    Q,
    R,
    S,
    W,
    Y,
    Z,
    gives,
    raises,
    unseen,
)

WEIGHTS = r"w: got .* for values of shape .*expected a scalar"
SEQUENCE = np.stack([Z, Z[::-1]])  # [2, 4, 3]
TOKENS = np.stack([K, K[::-1]])
ERRORS = (R - Q) ** 2

ROWS = [
    *(
        gives(f"a column of scores into {type(m).__name__}", m, Y, P[COLUMN], right=right)
        for m, right in (
            (metrax.AUC(), 0.75),
            (metrax.Precision(), 0.5),
            (metrax.BinaryAccuracy(), 0.5),
            (metrax.BinaryCrossentropy(), -np.log(np.where(Y, P, 1 - P)).mean()),
            (metrax.Recall(), 0.5),
        )
    ),
    gives("a column of labels", metrax.AUC(), Y[COLUMN], P, right=0.75),
    gives("columns of both", metrax.AUC(), Y[COLUMN], P[COLUMN], right=0.75),
    gives("a column of predictions", metrax.MeanSquaredError(), R, Q[COLUMN], right=0.5625),
    gives("a column of targets", metrax.MeanAbsoluteError(), R[COLUMN], Q, right=0.625),
    gives(
        "a column of targets in R2",
        metrax.R2Score(num_outputs=1),
        R[COLUMN],
        Q,
        right=1 - ERRORS.sum() / ((R - R.mean()) ** 2).sum(),
    ),
    gives(
        "a column of weights",
        metrax.MeanSquaredError(),
        R,
        Q,
        W[COLUMN],
        right=(W * ERRORS).sum() / 4,
    ),
    gives(
        "a column of labels beside rows",
        metrax.SparseCategoricalAccuracy(),
        K[COLUMN],
        S,
        right=0.5,
    ),
    gives("numbers for arrays", metrax.MeanSquaredError(), 1.0, 3.0, right=4.0),
    raises("a row for a column", metrax.MeanSquaredError(), R[None], Q, says=SHAPES),
    raises("a row for a column in AUC", metrax.AUC(), Y[None], P, says=SHAPES),
    raises("a row against a column", metrax.MeanSquaredError(), R[None], Q[COLUMN], says=SHAPES),
    raises("a column against outputs", metrax.MeanSquaredError(), R[COLUMN], S, says=SHAPES),
    raises(
        "one example without a batch axis",
        metrax.CategoricalAccuracy(),
        ONE_HOT[0],
        S[0],
        says=AXIS,
    ),
    raises(
        "one example without a batch axis in cross-entropy",
        metrax.CategoricalCrossentropy(),
        ONE_HOT[0],
        S[0],
        says=AXIS,
    ),
    raises(
        "one example without a batch axis, sparse",
        metrax.SparseCategoricalAccuracy(),
        1,
        S[0],
        says=AXIS,
    ),
    raises("vectors in cosine similarity", metrax.CosineSimilarity(), R, Q, says=AXIS),
    raises(
        "vectors in Pearson",
        metrax.PearsonCorrelation(),
        R,
        Q,
        says="y_true: got float32.4.; expected vectors.*axis=0",
    ),
    raises(
        "vectors in concordance",
        metrax.ConcordanceCorrelation(),
        R,
        Q,
        says="y_true: got float32.4.; expected vectors.*axis=0",
    ),
    raises("vectors in F1", metrax.F1Score(), Y, P, says=AXIS),
    raises(
        "columns in Pearson",
        metrax.PearsonCorrelation(),
        R[COLUMN],
        Q[COLUMN],
        says="got float32.4,1",
    ),
    raises(
        "columns in cosine similarity",
        metrax.CosineSimilarity(),
        R[COLUMN],
        Q[COLUMN],
        says="got float32.4,1",
    ),
    raises("scores transposed", metrax.SparseCategoricalAccuracy(), K, S.T, says=LABELS),
    raises(
        "scores transposed beside one-hot",
        metrax.CategoricalAccuracy(),
        ONE_HOT,
        S.T,
        says="got float32.4,3. and float32.3,4.",
    ),
    unseen(
        "a square batch transposed",
        metrax.SparseCategoricalAccuracy(),
        K[:3],
        S[:3].T,
        nobody="as many examples as classes: either axis may be the batch",
    ),
    raises("a batch longer than the other", metrax.MeanSquaredError(), R, Q[:3], says=SHAPES),
    raises("labels of another batch", metrax.SparseCategoricalAccuracy(), K[:3], S, says=LABELS),
    raises(
        "labels shifted by a token",
        metrax.SparseCategoricalAccuracy(),
        TOKENS[:, 1:],
        SEQUENCE,
        says=LABELS,
    ),
    gives("tokens", metrax.SparseCategoricalAccuracy(), TOKENS, SEQUENCE, right=0.5),
    gives(
        "tokens, weights of examples",
        metrax.SparseCategoricalAccuracy(),
        TOKENS,
        SEQUENCE,
        [1, 0],
        right=0.5,
    ),
    raises(
        "tokens, weights turned",
        metrax.SparseCategoricalAccuracy(),
        TOKENS,
        SEQUENCE,
        np.ones((4, 2)),
        says=WEIGHTS,
    ),
    raises(
        "tokens flattened on one side",
        metrax.SparseCategoricalAccuracy(),
        TOKENS.ravel(),
        SEQUENCE,
        says=LABELS,
    ),
    raises(
        "channels first",
        metrax.MeanIoU(3, sparse_y_pred=False),
        np.zeros((2, 4)),
        SEQUENCE.transpose(0, 2, 1),
        says="y_pred: got 4 classes along axis -1",
    ),
    gives(
        "channels first, said so",
        metrax.MeanIoU(3, sparse_y_pred=False, axis=1),
        TOKENS,
        SEQUENCE.transpose(0, 2, 1),
        right=(1 + 1 / 3 + 0) / 3,
    ),
    raises(
        "weights of classes", metrax.MeanSquaredError(), ONE_HOT, S, [1.0, 2.0, 3.0], says=WEIGHTS
    ),
    raises("weights of another batch", metrax.MeanSquaredError(), R, Q, W[:3], says=WEIGHTS),
    raises("weights of another batch in AUC", metrax.AUC(), Y, P, W[:3], says=WEIGHTS),
    raises("a row of weights", metrax.SparseCategoricalAccuracy(), K, S, W[None], says=WEIGHTS),
    raises(
        "one-hot rows as weights", metrax.SparseCategoricalAccuracy(), K, S, ONE_HOT, says=WEIGHTS
    ),
    unseen(
        "weights of classes beside as many examples",
        metrax.MeanSquaredError(),
        np.eye(3),
        S[:3],
        [1.0, 2.0, 3.0],
        nobody="as many examples as classes: weights go by example",
    ),
    gives("one weight for all", metrax.AUC(), Y, P, 2.0, right=0.75),
]
