"""How Keras spells the names of classes."""

import re


def snake_case(name: str) -> str:
    """A class's name as Keras writes it in snake case."""
    name = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()
