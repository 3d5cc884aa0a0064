"""The table of plausible mistakes, and how each must end."""

from tests.mistakes import (
    arguments,
    calls,
    classes,
    dtypes,
    elsewhere,
    inputs,
    labels,
    merging,
    shapes,
    values,
)

TOPICS = (values, labels, shapes, classes, dtypes, inputs, arguments, calls, merging, elsewhere)
ROWS = tuple(row for topic in TOPICS for row in topic.ROWS)
