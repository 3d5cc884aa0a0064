"""What a state of your own is made of: the accumulators, under their public name."""

from metrax.core.accumulators import CoMoments as CoMoments
from metrax.core.accumulators import Max as Max
from metrax.core.accumulators import Min as Min
from metrax.core.accumulators import Moments as Moments
from metrax.core.accumulators import Sum as Sum
