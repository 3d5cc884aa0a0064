"""Cross-entropies and divergences of each example."""
