"""Metrics for JAX: pure functions over states that jit, vmap, merge and shard."""

from metrax import accumulators as accumulators
from metrax import functional as functional
from metrax import losses as losses
from metrax import statistics as statistics
from metrax.aggregation.streams import Mean as Mean
from metrax.aggregation.streams import Sum as Sum
from metrax.aggregation.wrapper import MeanMetricWrapper as MeanMetricWrapper
from metrax.classification.accuracy import Accuracy as Accuracy
from metrax.classification.accuracy import AccuracyByShape as AccuracyByShape
from metrax.classification.accuracy import BinaryAccuracy as BinaryAccuracy
from metrax.classification.accuracy import CategoricalAccuracy as CategoricalAccuracy
from metrax.classification.accuracy import SparseCategoricalAccuracy as SparseCategoricalAccuracy
from metrax.classification.at_thresholds import FalseNegatives as FalseNegatives
from metrax.classification.at_thresholds import FalsePositives as FalsePositives
from metrax.classification.at_thresholds import Precision as Precision
from metrax.classification.at_thresholds import Recall as Recall
from metrax.classification.at_thresholds import TrueNegatives as TrueNegatives
from metrax.classification.at_thresholds import TruePositives as TruePositives
from metrax.classification.f_score import F1Score as F1Score
from metrax.classification.f_score import FBetaScore as FBetaScore
from metrax.classification.hinge import CategoricalHinge as CategoricalHinge
from metrax.classification.hinge import Hinge as Hinge
from metrax.classification.hinge import SquaredHinge as SquaredHinge
from metrax.classification.top_k import (
    SparseTopKCategoricalAccuracy as SparseTopKCategoricalAccuracy,
)
from metrax.classification.top_k import TopKCategoricalAccuracy as TopKCategoricalAccuracy
from metrax.combinators.checked import checked as checked
from metrax.combinators.collection import Collection as Collection
from metrax.core.checks import MetraxAttributeError as MetraxAttributeError
from metrax.core.checks import MetraxError as MetraxError
from metrax.core.checks import MetraxFrozenError as MetraxFrozenError
from metrax.core.checks import MetraxTypeError as MetraxTypeError
from metrax.core.merge import merge as merge
from metrax.core.merge import merge_stacked as merge_stacked
from metrax.core.merge import stack as stack
from metrax.core.metric import Metric as Metric
from metrax.core.parallel import merge_processes as merge_processes
from metrax.core.parallel import pmerge as pmerge
from metrax.core.parallel import stack_processes as stack_processes
from metrax.core.routed import Routed as Routed
from metrax.core.state import Accumulator as Accumulator
from metrax.core.state import State as State
from metrax.core.statistic import Statistic as Statistic
from metrax.curves.auc import AUC as AUC
from metrax.curves.operating_point import PrecisionAtRecall as PrecisionAtRecall
from metrax.curves.operating_point import RecallAtPrecision as RecallAtPrecision
from metrax.curves.operating_point import SensitivityAtSpecificity as SensitivityAtSpecificity
from metrax.curves.operating_point import SpecificityAtSensitivity as SpecificityAtSensitivity
from metrax.probabilistic.crossentropy import BinaryCrossentropy as BinaryCrossentropy
from metrax.probabilistic.crossentropy import CategoricalCrossentropy as CategoricalCrossentropy
from metrax.probabilistic.crossentropy import (
    SparseCategoricalCrossentropy as SparseCategoricalCrossentropy,
)
from metrax.probabilistic.divergence import KLDivergence as KLDivergence
from metrax.probabilistic.divergence import Poisson as Poisson
from metrax.regression.correlation import ConcordanceCorrelation as ConcordanceCorrelation
from metrax.regression.correlation import PearsonCorrelation as PearsonCorrelation
from metrax.regression.errors import CosineSimilarity as CosineSimilarity
from metrax.regression.errors import LogCoshError as LogCoshError
from metrax.regression.errors import MeanAbsoluteError as MeanAbsoluteError
from metrax.regression.errors import MeanAbsolutePercentageError as MeanAbsolutePercentageError
from metrax.regression.errors import MeanSquaredError as MeanSquaredError
from metrax.regression.errors import MeanSquaredLogarithmicError as MeanSquaredLogarithmicError
from metrax.regression.errors import RootMeanSquaredError as RootMeanSquaredError
from metrax.regression.r2 import R2Score as R2Score
from metrax.segmentation.iou import BinaryIoU as BinaryIoU
from metrax.segmentation.iou import IoU as IoU
from metrax.segmentation.iou import MeanIoU as MeanIoU
from metrax.segmentation.iou import OneHotIoU as OneHotIoU
from metrax.segmentation.iou import OneHotMeanIoU as OneHotMeanIoU
from metrax.segmentation.overlap import DiceLoss as DiceLoss
from metrax.segmentation.overlap import TverskyLoss as TverskyLoss
from metrax.storage.checkpoint import check_layout as check_layout
from metrax.storage.checkpoint import layout as layout
from metrax.storage.known import register as register
from metrax.storage.registry import clone_metric as clone_metric
from metrax.storage.registry import clone_metrics as clone_metrics
from metrax.storage.registry import deserialize as deserialize
from metrax.storage.registry import get as get
from metrax.storage.registry import serialize as serialize


def __getattr__(name: str) -> object:
    """``metrax.interop``, imported when it is first used."""
    if name != "interop":
        raise AttributeError(f"module 'metrax' has no attribute {name!r}")
    import importlib

    return importlib.import_module("metrax.interop")
