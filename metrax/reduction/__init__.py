"""Reductions of streams, and the mean of any function."""
