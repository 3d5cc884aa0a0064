"""Mistakes in a ``contribute`` of one's own, and the words of the error."""

import jax.numpy as jnp
import numpy as np
import pytest

import metrax
from metrax import accumulators as acc

Y, P, W = [0, 1, 1, 2], [0, 1, 2, 0], [1.0, 0.0, 2.0, 1.0]

MISTAKES = {
    "labels as floats": (
        lambda y, p: acc.Mean.each(y == p, at=y.astype(jnp.float32), shape=3),
        r"Mean.each: at: got float32\[4\]; expected integers, such as labels.astype\(int\)",
    ),
    "one-hot rows as cells": (
        lambda y, p: acc.Mean.each(y == p, at=jnp.eye(3, dtype=int)[y], shape=3),
        "at: got shape .4, 3. for values of shape .4,.; .* one cell for each row of values",
    ),
    "at alone": (
        lambda y, p: acc.Mean.each(y, at=y),
        "got at without shape; expected both, such as at=labels, shape=num_classes",
    ),
    "shape alone": (lambda y, p: acc.Mean.each(y, shape=3), "got shape without at; expected both"),
    "a shape of the data": (
        lambda y, p: acc.Mean.each(y, at=y, shape=y.max() + 1),
        "shape: got .*expected a whole number above 0.*known without the data",
    ),
    "a shape that is a float": (
        lambda y, p: acc.Mean.each(y, at=y, shape=3.0),
        "shape: got 3.0; expected a whole number above 0",
    ),
    "no cells": (lambda y, p: acc.Mean.each(y, at=y, shape=0), "shape: got 0; expected a whole"),
    "a bare number": (lambda y, p: acc.Sum.each(1), "got 1, a number for the batch; expected an"),
    "the mean of the batch": (
        lambda y, p: acc.Mean.each(jnp.mean(p - y)),
        r"contribute: Own returned rows of shape \(\).*leave the batch axis out of its sums",
    ),
    "the batch axis kept": (lambda y, p: acc.Mean.each(y, keep=-1), "would keep the batch's"),
    "an axis kept from the front": (lambda y, p: acc.Mean.each(y, keep=0), "keep: got 0; expected"),
    "nothing kept": (lambda y, p: acc.Mean.each(y, keep=None), "keep: got None; expected trailing"),
    "complex numbers": (lambda y, p: acc.Mean.each(y.astype(jnp.complex64)), "got complex numbers"),
    "one of two values": (lambda y, p: acc.CoMoments.each(y), "got 1 values .*; expected x, y"),
    "an if": (
        lambda y, p: acc.Mean.each(y if y[0] else p),
        "Own got .*it is traced: write jnp.where",
    ),
    "an array": (lambda y, p: y - p, "Own returned .*expected a tree of accumulators' rows"),
}


def own(contribute):
    """A metric of one's own, with that function."""

    class Own(metrax.Metric):
        def contribute(self, y_true, y_pred):
            return contribute(y_true, y_pred)

        def read(self, state):
            return state.mean

    return Own()


@pytest.mark.parametrize(("contribute", "says"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes_in_contribute_say_what_to_write(contribute, says):
    with pytest.raises(metrax.MetraxError, match=f"(?s){says}"):
        own(contribute)(np.array(Y), np.array(P), W)


@pytest.mark.parametrize("name", ["w", "weights", "sample_weight"])
def test_a_contribute_that_takes_weights_is_refused(name):
    class Own(metrax.Metric):
        contribute = eval(f"lambda self, y_true, y_pred, {name}=None: None")

        def read(self, state):
            return state.mean

    with pytest.raises(metrax.MetraxError, match=f"Own takes {name}; expected inputs alone"):
        Own()(Y, P, W)
