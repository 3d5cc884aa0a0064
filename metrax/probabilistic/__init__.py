"""Metrics of predicted distributions."""
