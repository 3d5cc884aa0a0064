"""Metrics made of metrics."""

from metrax.combinators.along import Along as Along
from metrax.combinators.by_shard import by_shard as by_shard
from metrax.combinators.checked import checked as checked
from metrax.combinators.collection import Collection as Collection
from metrax.combinators.composed import Composed as Composed
from metrax.combinators.composed import Mapped as Mapped
from metrax.combinators.difference import Difference as Difference
from metrax.combinators.difference import Ratio as Ratio
from metrax.combinators.grouped import Grouped as Grouped
from metrax.combinators.interval import Estimate as Estimate
from metrax.combinators.interval import Interval as Interval
from metrax.combinators.windowed import Decayed as Decayed
from metrax.combinators.windowed import Windowed as Windowed
