"""Metrics made of metrics."""

from metrax.combinators.checked import checked as checked
from metrax.combinators.collection import Collection as Collection
