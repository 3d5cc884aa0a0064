"""Adapters to other libraries, each imported only when asked for by name."""
