"""Metrics made of metrics."""
