"""Metrics of classifiers: accuracies, counts at thresholds, hinge losses."""

from metrax.classification.accuracy import Accuracy as Accuracy
from metrax.classification.accuracy import AccuracyByShape as AccuracyByShape
from metrax.classification.accuracy import BinaryAccuracy as BinaryAccuracy
from metrax.classification.accuracy import CategoricalAccuracy as CategoricalAccuracy
from metrax.classification.accuracy import SparseCategoricalAccuracy as SparseCategoricalAccuracy
from metrax.classification.at_thresholds import FalseNegatives as FalseNegatives
from metrax.classification.at_thresholds import FalsePositives as FalsePositives
from metrax.classification.at_thresholds import Precision as Precision
from metrax.classification.at_thresholds import Recall as Recall
from metrax.classification.at_thresholds import TrueNegatives as TrueNegatives
from metrax.classification.at_thresholds import TruePositives as TruePositives
from metrax.classification.f_score import F1Score as F1Score
from metrax.classification.f_score import FBetaScore as FBetaScore
from metrax.classification.hinge import CategoricalHinge as CategoricalHinge
from metrax.classification.hinge import Hinge as Hinge
from metrax.classification.hinge import SquaredHinge as SquaredHinge
from metrax.classification.matthews import MatthewsCorrelation as MatthewsCorrelation
from metrax.classification.top_k import (
    SparseTopKCategoricalAccuracy as SparseTopKCategoricalAccuracy,
)
from metrax.classification.top_k import TopKCategoricalAccuracy as TopKCategoricalAccuracy
