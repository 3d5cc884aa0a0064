"""Cases of metrics made of other metrics: by group, along an axis, over steps, by arithmetic."""

import numpy as np
import optax
import scipy.stats
from scipy.special import xlogy
from sklearn.metrics import f1_score, mean_squared_error

import metrax
from metrax import Estimate
from tests.cases.case import (
    DIRECTION,
    INTEGER_INPUTS,
    LABELS_OUT_OF_RANGE,
    MISFITS,
    Case,
    normals,
    stays_out,
)
from tests.cases.confusion import MISFIT, grid, roc_area, scores
from tests.cases.means import C, sparse

GROUPS = ("y_true", "y_pred", "groups", "w")
NAMED = "reads named arrays, of which one is a group"
WEIGHTS_WEIGH = {
    "test_integer_weights_are_repetitions": "an example of weight two is one example, not two",
}
INLINE = {
    "test_update_is_the_program_of_the_row_that_stands_for_this_one": "its update is inlined",
    "test_a_metric_that_is_not_checked_compiles_to_what_its_statistic_does": "and so it is here",
}
NOT_YET = "the references of intervals, and looking into what they are made of, to be settled"
GROUPS_LAST = {
    MISFITS: NAMED,
    INTEGER_INPUTS: NAMED,
    DIRECTION: "its last input is no prediction",
    **stays_out("it is by group already", "Grouped", "Grouped in Windowed"),
}
ONE_MORE = "an update without a step is one step after the latest"
NO_ROWS = "it is no sum over examples, so it has no rows"
NO_SUM = {
    "test_rows_of_chosen_examples_are_chosen_rows": NO_ROWS,
    "test_by_group_is_each_group_alone": NO_ROWS,
    "test_groups_take_in_batches_one_after_the_other": NO_ROWS,
    "test_by_block_is_each_block_alone": NO_ROWS,
    "test_replicates_are_examples_taken_as_often_as_drawn": NO_ROWS,
    "test_into_a_large_state_only_what_is_touched": NO_ROWS,
    "test_float64_throughout": "its state holds steps, which are int32",
    "test_update_is_the_program_of_the_row_that_stands_for_this_one": ONE_MORE,
    "test_a_metric_that_is_not_checked_compiles_to_what_its_statistic_does": ONE_MORE,
    "test_what_is_no_array_of_numbers_raises": "it takes a step, too, which is tried by itself",
    **stays_out("it takes steps itself", "Windowed", "Decayed"),
    **stays_out(NO_ROWS, "Grouped", "Grouped in Windowed", "by_shard"),
}


def of_groups(make, groups):
    """Inputs with the number of each example's group, -1 for some that are in none."""

    def batch(rng, n):
        return *make(rng, n), rng.integers(-1, groups, n)

    return batch


def by_group(reference, groups):
    """The reference of each group alone."""

    def each(y, p, g, w):
        return np.array([reference(y[g == k], p[g == k], w[g == k]) for k in range(groups)])

    return each


def numbers(rng, n):
    y = normals(rng, n)
    return y, y + normals(rng, n) / 2


def squared(y, p, w):
    return mean_squared_error(y, p, sample_weight=w)


def absolute(y, p, w):
    return np.average(np.abs(y - p), weights=w)


def roc(y, p, w):
    return roc_area(y, p, w, grid(200))


def hits(y, p, w):
    return np.average((p > 0.5) == y, weights=w)


def columns(rng, n):
    y = rng.integers(0, 2, (n, 3))
    return y, np.clip(0.3 * y + 0.7 * rng.random((n, 3)), 0, 1).astype(np.float32)


def perplexity(y, p, w):
    right = p[np.arange(len(y)), y] / p.sum(-1)
    return np.exp(np.average(-xlogy(1, right), weights=w))


def pooled(score):
    def reference(y, p, w):
        return score(y, p > 0.5, sample_weight=w)

    return reference


def estimated(reference, error, bounds=(0, 1), freedom=None):
    """The reference with the limits that a standard error and degrees of freedom come to."""

    def interval(*batch):
        *_, w = batch
        value, se = reference(*batch), error(*batch)
        n = w.sum() ** 2 / (w * w).sum()
        t = scipy.stats.t.ppf(0.975, (freedom or (lambda *_: n - 1))(*batch))
        return Estimate(value, *limits(value, se, t, bounds), se)

    return interval


def limits(value, se, t, bounds):
    """Wilson's for values between two bounds, else on the logarithm's scale above 0."""
    if bounds == (-np.inf, np.inf):
        return value - t * se, value + t * se
    if bounds == (0, np.inf):
        return value * np.exp(-t * se / value), value * np.exp(t * se / value)
    n = value * (1 - value) / se**2
    middle, below = value + t * t / (2 * n), 1 + t * t / n
    half = t * np.sqrt(value * (1 - value) / n + t * t / (4 * n * n))
    return (middle - half) / below, (middle + half) / below


def error_of_mean(values):
    """The standard error of a weighted mean, by its examples' own second moments."""

    def error(y, p, w):
        x, n = values(y, p), w.sum() ** 2 / (w * w).sum()
        away = w * (x - np.average(x, weights=w)) / w.sum()
        return np.sqrt((away**2).sum() * n / (n - 1))

    return error


def delong(y, p, w):
    """The weighted form of DeLong's standard error, of scores cut at the grid."""
    s = np.searchsorted(grid(200), p)
    total = 0
    for mine, other, sign in ((y == 1, y == 0, 1), (y == 0, y == 1, -1)):
        v, u = w[mine], w[other]
        wins = sign * np.sign(s[mine][:, None] - s[other][None]) / 2 + 0.5
        own = wins @ u / u.sum()
        m = v.sum() ** 2 / (v * v).sum()
        variance = ((v * (own - np.average(own, weights=v))) ** 2).sum() / v.sum() ** 2
        total += variance * (m / (m - 1) if m > 1 else 1)
    return np.sqrt(total)


def rarer(y, p, w):
    """The effective number of the rarer of positives and negatives, less one."""
    fewest = min(w[y == k].sum() ** 2 / (w[y == k] ** 2).sum() for k in (0, 1)) - 1
    return max(fewest, 1)


def jackknifed(reference, bounds):
    """The reference with the limits of a jackknife over 4 blocks of one cluster each."""

    def interval(*batch):
        *data, ids, w = batch
        value = reference(*data, w)
        kept = [ids != k for k in np.unique(ids)]
        apart = np.array([reference(*(x[k] for x in data), w[k]) for k in kept])
        away, n = (apart - apart.mean()) ** 2, len(kept)
        se = np.sqrt((n - 1) / n * away.sum())
        freedom = min(2 / (((away / away.sum()) ** 2).sum() - 1 / n), n - 1)
        return Estimate(value, *limits(value, se, scipy.stats.t.ppf(0.975, freedom), bounds), se)

    return interval


def clustered(make):
    """Inputs whose examples come in 4 clusters, which are the blocks."""

    def batch(rng, n):
        return *make(rng, n), np.arange(n) % 4

    return batch


P, R = metrax.Precision(), metrax.Recall()
CLUSTERS = ("y_true", "y_pred", "clusters", "w")
LIMITS = "its value is four numbers, of which the limits have no direction"
CLUSTERED = {
    "poison": (np.nan, np.nan, 3),
    "keywords": CLUSTERS,
    "exempt": {
        MISFITS: "reads named arrays, of which one is a cluster",
        INTEGER_INPUTS: "reads named arrays, of which one is a cluster",
        DIRECTION: LIMITS,
    },
}
GROUPED = {"poison": (np.nan, np.nan, -1), "keywords": GROUPS}

CASES = [
    Case(
        metrax.Grouped(metrax.MeanSquaredError(), 2),
        of_groups(numbers, 2),
        by_group(squared, 2),
        name="Grouped",
        exempt=GROUPS_LAST,
        **GROUPED,
    ),
    Case(
        metrax.Grouped(metrax.BinaryAccuracy(), 2, names=("a", "b")),
        of_groups(scores, 2),
        lambda *batch: dict(zip("ab", by_group(hits, 2)(*batch), strict=True)),
        name="Grouped-names",
        exempt=GROUPS_LAST,
        **GROUPED,
    ),
    Case(
        metrax.Along(metrax.AUC(), 3),
        columns,
        lambda y, p, w: np.array([roc(y[:, i], p[:, i], w) for i in range(3)]),
        name="Along",
        misfits=((np.zeros((4, 2)), np.zeros((4, 2))), (np.zeros(4), np.zeros(4))),
    ),
    Case(
        metrax.Along(metrax.MeanSquaredError(), 3),
        columns,
        lambda y, p, w: np.array([squared(y[:, i], p[:, i], w) for i in range(3)]),
        name="Along-MeanSquaredError",
        exempt={LABELS_OUT_OF_RANGE: "a target may be any number"},
        misfits=((np.zeros((4, 2)), np.zeros((4, 2))),),
    ),
    Case(
        2 * P * R / (P + R),
        scores,
        pooled(f1_score),
        name="Composed",
        misfits=MISFIT,
    ),
    Case(
        metrax.Mapped(metrax.MeanSquaredError(), optax.losses.l2_loss),
        numbers,
        lambda y, p, w: squared(y, p, w) ** 2 / 2,
        name="Mapped",
        misfits=MISFIT,
    ),
    Case(
        metrax.Perplexity(),
        sparse,
        perplexity,
        poison=(-1, np.nan),
        misfits=((np.zeros((4, 2), int), np.zeros((4, C))),),
    ),
    Case(
        metrax.Interval(metrax.MeanSquaredError()),
        numbers,
        estimated(squared, error_of_mean(lambda y, p: (y - p) ** 2), (0, np.inf)),
        name="Interval",
        rtol=2e-3,
        exempt={DIRECTION: LIMITS} | WEIGHTS_WEIGH,
        awaits=("test_float64_throughout",),
        because=NOT_YET,
        misfits=MISFIT,
    ),
    Case(
        metrax.Interval(metrax.AUC()),
        scores,
        estimated(roc, delong, freedom=rarer),
        name="Interval-AUC",
        rtol=2e-3,
        exempt={DIRECTION: LIMITS} | WEIGHTS_WEIGH | INLINE,
        awaits=(
            "test_an_example_of_weight_zero_leaves_no_trace",
            "test_integer_inputs_are_promoted",
            "test_float64_throughout",
        ),
        because=NOT_YET,
        misfits=MISFIT,
    ),
    Case(
        metrax.Interval(metrax.AUC(), clusters=True, blocks=4),
        clustered(scores),
        jackknifed(roc, (0, 1)),
        name="Interval-clusters",
        rtol=5e-3,
        **CLUSTERED,
        awaits=(
            "test_an_example_of_weight_zero_leaves_no_trace",
            "test_float64_throughout",
            "test_bad_values_raise",
        ),
        because=NOT_YET,
    ),
    Case(
        metrax.Difference("mse", "mae", clusters=True, blocks=4),
        clustered(numbers),
        jackknifed(lambda y, p, w: squared(y, p, w) - absolute(y, p, w), (-np.inf, np.inf)),
        name="Difference",
        rtol=5e-3,
        **CLUSTERED,
        awaits=(
            "test_bad_values_raise",
            "test_value_over_three_batches",
            "test_float64_throughout",
            "test_integer_weights_are_repetitions",
        ),
        because=NOT_YET,
    ),
    Case(
        metrax.Ratio("mse", "mae", clusters=True, blocks=4),
        clustered(numbers),
        jackknifed(lambda y, p, w: squared(y, p, w) / absolute(y, p, w), (0, np.inf)),
        name="Ratio",
        rtol=5e-3,
        **CLUSTERED,
        awaits=("test_bad_values_raise",),
        because=NOT_YET,
    ),
    Case(
        metrax.Windowed(metrax.AUC(), 8),
        scores,
        roc,
        name="Windowed",
        exempt=NO_SUM,
        misfits=MISFIT,
    ),
    Case(
        metrax.Decayed(metrax.BinaryAccuracy(), 1e9),
        scores,
        hits,
        name="Decayed",
        exempt=NO_SUM,
        misfits=MISFIT,
    ),
]
