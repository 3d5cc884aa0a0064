"""Metrics of predicted distributions."""

from metrax.probabilistic.crossentropy import BinaryCrossentropy as BinaryCrossentropy
from metrax.probabilistic.crossentropy import CategoricalCrossentropy as CategoricalCrossentropy
from metrax.probabilistic.crossentropy import (
    SparseCategoricalCrossentropy as SparseCategoricalCrossentropy,
)
from metrax.probabilistic.divergence import KLDivergence as KLDivergence
from metrax.probabilistic.divergence import Poisson as Poisson
from metrax.probabilistic.perplexity import Perplexity as Perplexity
