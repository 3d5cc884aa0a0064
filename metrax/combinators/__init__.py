"""Metrics made of metrics."""

from metrax.combinators.along import Along as Along
from metrax.combinators.by_shard import by_shard as by_shard
from metrax.combinators.checked import checked as checked
from metrax.combinators.collection import Collection as Collection
from metrax.combinators.composed import Composed as Composed
from metrax.combinators.composed import Mapped as Mapped
from metrax.combinators.grouped import Grouped as Grouped
from metrax.combinators.windowed import Decayed as Decayed
from metrax.combinators.windowed import Windowed as Windowed
