"""Curves over all thresholds: areas under them, and points on them."""

from metrax.curves.auc import AUC as AUC
from metrax.curves.auroc import AUROC as AUROC
from metrax.curves.auroc import Gini as Gini
from metrax.curves.auroc import LogAUC as LogAUC
from metrax.curves.average_precision import AveragePrecision as AveragePrecision
from metrax.curves.best_point import DetectionCost as DetectionCost
from metrax.curves.best_point import EqualErrorRate as EqualErrorRate
from metrax.curves.best_point import FMax as FMax
from metrax.curves.best_point import KSStatistic as KSStatistic
from metrax.curves.best_point import OptimalThreshold as OptimalThreshold
from metrax.curves.operating_point import PrecisionAtRecall as PrecisionAtRecall
from metrax.curves.operating_point import RecallAtPrecision as RecallAtPrecision
from metrax.curves.operating_point import SensitivityAtSpecificity as SensitivityAtSpecificity
from metrax.curves.operating_point import SpecificityAtSensitivity as SpecificityAtSensitivity
from metrax.curves.points import DETCurve as DETCurve
from metrax.curves.points import GainCurve as GainCurve
from metrax.curves.points import LiftCurve as LiftCurve
from metrax.curves.points import PrecisionRecallCurve as PrecisionRecallCurve
from metrax.curves.points import ROCCurve as ROCCurve
