"""Metrics of classifiers by margin."""
