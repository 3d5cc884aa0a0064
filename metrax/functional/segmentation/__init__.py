"""Overlaps of masks."""
