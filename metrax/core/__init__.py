"""The algebra of states and metrics; it knows no metric."""
