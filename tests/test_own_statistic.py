"""The statistic that the docs show, word for word, against what comes."""

import numpy as np
import pytest

import metrax
from tests.cases.own import OWN

Y = np.float32([[1, 2], [3, 4], [5, 6]])
P = Y + np.float32([[1, -1], [2, 2], [4, 0]])


def spread(*args):
    return {name: float(value) for name, value in OWN["ErrorSpread"]()(*args).items()}


def expected(w):
    error, w = (P - Y).astype(float), np.broadcast_to(np.asarray(w, float)[:, None], Y.shape)
    return {"bias": (w * error).sum() / w.sum(), "largest": np.abs(error[w > 0]).max()}


def test_vectors_with_weights():
    value = spread(Y[:, 0], P[:, 0], np.float32([1, 1, 0]))
    assert value == pytest.approx({"bias": 1.5, "largest": 2})


@pytest.mark.parametrize("w", [[1.0, 2.0, 0.0], [True, True, False], [1, 2, 0]])
def test_weights_of_examples(w):
    assert spread(Y, P, w) == pytest.approx(expected(w))


def test_boolean_weights():
    value = spread(Y[:, 0], P[:, 0], [True, True, False])
    assert value == pytest.approx({"bias": 1.5, "largest": 2})


@pytest.mark.parametrize("shapes", [((3, 1), (3,)), ((3, 1), (3, 2)), ((3,), (4,))])
def test_nothing_is_broadcast(shapes):
    y, p = map(np.ones, shapes)
    if shapes[0][:1] == shapes[1]:
        assert spread(y, p) == {"bias": 0, "largest": 0}
    else:
        with pytest.raises(metrax.MetraxError, match="y_true and y_pred: got"):
            spread(y, p)


def test_small_integers_do_not_wrap():
    assert spread(np.uint8([5]), np.uint8([3])) == {"bias": -2, "largest": 2}


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "uint32"])
def test_differences_of_unsigned_numbers_have_a_sign(dtype):
    y, p = np.array([5, 7], dtype), np.array([3, 8], dtype)
    assert spread(y, p) == {"bias": -0.5, "largest": 2}
