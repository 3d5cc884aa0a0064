"""Labels, one-hot rows and scores of classes for each other, and other numbers of classes."""

import numpy as np

import metrax
from tests.mistakes.row import AXIS, COLUMN, LABELS, ONE_HOT, SHAPES, K, P, Q, R, S, Y, raises

ROWS = [
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
]
