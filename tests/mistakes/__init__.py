"""The table of plausible mistakes, and how each must end."""

from tests.mistakes import (
    arguments,
    calls,
    elsewhere,
    inputs,
    labels,
    merging,
    shapes,
    values,
)

TOPICS = (values, labels, shapes, inputs, arguments, calls, merging, elsewhere)
ROWS = tuple(row for topic in TOPICS for row in topic.ROWS)
