"""What metrics accumulate. A dozen of these carry the whole catalogue."""

from metrax.statistics.any_label import AnyLabel as AnyLabel
from metrax.statistics.calibration_bins import CalibrationBins as CalibrationBins
from metrax.statistics.calibration_bins import CalibrationState as CalibrationState
from metrax.statistics.class_counts import ClassCounts as ClassCounts
from metrax.statistics.class_counts import ClassCountsState as ClassCountsState
from metrax.statistics.confusion_counts import ConfusionCounts as ConfusionCounts
from metrax.statistics.confusion_counts import ConfusionState as ConfusionState
from metrax.statistics.function_mean import FunctionMean as FunctionMean
from metrax.statistics.groups import Groups as Groups
from metrax.statistics.matches import Matches as Matches
from metrax.statistics.mean_and_variance import MeanAndVariance as MeanAndVariance
from metrax.statistics.mean_and_variance import MeanAndVarianceState as MeanAndVarianceState
from metrax.statistics.mean_of_counts import MeanOfCounts as MeanOfCounts
from metrax.statistics.overlap import Overlap as Overlap
from metrax.statistics.overlap import OverlapState as OverlapState
from metrax.statistics.paired_moments import PairedMoments as PairedMoments
from metrax.statistics.paired_moments import PairedMomentsState as PairedMomentsState
from metrax.statistics.product import Product as Product
from metrax.statistics.slices import Slices as Slices
from metrax.statistics.stream_mean import StreamMean as StreamMean
from metrax.statistics.threshold_counts import Counts as Counts
from metrax.statistics.threshold_counts import ThresholdCounts as ThresholdCounts
from metrax.statistics.threshold_counts import ThresholdCountsState as ThresholdCountsState
from metrax.statistics.value_and_labels import ValueAndLabels as ValueAndLabels
from metrax.statistics.value_and_labels import ValueAndLabelsState as ValueAndLabelsState
from metrax.statistics.weighted_mean import WeightedMean as WeightedMean
