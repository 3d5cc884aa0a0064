"""What a state of your own is made of: the accumulators, under their public name."""

from metrax.accumulators.extremes import Max as Max
from metrax.accumulators.extremes import Min as Min
from metrax.accumulators.moments import CoMoments as CoMoments
from metrax.accumulators.moments import Moments as Moments
from metrax.accumulators.sum import Sum as Sum
