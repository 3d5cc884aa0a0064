"""Values with their uncertainty: what it is of, what it costs, and what cannot have any."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats

import metrax
from metrax.combinators.limits import Spread, ends, student
from metrax.kernels.hashing import as_word, block_of, poisson_draws
from tests.cases.intervals import limits

N = 400
RNG = np.random.default_rng(0)
Y = RNG.integers(0, 2, N)
P = np.clip(0.3 * Y + 0.7 * RNG.random(N), 0, 1).astype(np.float32)
Q = np.clip(P + 0.2 * RNG.normal(size=N), 0, 1).astype(np.float32)
W = RNG.uniform(0.2, 2, N).astype(np.float32)
JACKKNIFE = metrax.Interval(metrax.AUC(), method="jackknife", blocks=8)
AUTO = metrax.Interval(metrax.AUC())


def numbers(estimate):
    return np.asarray([np.asarray(x) for x in jax.tree.leaves(estimate)])


def delong(y, s):
    """DeLong's standard error, in float64."""
    pos, neg = (s[y == k].astype(np.float64) for k in (1, 0))
    wins = (np.sign(pos[:, None] - neg[None]) + 1) / 2
    return np.sqrt(wins.mean(1).var(ddof=1) / len(pos) + wins.mean(0).var(ddof=1) / len(neg))


def test_the_standard_error_of_auroc_is_delongs_on_bfloat16_scores():
    s = jnp.asarray(RNG.normal(size=N) + Y, jnp.bfloat16)
    found = metrax.Interval(metrax.AUROC())(Y, s)
    assert float(found.standard_error) == pytest.approx(
        delong(Y, np.asarray(s, np.float32)), rel=1e-6
    )


def step_of(metric):
    return jax.jit(lambda state, y, p: metric.update(state, y, p), donate_argnums=0)


@pytest.mark.parametrize("metric", [metrax.Precision(), metrax.AUC(), metrax.AUROC(bits=13)])
def test_unweighted_counts_cost_an_update_nothing(metric):
    interval = metrax.Interval(metric)
    costs = []
    for one in (metric, interval):
        compiled = step_of(one).lower(one.init(), Y, P).compile()
        costs.append({k: compiled.cost_analysis()[k] for k in ("flops", "bytes accessed")})
    assert costs[0]["flops"] == costs[1]["flops"]
    more = costs[1]["bytes accessed"] - costs[0]["bytes accessed"]
    assert more <= 32  # where the two arrays are, which no step reads or writes
    state = interval.init()
    left = jax.make_jaxpr(lambda state: interval.update(state, Y, P)["squares"])(state).jaxpr
    assert all(x in left.invars for x in left.outvars)  # the very arrays that came


@pytest.mark.parametrize("method", ["auto", "jackknife", "bootstrap"])
@pytest.mark.parametrize("metric", [metrax.AUC(), metrax.MeanSquaredError()])
def test_the_value_is_the_metrics_own(metric, method):
    found = metrax.Interval(metric, method=method, blocks=8, replicates=20)(Y, P, W)
    assert float(found.value) == pytest.approx(float(metric(Y, P, W)), rel=1e-6)
    assert float(found.low) < float(found.value) < float(found.high)


@pytest.mark.parametrize("metric", [metrax.AUC(), metrax.MeanSquaredError()])
def test_the_methods_agree(metric):
    ways = {x: metrax.Interval(metric, method=x) for x in ("delta", "jackknife", "bootstrap")}
    errors = {name: float(x(Y, P, W).standard_error) for name, x in ways.items()}
    for error in errors.values():
        assert error == pytest.approx(errors["delta"], rel=0.25)


def parts_of(metric, cuts, **extra):
    state = metric.init()
    for rows in cuts:
        state = metric.update(state, Y[rows], P[rows], **{k: x[rows] for k, x in extra.items()})
    return numbers(metric.compute(state))


@pytest.mark.parametrize(
    "metric",
    [
        JACKKNIFE,
        metrax.Interval(metrax.MeanSquaredError(), method="bootstrap", replicates=20),
    ],
)
def test_with_an_index_it_does_not_matter_how_the_data_was_batched(metric):
    index = np.arange(N) * 7 + 3
    whole = parts_of(metric, [slice(None)], index=index)
    halves = parts_of(metric, [slice(0, N, 2), slice(1, N, 2)], index=index)
    np.testing.assert_allclose(whole, halves, rtol=1e-4)
    a, b = (metric.observe(Y[x], P[x], index=index[x]) for x in (slice(0, 96), slice(96, N)))
    np.testing.assert_allclose(whole, numbers(metric.compute(metrax.merge(b, a))), rtol=1e-4)


def test_without_an_index_it_is_the_place_in_the_stream():
    whole = parts_of(JACKKNIFE, [slice(None)])
    np.testing.assert_allclose(whole, parts_of(JACKKNIFE, [slice(None)], index=np.arange(N)))
    pieces = [slice(0, 96), slice(96, 112), slice(112, N)]
    np.testing.assert_allclose(whole, parts_of(JACKKNIFE, pieces), rtol=1e-5)
    first = JACKKNIFE.update(JACKKNIFE.init(), Y, P, index=np.uint32(5))
    named = JACKKNIFE.update(JACKKNIFE.init(), Y, P, index=np.arange(5, N + 5))
    np.testing.assert_array_equal(*(numbers(JACKKNIFE.compute(x)) for x in (first, named)))


def test_repeated_examples_are_one_cluster():
    rows = np.repeat(np.arange(N), 4)
    clustered = metrax.Interval(metrax.AUC(), clusters=True, blocks=8)
    found = clustered(Y[rows], P[rows], clusters=rows)
    np.testing.assert_allclose(
        numbers(found), numbers(JACKKNIFE(Y, P, index=np.arange(N))), rtol=1e-4
    )
    independent = AUTO(Y[rows], P[rows])
    assert float(found.standard_error) > 1.5 * float(independent.standard_error)


def test_clusters_may_be_any_integers():
    clustered = metrax.Interval(metrax.AUC(), clusters=True, blocks=8)
    ids = RNG.integers(-(2**62), 2**62, N)
    assert np.isfinite(numbers(clustered(Y, P, clusters=ids))).all()
    np.testing.assert_array_equal(
        as_word(np.array([-3, 2**31 - 1])), as_word(np.int32([-3, 2**31 - 1]))
    )
    with pytest.raises(metrax.MetraxTypeError, match="an integer for each"):
        clustered(Y, P, clusters=W)
    with pytest.raises(metrax.MetraxTypeError, match="clusters: not given"):
        clustered(Y, P)


def test_a_comparison_sees_what_both_have_in_common():
    a, b = (metrax.AUC().on("y", x) for x in "pq")
    found = metrax.Difference(a, b)(y=Y, p=P, q=Q)
    apart = [float(AUTO(Y, x).standard_error) for x in (P, Q)]
    assert float(found.standard_error) < 0.8 * np.hypot(*apart)
    assert float(found.value) == pytest.approx(float(AUTO(Y, P).value - AUTO(Y, Q).value), abs=1e-6)
    same = metrax.Difference(a, metrax.AUC().on("y", "p", w="w"))(y=Y, p=P, w=np.ones(N))
    np.testing.assert_allclose(numbers(same), 0, atol=1e-6)
    times = metrax.Ratio(*(metrax.MeanSquaredError().on("y", x) for x in "pq"))(y=Y, p=P, q=Q)
    assert float(times.low) < float(times.value) < float(times.high)


def test_arithmetic_of_one_state_goes_by_its_gradient():
    p, r = metrax.Precision(), metrax.Recall()
    found = metrax.Interval(2 * p * r / (p + r), method="delta")(Y, P, W)
    jackknife = metrax.Interval(2 * p * r / (p + r), method="jackknife")(Y, P, W)
    assert float(found.standard_error) == pytest.approx(float(jackknife.standard_error), rel=0.25)


def test_by_group_is_each_group_alone():
    groups = np.arange(N) % 2
    for grouped in (
        metrax.Grouped(AUTO, 2)(Y, P, W, groups=groups),
        metrax.Interval(metrax.Grouped(metrax.AUC(), 2))(Y, P, W, groups=groups),
    ):
        for g in range(2):
            alone = AUTO(*(x[groups == g] for x in (Y, P, W)))
            np.testing.assert_allclose(
                numbers(jax.tree.map(lambda x, g=g: x[g], grouped)), numbers(alone), rtol=1e-5
            )


def test_elements_of_an_example_are_one_contribution_to_a_mean():
    wide = metrax.Interval(metrax.MeanAbsoluteError())(
        np.tile(Y[:, None], 5), np.tile(P[:, None], 5)
    )
    alone = metrax.Interval(metrax.MeanAbsoluteError())(Y, P)
    np.testing.assert_allclose(numbers(wide), numbers(alone), rtol=1e-4)


def test_collections_have_an_estimate_for_each_name():
    both = metrax.Interval(metrax.Collection([metrax.AUC(), metrax.BinaryAccuracy()]))
    found = both(Y, P)
    assert list(found)[:4] == ["auc", "binary_accuracy"]
    assert isinstance(found["auc"], metrax.Estimate)


def test_what_cannot_be_is_refused():
    with pytest.raises(metrax.MetraxTypeError, match="expected 'jackknife' or 'bootstrap'"):
        metrax.Interval(metrax.R2Score(), method="delta")
    with pytest.raises(metrax.MetraxTypeError, match="clusters=True; it takes"):
        metrax.Interval(metrax.AUC(), method="delta", clusters=True)
    with pytest.raises(metrax.MetraxTypeError, match="no sum over examples"):
        metrax.Interval(metrax.Windowed(metrax.AUC(), 2))
    with pytest.raises(metrax.MetraxTypeError, match="takes index already"):
        metrax.Interval(JACKKNIFE)
    with pytest.raises(metrax.MetraxError, match="between 0 and 1"):
        metrax.Interval(metrax.AUC(), level=95.0)


@pytest.mark.parametrize("level", [0.5, 0.8, 0.95, 0.999])
def test_students_quantile(level, x64):
    freedom = np.concatenate([[1, 1.3, 2, 3.7], np.geomspace(5, 1e9, 20), [np.inf]])
    expected = scipy.stats.t.ppf((1 + level) / 2, freedom)
    np.testing.assert_allclose(student(level, jnp.asarray(freedom)), expected, rtol=1e-9)
    narrow = student(level, jnp.asarray(freedom, jnp.float32))
    np.testing.assert_allclose(narrow, expected, rtol=2e-6)


@pytest.mark.parametrize("value", [0.0, 0.02, 0.5, 1.0])
def test_proportions_have_wilsons_interval(value):
    n, t = 50.0, scipy.stats.t.ppf(0.975, 49)
    error = np.sqrt(value * (1 - value) / n)
    spread = Spread(*(jnp.full(1, x) for x in (error, n - 1, n)))
    low, high = ends(jnp.full(1, value), spread, jnp.full(1, t), (0.0, 1.0))
    middle = (value + t * t / (2 * n)) / (1 + t * t / n)
    half = t / (1 + t * t / n) * np.sqrt(value * (1 - value) / n + t * t / (4 * n * n))
    assert float(low[0]) == pytest.approx(middle - half, abs=1e-6)
    assert float(high[0]) == pytest.approx(middle + half, abs=1e-6)


def test_perfect_recall_of_few_positives_may_be_less():
    y, p = np.arange(100) < 10, np.where(np.arange(100) < 10, 0.9, 0.1)
    found = metrax.Interval(metrax.Recall())(y, p)
    t = scipy.stats.t.ppf(0.975, 9)
    assert float(found.low) == pytest.approx(10 / (10 + t * t), rel=0.01)  # Wilson's of 10 of 10
    assert float(found.high) == 1


@pytest.mark.parametrize("metric", [metrax.Recall(), metrax.Precision(), metrax.Specificity()])
def test_rates_at_either_end_may_be_nearer_the_middle(metric):
    y = np.repeat([1, 0], 10)
    for p in (y, 1 - y):
        value, low, high, error = metrax.Interval(metric)(y, p.astype(np.float32))
        assert float(value) in (0, 1)
        assert float(error) < 1e-7
        assert 0.3 < float(high - low) < 0.4  # Wilson's, of ten examples


def test_one_example_of_a_class_is_one_degree_of_freedom():
    y, p = np.array([1, 1, 1, 1, 0]), np.array([0.2, 0.6, 0.7, 0.9, 0.5], np.float32)
    auc = metrax.Interval(metrax.AUC())
    for negatives, freedom in ((1, 1), (2, 1), (3, 2)):  # four positives, so the rarer are these
        more = negatives - 1
        found = auc([*y, *[0] * more], [*p, *[0.5] * more])
        t = scipy.stats.t.ppf(0.975, freedom)
        assert found.low == pytest.approx(limits(0.75, 0.25, t, (0, 1))[0], rel=1e-4)


def test_draws_are_poisson_and_blocks_are_even():
    draws = np.asarray(poisson_draws(jnp.arange(20_000, dtype=jnp.uint32), 20, 3))
    assert draws.mean() == pytest.approx(1, abs=0.01)
    assert draws.var() == pytest.approx(1, abs=0.02)
    correlations = np.corrcoef(draws) - np.eye(20)
    assert np.abs(correlations).max() < 0.03
    for spaced in (1, 64, 1000):
        ids = jnp.arange(6400, dtype=jnp.uint32) * spaced
        sizes = np.bincount(np.asarray(block_of(ids, 64)), minlength=64)
        assert sizes.min() > 60
        assert sizes.max() < 150
