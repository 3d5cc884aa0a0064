"""What a state of your own is made of: the accumulators, under their public name."""

from metrax.core.accumulators import Max as Max
from metrax.core.accumulators import Min as Min
from metrax.core.accumulators import Sum as Sum
from metrax.core.moments import CoMoments as CoMoments
from metrax.core.moments import Moments as Moments
