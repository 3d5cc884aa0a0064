"""Errors and similarities of each example."""
