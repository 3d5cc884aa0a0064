"""Metrics of regressions."""

from metrax.regression.correlation import ConcordanceCorrelation as ConcordanceCorrelation
from metrax.regression.correlation import PearsonCorrelation as PearsonCorrelation
from metrax.regression.errors import CosineSimilarity as CosineSimilarity
from metrax.regression.errors import LogCoshError as LogCoshError
from metrax.regression.errors import MeanAbsoluteError as MeanAbsoluteError
from metrax.regression.errors import MeanAbsolutePercentageError as MeanAbsolutePercentageError
from metrax.regression.errors import MeanSquaredError as MeanSquaredError
from metrax.regression.errors import MeanSquaredLogarithmicError as MeanSquaredLogarithmicError
from metrax.regression.errors import RootMeanSquaredError as RootMeanSquaredError
from metrax.regression.r2 import R2Score as R2Score
