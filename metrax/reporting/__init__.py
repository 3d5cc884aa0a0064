"""Reports: a page of what was computed, for people."""

from metrax.reporting.report import report as report
