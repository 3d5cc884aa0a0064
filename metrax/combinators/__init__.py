"""Metrics made of metrics."""

from metrax.combinators.by_shard import by_shard as by_shard
from metrax.combinators.checked import checked as checked
from metrax.combinators.collection import Collection as Collection
