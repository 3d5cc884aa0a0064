"""Axes forgotten, swapped or left over."""

import numpy as np

import metrax
from tests.mistakes.row import HARD, ONE_HOT, K, P, Q, R, S, W, Y, Z, gives, raises, unseen

SHAPES = "y_true and y_pred: got .* and .*must have one shape.*Reshape or one-hot"
AXIS = "got .*expected a batch axis and a class or feature axis.*Add the missing axis"
LABELS = "y_true: got .*expected integer labels of shape.*one-hot labels use the categorical"
WEIGHTS = r"w: got .* for values of shape .*expected a scalar"
COLUMN = np.s_[:, None]
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
        "two columns of predict_proba in AUC", metrax.AUC(), Y, np.stack([1 - P, P], 1), says=SHAPES
    ),
    raises(
        "two columns of predict_proba in cross-entropy",
        metrax.BinaryCrossentropy(),
        Y,
        np.stack([1 - P, P], 1),
        says=SHAPES,
    ),
    raises("class scores in precision", metrax.Precision(), K, S, says=SHAPES),
    raises("class scores in binary accuracy", metrax.BinaryAccuracy(), K, S, says=SHAPES),
    raises("class scores in exact accuracy", metrax.Accuracy(), K, S, says=SHAPES),
    raises("class scores in segmentation", metrax.MeanIoU(3), K, S, says=SHAPES),
    raises("class scores in F1", metrax.F1Score(), K, S, says=SHAPES),
    raises("class labels in F1", metrax.F1Score(), K, K, says=AXIS),
    raises(
        "class labels in multi-label AUC",
        metrax.AUC(multi_label=True, num_labels=3),
        K,
        S,
        says=SHAPES,
    ),
    raises("class labels in one-hot IoU", metrax.OneHotMeanIoU(3), K, S, says=AXIS),
    raises(
        "class labels in categorical cross-entropy",
        metrax.CategoricalCrossentropy(),
        K,
        S,
        says="y_true.*got int32.4.*one-hot",
    ),
    raises(
        "class labels in categorical accuracy",
        metrax.CategoricalAccuracy(),
        K,
        S,
        says="y_true.*got int32.4.",
    ),
    raises(
        "class labels in top-k",
        metrax.TopKCategoricalAccuracy(k=2),
        K,
        S,
        says="y_true.*got int32.4.",
    ),
    raises(
        "class labels in categorical hinge",
        metrax.CategoricalHinge(),
        K,
        S,
        says="y_true.*got int32.4.",
    ),
    raises(
        "class labels in a divergence", metrax.KLDivergence(), K, S, says="y_true.*got int32.4."
    ),
    raises(
        "one-hot rows in sparse accuracy",
        metrax.SparseCategoricalAccuracy(),
        ONE_HOT,
        S,
        says=LABELS,
    ),
    raises(
        "one-hot rows in sparse cross-entropy",
        metrax.SparseCategoricalCrossentropy(),
        ONE_HOT,
        S,
        says=LABELS,
    ),
    raises(
        "one-hot rows in sparse top-k",
        metrax.SparseTopKCategoricalAccuracy(k=2),
        ONE_HOT,
        S,
        says=LABELS,
    ),
    raises(
        "one-hot truth beside labels in segmentation", metrax.MeanIoU(3), ONE_HOT, K, says=SHAPES
    ),
    raises(
        "class indices for scores",
        metrax.SparseCategoricalAccuracy(),
        K,
        K,
        says=r"y_pred: got \w+\[4\].*expected a batch axis and a class",
    ),
    raises(
        "class indices for scores in cross-entropy",
        metrax.SparseCategoricalCrossentropy(),
        K,
        K,
        says=r"y_pred: got \w+\[4\]",
    ),
    raises(
        "class indices for scores in categorical accuracy",
        metrax.CategoricalAccuracy(),
        K,
        K,
        says=AXIS,
    ),
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
    raises(
        "a sigmoid's column in categorical accuracy",
        metrax.CategoricalAccuracy(),
        Y[COLUMN],
        P[COLUMN],
        says="one class along axis.*BinaryAccuracy",
    ),
    raises(
        "a sigmoid's column in sparse accuracy",
        metrax.SparseCategoricalAccuracy(),
        Y,
        P[COLUMN],
        says="one class along axis.*BinaryAccuracy",
    ),
    raises(
        "a sigmoid's column in categorical cross-entropy",
        metrax.CategoricalCrossentropy(),
        Y[COLUMN],
        P[COLUMN],
        says="one class along axis.*BinaryCrossentropy",
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
        "another number of classes",
        metrax.MeanIoU(5, sparse_y_pred=False),
        K,
        S,
        says="expected num_classes=5",
    ),
    raises(
        "another number of labels",
        metrax.AUC(multi_label=True, num_labels=4),
        ONE_HOT,
        S,
        says="expected num_labels=4",
    ),
    raises(
        "another number of outputs", metrax.R2Score(num_outputs=2), R, Q, says="num_outputs|B, 2"
    ),
    raises(
        "more outputs than said",
        metrax.R2Score(num_outputs=1),
        np.ones((4, 3)),
        np.ones((4, 3)),
        says=r"got float32\[4,3\].*expected",
    ),
    raises("k above the classes", metrax.Precision(top_k=5), ONE_HOT, S, says="top_k: got 5"),
    raises(
        "a class that is none", metrax.Precision(class_id=3), ONE_HOT, S, says="class_id: got 3"
    ),
    raises("a class of vectors", metrax.Recall(class_id=1), Y, P, says=AXIS),
    raises("an axis that is none", metrax.CosineSimilarity(axis=2), ONE_HOT, S, says="axis: got 2"),
    raises(
        "no classes", metrax.SparseCategoricalAccuracy(), K, S[:, :0], says="expected one class"
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
    gives("boolean weights", metrax.MeanSquaredError(), R, Q, W > 0, right=ERRORS[W > 0].mean()),
    gives("integer weights", metrax.Mean(), R, np.int32(W), right=(W * R).sum() / 4),
    gives("one weight for all", metrax.AUC(), Y, P, 2.0, right=0.75),
    gives("hard predictions in precision", metrax.Precision(), Y, HARD, right=0.5),
    gives("boolean predictions", metrax.Recall(), Y, HARD > 0, right=0.5),
    gives("booleans on both sides", metrax.BinaryAccuracy(), Y > 0, HARD > 0, right=0.5),
    gives(
        "integers in a squared error",
        metrax.MeanSquaredError(),
        np.uint8([5, 3]),
        np.uint8([3, 5]),
        right=4.0,
    ),
    gives(
        "small signed integers",
        metrax.MeanSquaredError(),
        np.int8([100, 3]),
        np.int8([-100, 3]),
        right=20000.0,
    ),
    gives(
        "integer predictions, float targets",
        metrax.MeanSquaredError(),
        [0.5, 1.5],
        [0, 1],
        right=0.25,
    ),
    gives("float labels", metrax.SparseCategoricalAccuracy(), K.astype(float), S, right=0.5),
    gives("half precision", metrax.SparseCategoricalAccuracy(), K, S.astype(np.float16), right=0.5),
    gives(
        "double precision",
        metrax.MeanSquaredError(),
        R.astype(float),
        Q.astype(float),
        right=0.5625,
    ),
    gives("64-bit labels", metrax.SparseCategoricalAccuracy(), K.astype(np.int64), S, right=0.5),
    gives("a large sum of 64-bit integers", metrax.Sum(), np.array([3_000_000_000]), right=3e9),
]
