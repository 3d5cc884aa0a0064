"""AUC: its counts by brute force, its values from the table of the definition."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import metrax
from metrax.kernels.buckets import bucket, is_even

TABLE = {
    (200, "ROC"): (0.75, 0.75, 0.75),
    (200, "PR"): (0.797267, 0.25, 0.833333),
    (200, "PRGAIN"): (0.25, 0, 0.5),
    (3, "ROC"): (0.75, 0.5, 1),
    (3, "PR"): (0.820699, 0.25, 1),
    (3, "PRGAIN"): (0.5, 0, 1),
}


@pytest.mark.parametrize(("n", "curve"), TABLE, ids=str)
def test_values_of_the_four_examples(n, curve):
    for method, expected in zip(
        ("interpolation", "minoring", "majoring"), TABLE[n, curve], strict=True
    ):
        auc = metrax.AUC(num_thresholds=n, curve=curve, summation_method=method)
        assert float(auc([0, 0, 1, 1], [0, 0.5, 0.3, 0.9])) == pytest.approx(expected, abs=1e-6)


def thresholds_of(auc):
    return np.asarray(auc.statistic.thresholds, np.float32)


def brute_force(y, p, w, thresholds):
    over = p[:, None] > thresholds
    y = y[:, None].astype(bool)
    return [np.float64(w[:, None] * x).sum(0) for x in (over & y, over & ~y, ~over & ~y, ~over & y)]


AUCS = {
    "even": metrax.AUC(),
    "coarse": metrax.AUC(num_thresholds=5),
    "fine": metrax.AUC(num_thresholds=1001),
    "uneven": metrax.AUC(thresholds=(0.001, 0.0013, 0.2, 0.2, 0.77, 1.0)),
}


@pytest.mark.parametrize("auc", AUCS.values(), ids=AUCS)
@pytest.mark.parametrize("kind", ["random", "on thresholds", "beside thresholds", "outside"])
def test_counts_equal_brute_force(auc, kind):
    rng, t = np.random.default_rng(0), thresholds_of(auc)
    p = {
        "random": rng.random(5000).astype(np.float32),
        "on thresholds": np.tile(t, 3),
        "beside thresholds": np.concatenate([np.nextafter(t, -9), np.nextafter(t, 9)]),
        "outside": np.float32([-np.inf, -2, -1e-30, -0.0, 0, 1, 1.5, 9e9, np.inf, np.nan]),
    }[kind].astype(np.float32)
    y = rng.integers(0, 2, len(p))
    within = np.clip(p, 0, 1 + metrax.curves.auc.EPSILON)
    for w in (None, rng.integers(0, 4, len(p)).astype(np.float32)):
        counts = auc.observe(y, p, w).counts()
        for ours, theirs in zip(
            counts, brute_force(y, within, np.ones(len(p)) if w is None else w, t), strict=True
        ):
            np.testing.assert_array_equal(ours, theirs)


@given(
    st.lists(st.floats(0, 1, width=32, allow_subnormal=False), min_size=1, max_size=9),
    st.lists(st.floats(width=32, allow_subnormal=False), min_size=1, max_size=9),
)
@settings(max_examples=60)
def test_buckets_of_any_thresholds_and_scores(thresholds, scores):
    # Without subnormal numbers: XLA compares them as zeros, ``y_pred > t`` outside metrax too.
    thresholds, scores = tuple(sorted(thresholds)), np.float32(scores)
    expected = (scores[:, None] > np.float32(thresholds)).sum(1)
    np.testing.assert_array_equal(bucket(jnp.asarray(scores), thresholds), expected)


@pytest.mark.parametrize("n", [2, 7, 200, 65_537])
def test_even_grids_are_recognised(n):
    grid = metrax.AUC(num_thresholds=n).statistic.thresholds
    assert is_even(grid)
    assert n < 5 or not is_even((*grid[:2], grid[2] + 0.5 / n, *grid[3:]))
    p = np.random.default_rng(0).random(1000).astype(np.float32)
    expected = np.searchsorted(np.float32(grid), p, side="left")
    np.testing.assert_array_equal(bucket(jnp.asarray(p), grid), expected)


UNEVEN = {
    "six": (0.001, 0.0013, 0.2, 0.2, 0.77, 1.0),
    "clustered at 0": tuple(np.geomspace(1e-8, 1e-3, 500)),
    "clustered at 1": tuple(1 - np.geomspace(1e-3, 1e-7, 50)),
    "neighbours": tuple(float(x) for x in np.float32(0.5) + np.arange(40) * np.float32(2**-24)),
    "all equal": (0.3,) * 17,
    "at its ends": (-np.inf, -0.5, -1e-7, 0.0, 0.0, 1.0, 1.0 + 1e-7, 1.5, np.inf),
    "on cells' edges": tuple((np.arange(300) + 0.5) / 512),
    "random": tuple(np.sort(np.random.default_rng(7).beta(0.5, 0.5, 198))),
    "many": tuple(np.sort(np.random.default_rng(8).random(30_000))),
}


@pytest.mark.parametrize("thresholds", UNEVEN.values(), ids=UNEVEN)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_uneven_buckets_equal_brute_force(thresholds, dtype):
    t = np.asarray(thresholds, dtype)
    beside = [np.nextafter(t, dtype(-9)), t, np.nextafter(t, dtype(9))]
    odd = dtype([-np.inf, -2, -1e-30, -0.0, 0, 1e-30, 1, 1.5, 9e9, np.inf])
    edges = (np.arange(0, 8193, 7) / 8192 + 0.5 / 8192).astype(dtype)
    scores = np.concatenate([*beside, odd, edges, np.random.default_rng(0).random(2000, dtype)])
    scores = scores[~((np.abs(scores) < np.finfo(dtype).tiny) & (scores != 0))]
    with jax.enable_x64(dtype == np.float64):
        found = jax.jit(bucket, static_argnums=1)(jnp.asarray([*scores, np.nan]), thresholds)
        assert found.dtype == np.int32
        expected = np.searchsorted(t, scores, side="left")
        np.testing.assert_array_equal(found, [*expected, 0])


def test_logits_go_through_a_sigmoid():
    y, x = np.arange(50) % 2, np.random.default_rng(0).normal(size=50).astype(np.float32)
    from_logits = metrax.AUC(from_logits=True)(y, x)
    assert float(from_logits) == float(metrax.AUC()(y, jax.nn.sigmoid(x)))


def test_label_weights_without_multi_label_weigh_the_entries():
    rng = np.random.default_rng(0)
    y, p = rng.integers(0, 2, (60, 3)), rng.random((60, 3)).astype(np.float32)
    weighted = metrax.AUC(label_weights=[1, 0, 3])(y, p)
    by_hand = metrax.AUC()(y, p, np.float32([[1, 0, 3]]))
    assert float(weighted) == pytest.approx(float(by_hand), rel=1e-6)


def test_a_multi_label_auc_needs_its_size_only_for_a_state():
    rng = np.random.default_rng(0)
    y, p = rng.integers(0, 2, (60, 3)), rng.random((60, 3)).astype(np.float32)
    auc, sized = metrax.AUC(multi_label=True), metrax.AUC(multi_label=True, num_labels=3)
    assert float(auc(y, p)) == float(sized(y, p))
    with pytest.raises(metrax.MetraxError, match="num_labels=10"):
        auc.init()


def test_one_class_alone_has_no_area():
    assert float(metrax.AUC()([0, 0], [0.2, 0.7])) == 0
    assert float(metrax.AUC()([1, 1], [0.2, 0.7])) == 0
    assert np.isfinite(metrax.AUC(curve="PRGAIN")([1, 1], [0.2, 0.7]))


def test_rare_positives_with_tiny_scores_are_told_apart():
    rng = np.random.default_rng(0)
    y = rng.random(50_000) < 0.01
    p = (1e-6 * np.exp(rng.normal(size=50_000) + 2 * y)).astype(np.float32)
    auc = metrax.AUC(thresholds=np.geomspace(1e-8, 1e-3, 500))
    from sklearn.metrics import roc_auc_score

    assert float(auc(y, p)) == pytest.approx(roc_auc_score(y, p), abs=2e-4)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"num_thresholds": 1}, "num_thresholds"),
        ({"num_thresholds": None}, "num_thresholds"),
        ({"curve": "roc curve"}, "curve"),
        ({"summation_method": "simpson"}, "summation_method"),
        ({"thresholds": [0.5, 1.5]}, "thresholds"),
        ({"num_labels": 3}, "multi_label=True"),
        ({"dtype": "int32"}, "dtype"),
    ],
)
def test_arguments_out_of_range(arguments, message):
    with pytest.raises(metrax.MetraxError, match=f"AUC.*{message}"):
        metrax.AUC(**arguments)
