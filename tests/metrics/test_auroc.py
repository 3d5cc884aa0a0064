"""Areas from the scores' own bits: how near, how the scores are kept, what is said when."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sklearn import metrics as sk

import metrax
from tests.laws.close import close, identical

AREAS = {
    "AUROC": (metrax.AUROC, sk.roc_auc_score),
    "AveragePrecision": (metrax.AveragePrecision, sk.average_precision_score),
}


def rare_events(n=10**6, prevalence=0.0015):
    rng = np.random.default_rng(0)
    y = (rng.random(n) < prevalence).astype(np.int32)
    z = rng.normal(size=n) + 1.2 * y + np.log(prevalence / (1 - prevalence))
    return y, z.astype(np.float32), (1 / (1 + np.exp(-z))).astype(np.float32)


@pytest.fixture(scope="module")
def million():
    return rare_events()


def measured(metric, *stream):
    state = metric.observe(*stream)
    return [float(x) for x in (metric.compute(state), *metric.bounds(state))]


@pytest.mark.parametrize("name", AREAS)
def test_a_million_rare_events(name, million):
    (cls, reference), (y, z, p) = AREAS[name], million
    for scores in (z, p):
        value, low, high = measured(cls(), y, scores)
        expected = reference(y, scores)
        assert abs(value - expected) < 1e-4
        assert low <= expected <= high
        assert high - low < 0.01
    value, low, high = measured(cls(bits=20), y, p)
    assert abs(value - expected) < 1e-5
    half = jnp.asarray(p).astype(jnp.bfloat16)
    value, low, high = measured(cls(), y, half)
    assert value == pytest.approx(reference(y, np.asarray(half, np.float32)), abs=2e-7)
    assert high - low < 3e-6


def small(n=500, seed=0):
    rng = np.random.default_rng(seed)
    y = (rng.random(n) < 0.3).astype(np.int32)
    s = (rng.normal(size=n) + y).round(1 + seed % 2).astype(np.float32)
    return y, s, rng.gamma(1.0, 1.0, n).astype(np.float32)


@pytest.mark.parametrize("name", AREAS)
@pytest.mark.parametrize("weighted", [False, True])
def test_scores_that_are_kept_give_scikit_learns_number(name, weighted):
    cls, reference = AREAS[name]
    kept, numbered = cls(exact=600), cls(by_example=600)
    for seed in range(3):
        y, s, w = small(seed=seed)
        w = w if weighted else None
        expected = reference(y, s, sample_weight=w)
        index = np.random.default_rng(seed).permutation(600)[:500]
        for state in (kept.observe(y, s, w), numbered.observe(y, s, w, index=index)):
            metric = kept if isinstance(state, metrax.accumulators.Buffer) else numbered
            assert float(metric.compute(state)) == pytest.approx(expected, abs=2e-7)
            low, high = map(float, metric.bounds(state))
            assert low <= expected <= high
            assert high - low < 2e-5


def test_an_example_that_comes_twice_counts_once():
    y, s, w = small()
    index = np.arange(500)
    metric = metrax.AUROC(by_example=500)
    state = metric.init()
    for part in (slice(0, 200), slice(150, 500), slice(490, 500)):
        state = metric.update(state, y[part], s[part], w[part], index=index[part])
    identical(state, metric.observe(y, s, w, index=index))
    identical(metrax.merge(state, state), state)
    padded = metric.update(state, [1, 0], [9.0, 9.0], index=[-1, 3], w=[1.0, 0.0])
    identical(padded.slots, state.slots)


def test_what_does_not_fit_is_nan_and_counted():
    y, s, _ = small()
    numbered, kept = metrax.AUROC(by_example=490), metrax.AUROC(exact=497)
    too_many = numbered.observe(y, s, index=np.arange(500))
    assert np.isnan(numbered.compute(too_many))
    assert all(np.isnan(x) for x in numbered.bounds(too_many))
    with pytest.raises(metrax.MetraxError, match="refused 10 rows"):
        metrax.checked(numbered).compute(too_many)
    full = kept.observe(y, s)
    assert np.isnan(kept.compute(full))
    with pytest.raises(metrax.MetraxError, match="refused 3 rows"):
        metrax.checked(kept).compute(full)
    fits = numbered.observe(y[:490], s[:490], index=np.arange(490, dtype=np.uint32))
    assert float(numbered.compute(fits)) == pytest.approx(sk.roc_auc_score(y[:490], s[:490]))


@pytest.mark.parametrize("how", [{"exact": 4}, {"by_example": 4}])
def test_subnormal_scores_are_told_apart(how):
    y, s = [0, 1, 0, 1], np.float32([1e-45, 3e-45, -1e-45, 0.0])
    more = {"index": [0, 1, 2, 3]} if "by_example" in how else {}
    metric = metrax.AUROC(**how)
    state = metric.observe(y, s, **more)
    assert float(metric.compute(metrax.merge(metric.init(), state))) == 0.75


def test_numbers_of_examples_are_integers_of_the_scores_shape():
    metric = metrax.AUROC(by_example=4)
    assert float(metric([0, 1], [0.1, 0.2], index=np.float32([0, 1]))) == 1
    for beyond in ([0, 2**40], np.uint32([0, 2**32 - 1]), [0.0, 1e12]):
        assert np.isnan(metric([0, 1], [0.1, 0.2], index=beyond))
    with pytest.raises(metrax.MetraxError, match=r"index: got 0\.5"):
        metrax.checked(metric)([0, 1], [0.1, 0.2], index=[0.5, 1])
    with pytest.raises(metrax.MetraxError, match="index: got int32"):
        metric([0, 1], [0.1, 0.2], index=np.int32([[0, 1]]))
    with pytest.raises(metrax.MetraxError, match="index"):
        metric([0, 1], [0.1, 0.2])
    with pytest.raises(metrax.MetraxError, match="index: got 4"):
        metrax.checked(metric)([0, 1], [0.1, 0.2], index=[0, 4])


def test_checked_raises_where_the_interval_is_wider_than_the_tolerance():
    y, s = np.array([0, 1] * 50), np.linspace(0.5, 0.5005, 100, dtype=np.float32)
    coarse = metrax.AUROC(bits=12)
    with pytest.raises(metrax.MetraxError, match=r"from 0 to 1, .* tolerance=0.01: pass more bits"):
        metrax.checked(coarse)(y, s)
    for metric in (metrax.AUROC(exact=100), metrax.AUROC(bits=12, tolerance=None)):
        assert 0 <= float(metrax.checked(metric)(y, s)) <= 1


def test_checked_names_labels_without_both_classes():
    y = np.array([[0, 1, 1, 1], [1, 1, 0, 1], [0, 1, 1, 1]])
    s = np.float32([[1, 2, 3, 4], [2, 3, 2, 1], [1, 2, 4, 8]])
    metric = metrax.AUROC(num_classes=4)
    with pytest.raises(metrax.MetraxError, match=r"label 1 \(and 1 more such labels\)"):
        metrax.checked(metric)(y, s)
    expected = np.mean([sk.roc_auc_score(y[:, i], s[:, i]) for i in (0, 2)])
    close(metric(y, s), expected)
    close(metrax.AUROC(num_classes=4, absent="zero")(y, s), expected / 2)
    assert np.isnan(metrax.AUROC(num_classes=4, absent="nan")(y, s))
    each = metrax.AUROC(num_classes=4, average=None, absent="nan")
    np.testing.assert_array_equal(np.isnan(metrax.checked(each)(y, s)), [0, 1, 0, 1])
    with pytest.raises(metrax.MetraxError, match="positives alone or negatives alone"):
        metrax.checked(metrax.AUROC())([1, 1], [0.2, 0.3])


@pytest.mark.parametrize("metric", [metrax.AUROC(), metrax.AUROC(exact=4), metrax.Gini()])
def test_one_class_alone_is_0(metric):
    for y in ([1, 1], [0, 0], [-1, -1]):
        assert float(metric(y, [0.2, 0.3])) == 0
    assert np.isnan(metrax.AUROC(absent="nan")([1, 1], [0.2, 0.3]))


def test_nan_scores_are_below_all_others():
    y, s = [0, 0, 1, 1], [np.nan, 1.0, -np.inf, 2.0]
    expected = sk.roc_auc_score(y, [-3, 1, -2, 2])
    assert float(metrax.AUROC()(y, s)) == expected
    assert float(metrax.AUROC(exact=4)(y, s)) == expected


def test_counts_beyond_float32_and_any_split():
    y, s, w = small(n=96)
    w = np.round(4 * w) / 4
    metric = metrax.AveragePrecision()
    whole = metric.observe(y, s, w)
    parts = [metric.observe(y[i::3], s[i::3], w[i::3]) for i in range(3)]
    identical(metrax.merge(parts[2], metrax.merge(*parts[:2])), whole)
    large = whole
    for _ in range(26):
        large = metrax.merge(large, large)
    assert float(large.buckets.value.sum()) > 2**31
    for a, b in zip(metric.bounds(large), metric.bounds(whole), strict=True):
        close(a, b, atol=1e-5)  # whole weights are known to be exact


def test_auc_points_here_where_thresholds_do_not_part_the_scores():
    y, _, p = rare_events(20000, 0.01)
    p = (1e-3 * p / p.max()).astype(np.float32)
    expected = sk.roc_auc_score(y, p)
    assert float(metrax.AUC()(y, p)) < expected - 0.1
    assert float(metrax.AUROC()(y, p)) == pytest.approx(expected, abs=1e-3)
    with pytest.raises(metrax.MetraxError, match=r"use metrax\.AUROC"):
        metrax.checked(metrax.AUC())(y, p)


def test_operating_points_at_thresholds_of_ones_own_and_at_all():
    y, s, w = small()
    s = 1 / (1 + np.exp(-s))
    given = (0.7, 0.2, 0.5)
    best = metrax.RecallAtPrecision(0.4, thresholds=given)(y, s, w)
    precision, recall = (
        [f(y, s > np.float32(t), sample_weight=w) for t in given]
        for f in (sk.precision_score, sk.recall_score)
    )
    close(best, max(r for p, r in zip(precision, recall, strict=True) if p >= 0.4))
    every = metrax.RecallAtPrecision(0.4, num_thresholds=None, exact=600)
    precision, recall, _ = sk.precision_recall_curve(y, s, sample_weight=w)
    state = every.observe(y, s, w)
    close(every.compute(state), recall[precision >= 0.4].max())
    assert every.bounds(state)[0] <= every.compute(state)
    with pytest.raises(metrax.MetraxError, match="bounds: got thresholds"):
        metrax.RecallAtPrecision(0.4).bounds(metrax.RecallAtPrecision(0.4).init())
    with pytest.raises(metrax.MetraxError, match="thresholds: got"):
        metrax.RecallAtPrecision(0.4, thresholds=[1.5])


def test_one_entry_of_the_last_axis():
    y, s, _ = small()
    metric = metrax.PrecisionAtRecall(0.5, num_thresholds=None, class_id=1)
    alone = metrax.PrecisionAtRecall(0.5, num_thresholds=None)
    close(metric(np.stack([1 - y, y], 1), np.stack([-s, s], 1)), alone(y, s))
    with pytest.raises(metrax.MetraxError, match="class_id: got 1"):
        metric(y[:, None], s[:, None])


ARGUMENTS = [
    {"bits": 25},
    {"bits": 9},
    {"exact": 0},
    {"exact": 3, "by_example": 3},
    {"max_fpr": 0.0},
    {"multi_class": "ovo"},
    {"multi_class": "ovo", "num_classes": 3, "average": None},
    {"tolerance": -1.0},
    {"num_classes": 0},
]


@pytest.mark.parametrize("arguments", ARGUMENTS, ids=str)
def test_arguments_out_of_range_raise(arguments):
    with pytest.raises(metrax.MetraxError, match="got"):
        metrax.AUROC(**arguments)


def test_classes_are_columns():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 5, 200)
    p = rng.dirichlet(np.ones(5), 200).astype(np.float32)
    for arguments in ({}, {"multi_class": "ovo"}, {"average": "weighted", "multi_class": "ovo"}):
        metric = metrax.AUROC(num_classes=5, bits=18, **arguments)
        theirs = {"multi_class": "ovr", "average": "macro", **arguments}
        close(metric(y, p), sk.roc_auc_score(y, p, **theirs), atol=3e-4)
        close(metric(np.eye(5)[y], p), metric(y, p))
        kept = metrax.AUROC(num_classes=5, exact=256, **arguments)
        close(kept(y, p), sk.roc_auc_score(y, p, **theirs))
    shaped = metrax.AUROC(num_classes=5)
    close(shaped(y.reshape(10, 20), p.reshape(10, 20, 5)), shaped(y, p))


def test_bounds_come_under_jit_too():
    metric = metrax.AUROC()
    y, s, _ = small()
    state = metric.observe(y, s)
    low, high = jax.jit(metric.bounds)(state)
    assert (low, high) == metric.bounds(state)
    with pytest.raises(metrax.MetraxError, match=r"AUROC\(\): .*state"):
        metric.bounds(metrax.AUC().init())
