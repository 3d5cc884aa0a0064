"""Merging what does not merge, layouts of what has none, and what nobody could tell of states."""

import jax
import jax.numpy as jnp
import numpy as np

import metrax
from tests.mistakes.calls import AUC, MEAN, MSE, auc_state, stacked
from tests.mistakes.row import K, P, Q, R, Row, S, W, Y, is_, says

ROWS = [
    says("merge of nothing", lambda: metrax.merge([]), "merge: got an empty list"),
    says("merge of metrics", lambda: metrax.merge(AUC, AUC), "without any metrax.State|no state"),
    says(
        "merge of values",
        lambda: metrax.merge(AUC(Y, P), AUC(Y, P)),
        "no state|without any metrax.State",
    ),
    says(
        "merge of two metrics' states",
        lambda: metrax.merge(auc_state(), MEAN.init()),
        "merge: the states have different parts",
    ),
    says(
        "merge of two configurations",
        lambda: metrax.merge(auc_state(), metrax.AUC(num_thresholds=9).init()),
        r"has shape \(2, 201\)",
    ),
    says(
        "merge with None",
        lambda: metrax.merge(auc_state(), None),
        "merge: the states have different parts",
    ),
    says("merge of stacked and one", lambda: metrax.merge(stacked(), MEAN.init()), "stacked"),
    says("merge_stacked of one state", lambda: metrax.merge_stacked(auc_state()), "not stacked"),
    says(
        "merge_stacked over an axis that is none",
        lambda: metrax.merge_stacked(stacked(), axis=5),
        "no axis 5",
    ),
    says(
        "merge_stacked of a list",
        lambda: metrax.merge_stacked([MEAN.init(), MEAN.init()]),
        r"not stacked.*metrax.merge",
    ),
    says(
        "merge_stacked by name",
        lambda: metrax.merge_stacked(stacked(), "data"),
        "axis: got 'data'; expected an int",
    ),
    says(
        "pmerge outside",
        lambda: metrax.pmerge(auc_state(), "data"),
        "'data', which is not mapped here",
    ),
    says("pmerge by number", lambda: metrax.pmerge(auc_state(), 0), "axis_name: got 0"),
    says("pmerge without an axis", lambda: metrax.pmerge(auc_state(), None), "axis_name: got None"),
    says("pmerge of data", lambda: metrax.pmerge(P, "data"), "without any metrax.State"),
    says("a stack of none", lambda: metrax.stack(auc_state(), 0), "n: got 0; expected 1 or more"),
    says(
        "a stack of a float", lambda: metrax.stack(auc_state(), 2.0), "n: got 2.0; expected an int"
    ),
    says("a layout that is none", lambda: metrax.check_layout(AUC, None), "saved: got"),
    says(
        "a layout of another metric",
        lambda: metrax.check_layout(AUC, metrax.layout(MEAN)),
        "belongs to another metric",
    ),
    says(
        "a layout of a state", lambda: metrax.layout(auc_state()), "layout: got .*expected a metric"
    ),
    says(
        "a serialised state",
        lambda: metrax.serialize(auc_state()),
        "(get|serialize): got .*expected a metric",
    ),
    is_("a merge of one", lambda: AUC.compute(metrax.merge(auc_state())), 0.75),
    is_("a merge of a list", lambda: AUC.compute(metrax.merge([auc_state(), auc_state()])), 0.75),
    is_("the method of the metric", lambda: AUC.compute(AUC.merge(AUC.init(), auc_state())), 0.75),
    is_(
        "a metric made in the loop",
        lambda: metrax.AUC().compute(metrax.AUC().update(metrax.AUC().init(), Y, P)),
        0.75,
    ),
    is_("a metric through jit", lambda: jax.jit(lambda m, y, p: m(y, p))(AUC, Y, P), 0.75),
    is_("a forgotten vmap", lambda: jax.vmap(MEAN.compute)(stacked())[1], 2.0),
    is_(
        "weights by position",
        lambda: MSE.compute(MSE.update(MSE.init(), R, Q, W)),
        ((R - Q) ** 2 * W).sum() / 4,
    ),
    is_("arguments by keyword, turned", lambda: AUC(y_pred=P, y_true=Y), 0.75),
    Row(
        "states added array by array",
        lambda: metrax.PearsonCorrelation(axis=0, num_outputs=1).compute(
            jax.tree.map(
                jnp.add,
                *[
                    metrax.PearsonCorrelation(axis=0, num_outputs=1).observe(R[s], Q[s])
                    for s in (np.s_[:2], np.s_[2:])
                ],
            )
        ),
        nobody="arrays added outside metrax look like any state's; docs/faq.md warns",
    ),
    Row(
        "a batch seen twice",
        lambda: MSE.compute(MSE.update(MSE.observe(R, Q), R[:1], Q[:1])),
        nobody="equal data may come twice",
    ),
    Row(
        "a batch padded without weights",
        lambda: metrax.SparseCategoricalAccuracy()(np.append(K, 0), np.concatenate([S, S[:1]])),
        nobody="padding looks like data",
    ),
]
