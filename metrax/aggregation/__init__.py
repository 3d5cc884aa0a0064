"""Means and sums of streams, and the mean of any function."""

from metrax.aggregation.streams import Mean as Mean
from metrax.aggregation.streams import Sum as Sum
from metrax.aggregation.wrapper import MeanMetricWrapper as MeanMetricWrapper
