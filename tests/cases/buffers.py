"""Cases of metrics of one's own that keep the rows themselves."""

import jax.numpy as jnp
import numpy as np
from sklearn.metrics import roc_auc_score

import metrax
from metrax import accumulators as acc
from tests.cases.case import MISFITS, Case, normals
from tests.cases.confusion import MISFIT, scores

CAPACITY = 512


class WeightedMedian(metrax.Metric):
    """The smallest value with half of the weight at or below it."""

    capacity: int = CAPACITY

    def contribute(self, values):
        return acc.Buffer.each(values, capacity=self.capacity)

    def read(self, state):
        order = jnp.argsort(jnp.where(state.weight != 0, state.values, jnp.inf))
        values, w = state.values[order], state.weight[order]
        below = jnp.cumsum(w)
        return values[jnp.argmax(below >= below[-1] / 2)]


class ExactAUC(metrax.Metric):
    """The share of pairs of a positive and a negative that are in order, ties a half."""

    capacity: int = CAPACITY

    def contribute(self, y_true, y_pred):
        return {"pairs": acc.Buffer.each(y_true, y_pred, capacity=self.capacity)}

    def domains(self, y_true, y_pred):
        return {"y_true": metrax.building.BINARY}

    def read(self, state):
        (label, score), w = state["pairs"].data, state["pairs"].weight
        order = jnp.argsort(score)
        score, w, label = score[order], w[order], label[order]
        positive, negative = w * label, w * (1 - label)
        negatives = jnp.concatenate([jnp.zeros(1, w.dtype), jnp.cumsum(negative)])
        first = negatives[jnp.searchsorted(score, score, side="left")]
        last = negatives[jnp.searchsorted(score, score, side="right")]
        total = positive.sum() * negative.sum()
        return metrax.building.safe_divide(jnp.sum(positive * (first + last)) / 2, total)


def median(x, w):
    order = np.argsort(x)
    below = np.cumsum(w[order])
    return x[order][np.searchsorted(below, below[-1] / 2)]


KEEPS_ROWS = {
    "test_merging_commutes_and_associates": "the order of a buffer's rows is unspecified, so "
    "states differ in it; tests/accumulators/test_buffer.py merges in every order",
    "test_automatic_sharding_exchanges_partial_results_only": "rows that are kept are gathered, "
    "and 2^14 of them do not fit",
    "test_into_a_large_state_only_what_is_touched": "a buffer has no cells of numbers: a group's "
    "is merged as a whole, as the law expects of what it compares with",
}

CASES = [
    Case(
        WeightedMedian(),
        lambda rng, n: (normals(rng, n),),
        median,
        exempt={
            **KEEPS_ROWS,
            MISFITS: "a stream of values has any shape",
            "test_a_weight_that_is_no_number_shows": "its author's read takes it for no weight",
        },
    ),
    Case(
        ExactAUC(),
        scores,
        lambda y, p, w: roc_auc_score(y, p, sample_weight=w),
        misfits=MISFIT,
        exempt=KEEPS_ROWS,
    ),
]
