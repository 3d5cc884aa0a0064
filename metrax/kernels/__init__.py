"""Arrays to arrays: the only place with a branch for a platform."""
