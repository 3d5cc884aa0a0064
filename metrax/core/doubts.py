"""What would make a value doubtful."""

from collections.abc import Mapping
from typing import NamedTuple

from jax import Array


class Doubt(NamedTuple):
    """Whether a doubt holds, and the numbers that its words name."""

    holds: Array
    values: Mapping[str, Array] = {}
