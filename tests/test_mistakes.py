"""Plausible mistakes: each ends in the right number, or in an error that says what to do.

What only values can tell goes through ``metrax.checked``. What is neither is counted: exceptions
that are not metrax's, and wrong numbers without a word, of which there are none but those that
nobody could tell, each with its reason.
"""

import collections
import re

import numpy as np
import pytest

import metrax
from tests.mistakes import ROWS
from tests.mistakes.row import gives, raises, says, unseen

GOOD = {"right", "an error", "an error of checked", "wrong, which nobody could tell"}


def judged(row):
    """How a mistake ends, and what came."""
    came = None
    for metric in [None] if row.metric is None else [None, metrax.checked(row.metric)]:
        try:
            came = row.run(metric)
        except metrax.MetraxError as error:
            told = row.says and re.search(row.says, str(error), re.DOTALL)
            how = "an error" if metric is None else "an error of checked"
            return (how if told else "an error of other words"), error
        except Exception as error:
            return "foreign", error
        if row.right is not None:
            right = np.allclose(came, row.right, rtol=1e-5, atol=1e-6)
            return ("right" if right else "wrong"), came
    return ("wrong, which nobody could tell" if row.nobody else "wrong"), came


@pytest.mark.slow
def test_every_mistake_is_told_or_does_no_harm():
    ends = [(row, *judged(row)) for row in ROWS]
    counts = collections.Counter(how for _, how, _ in ends)
    print(f"{len(ROWS)} mistakes: ", ", ".join(f"{n} {how}" for how, n in counts.most_common()))
    bad = [f"{row.what}: {how}: {came!r}" for row, how, came in ends if how not in GOOD]
    assert not bad, "\n".join(bad)
    assert counts["foreign"] == counts["wrong"] == counts["an error of other words"] == 0
    assert counts["wrong, which nobody could tell"] == sum(bool(row.nobody) for row in ROWS)


def test_the_table_is_large_and_has_its_reasons():
    assert len({row.what for row in ROWS}) == len(ROWS) >= 200
    assert len({row.says for row in ROWS if row.says}) >= 100
    assert all(len(row.nobody.split()) >= 4 for row in ROWS if row.nobody)
    assert sum(bool(row.nobody) for row in ROWS) <= len(ROWS) // 20


def test_the_judge_knows_what_is_bad():
    mean = metrax.Mean()
    assert judged(gives("another number", mean, [1.0], right=2.0))[0] == "wrong"
    assert judged(raises("nothing raised", mean, [1.0], says="got"))[0] == "wrong"
    assert judged(raises("other words", mean, "x", says="no such"))[0] == "an error of other words"
    assert judged(gives("an error for a number", mean, "x", right=1.0))[0] not in GOOD
    assert judged(unseen("an error after all", mean, "x", nobody="it is told"))[0] not in GOOD
    assert judged(says("another's error", lambda: [][0], "got"))[0] == "foreign"
