"""Accuracies, top-k and hinge losses of each example."""
