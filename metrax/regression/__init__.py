"""Metrics of regressors."""
