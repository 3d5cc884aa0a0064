"""What is measured: each metric's and function's name and the data that it is fed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from benchmarks import data as of
from benchmarks.data import Arrays, Make

UNEVEN = np.sort(np.random.default_rng(7).beta(0.5, 0.5, 198))
"""Thresholds on no grid."""

NINE = tuple(i / 10 for i in range(1, 10))
"""Levels of quantiles."""

CAPACITY = 1 << 20
"""Rows that the buffer keeps."""

WIDE = 32000
"""Classes of the workloads that only ``--full`` measures, or who names them."""


RATES = """
Specificity NegativePredictiveValue FalsePositiveRate FalseNegativeRate FalseDiscoveryRate
FalseOmissionRate Prevalence Informedness Markedness PositiveLikelihoodRatio NegativeLikelihoodRatio
DiagnosticOddsRatio PrevalenceThreshold
"""
"""Metrics of the four counts of classes."""


@dataclass(frozen=True)
class Workload:
    """One metric or function on one kind of data.

    Args:
      name: what the tables and the peers call it; what follows a space tells rows of one class
        apart.
      make: ``(rng, rows)`` to ``(y_true, y_pred)``; ``(rng, elements)`` if they are ``elements``.
      width: elements of ``y_pred`` in a row; a size is a number of elements, not of rows.
      metric: the class, under the name that metrax and Keras share; the name's first word if "".
      fn: the function of ``metrax.functional`` whose mean the metric is, or "".
      arguments: of the class and of the function, in metrax and in Keras.
      elements: whether the metric looks at single elements, so that they may come in any shape.
    """

    name: str
    make: Make
    width: int = 1
    metric: str = ""
    fn: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    elements: bool = False

    @property
    def cls(self) -> str:
        """The name of the metric's class."""
        return self.metric or self.name.split()[0]

    @property
    def is_function(self) -> bool:
        """Whether it is a call of a function, which has no state and takes no weights."""
        return "." in self.name

    @property
    def wide(self) -> bool:
        """Whether its rows are those of a large vocabulary."""
        return self.width == WIDE

    def data(self, size: int, width: int | None = None) -> Arrays:
        """The inputs, of about ``size`` elements in rows of ``width``; the same for every library.

        A width of 1 makes ``[N]``; None is the workload's own. Only ``elements`` take another.
        """
        rng, rows = np.random.default_rng(size), self.rows(size, width)
        if not self.elements:
            return self.make(rng, rows)
        width = width or self.width
        arrays = self.make(rng, rows * width)
        return arrays if width == 1 else tuple(x.reshape(rows, width) for x in arrays)

    def weights(self, size: int, width: int | None = None) -> np.ndarray:
        """One weight a row."""
        rng = np.random.default_rng(size + 1)
        return rng.uniform(0.5, 1.5, self.rows(size, width)).astype("float32")

    def rows(self, size: int, width: int | None = None) -> int:
        """How many rows make about ``size`` elements."""
        return max(2, size // (width or self.width))


def _elements(name: str, make: Make, fn: str = "", **more: Any) -> Workload:
    """A mean of elements, in rows of a thousand unless asked otherwise."""
    return Workload(name, make, 1000, fn=fn, elements=True, **more)


def _at_thresholds(name: str, **arguments: Any) -> Workload:
    """Something that counts scores of single elements."""
    return Workload(name, of.scores, elements=True, arguments=arguments)


def _of_labels(name: str, classes: int) -> Workload:
    """Something read off the counts, or the matrix, of labels."""
    return Workload(f"{name} {classes}", of.labels(classes), arguments={"num_classes": classes})


def _of_scores(name: str, **arguments: Any) -> Workload:
    """Something read off all the scores of single elements, in one row."""
    return Workload(name, of.scores, arguments=arguments)


def _classes(name: str, make: Make, width: int, fn: str, **arguments: Any) -> Workload:
    """A mean of one value a row."""
    return Workload(name, make, width, fn=fn, arguments=arguments)


def _top_k(name: str, classes: int) -> Workload:
    return Workload(
        name,
        of.sparse_logits(classes),
        classes,
        "SparseTopKCategoricalAccuracy",
        "sparse_top_k_categorical_accuracy",
        {"k": 5},
    )


def _of_classes(classes: int) -> tuple[Workload, ...]:
    """The means over rows of logits."""
    dense, sparse = of.dense_logits(classes), of.sparse_logits(classes)
    logits = {"from_logits": True}
    return (
        _classes(
            f"SparseCategoricalAccuracy {classes}", sparse, classes, "sparse_categorical_accuracy"
        ),
        _classes(f"CategoricalAccuracy {classes}", dense, classes, "categorical_accuracy"),
        _classes(
            f"CategoricalCrossentropy {classes}",
            dense, classes, "categorical_crossentropy", **logits,
        ),
        _classes(
            f"SparseCategoricalCrossentropy {classes}",
            sparse, classes, "sparse_categorical_crossentropy", **logits,
        ),
        _classes(f"CategoricalHinge {classes}", dense, classes, "categorical_hinge"),
        _classes(
            f"TopKCategoricalAccuracy {classes}", dense, classes, "top_k_categorical_accuracy", k=5
        ),
        _top_k(f"TopK {classes}", classes),
    )  # fmt: skip


_MEANS = (
    _elements("MeanSquaredError", of.normals, "mean_squared_error"),
    _elements("RootMeanSquaredError", of.normals, "mean_squared_error"),
    _elements("MeanAbsoluteError", of.normals, "mean_absolute_error"),
    _elements("MeanAbsolutePercentageError", of.amounts, "mean_absolute_percentage_error"),
    _elements("MeanSquaredLogarithmicError", of.amounts, "mean_squared_logarithmic_error"),
    _elements("LogCoshError", of.normals, "log_cosh"),
    _elements("MeanMetricWrapper", of.normals, "huber"),
    _elements("Mean", of.values),
    _elements("Sum", of.values),
    _elements("Count", of.values),
    _elements("Max", of.values),
    _elements("Min", of.values),
    _elements("Std", of.values),
    _elements("Variance", of.values),
    _elements("Accuracy", of.labels(10), "accuracy"),
    _elements("BinaryAccuracy", of.scores, "binary_accuracy"),
    _elements("BinaryCrossentropy", of.float_scores, "binary_crossentropy"),
    _elements("Poisson", of.amounts, "poisson"),
    _elements("Hinge", of.margins, "hinge"),
    _elements("SquaredHinge", of.margins, "squared_hinge"),
    _classes(
        "Perplexity 100",
        of.sparse_logits(100),
        100,
        "sparse_categorical_crossentropy",
        from_logits=True,
    ),
    _classes("KLDivergence", of.distributions, 10, "kl_divergence"),
    _classes("CosineSimilarity", of.vectors, 64, "cosine_similarity"),
    _classes("PearsonCorrelation rows", of.vectors, 64, "pearson_correlation"),
    _classes("ConcordanceCorrelation rows", of.vectors, 64, "concordance_correlation"),
    *_of_classes(100),
    _classes("AccuracyByShape", of.float_probabilities, 10, "categorical_accuracy"),
    *_of_classes(WIDE),
    _elements("BrierScore", of.float_scores, "brier_score"),
    _elements("LogLoss", of.float_scores, "binary_crossentropy"),
    _classes("RankedProbabilityScore 10", of.sparse_probabilities, 10, "ranked_probability_score"),
    _classes("CRPS 10", of.ensembles(10), 10, "crps"),
    _classes("CRPS 100", of.ensembles(100), 100, "crps"),
    _classes("GaussianCRPS", of.moments, 2, "gaussian_crps"),
    _classes("QuantileCRPS 9", of.ensembles(9), 9, "quantile_crps", quantiles=NINE),
    _classes("IntervalScore", of.ensembles(2), 2, "interval_score"),
)
_OTHERS = (
    _at_thresholds("TruePositives"),
    _at_thresholds("FalsePositives"),
    _at_thresholds("TrueNegatives"),
    _at_thresholds("FalseNegatives"),
    _at_thresholds("Precision"),
    _at_thresholds("Recall"),
    _at_thresholds("AUC"),
    _at_thresholds("AUC uneven", thresholds=UNEVEN.tolist()),
    Workload(
        "AUC 100 labels",
        of.label_scores,
        100,
        arguments={"multi_label": True, "num_labels": 100},
    ),
    _of_scores("AUROC"),
    _of_scores("AUROC max_fpr", max_fpr=0.1),
    _of_scores("Gini"),
    _of_scores("AveragePrecision"),
    _of_scores("EqualErrorRate"),
    _of_scores("LogAUC"),
    _of_scores("DetectionCost"),
    _of_scores("KSStatistic"),
    _of_scores("FMax"),
    _of_scores("OptimalThreshold"),
    _of_scores("ROCCurve"),
    _of_scores("PrecisionRecallCurve"),
    _of_scores("DETCurve"),
    _of_scores("LiftCurve"),
    _of_scores("GainCurve"),
    _at_thresholds("PrecisionAtRecall", recall=0.8),
    _at_thresholds("RecallAtPrecision", precision=0.8),
    _at_thresholds("SensitivityAtSpecificity", specificity=0.8),
    _at_thresholds("SpecificityAtSensitivity", sensitivity=0.8),
    Workload(
        "F1 from 1000 labels",
        of.labels(1000),
        metric="F1Score",
        arguments={"average": "macro", "num_classes": 1000},
    ),
    Workload("F1Score 10", of.class_probabilities, 10),
    Workload("F1Score 100", of.one_hot_scores(100), 100),
    Workload("FBetaScore 10", of.class_probabilities, 10, arguments={"beta": 2.0}),
    Workload("MeanIoU 1000", of.labels(1000), arguments={"num_classes": 1000}),
    Workload("MeanIoU 21", of.labels(21), arguments={"num_classes": 21}),
    Workload("IoU 21", of.labels(21), arguments={"num_classes": 21, "target_class_ids": [1, 2]}),
    Workload("MatthewsCorrelation 21", of.labels(21), arguments={"num_classes": 21}),
    *(_of_labels(name, 21) for name in RATES.split()),
    _of_labels("CohenKappa", 1000),
    _of_labels("ConfusionMatrix", 1000),
    _of_labels("BalancedAccuracy", 1000),
    _of_labels("Jaccard", 1000),
    _of_labels("ClassificationReport", 21),
    _of_labels("Dice", 21),
    Workload("Dice images", of.maps, 64 * 64, arguments={"num_classes": 21, "per_image": True}),
    _of_labels("GeneralizedDice", 21),
    Workload("ExactMatch", of.label_scores, 100),
    Workload("ZeroOneLoss", of.label_scores, 100),
    Workload("HammingLoss", of.label_scores, 100),
    Workload("AnyLabelAccuracy", of.label_scores, 100),
    Workload("BinaryIoU", of.scores),
    Workload(
        "OneHotIoU 10",
        of.class_probabilities,
        10,
        arguments={"num_classes": 10, "target_class_ids": [1, 2]},
    ),
    Workload("OneHotMeanIoU 10", of.class_probabilities, 10, arguments={"num_classes": 10}),
    Workload("R2Score", of.normals),
    Workload("PearsonCorrelation", of.normals, arguments={"axis": 0}),
    Workload("ConcordanceCorrelation", of.normals, arguments={"axis": 0}),
    *(
        Workload(name, of.float_scores, elements=True)
        for name in (
            "CalibrationError",
            "ReliabilityCurve",
            "BrierDecomposition",
            "D2LogLoss",
            "D2Brier",
            "NormalizedEntropy",
            "WeightedCalibration",
        )
    ),
    Workload("IntervalCoverage", of.ensembles(2), 2),
    Workload("Sharpness", of.ensembles(2), 2),
    Workload("PITHistogram 10", of.ensembles(10), 10, arguments={"n_bins": 11}),
    _elements("DiceLoss", of.float_scores),
    _elements("TverskyLoss", of.float_scores),
    Workload("Collection", of.scores),
    Workload("by_shard AUC", of.scores),
    Workload("Buffer median", of.values),
)


def _calls() -> tuple[Workload, ...]:
    """The public functions: those that metrics average, and those that no metric has."""
    more = (
        _elements("", of.float_scores, "binary_focal_crossentropy"),
        _classes("", of.float_probabilities, 10, "categorical_focal_crossentropy"),
        _elements("", of.float_scores, "dice"),
        _elements("", of.float_scores, "tversky"),
    )
    rows = {(x.fn, x.wide): x for x in reversed((*_MEANS, *more)) if x.fn}
    calls = [
        replace(x, name=f"functional.{fn}{f' {WIDE}' if wide else ''}", metric="")
        for (fn, wide), x in reversed(rows.items())
    ]
    cosine = replace(rows["cosine_similarity", False], name="losses.cosine_similarity", metric="")
    return (*calls, cosine)


WORKLOADS = {workload.name: workload for workload in (*_MEANS, *_OTHERS, *_calls())}
"""Numbers in names are classes or labels; the AUCs have 200 thresholds, and k is 5.

Correlations are over the stream, as in torchmetrics; ``rows`` within rows, as in Keras. The
``Collection`` is of AUC, precision, recall and accuracy, ``by_shard`` of 8 shards; the ``Buffer``
keeps 2^20 rows.
"""
