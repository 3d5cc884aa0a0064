"""Which way is up, for Keras's callbacks, and as Keras has it."""

import dataclasses

import keras
import numpy as np
import pytest

import metrax
from metrax.interop.keras import as_keras

GIVEN = {"num_classes": 3, "target_class_ids": [0]}
RATES = dict.fromkeys(("recall", "precision", "sensitivity", "specificity"), 0.5)


def test_callbacks_know_which_way_is_up():
    model = keras.Sequential([keras.layers.Dense(1, use_bias=False)])
    metrics = [as_keras(metrax.AUC()), as_keras(metrax.MeanSquaredError())]
    model.compile(loss="mse", metrics=metrics)
    x, y = np.zeros((4, 1), np.float32), np.float32([[0], [1], [0], [1]])
    for monitor, best in (("auc", max), ("mean_squared_error", min)):
        stop = keras.callbacks.EarlyStopping(monitor, patience=9)
        history = model.fit(x, y, epochs=2, verbose=0, callbacks=[stop]).history[monitor]
        assert stop.monitor_op is (keras.ops.greater if best is max else keras.ops.less)
        assert stop.best == pytest.approx(best(history))
    assert not hasattr(as_keras(metrax.Mean()), "_direction")


def test_directions_are_keras():
    compared = 0
    for name in sorted({*dir(keras.metrics)} & {*metrax.__all__}):
        ours, theirs = getattr(metrax, name), getattr(keras.metrics, name)
        if getattr(ours, "higher_is_better", None) is None:
            continue
        needed = [x.name for x in dataclasses.fields(ours) if x.default is dataclasses.MISSING]
        made = theirs(**{k: (GIVEN | RATES)[k] for k in needed})
        if hasattr(made, "_direction"):  # counts have none in Keras
            assert ours.higher_is_better == (made._direction == "up"), name
            compared += 1
    assert compared >= 37
