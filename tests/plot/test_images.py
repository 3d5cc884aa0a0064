"""Pictures look as they did, but for text."""

import itertools

import numpy as np
import pytest
from matplotlib import colors, image, lines

from metrax.plot import style
from tests.plot.drawn import FILES, PICTURES, pixels

TOLERANCE = 12
"""Root of the mean squared difference of pixels, of 255: lines may lie half a pixel off."""


def off(ours, name):
    theirs = image.imread(FILES / f"{name}.png")[..., 0] * 255
    return np.sqrt(np.mean((ours - theirs) ** 2))


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_looks_as_it_did(name):
    assert off(pixels(PICTURES[name]), name) < TOLERANCE


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_of_other_data_does_not(name):
    assert off(pixels(PICTURES[name], s=-0.7), name) > TOLERANCE


def test_lines_differ_without_their_colours():
    looks = [style.line(i, 100) for i in range(40)]
    assert len({(str(x["linestyle"]), x["marker"]) for x in looks}) == len(looks)
    for look in looks:
        lines.Line2D([0, 1], [0, 1], **look)


def test_neighbouring_colours_differ_in_grey_or_in_style():
    greys = [np.dot(colors.to_rgb(x), [0.299, 0.587, 0.114]) for x in style.COLORS]
    assert max(greys) < 0.75  # on white
    for a, b in itertools.pairwise(range(7)):
        assert abs(greys[a] - greys[b]) > 0.05 or style.DASHES[a % 5] != style.DASHES[b % 5]
