"""Cases of metrics made of other metrics: by group, along an axis, over steps, by arithmetic."""

import numpy as np
import optax
from scipy.special import xlogy
from sklearn.metrics import f1_score, mean_squared_error

import metrax
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


P, R = metrax.Precision(), metrax.Recall()
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
