"""Metrics of classifiers: accuracies, counts and rates of classes, agreement, hinge losses."""

from metrax.classification.accuracy import Accuracy as Accuracy
from metrax.classification.accuracy import AccuracyByShape as AccuracyByShape
from metrax.classification.accuracy import BinaryAccuracy as BinaryAccuracy
from metrax.classification.accuracy import CategoricalAccuracy as CategoricalAccuracy
from metrax.classification.accuracy import SparseCategoricalAccuracy as SparseCategoricalAccuracy
from metrax.classification.agreement import BalancedAccuracy as BalancedAccuracy
from metrax.classification.agreement import CohenKappa as CohenKappa
from metrax.classification.agreement import MatthewsCorrelation as MatthewsCorrelation
from metrax.classification.at_thresholds import FalseNegatives as FalseNegatives
from metrax.classification.at_thresholds import FalsePositives as FalsePositives
from metrax.classification.at_thresholds import TrueNegatives as TrueNegatives
from metrax.classification.at_thresholds import TruePositives as TruePositives
from metrax.classification.confusion import ConfusionMatrix as ConfusionMatrix
from metrax.classification.f_score import F1Score as F1Score
from metrax.classification.f_score import FBetaScore as FBetaScore
from metrax.classification.hinge import CategoricalHinge as CategoricalHinge
from metrax.classification.hinge import Hinge as Hinge
from metrax.classification.hinge import SquaredHinge as SquaredHinge
from metrax.classification.matches import AnyLabelAccuracy as AnyLabelAccuracy
from metrax.classification.matches import ExactMatch as ExactMatch
from metrax.classification.matches import HammingLoss as HammingLoss
from metrax.classification.matches import ZeroOneLoss as ZeroOneLoss
from metrax.classification.odds import DiagnosticOddsRatio as DiagnosticOddsRatio
from metrax.classification.odds import NegativeLikelihoodRatio as NegativeLikelihoodRatio
from metrax.classification.odds import PositiveLikelihoodRatio as PositiveLikelihoodRatio
from metrax.classification.odds import PrevalenceThreshold as PrevalenceThreshold
from metrax.classification.precision_recall import Precision as Precision
from metrax.classification.precision_recall import Recall as Recall
from metrax.classification.rates import FalseDiscoveryRate as FalseDiscoveryRate
from metrax.classification.rates import FalseNegativeRate as FalseNegativeRate
from metrax.classification.rates import FalseOmissionRate as FalseOmissionRate
from metrax.classification.rates import FalsePositiveRate as FalsePositiveRate
from metrax.classification.rates import Informedness as Informedness
from metrax.classification.rates import Markedness as Markedness
from metrax.classification.rates import NegativePredictiveValue as NegativePredictiveValue
from metrax.classification.rates import Prevalence as Prevalence
from metrax.classification.rates import Specificity as Specificity
from metrax.classification.report import ClassificationReport as ClassificationReport
from metrax.classification.top_k import (
    SparseTopKCategoricalAccuracy as SparseTopKCategoricalAccuracy,
)
from metrax.classification.top_k import TopKCategoricalAccuracy as TopKCategoricalAccuracy
