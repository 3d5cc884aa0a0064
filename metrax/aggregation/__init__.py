"""Means, sums, spread and extremes of streams, values by step, and the mean of any function."""

from metrax.aggregation.moments import Count as Count
from metrax.aggregation.moments import Max as Max
from metrax.aggregation.moments import Min as Min
from metrax.aggregation.moments import Std as Std
from metrax.aggregation.moments import Variance as Variance
from metrax.aggregation.stepped import BestSoFar as BestSoFar
from metrax.aggregation.stepped import Extremes as Extremes
from metrax.aggregation.stepped import Last as Last
from metrax.aggregation.streams import Mean as Mean
from metrax.aggregation.streams import Sum as Sum
from metrax.aggregation.wrapper import MeanMetricWrapper as MeanMetricWrapper
