"""The table of plausible mistakes, and how each must end."""

from tests.mistakes import arguments, calls, inputs, shapes, values

ROWS = (*values.ROWS, *shapes.ROWS, *inputs.ROWS, *arguments.ROWS, *calls.ROWS)
