"""Booleans, integers and floats of every width."""

import numpy as np

import metrax
from tests.mistakes.row import HARD, K, Q, R, S, W, Y, gives

ERRORS = (R - Q) ** 2

ROWS = [
    gives("boolean weights", metrax.MeanSquaredError(), R, Q, W > 0, right=ERRORS[W > 0].mean()),
    gives("integer weights", metrax.Mean(), R, np.int32(W), right=(W * R).sum() / 4),
    gives("hard predictions in precision", metrax.Precision(), Y, HARD, right=0.5),
    gives("boolean predictions", metrax.Recall(), Y, HARD > 0, right=0.5),
    gives("booleans on both sides", metrax.BinaryAccuracy(), Y > 0, HARD > 0, right=0.5),
    gives(
        "integers in a squared error",
        metrax.MeanSquaredError(),
        np.uint8([5, 3]),
        np.uint8([3, 5]),
        right=4.0,
    ),
    gives(
        "small signed integers",
        metrax.MeanSquaredError(),
        np.int8([100, 3]),
        np.int8([-100, 3]),
        right=20000.0,
    ),
    gives(
        "integer predictions, float targets",
        metrax.MeanSquaredError(),
        [0.5, 1.5],
        [0, 1],
        right=0.25,
    ),
    gives("float labels", metrax.SparseCategoricalAccuracy(), K.astype(float), S, right=0.5),
    gives("half precision", metrax.SparseCategoricalAccuracy(), K, S.astype(np.float16), right=0.5),
    gives(
        "double precision",
        metrax.MeanSquaredError(),
        R.astype(float),
        Q.astype(float),
        right=0.5625,
    ),
    gives("64-bit labels", metrax.SparseCategoricalAccuracy(), K.astype(np.int64), S, right=0.5),
    gives("a large sum of 64-bit integers", metrax.Sum(), np.array([3_000_000_000]), right=3e9),
]
