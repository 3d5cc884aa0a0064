"""What averages over classes count, what 0/0 is, and how inputs of classes are read."""

import warnings

import jax
import numpy as np
import pytest
from sklearn import metrics as sk

import metrax

RNG = np.random.default_rng(0)
Y, W = RNG.integers(0, 3, 40), RNG.integers(1, 5, 40) / 4
P = np.where(RNG.random(40) < 0.6, Y, RNG.integers(0, 3, 40))
LABELS, SCORES = RNG.integers(0, 2, (40, 4)), RNG.random((40, 4)).astype(np.float32)
AVERAGES = (None, "micro", "macro", "weighted")
SKLEARN = {
    metrax.Precision: sk.precision_score,
    metrax.Recall: sk.recall_score,
    metrax.F1Score: sk.f1_score,
    metrax.Jaccard: sk.jaccard_score,
}


def close(actual, expected):
    np.testing.assert_allclose(np.asarray(actual, np.float64), expected, rtol=2e-6, atol=1e-7)


def quietly(score, *args, **kwargs):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return score(*args, **kwargs)


@pytest.mark.parametrize(("cls", "score"), SKLEARN.items(), ids=lambda x: x.__name__)
def test_averages_are_those_of_scikit_learn(cls, score):
    """Of five classes two do not occur; scikit-learn is told of none."""
    for average in AVERAGES:
        ours = cls(num_classes=5, average=average, absent="skip")(Y, P, W)
        theirs = score(Y, P, average=average, sample_weight=W)
        close(ours[:3] if average is None else ours, theirs)


@pytest.mark.parametrize(("cls", "score"), SKLEARN.items(), ids=lambda x: x.__name__)
@pytest.mark.parametrize("value", [0.0, 1.0])
def test_averages_of_labels_of_their_own(cls, score, value):
    at = {"threshold": 0.8} if cls is metrax.F1Score else {"thresholds": 0.8}
    for average in (*AVERAGES, "samples"):
        ours = cls(num_classes=4, average=average, zero_division=value, **at)
        pred = np.float32(0.8) < SCORES
        theirs = quietly(score, LABELS, pred, average=average, sample_weight=W, zero_division=value)
        close(ours(LABELS, SCORES, W), theirs)


@pytest.mark.parametrize("average", ["micro", "macro", "weighted", "samples"])
def test_rows_as_keras_reads_them_have_averages_too(average):
    """The highest scores of each row, without a threshold."""
    ours = metrax.F1Score(average, num_classes=4)(LABELS, SCORES, W)
    pred = SCORES.max(1, keepdims=True) == SCORES
    close(ours, quietly(sk.f1_score, LABELS, pred, average=average, sample_weight=W))


# ---- classes that are absent, and 0/0


TRUE, PRED = [0, 0, 1, 2], [0, 0, 0, 3]
"""Class 1 is never predicted, 2 and 3 have no hits, 4 does not occur."""


@pytest.mark.parametrize(
    ("absent", "value", "each", "mean"),
    [
        ("zero", 0.0, [2 / 3, 0, 0, 0, 0], 2 / 15),
        ("skip", 0.0, [2 / 3, 0, 0, 0, 0], 1 / 6),
        ("nan", 0.0, [2 / 3, 0, 0, 0, np.nan], np.nan),
        ("zero", 1.0, [2 / 3, 1, 1, 0, 0], (2 / 3 + 2) / 5),
        ("skip", 1.0, [2 / 3, 1, 1, 0, 1], (2 / 3 + 2) / 4),
        ("nan", 1.0, [2 / 3, 1, 1, 0, np.nan], np.nan),
    ],
)
def test_absent_classes_and_zero_division(absent, value, each, mean):
    kwargs = {"num_classes": 5, "absent": absent, "zero_division": value}
    close(metrax.Precision(average=None, **kwargs)(TRUE, PRED), each)
    close(metrax.Precision(average="macro", **kwargs)(TRUE, PRED), mean)
    # Of no examples a class has no weight.
    close(metrax.Precision(average="weighted", **kwargs)(TRUE, PRED), (2 * 2 / 3 + 2 * value) / 4)


def test_what_keras_has_counts_absent_classes_and_what_is_new_skips_them():
    mean = {x: x(num_classes=5, average="macro")(TRUE, PRED) for x in SKLEARN}
    close(mean[metrax.F1Score], 0.8 / 5)
    close(mean[metrax.Precision], (2 / 3) / 5)
    close(mean[metrax.Recall], 1 / 5)
    close(mean[metrax.Jaccard], (2 / 3) / 4)


@pytest.mark.parametrize("average", [*AVERAGES, "samples"])
@pytest.mark.parametrize("absent", ["zero", "skip", "nan"])
def test_no_data_is_zero_whatever_is_asked_for(average, absent):
    metric = metrax.Specificity(3, average, absent=absent, zero_division=1.0)
    assert not np.any(metric.compute(metric.init()))
    binary = metrax.Specificity(absent=absent, zero_division=1.0)
    assert not np.any(binary.compute(binary.init()))


def test_a_stream_of_labels_ignores_averages_but_not_zero_division():
    for average in ("micro", "macro", "weighted", None):
        metric = metrax.Precision(average=average, zero_division=1.0, absent="nan")
        assert float(metric([0, 0], [0.1, 0.2])) == 1
        assert float(metric([0, 1], [0.9, 0.8])) == 0.5


def test_nothing_that_has_a_weight_leaves_zero_division():
    """All rows are empty: scikit-learn says so, too."""
    empty = np.zeros((4, 3), int)
    for average in ("macro", "weighted", "micro"):
        ours = metrax.Recall(num_classes=3, multi_label=True, average=average, absent="skip")
        assert float(ours(empty, empty)) == 0
        ours = metrax.Recall(
            num_classes=3, multi_label=True, average=average, absent="skip", zero_division=1.0
        )
        assert float(ours(empty, empty)) == 1


def test_ratios_without_an_upper_end():
    assert float(metrax.PositiveLikelihoodRatio()([0, 1], [0.1, 0.9])) == np.inf
    assert float(metrax.PositiveLikelihoodRatio(zero_division=7.0)([0, 1], [0.1, 0.2])) == 7
    assert float(metrax.DiagnosticOddsRatio()([0, 0, 1], [0.1, 0.8, 0.9])) == np.inf
    assert float(metrax.NegativeLikelihoodRatio()([0, 1], [0.9, 0.2])) == np.inf
    assert float(metrax.NegativeLikelihoodRatio()([1, 1], [0.9, 0.2])) == 0


def test_ignored_classes_leave_means_and_ignored_values_count_nowhere():
    y, p = np.array([0, 0, 1, 1, 2, 2]), np.array([0, 1, 1, 2, 2, 0])
    kept = y != 2
    each = sk.precision_score(y[kept], p[kept], labels=[0, 1], average="macro")
    close(metrax.Precision(num_classes=3, average="macro", ignore_class=2)(y, p), each)
    several = metrax.Jaccard(3, ignore_class=(2, -100))
    void = np.append(y, -100), np.append(p, 1)
    close(several(*void), sk.jaccard_score(y[kept], p[kept], labels=[0, 1], average="macro"))
    mask = np.array([[0, 1, 255], [1, 1, 255]], np.uint8)
    scores = np.array([[0.1, 0.9, 0.9], [0.2, 0.8, 0.1]])
    close(metrax.Dice(ignore_class=255)(mask, scores), 4 / 5)
    close(metrax.Dice(ignore_class=255, per_image=True)(mask, scores), (1 + 2 / 3) / 2)


# ---- how inputs are read


EYE = np.eye(3)
ROWS = 0.2 + 0.5 * EYE[P]


@pytest.mark.parametrize(
    ("y_true", "y_pred"),
    [
        (Y, P),
        (Y.tolist(), P.tolist()),
        (Y[:, None], P),
        (Y.reshape(10, 4), P.reshape(10, 4)),
        (Y.astype(np.uint8), P.astype(np.int8)),
        (Y.astype(np.float32), P),
        (Y, ROWS),
        (Y[:, None], ROWS.astype("float16")),
        (Y, np.log(ROWS)),
        (EYE[Y], ROWS),
        (EYE[Y].astype(bool), P),
        (Y.reshape(10, 4), ROWS.reshape(10, 4, 3)),
        (EYE[Y].reshape(10, 4, 3), ROWS.reshape(10, 4, 3)),
        (Y[:39].reshape(13, 3), ROWS[:39].reshape(13, 3, 3)),  # as many positions as classes
    ],
)
def test_inputs_of_one_class_each(y_true, y_pred):
    n = 39 if np.size(y_true) == 39 else 40
    expected = sk.f1_score(Y[:n], P[:n], average="macro")
    for metric in (metrax.F1Score("macro", num_classes=3), metrax.Dice(3)):
        if metric.name == "dice" or np.shape(y_true) != np.shape(y_pred):
            close(metric(y_true, y_pred), expected)
    close(metrax.BalancedAccuracy(3)(y_true, y_pred), sk.balanced_accuracy_score(Y[:n], P[:n]))
    expected = sk.confusion_matrix(Y[:n], P[:n])
    close(metrax.ConfusionMatrix(3)(y_true, y_pred), expected)


def test_scores_of_two_classes():
    y, p = [0, 1, 1, 0, 1], [0.2, 0.8, 0.4, 0.6, 0.9]
    columns = np.stack([1 - np.array(p), p], 1)
    for metric in (metrax.MatthewsCorrelation(2), metrax.Jaccard(2), metrax.CohenKappa(2)):
        hard = float(metric(y, [0, 1, 0, 1, 1]))
        close([metric(y, p), metric(y, columns), metric(np.eye(2)[y], columns)], [hard] * 3)


def test_what_contradicts_the_shapes_raises():
    metric = metrax.Precision(num_classes=3, average="macro")
    for y_true, y_pred in [
        (Y, ROWS[:, :2]),
        (Y, SCORES),
        (Y[:4], P[:5]),
        (EYE[Y], ROWS[:9]),
        (Y, P.astype(np.float32)),
        (LABELS, SCORES),
    ]:
        with pytest.raises(metrax.MetraxError, match="num_classes=3"):
            metric(y_true, y_pred)
    for average in ("macro", "weighted", None):
        with pytest.raises(metrax.MetraxError, match="num_classes: not given, and average="):
            metrax.Precision(average=average)(LABELS, SCORES)
    with pytest.raises(metrax.MetraxError, match="num_classes: not given with multi_label"):
        metrax.Specificity(multi_label=True)
    with pytest.raises(metrax.MetraxError, match="class_id: got 1 with num_classes"):
        metrax.Recall(num_classes=3, class_id=1)
    with pytest.raises(metrax.MetraxError, match="expected rows of labels"):
        metrax.Recall(average="samples")([0, 1], [0.2, 0.7])


def test_checked_looks_at_rows_and_labels():
    checked = metrax.checked(metrax.Precision(num_classes=3, average="macro"))
    with pytest.raises(metrax.MetraxError, match=r"y_true: got .*sum to 1 along axis -1"):
        checked(1 - EYE[Y], ROWS)
    with pytest.raises(metrax.MetraxError, match="y_true: got 3"):
        checked(Y + 1, P)
    with pytest.raises(metrax.MetraxError, match="y_pred: got nan"):
        checked(Y, np.full((40, 3), np.nan))
    two = metrax.checked(metrax.CohenKappa(2))
    with pytest.raises(metrax.MetraxError, match=r"y_pred: got -1\.0"):
        two([0, 1], [-1.0, 3.0])


def test_predictions_that_are_no_class_are_misses():
    nan = np.where(np.arange(40)[:, None] < 10, np.nan, ROWS)
    micro = metrax.Recall(num_classes=3, average="micro")(Y, nan)
    close(micro, metrax.SparseCategoricalAccuracy()(Y, nan))
    close(metrax.MatthewsCorrelation(3)(Y, np.r_[[99] * 10, P[10:]]),
          sk.matthews_corrcoef(Y, np.r_[[3] * 10, P[10:]]))  # fmt: skip
    close(metrax.CohenKappa(3)(Y, np.r_[[99] * 10, P[10:]]),
          sk.cohen_kappa_score(Y, np.r_[[3] * 10, P[10:]]))  # fmt: skip


def test_weights_are_those_of_elements():
    metric = metrax.Precision(num_classes=3, average="macro")
    grid = metric(Y.reshape(10, 4), P.reshape(10, 4), W.reshape(10, 4))
    close(grid, sk.precision_score(Y, P, average="macro", sample_weight=W))
    rows = metric(Y.reshape(10, 4), ROWS.reshape(10, 4, 3), W[:10])
    repeated = np.repeat(W[:10], 4)
    close(rows, sk.precision_score(Y, P, average="macro", sample_weight=repeated))
    with pytest.raises(metrax.MetraxError, match=r"w: got .*\(40,\)"):
        metric(Y, P, np.ones((40, 2)))


def test_several_thresholds_of_several_labels():
    at = [0.7, 0.2, 0.5]
    metric = metrax.Precision(at, num_classes=4, average=None)
    expected = [
        quietly(sk.precision_score, LABELS, np.float32(t) < SCORES, average=None) for t in at
    ]
    close(metric(LABELS, SCORES), expected)
    macro = metrax.Specificity(4, thresholds=at)(LABELS, SCORES)
    assert macro.shape == (3,)
    close(macro[1], metrax.Specificity(4, thresholds=0.2)(LABELS, SCORES))


def test_the_highest_k_of_labels():
    chosen = np.argsort(-SCORES, axis=1)[:, :2]
    pred = np.zeros_like(LABELS)
    np.put_along_axis(pred, chosen, 1, 1)
    for average in ("macro", "samples"):
        ours = metrax.Precision(top_k=2, num_classes=4, average=average)(LABELS, SCORES)
        close(ours, quietly(sk.precision_score, LABELS, pred, average=average))


def test_metrics_of_one_statistic_share_a_state():
    several = metrax.Collection(
        [metrax.Specificity(3), metrax.Jaccard(3), metrax.MatthewsCorrelation(3)]
    )
    state = jax.eval_shape(several.init)
    assert sum(x.size for x in jax.tree.leaves(state)) == 2 * 3 * 3
    values = several(Y, P, W)
    close(values["jaccard"], sk.jaccard_score(Y, P, average="macro", sample_weight=W))
