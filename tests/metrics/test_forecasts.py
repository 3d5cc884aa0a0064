"""Scores of forecasts of numbers: what they are by definition, and where digits would be lost."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

import metrax
from metrax import functional
from metrax.functional.calibration.forecasts import BY_PAIRS

RNG = np.random.default_rng(1)


def by_definition(y, x, fair):
    """The two means, in float64."""
    pairs = x.shape[-1] * (x.shape[-1] - fair)
    apart = np.abs(x[..., :, None] - x[..., None, :]).sum((-1, -2)) / 2 / pairs
    return np.abs(x - y[..., None]).mean(-1) - apart


@pytest.mark.parametrize("fair", [False, True])
@pytest.mark.parametrize("members", [2, 3, BY_PAIRS, BY_PAIRS + 1, 200])
def test_crps_of_any_number_of_members_with_and_without_ties(fair, members):
    y = np.float32(np.round(RNG.normal(size=50), 1))
    for digits in (0, 1, 7):
        x = np.float32(np.round(RNG.normal(size=(50, members)), digits))
        expected = by_definition(np.float64(y), np.float64(x), fair)
        np.testing.assert_allclose(functional.crps(y, x, fair), expected, rtol=2e-5, atol=2e-7)


def test_crps_of_one_member_is_the_absolute_error():
    y, x = RNG.normal(size=(2, 9)).astype(np.float32)
    np.testing.assert_allclose(functional.crps(y, x[:, None]), np.abs(y - x), rtol=1e-6)
    with pytest.raises(metrax.MetraxError, match=r"fair: got .* one member"):
        metrax.CRPS(fair=True)(y, x[:, None])


def test_crps_is_the_area_between_distribution_functions():
    y, x = 0.3, np.sort(RNG.normal(size=6))
    grid = np.sort([*x, y])
    steps = [(np.mean(x <= a) - (y <= a)) ** 2 * (b - a) for a, b in itertools.pairwise(grid)]
    assert float(functional.crps([y], x[None])[0]) == pytest.approx(sum(steps), rel=1e-6)


@pytest.mark.parametrize("members", [5, 100])
def test_crps_far_from_zero_keeps_the_digits_of_its_numbers(members):
    y = np.float32(1e6 + RNG.integers(0, 8, 40))
    x = np.float32(1e6 + RNG.integers(0, 8, (40, members)))
    for fair in (False, True):
        expected = by_definition(np.float64(y), np.float64(x), fair)
        np.testing.assert_allclose(functional.crps(y, x, fair), expected, rtol=1e-6, atol=1e-7)


def test_a_member_that_is_nan_is_seen():
    for members in (3, BY_PAIRS + 1):
        x = np.zeros((2, members), np.float32)
        x[0, 1] = np.nan
        assert np.isnan(functional.crps([0.0, 0.0], x)).tolist() == [True, False]


@pytest.mark.parametrize(("mu", "sigma", "y"), [(0, 1, 0), (1, 2, -3), (0, 0.1, 2), (5, 1e-3, 5)])
def test_gaussian_crps_is_an_integral(mu, sigma, y):
    def below(t):
        return norm.cdf(t, mu, sigma) ** 2

    def above(t):
        return norm.sf(t, mu, sigma) ** 2

    far = 40 * sigma + abs(y - mu)
    area = (
        quad(below, y - far, y, points=[min(mu, y)])[0]
        + quad(above, y, y + far, points=[max(mu, y)])[0]
    )
    value = float(functional.gaussian_crps([y], [[mu, sigma]])[0])
    assert value == pytest.approx(area, rel=1e-5)


def test_a_sure_forecast_has_its_absolute_error():
    assert functional.gaussian_crps([1.0, 2.0], [[1, 0], [5, 0]]).tolist() == [0, 3]
    assert np.isnan(functional.gaussian_crps([1.0], [[1, -1]])[0])


def test_ensembles_quantiles_and_moments_come_to_one_score():
    levels = (np.arange(400) + 0.5) / 400
    y, mu = RNG.normal(size=(2, 30))
    x = norm.ppf(levels, mu[:, None], 1.5)
    exact = functional.gaussian_crps(y, np.stack([mu, np.full(30, 1.5)], 1))
    np.testing.assert_allclose(functional.crps(y, x), exact, atol=2e-3)
    np.testing.assert_allclose(functional.quantile_crps(y, x, tuple(levels)), exact, atol=2e-3)


def test_a_fair_score_does_not_depend_on_the_size_of_the_ensemble():
    y, x = RNG.normal(size=4000), RNG.normal(size=(4000, 16))
    fair = [float(metrax.CRPS(fair=True)(y, x[:, :m])) for m in (2, 4, 16)]
    assert fair == pytest.approx([np.pi**-0.5] * 3, abs=0.03)
    assert float(metrax.CRPS()(y, x[:, :2])) > fair[0] + 0.2


def test_intervals_at_their_ends():
    ends = [[0.0, 1.0]] * 3
    assert float(metrax.IntervalCoverage()([0.0, 1.0, 1.5], ends)) == pytest.approx(2 / 3)
    values = functional.interval_score([0.0, 1.0, 1.5], ends, level=0.75).tolist()
    assert values == [1, 1, 5]
    assert float(metrax.IntervalCoverage()([0.5], [[1.0, 0.0]])) == 0
    assert float(functional.interval_score([0.5], [[1.0, 0.0]])[0]) > 0


def test_a_histogram_of_ranks():
    y, x = RNG.normal(size=300), RNG.normal(size=(300, 4))
    expected = np.bincount((x < y[:, None]).sum(1), minlength=5) / 300
    np.testing.assert_allclose(metrax.PITHistogram(n_bins=5)(y, x), expected, rtol=1e-6)


@pytest.mark.parametrize("n_bins", [1, 3, 10, 17])
def test_shares_of_a_histogram_sum_to_one(n_bins):
    y, x = np.round(RNG.normal(size=200)), np.round(RNG.normal(size=(200, 6)))
    for kind in ("ensemble", "gaussian"):
        given = x if kind == "ensemble" else np.abs(x[:, :2])
        shares = metrax.PITHistogram(n_bins, kind)(y, given)
        assert float(jnp.sum(shares)) == pytest.approx(1, rel=1e-6)
        assert np.all(shares >= 0)


def test_a_histogram_of_sure_forecasts():
    shares = metrax.PITHistogram(4, "gaussian")([0.0, 2.0, 1.0, 1.0], [[1.0, 0.0]] * 4)
    assert shares.tolist() == [0.375, 0.125, 0.125, 0.375]


def test_calibrated_forecasts_are_flat_and_narrow_ones_are_not():
    mu = RNG.normal(size=20000)
    y = mu + RNG.normal(size=20000)
    for scale, least, most in ((1.0, 0.09, 0.11), (0.5, 0.04, 0.3), (2.0, 0.002, 0.25)):
        shares = metrax.PITHistogram(distribution="gaussian")(y, np.stack([mu, 0 * mu + scale], 1))
        assert np.min(shares) >= least
        assert np.max(shares) <= most
        assert (shares[0] > shares[5]) == (scale < 1) or scale == 1


SCORES = {
    "crps": (3, {}),
    "crps sorted": (BY_PAIRS + 1, {}),
    "gaussian_crps": (2, {}),
    "quantile_crps": (3, {"quantiles": (0.2, 0.5, 0.9)}),
    "interval_score": (2, {}),
}


@pytest.mark.parametrize("name", SCORES)
def test_derivatives_are_those_of_differences(name, x64):
    size, kwargs = SCORES[name]
    fn = getattr(functional, name.split()[0])
    y, x, step = RNG.normal(size=5), 1 + np.abs(RNG.normal(size=(5, size))), 1e-6

    def total(x):
        return jnp.sum(fn(y, x, **kwargs))

    slopes = jax.grad(total)(jnp.asarray(x))
    for i, j in [(0, 0), (3, size - 1)]:
        d = np.zeros_like(x)
        d[i, j] = step
        assert float(slopes[i, j]) == pytest.approx(
            float(total(x + d) - total(x - d)) / 2 / step, rel=1e-5, abs=1e-8
        )


def test_derivatives_are_finite_where_a_forecast_is_sure():
    slopes = jax.grad(lambda x: functional.gaussian_crps(np.zeros(2), x).sum())(
        jnp.float32([[0, 0], [1, 0]])
    )
    assert np.isfinite(slopes).all()


def test_images_and_sequences_of_forecasts():
    y, x = RNG.normal(size=(4, 3, 2)), RNG.normal(size=(4, 3, 2, 6))
    w = RNG.random((4, 3))
    expected = np.average(by_definition(y, x, False).mean(-1), weights=w)
    assert float(metrax.CRPS()(y, x, w)) == pytest.approx(expected, rel=1e-5)
    assert float(metrax.CRPS()(y[..., None], x, w)) == pytest.approx(expected, rel=1e-5)
