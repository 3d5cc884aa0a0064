"""Calibration of probabilities, and proper scores of forecasts."""

from metrax.calibration.brier import BrierDecomposition as BrierDecomposition
from metrax.calibration.brier import BrierScore as BrierScore
from metrax.calibration.calibration_error import CalibrationError as CalibrationError
from metrax.calibration.calibration_error import ReliabilityCurve as ReliabilityCurve
from metrax.calibration.classes import LogLoss as LogLoss
from metrax.calibration.classes import RankedProbabilityScore as RankedProbabilityScore
from metrax.calibration.forecasts import CRPS as CRPS
from metrax.calibration.forecasts import GaussianCRPS as GaussianCRPS
from metrax.calibration.forecasts import IntervalCoverage as IntervalCoverage
from metrax.calibration.forecasts import IntervalScore as IntervalScore
from metrax.calibration.forecasts import PITHistogram as PITHistogram
from metrax.calibration.forecasts import QuantileCRPS as QuantileCRPS
from metrax.calibration.forecasts import Sharpness as Sharpness
from metrax.calibration.relative import D2Brier as D2Brier
from metrax.calibration.relative import D2LogLoss as D2LogLoss
from metrax.calibration.relative import NormalizedEntropy as NormalizedEntropy
from metrax.calibration.relative import WeightedCalibration as WeightedCalibration
