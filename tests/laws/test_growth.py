"""Under automatic sharding what devices exchange does not grow with how many they are."""

import pytest

from tests.launch import finish, start
from tests.laws.growth import PROGRAMS, state_bytes

pytestmark = pytest.mark.slow

DEVICES = (8, 256)
HANDFUL = 10
"""Collectives, of a collection of thirty metrics whose weights are added with theirs."""


@pytest.fixture(scope="module")
def exchanged():
    """By number of devices: by program, its collectives and their bytes."""
    outputs = finish(*(start("-m", "tests.laws.growth", devices=n) for n in DEVICES))
    lines = ([line.split("\t") for line in output.splitlines()] for output in outputs)
    return [{name: (int(count), int(size)) for name, count, size in each} for each in lines]


def test_collectives_are_a_handful_and_do_not_grow_with_devices(exchanged):
    few, many = exchanged
    assert few.keys() == many.keys()
    for name in few:
        assert max(few[name][0], many[name][0]) <= HANDFUL, name
        assert 0 < many[name][1] <= 2 * few[name][1], name


def test_what_is_exchanged_is_of_the_size_of_the_state(exchanged):
    for each in exchanged:
        for name, (_, size) in each.items():
            assert size <= 4 * state_bytes(PROGRAMS[name][0]), name
