"""Where the numbers differ from Keras on purpose: its value, ours, and an independent reference.

Each row of the table in docs/trust/differences_from_keras.md has its test here.
"""

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest
from scipy import stats
from sklearn import metrics as sk

import metrax
from tests.keras.rules import keras_rules

# Keras asks for int64 labels where 64-bit types are off.
pytestmark = pytest.mark.filterwarnings("ignore:Explicitly requested dtype int64")


def theirs(metric, *batches):
    """Keras's value after some batches."""
    with keras_rules():
        for batch in batches:
            metric.update_state(*batch)
        return np.asarray(metric.result(), np.float64)


def ours(metric, *batches):
    state = metric.init()
    for batch in batches:
        state = metric.update(state, *batch)
    return np.asarray(metric.compute(state), np.float64)


def test_means_do_not_stall():
    # Keras adds in float32: from 2^24 on, adding 1 to the count changes nothing.
    zeros, ones = (np.zeros(1, np.float32), np.float32(2**24)), (np.ones(1, np.float32),)
    keras_mean, metrax_mean = keras.metrics.Mean(), metrax.Mean()
    assert theirs(keras_mean, zeros, *[ones] * 8) == pytest.approx(8 / 2**24, rel=1e-6)
    assert float(keras_mean.count) == 2**24
    state = metrax_mean.init()
    for batch in (zeros, *[ones] * 8):
        state = metrax_mean.update(state, *batch)
    assert int(state.weight.hi) + int(state.weight.lo) == 2**24 + 8


def test_counts_do_not_stall():
    full, one = ([1], [0.9], np.float32(2**24)), ([1], [0.9])
    assert theirs(keras.metrics.TruePositives(), full, one, one, one) == 2**24
    state = metrax.TruePositives().observe(*full)
    for _ in range(3):
        state = metrax.TruePositives().update(state, *one)
    assert int(state.positives.hi.sum()) + int(state.positives.lo.sum()) == 2**24 + 3


def test_scalar_weights_count_every_element():
    large, small = ([1.0, 1.0, 1.0], np.float32(2)), ([5.0], np.float32(2))
    assert theirs(keras.metrics.Mean(), large, small) == 3
    assert ours(metrax.Mean(), large, small) == 2


@pytest.mark.filterwarnings("ignore:You are passing weight as `float`")
def test_iou_takes_fractional_weights():
    batch = ([0, 0, 1, 1], [0, 1, 0, 1], np.float32([0.3, 0.3, 0.3, 0.1]))
    assert theirs(keras.metrics.MeanIoU(num_classes=2), batch) == 0
    exact = sk.jaccard_score(*batch[:2], average="macro", sample_weight=batch[2])
    assert ours(metrax.MeanIoU(num_classes=2), batch) == pytest.approx(exact, rel=1e-6)


def test_labels_are_not_rounded_to_half_precision():
    classes, labels = 32_000, np.arange(20_001, 20_101)
    scores = np.zeros((100, classes), np.float32)
    scores[np.arange(100), labels + 1] = 1  # every prediction is one class off
    batch = (labels, jnp.asarray(scores, jnp.bfloat16))
    assert theirs(keras.metrics.SparseCategoricalAccuracy(dtype="bfloat16"), batch) > 0.3
    assert ours(metrax.SparseCategoricalAccuracy(), batch) == 0


def test_rank_one_batches_hold_one_example_an_element():
    y, p, w = np.float32([1, 2, 3]), np.float32([1, 4, 9]), np.float32([1, 1, 0])
    assert ours(metrax.MeanSquaredError(), (y, p, w)) == sk.mean_squared_error(
        y, p, sample_weight=w
    )
    with pytest.raises(ValueError, match="shape"):
        theirs(keras.metrics.MeanAbsoluteError(), (y, p, w[:, None] @ w[None]))
    uneven = ((y, p), (y[:1], p[:1]))
    assert theirs(keras.metrics.MeanAbsoluteError(), *uneven) == pytest.approx(4 / 3)
    assert ours(metrax.MeanAbsoluteError(), *uneven) == 2


def test_shapes_are_not_broadcast():
    batch = (np.zeros((4, 1), np.float32), np.ones((4, 3), np.float32))
    assert theirs(keras.metrics.MeanSquaredError(), batch) == 1
    with pytest.raises(metrax.MetraxError, match=r"float32\[4,1\] and float32\[4,3\]"):
        ours(metrax.MeanSquaredError(), batch)


def test_weights_of_examples_line_up_with_the_batch_axis():
    y, w = np.zeros((3, 3, 2), int), np.float32([1, 2, 4])
    y[2] = 1  # the last example alone is positive, in six elements
    batch = (y, np.ones((3, 3, 2), np.float32), w)
    assert theirs(keras.metrics.TruePositives(), batch) == 2 * w.sum()
    assert ours(metrax.TruePositives(), batch) == 6 * w[2]


def test_ignored_elements_leave_the_denominator():
    labels, rows = np.array([0, 1, 2, 2]), np.float32([[0.5, 0.3, 0.2]] * 4)
    arguments = {"ignore_class": 2}
    exact = -np.log([0.5, 0.3]).mean()
    value = theirs(keras.metrics.SparseCategoricalCrossentropy(**arguments), (labels, rows))
    assert value == pytest.approx(exact / 2, rel=1e-6)
    value = ours(metrax.SparseCategoricalCrossentropy(**arguments), (labels, rows))
    assert value == pytest.approx(exact, rel=1e-6)


def test_scores_on_a_threshold_are_not_above_it():
    t = np.float32([i / 199 for i in range(1, 199)])
    auc = metrax.AUC()
    counts = auc.observe(np.ones(len(t)), t).counts()
    exact = (t[:, None] > np.float32(auc.statistic.thresholds)).sum(0)
    np.testing.assert_array_equal(counts.tp, exact)
    metric = keras.metrics.AUC()
    theirs(metric, (np.ones(len(t)), t))
    assert (np.asarray(metric.true_positives) != exact).any()


def test_r2_survives_an_offset():
    rng = np.random.default_rng(0)
    y = (1e4 + rng.normal(size=(5000, 1))).astype(np.float32)
    p = (y + rng.normal(size=(5000, 1)) / 2).astype(np.float32)
    exact = sk.r2_score(y.astype(np.float64), p)
    assert abs(theirs(keras.metrics.R2Score(), (y, p)) - exact) > 0.02
    assert ours(metrax.R2Score(num_outputs=1), (y, p)) == pytest.approx(exact, rel=1e-5)


def test_adjusted_r2_counts_examples_and_compiles():
    rng = np.random.default_rng(0)
    y = rng.normal(size=(20, 2)).astype(np.float32)
    p = y + rng.normal(size=(20, 2)).astype(np.float32) / 2
    exact = 1 - (1 - sk.r2_score(y, p)) * 19 / (20 - 3 - 1)
    metric = metrax.R2Score(num_regressors=3, num_outputs=2)
    assert float(jax.jit(lambda y, p: metric(y, p))(y, p)) == pytest.approx(exact, rel=1e-5)
    value = theirs(keras.metrics.R2Score(num_regressors=3), (y, p))
    assert value == pytest.approx(1 - (1 - sk.r2_score(y, p)) * 39 / (40 - 3 - 1), rel=1e-5)


def test_constant_targets():
    y = np.full((5, 1), 2.0, np.float32)
    assert not np.isfinite(theirs(keras.metrics.R2Score(), (y, y)))
    assert ours(metrax.R2Score(num_outputs=1), (y, y)) == sk.r2_score(y, y) == 1
    assert ours(metrax.R2Score(num_outputs=1), (y, y + 1)) == sk.r2_score(y, y + 1) == 0


def test_correlation_of_a_stream():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(3, 8)).astype(np.float32)
    y = (x + rng.normal(size=(3, 8)) + [[0], [3], [6]]).astype(np.float32)
    x += np.float32([[0], [3], [6]])
    exact = stats.pearsonr(x.ravel(), y.ravel()).statistic
    batches = list(zip(x, y, strict=True))
    assert abs(theirs(keras.metrics.PearsonCorrelation(), *batches) - exact) > 0.05
    assert ours(metrax.PearsonCorrelation(axis=0), *batches) == pytest.approx(exact, rel=1e-5)
    with pytest.raises(metrax.MetraxError, match="axis=0"):
        ours(metrax.PearsonCorrelation(), *batches)


def test_padding_with_nan_is_inert():
    batch = (np.float32([[1], [2]]), np.float32([[2], [np.nan]]), np.float32([1, 0]))
    assert np.isnan(theirs(keras.metrics.MeanSquaredError(), batch))
    assert ours(metrax.MeanSquaredError(), batch) == 1


def test_rows_of_nan_are_no_hits():
    batch = ([0, 0], np.full((2, 3), np.nan, np.float32))
    assert theirs(keras.metrics.SparseCategoricalAccuracy(), batch) == 1
    assert ours(metrax.SparseCategoricalAccuracy(), batch) == 0


def test_impossible_labels_are_no_hits():
    batch = ([-1, 99], np.float32([[0.1, 0.2, 0.7]] * 2))
    assert theirs(keras.metrics.SparseTopKCategoricalAccuracy(k=5), batch) > 0
    assert ours(metrax.SparseTopKCategoricalAccuracy(k=5), batch) == 0


def test_f1_casts_labels_to_bool():
    batch = (np.float32([[2, 0], [0, 2]]), np.float32([[0.9, 0.1], [0.1, 0.9]]))
    value = theirs(keras.metrics.F1Score(average="macro", threshold=0.5), batch)
    assert value == pytest.approx(4 / 3, rel=1e-5)
    assert ours(metrax.F1Score("macro", threshold=0.5, num_classes=2), batch) == 1


def test_f1_is_an_exact_ratio():
    y = np.float32([[1, 0], [0, 1]])
    assert theirs(keras.metrics.F1Score(average="macro"), (y, y)) < 1
    assert ours(metrax.F1Score("macro", num_classes=2), (y, y)) == 1
    tiny = (y, np.float32([[0.9, 0.8], [0.2, 0.9]]), np.float32([1e-8, 1e-8]))
    arguments = {"average": "macro", "threshold": 0.5}
    exact = sk.f1_score(y, tiny[1] > 0.5, average="macro")
    assert theirs(keras.metrics.F1Score(**arguments), tiny) < 0.2
    assert ours(metrax.F1Score(**arguments, num_classes=2), tiny) == pytest.approx(exact, rel=1e-6)


def test_integer_predictions_are_promoted():
    batch = (np.float32([[0.5], [1.5]]), np.array([[1], [1]], np.uint8))
    assert theirs(keras.metrics.MeanAbsoluteError(), batch) != 0.5
    assert ours(metrax.MeanAbsoluteError(), batch) == 0.5
    pixels = (np.array([[3]], np.uint8), np.array([[5]], np.uint8))
    assert theirs(keras.metrics.MeanAbsoluteError(), pixels) == 254
    assert ours(metrax.MeanAbsoluteError(), pixels) == 2


def test_iou_along_another_axis():
    rng = np.random.default_rng(0)
    batch = (rng.random((6, 3, 4), np.float32), rng.random((6, 3, 4), np.float32))
    metric = metrax.OneHotMeanIoU(num_classes=3, axis=1)
    true, pred = (x.argmax(1).ravel() for x in batch)
    assert ours(metric, batch) == pytest.approx(
        sk.jaccard_score(true, pred, average="macro"), rel=1e-6
    )
    with pytest.raises(Exception, match="axis"):
        theirs(keras.metrics.OneHotMeanIoU(num_classes=3, axis=1), batch)


def test_hinge_decides_labels_one_by_one():
    batch = (np.float32([[0, 1, -1]]), np.float32([[-2, 2, -2]]))
    # Keras reads the batch as holding -1, 0 and 1, and leaves the 0.
    assert theirs(keras.metrics.Hinge(), batch) == pytest.approx(1 / 3)
    assert ours(metrax.Hinge(), batch) == 0


def test_tversky_weighs_what_it_says():
    # One hit, one false alarm, two misses.
    y, p = np.float32([1, 1, 1, 0]), np.float32([1, 0, 0, 1])
    with keras_rules():
        value = keras.losses.tversky(y, p, alpha=0.1, beta=0.7)
    assert float(value) == pytest.approx(1 - 1 / (1 + 0.1 * 2 + 0.7 * 1), rel=1e-5)
    value = metrax.functional.tversky(y, p, alpha=0.1, beta=0.7)
    assert float(value) == pytest.approx(1 - 1 / (1 + 0.1 * 1 + 0.7 * 2), rel=1e-6)


def test_small_log_cosh_errors_count():
    y, error = np.zeros((4, 1), np.float32), np.full((4, 1), 3e-4, np.float32)
    exact = np.log(np.cosh(np.float64(3e-4)))
    assert ours(metrax.LogCoshError(), (y, error)) == pytest.approx(exact, rel=1e-4)
    assert abs(theirs(keras.metrics.LogCoshError(), (y, error)) / exact - 1) > 0.1


def test_labels_that_are_none_are_not_positive():
    batch = (np.float32([1, np.nan, -1]), np.float32([0.9, 0.9, 0.9]))
    assert theirs(keras.metrics.TruePositives(), batch) == 3
    assert ours(metrax.TruePositives(), batch) == 1


def test_one_class_or_feature_tells_nothing():
    batch = (np.float32([[1], [0], [1], [0]]), np.float32([[0.1], [0.9], [0.2], [0.8]]))
    for name in ("CategoricalAccuracy", "CosineSimilarity"):
        assert theirs(getattr(keras.metrics, name)(), (batch[0] + 1, batch[1])) == 1
        with pytest.raises(metrax.MetraxError, match="expected two or more"):
            ours(getattr(metrax, name)(), batch)


def test_losses_of_totals():
    rng = np.random.default_rng(0)
    y, p = rng.integers(0, 2, (6, 4)).astype(np.float32), rng.random((6, 4), np.float32)
    y[:2] = [1, 0, 0, 0]
    exact = 1 - 2 * (y * p).sum(dtype=float) / (y.sum(dtype=float) + p.sum(dtype=float))
    halves = ((y[:2], p[:2]), (y[2:], p[2:]))
    wrapped = keras.metrics.MeanMetricWrapper(keras.losses.dice)
    assert abs(theirs(wrapped, *halves) - exact) > 1e-3
    assert ours(metrax.DiceLoss(), *halves) == pytest.approx(exact, rel=1e-6)


def test_functions_of_a_batch_are_refused():
    def by_column(y_true, y_pred):
        return jnp.mean(jnp.square(y_true - y_pred), axis=0)

    batch = (np.ones((3, 2), np.float32), np.zeros((3, 2), np.float32))
    assert theirs(keras.metrics.MeanMetricWrapper(by_column), batch) == 1
    with pytest.raises(metrax.MetraxError, match="Leave the batch axis out"):
        ours(metrax.MeanMetricWrapper(by_column), batch)
