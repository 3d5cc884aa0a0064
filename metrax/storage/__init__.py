"""Metrics by name, as plain values, and beside checkpoints."""
