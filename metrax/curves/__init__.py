"""Curves over all thresholds: areas under them, and points on them."""

from metrax.curves.auc import AUC as AUC
from metrax.curves.operating_point import PrecisionAtRecall as PrecisionAtRecall
from metrax.curves.operating_point import RecallAtPrecision as RecallAtPrecision
from metrax.curves.operating_point import SensitivityAtSpecificity as SensitivityAtSpecificity
from metrax.curves.operating_point import SpecificityAtSensitivity as SpecificityAtSensitivity
