"""What states are made of: a statistic's ``contribute`` returns ``Accumulator.each(...)`` of these.

Import it under a short name, ``from metrax import accumulators as acc``: ``Mean``, ``Sum``, ``Max``
and ``Min`` are metrics at top level.
"""

from metrax.accumulators.buffer import Buffer as Buffer
from metrax.accumulators.comoments import CoMoments as CoMoments
from metrax.accumulators.extremes import Max as Max
from metrax.accumulators.extremes import Min as Min
from metrax.accumulators.mean import Mean as Mean
from metrax.accumulators.moments import Moments as Moments
from metrax.accumulators.rings import Decaying as Decaying
from metrax.accumulators.rings import Ring as Ring
from metrax.accumulators.slots import Slots as Slots
from metrax.accumulators.stepped import Highest as Highest
from metrax.accumulators.stepped import Latest as Latest
from metrax.accumulators.stepped import Lowest as Lowest
from metrax.accumulators.sum import Sum as Sum
