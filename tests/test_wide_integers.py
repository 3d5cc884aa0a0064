"""64-bit integers where 64-bit types are off: the right number or an error, never another number.

JAX keeps their low 32 bits.
"""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import metrax
from metrax import functional
from metrax.interop.keras import as_keras

WIDE = 2**32 + 1
"""Its low 32 bits are 1. It is no float32 either: the nearest is 2^32."""


@pytest.mark.parametrize("of", [list, np.int64, np.uint64], ids=["list", "int64", "uint64"])
@pytest.mark.parametrize(
    ("metric", "values", "expected"),
    [
        (metrax.Sum(), [3_000_000_000], 3e9),
        (metrax.Sum(), [WIDE, 7], 2**32 + 8),
        (metrax.Mean(), [2**33], 2**33),
        (metrax.Mean(), [2**33, 2**63 - 1], (2**33 + 2**63) / 2),
    ],
)
def test_streams_become_the_nearest_floats(of, metric, values, expected):
    assert float(metric(of(values))) == pytest.approx(expected, rel=1e-7)
    assert float(metrax.checked(metric)(of(values))) == pytest.approx(expected, rel=1e-7)
    adapter = as_keras(metric)
    adapter.update_state(of(values))
    assert float(adapter.result()) == pytest.approx(expected, rel=1e-7)


def test_negative_numbers():
    assert float(metrax.Sum()([-3_000_000_000, -(2**63)])) == pytest.approx(-(2**63) - 3e9)


@pytest.mark.parametrize("w", [[3_000_000_000, 1], np.int64([2**32, 1]), [WIDE, 1]])
def test_weights(w):
    for metric in (metrax.Mean(), metrax.checked(metrax.Mean())):
        assert float(metric([1.0, 0.0], w)) == pytest.approx(w[0] / (w[0] + 1), rel=1e-6)
    error = metrax.MeanAbsoluteError()([[0.0], [0.0]], [[1.0], [0.0]], w)
    assert float(error) == pytest.approx(w[0] / (w[0] + 1), rel=1e-6)


def test_errors_of_wide_integers():
    for fn in (metrax.MeanAbsoluteError(), functional.mean_absolute_error):
        value = fn([[3_000_000_000]], [[0.0]])
        assert float(jnp.squeeze(value)) == 3e9
    assert float(metrax.MeanSquaredError()(np.uint64([2**63]), [0.0])) == 2.0**126


LABELLED = [
    (metrax.SparseCategoricalAccuracy(), [[0.9, 0.1], [0.9, 0.1]]),
    (metrax.SparseTopKCategoricalAccuracy(k=1), [[0.9, 0.1], [0.9, 0.1]]),
    (metrax.Accuracy(), [0, 0]),
    (functional.accuracy, [0, 0]),
    (functional.sparse_categorical_accuracy, [[0.9, 0.1], [0.9, 0.1]]),
]


@pytest.mark.parametrize("label", [2**32, 2**40, -(2**32)])
@pytest.mark.parametrize(("metric", "y_pred"), LABELLED)
def test_labels_that_do_not_fit_are_no_class(metric, y_pred, label):
    assert float(np.mean(metric([label, 0], y_pred))) == 0.5


@pytest.mark.parametrize(("metric", "y_pred"), LABELLED)
def test_labels_that_float32_would_round_raise(metric, y_pred):
    with pytest.raises(metrax.MetraxError, match=r"y_true: got int64 numbers such as 4294967297"):
        metric([WIDE, 0], y_pred)


def test_labels_with_no_cell():
    assert float(metrax.MeanIoU(2)([2**32 + 2**9, 0, 1], [1, 0, 1])) == 1
    assert np.isnan(functional.sparse_categorical_crossentropy([2**32], [[0.5, 0.5]]))[0]


def test_neighbours_beyond_24_bits_are_told_apart():
    assert float(metrax.Accuracy()([2**31 + 1], [2**31])) == 0
    assert float(metrax.Accuracy()([2**31 + 1], [2**31 + 1])) == 1
    with pytest.raises(metrax.MetraxError, match="float32 rounds"):
        metrax.Accuracy()([2**40 + 1], [2**40])


def test_checked_sees_the_label_itself():
    with pytest.raises(metrax.MetraxError, match=r"y_true: got 4\.29497e\+09|y_true: got 429496"):
        metrax.checked(metrax.SparseCategoricalAccuracy())([2**32, 0], [[0.1, 0.9], [0.9, 0.1]])


def test_a_collection_and_named_outputs():
    metrics = metrax.Collection(loss=metrax.Mean().on("loss"), total=metrax.Sum().on("loss"))
    assert float(metrics(loss=[3_000_000_000])["total"]) == 3e9


def test_integers_that_fit_stay_integers():
    # Class indices beyond 2^24 have no float32.
    metric = metrax.Accuracy()
    assert float(metric(np.int64([2**24 + 1]), np.int64([2**24]))) == 0
    assert float(metric(np.int64([]), np.int64([]))) == 0


def test_with_64_bit_types_nothing_is_rounded(x64):
    assert float(metrax.Accuracy()([2**40 + 1], [2**40])) == 0
    assert float(metrax.Sum()([WIDE])) == WIDE


def test_an_int64_array_kept_after_64_bit_types_were_switched_off():
    with jax.enable_x64(True):
        kept = jnp.asarray([2**33])
    assert float(metrax.Mean()(kept)) == 2**33


@pytest.mark.parametrize("dtype", ["uint8", "int8", "int16", "uint16"])
def test_a_wrapped_function_sees_small_integers_widened(dtype):
    def double(y_true, y_pred):
        return 2 * y_true - y_pred.astype(y_true.dtype)

    largest = np.full(2, np.iinfo(dtype).max, dtype)
    value = metrax.MeanMetricWrapper(double)(largest, np.zeros_like(largest))
    assert float(value) == 2 * int(largest[0])
