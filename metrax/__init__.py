"""Metrics for JAX: pure functions over states that jit, vmap, merge and shard."""

from metrax import accumulators as accumulators
from metrax import functional as functional
from metrax import statistics as statistics
from metrax.classification.accuracy import Accuracy as Accuracy
from metrax.classification.accuracy import BinaryAccuracy as BinaryAccuracy
from metrax.classification.accuracy import CategoricalAccuracy as CategoricalAccuracy
from metrax.classification.accuracy import SparseCategoricalAccuracy as SparseCategoricalAccuracy
from metrax.classification.auc import AUC as AUC
from metrax.classification.precision_recall import Precision as Precision
from metrax.classification.precision_recall import Recall as Recall
from metrax.combinators.collection import Collection as Collection
from metrax.core.checks import MetraxError as MetraxError
from metrax.core.checks import MetraxTypeError as MetraxTypeError
from metrax.core.metric import Metric as Metric
from metrax.core.metric import Routed as Routed
from metrax.core.metric import Statistic as Statistic
from metrax.core.parallel import merge_processes as merge_processes
from metrax.core.parallel import pmerge as pmerge
from metrax.core.state import Accumulator as Accumulator
from metrax.core.state import State as State
from metrax.core.state import merge as merge
from metrax.core.state import merge_stacked as merge_stacked
from metrax.core.state import stack as stack
from metrax.probabilistic.crossentropy import CategoricalCrossentropy as CategoricalCrossentropy
from metrax.probabilistic.crossentropy import (
    SparseCategoricalCrossentropy as SparseCategoricalCrossentropy,
)
from metrax.reduction.reductions import Mean as Mean
from metrax.reduction.reductions import MeanMetricWrapper as MeanMetricWrapper
from metrax.reduction.reductions import Sum as Sum
from metrax.regression.errors import CosineSimilarity as CosineSimilarity
from metrax.regression.errors import MeanSquaredError as MeanSquaredError
from metrax.regression.r2 import R2Score as R2Score
from metrax.segmentation.iou import MeanIoU as MeanIoU
