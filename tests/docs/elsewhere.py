"""What Keras, scikit-learn and torchmetrics call a metric, and where they differ.

Names that are ``aliases`` give the same number (``tests/test_aliases.py``), and are found by
themselves; so are the names in errors of ``metrax.get``. ``ROWS`` has the others.
"""

import functools
import re

import keras
import sklearn.metrics

import metrax
from docs._site.docstrings import sections
from metrax.core.metric import snake_case
from metrax.storage.registry import _INSTEAD
from metrax.storage.table import CLASSES
from tests.test_aliases import SKLEARN, TORCHMETRICS

LIBRARIES = ("Keras", "scikit-learn", "torchmetrics")
SAME = "yes"
MICRO = 'with `average="micro"`; it averages over classes by default'
ROWS: dict[str, list[tuple[str, str, str]]] = {
    "AUC": [("torchmetrics", "classification.BinaryAUROC", "with `thresholds=`, of ROC")],
    "CategoricalAccuracy": [("torchmetrics", "classification.MulticlassAccuracy", MICRO)],
    "SparseCategoricalAccuracy": [
        ("scikit-learn", "accuracy_score", "given classes, not scores"),
        ("torchmetrics", "classification.MulticlassAccuracy", MICRO),
    ],
    "BinaryAccuracy": [("scikit-learn", "accuracy_score", "given classes, not scores")],
    "SparseTopKCategoricalAccuracy": [
        ("torchmetrics", "classification.MulticlassAccuracy", "with `top_k=`; " + MICRO)
    ],
    "CategoricalHinge": [("torchmetrics", "classification.MulticlassHingeLoss", SAME)],
    "ConcordanceCorrelation": [("torchmetrics", "ConcordanceCorrCoef", "with `axis=0` here")],
    "CosineSimilarity": [
        ("torchmetrics", "CosineSimilarity", "sums over examples by default; here their mean")
    ],
    "Dice": [
        ("Keras", "Dice", "the loss: 1 less this"),
        ("torchmetrics", "segmentation.DiceScore", "with `per_image=True`"),
    ],
    "DiceLoss": [("Keras", "Dice", SAME)],
    "GeneralizedDice": [
        ("torchmetrics", "segmentation.GeneralizedDiceScore", "with `per_image=True`")
    ],
    "Precision": [("torchmetrics", "classification.MulticlassPrecision", 'with `average="macro"`')],
    "Recall": [("torchmetrics", "classification.MulticlassRecall", 'with `average="macro"`')],
    "Specificity": [("torchmetrics", "classification.MulticlassSpecificity", SAME)],
    "Jaccard": [("torchmetrics", "classification.MulticlassJaccardIndex", SAME)],
    "CohenKappa": [("torchmetrics", "classification.MulticlassCohenKappa", SAME)],
    "ConfusionMatrix": [("torchmetrics", "classification.MulticlassConfusionMatrix", SAME)],
    "ExactMatch": [
        ("scikit-learn", "accuracy_score", "of rows of labels"),
        ("torchmetrics", "classification.MultilabelExactMatch", SAME),
    ],
    "HammingLoss": [("torchmetrics", "classification.MultilabelHammingDistance", SAME)],
    "F1Score": [
        ("scikit-learn", "f1_score", "of one class by default; here a number a class"),
        ("torchmetrics", "classification.MultilabelF1Score", "with the `average` given"),
    ],
    "FBetaScore": [
        ("scikit-learn", "fbeta_score", "of one class by default; here a number a class"),
        ("torchmetrics", "classification.MultilabelFBetaScore", "with the `average` given"),
    ],
    "FalseNegatives": [("scikit-learn", "confusion_matrix", "its cell `[1, 0]`")],
    "FalsePositives": [("scikit-learn", "confusion_matrix", "its cell `[0, 1]`")],
    "TrueNegatives": [("scikit-learn", "confusion_matrix", "its cell `[0, 0]`")],
    "TruePositives": [("scikit-learn", "confusion_matrix", "its cell `[1, 1]`")],
    "Hinge": [("torchmetrics", "classification.BinaryHingeLoss", "squashes scores first")],
    "KLDivergence": [("torchmetrics", "KLDivergence", "takes its arguments as p, q")],
    "MeanAbsolutePercentageError": [
        ("scikit-learn", "mean_absolute_percentage_error", "a fraction; here percent"),
        ("torchmetrics", "MeanAbsolutePercentageError", "a fraction; here percent"),
    ],
    "MeanIoU": [
        ("torchmetrics", "segmentation.MeanIoU", "averages over examples; here over all pixels")
    ],
    "PearsonCorrelation": [("torchmetrics", "PearsonCorrCoef", "with `axis=0` here")],
    "Poisson": [
        ("scikit-learn", "mean_poisson_deviance", "another number, least at the same predictions")
    ],
    "RootMeanSquaredError": [("torchmetrics", "MeanSquaredError", "with `squared=False`")],
    "TverskyLoss": [("Keras", "Tversky", "its alpha and beta are swapped, against its own words")],
}


def elsewhere(name: str) -> list[list[str]]:
    """Library, name there, and whether the number is the same."""
    found: dict[tuple[str, str], str] = {}
    rows = (*ROWS.get(name, ()), *_aliases(name), *_from_errors(name), *_from_references(name))
    for library, theirs, how in rows:
        found.setdefault((library, theirs), how)
    return sorted(([*key, how] for key, how in found.items()), key=_by_library)


def _by_library(row: list[str]) -> tuple[int, str]:
    return LIBRARIES.index(row[0]), row[1]


def _aliases(name: str) -> list[tuple[str, str, str]]:
    """The class's name where Keras has it, and those that a test compares."""
    names = (name, snake_case(name), *getattr(metrax, name).aliases)
    camel = (x for x in names if x == name or x not in (x.lower(), x.upper()))
    rows = [("Keras", x, SAME) for x in camel if in_keras(x)]
    rows += [("scikit-learn", x, SAME) for x in names if x in SKLEARN]
    return rows + [("torchmetrics", x, SAME) for x in names if x in TORCHMETRICS]


def _from_errors(name: str) -> list[tuple[str, str, str]]:
    """Names for which ``metrax.get`` says what there is instead."""
    mine = {name, snake_case(name), *CLASSES[name][1].split()}
    rows = []
    for theirs, hint in _INSTEAD.items():
        named = re.findall(r"(?<!=)'(\w+)'", hint)
        if mine.intersection(named) and theirs in sklearn_names():
            rows.append(("scikit-learn", theirs, re.sub(r"(?<!=)'(\w+)'", r"`\1`", hint)))
    return rows


def _from_references(name: str) -> list[tuple[str, str, str]]:
    """What a docstring's references name."""
    text = sections(getattr(metrax, name)).get("References", "")
    theirs = [x for x in re.findall(r"``(\w+)``", text) if x in sklearn_names()]
    return [("scikit-learn", x, "see the references") for x in theirs]


def in_keras(name: str) -> bool:
    """Whether it is a metric's or a loss's name there."""
    return hasattr(keras.metrics, name) or hasattr(keras.losses, name)


@functools.cache
def sklearn_names() -> frozenset[str]:
    return frozenset(sklearn.metrics.__all__)
