"""Proper scores of each example: of probabilities, and of forecasts of numbers."""
