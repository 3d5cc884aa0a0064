"""How differently a classifier treats groups of people."""

from metrax.fairness.parity import DemographicParity as DemographicParity
from metrax.fairness.parity import EqualizedOdds as EqualizedOdds
from metrax.fairness.parity import EqualOpportunity as EqualOpportunity
