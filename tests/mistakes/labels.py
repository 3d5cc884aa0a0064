"""Labels of another code, and values that no data should hold."""

import numpy as np
from sklearn.metrics import cohen_kappa_score, matthews_corrcoef

import metrax
from tests.mistakes.row import (
    BEST,
    BINARY,
    HARD,
    LOGITS,
    ONE_HOT,
    PROBABILITY,
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

CLASSES = "y_true: got .*expected whole numbers from 0 to 2"
WEIGHT = "w: got .*expected numbers of 0 or more"
EMPTY = "compute: got a state that has seen no weight"

ROWS = [
    raises("labels -1 and 1 in AUC", metrax.AUC(), 2 * Y - 1, P, says=BINARY),
    raises("labels -1 and 1 in precision", metrax.Precision(), 2 * Y - 1, P, says=BINARY),
    raises(
        "labels -1 and 1 in binary accuracy",
        metrax.BinaryAccuracy(),
        2 * Y - 1,
        P,
        says="y_true: got -1",
    ),
    raises(
        "labels -1 and 1 in cross-entropy",
        metrax.BinaryCrossentropy(),
        2 * Y - 1,
        P,
        says="y_true: got -1",
    ),
    raises("labels 1 and 2 in AUC", metrax.AUC(), Y + 1, P, says="y_true: got 2"),
    raises(
        "labels 1 and 2 in cross-entropy",
        metrax.BinaryCrossentropy(),
        Y + 1,
        P,
        says="y_true: got 2",
    ),
    raises("a mask of 0 and 255", metrax.BinaryIoU(), 255 * Y, P, says="y_true: got 255"),
    raises(
        "a mask of 0 and 255 in dice",
        metrax.DiceLoss(),
        np.uint8(255 * Y),
        P,
        says="y_true: got 255",
    ),
    raises(
        "a mask of 0 and 255 as uint8 in recall",
        metrax.Recall(),
        np.uint8(255 * Y),
        P,
        says="y_true: got 255",
    ),
    gives(
        "labels 0 and 1 in hinge",
        metrax.Hinge(),
        Y,
        LOGITS,
        right=np.maximum(0, 1 - (2 * Y - 1) * LOGITS).mean(),
    ),
    raises(
        "labels 1 to C in sparse accuracy",
        metrax.SparseCategoricalAccuracy(),
        K + 1,
        S,
        says=CLASSES,
    ),
    raises(
        "labels 1 to C in sparse cross-entropy",
        metrax.SparseCategoricalCrossentropy(),
        K + 1,
        S,
        says=CLASSES,
    ),
    raises(
        "labels 1 to C in top-k", metrax.SparseTopKCategoricalAccuracy(k=2), K + 1, S, says=CLASSES
    ),
    raises("labels 1 to C in segmentation", metrax.MeanIoU(3), K + 1, BEST, says=CLASSES),
    raises(
        "label -100 without ignore_class",
        metrax.SparseCategoricalCrossentropy(),
        [0, 2, -100, 2],
        S,
        says=CLASSES,
    ),
    raises(
        "label 255 without ignore_class",
        metrax.MeanIoU(3),
        np.uint8([0, 2, 255, 2]),
        BEST,
        says=CLASSES,
    ),
    raises(
        "label -1 for padding in accuracy",
        metrax.SparseCategoricalAccuracy(),
        [0, 2, -1, 2],
        S,
        says=CLASSES,
    ),
    raises(
        "labels that are not whole", metrax.SparseCategoricalAccuracy(), K + 0.5, S, says=CLASSES
    ),
    raises(
        "more classes than the head has",
        metrax.SparseCategoricalAccuracy(),
        [0, 2, 7, 2],
        S,
        says=CLASSES,
    ),
    raises(
        "probabilities into exact accuracy", metrax.Accuracy(), Y, P, says="y_pred: got .*whole"
    ),
    raises(
        "rows of scores into exact accuracy",
        metrax.Accuracy(),
        ONE_HOT,
        S,
        says="y_pred: got .*whole",
    ),
    raises(
        "scores for labels in segmentation",
        metrax.MeanIoU(3),
        ONE_HOT,
        S,
        says="y_pred: got .*whole",
    ),
    raises(
        "probabilities into the mean IoU of two",
        metrax.MeanIoU(2),
        Y,
        P,
        says="y_pred: got .*whole",
    ),
    raises("soft labels in AUC", metrax.AUC(), [0.2, 0.1, 0.9, 0.8], P, says=BINARY),
    raises("regression targets in AUC", metrax.AUC(), R, P, says=BINARY),
    raises("counts below 0 in Poisson", metrax.Poisson(), -R, Q, says="y_true: got -1"),
    raises("rates below 0 in Poisson", metrax.Poisson(), R, -Q, says="y_pred: got -1.5"),
    raises(
        "negative targets under a logarithm",
        metrax.MeanSquaredLogarithmicError(),
        -R,
        Q,
        says="y_true: got -",
    ),
    raises(
        "one-hot rows into binary accuracy of classes",
        metrax.BinaryAccuracy(),
        ONE_HOT,
        Z,
        says=PROBABILITY,
    ),
    unseen(
        "one-hot rows of a softmax into binary accuracy",
        metrax.BinaryAccuracy(),
        ONE_HOT,
        S,
        nobody="several labels an example look the same",
    ),
    unseen(
        "one-hot rows called labels in segmentation",
        metrax.MeanIoU(3),
        ONE_HOT,
        np.eye(3)[BEST],
        nobody="three pixels of classes 0 and 1 look the same",
    ),
    unseen(
        "one-hot rows and exact accuracy",
        metrax.Accuracy(),
        ONE_HOT,
        np.eye(3)[BEST],
        nobody="several labels an example look the same",
    ),
    unseen(
        "a squared error of class indices",
        metrax.MeanSquaredError(),
        K,
        BEST,
        nobody="a regression of whole numbers looks the same",
    ),
    unseen(
        "a mask that marks padding",
        metrax.MeanSquaredError(),
        R,
        Q,
        1 - W.clip(0, 1),
        nobody="which of two marks means padding is a convention",
    ),
    # Bad values.
    raises(
        "NaN in predictions",
        metrax.MeanSquaredError(),
        R,
        [1.0, np.nan, 2, 6],
        says="y_pred: got nan.*expected numbers, not NaN",
    ),
    raises(
        "NaN in targets", metrax.MeanAbsoluteError(), [1.0, np.nan, 2, 6], Q, says="y_true: got nan"
    ),
    raises("NaN in scores", metrax.AUC(), Y, [0.1, np.nan, 0.4, 0.9], says="y_pred: got nan"),
    raises("NaN in labels", metrax.AUC(), [0, np.nan, 1, 1], P, says="y_true: got nan"),
    raises("NaN in a stream", metrax.Mean(), [1.0, np.nan], says="values: got nan"),
    raises("NaN in weights", metrax.Mean(), R, [1.0, np.nan, 1, 1], says="w: got nan"),
    raises("weights below 0", metrax.Mean(), R, -W, says=WEIGHT),
    raises("weights below 0 in AUC", metrax.AUC(), Y, P, -W, says=WEIGHT),
    raises("weights of 0 only", metrax.Mean(), R, 0 * W, says=EMPTY),
    raises("an empty batch", metrax.MeanSquaredError(), [], [], says=EMPTY),
    raises(
        "an empty batch of scores", metrax.SparseCategoricalAccuracy(), K[:0], S[:0], says=EMPTY
    ),
    raises(
        "a label never positive",
        metrax.AUC(multi_label=True, num_labels=3),
        np.array([[0, 1, 0], [0, 0, 1]]),
        S[:2],
        says="label",
    ),
    gives(
        "NaN under weight 0", metrax.MeanSquaredError(), R, [1.5, 2, np.nan, 6], W, right=1.25 / 4
    ),
    gives("one class only in AUC", metrax.Recall(), [1, 1, 1, 1], P, right=0.5),
    raises(
        "scores of three classes for four",
        metrax.Precision(num_classes=4, average="macro"),
        K,
        S,
        says=r"y_pred: got float32\[4,3\].*scores whose last axis is num_classes=4",
    ),
    raises(
        "probabilities of one column for labels of three classes",
        metrax.F1Score("macro", num_classes=3),
        K,
        P,
        says="y_pred: got .*floats in the place of labels; expected integers",
    ),
    raises(
        "rows of several labels where each element has one class",
        metrax.Specificity(3),
        np.maximum(ONE_HOT, ONE_HOT[::-1]),
        S,
        says="y_true: got .*sum to 1 along axis -1.*multi_label=True",
    ),
    raises(
        "an average of labels whose number nobody gave",
        metrax.Recall(average="macro"),
        ONE_HOT,
        S,
        says="num_classes: not given, and average='macro'.*num_classes=3",
    ),
    gives("logits in kappa", metrax.CohenKappa(3), K, Z, right=cohen_kappa_score(K, Z.argmax(1))),
    gives(
        "probabilities of the second class in Matthews' correlation",
        metrax.MatthewsCorrelation(2),
        Y,
        P,
        right=matthews_corrcoef(Y, HARD),
    ),
]
