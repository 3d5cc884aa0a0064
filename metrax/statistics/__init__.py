"""What metrics accumulate. A dozen of these carry the whole catalogue."""

from metrax.statistics.comoments import PairedMoments as PairedMoments
from metrax.statistics.comoments import PairedMomentsState as PairedMomentsState
from metrax.statistics.confusion_matrix import ConfusionMatrix as ConfusionMatrix
from metrax.statistics.confusion_matrix import ConfusionMatrixState as ConfusionMatrixState
from metrax.statistics.function_mean import FunctionMean as FunctionMean
from metrax.statistics.mean import MeanState as MeanState
from metrax.statistics.mean import WeightedMean as WeightedMean
from metrax.statistics.overlap import Overlap as Overlap
from metrax.statistics.overlap import OverlapState as OverlapState
from metrax.statistics.product import Product as Product
from metrax.statistics.threshold_counts import Counts as Counts
from metrax.statistics.threshold_counts import ThresholdCounts as ThresholdCounts
from metrax.statistics.threshold_counts import ThresholdCountsState as ThresholdCountsState
