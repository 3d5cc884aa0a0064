"""Calls: the state forgotten, other libraries' methods, a statistic that is none."""

import jax
import jax.numpy as jnp

import metrax
from tests.mistakes.row import P, Q, R, W, Y, says

AUC, MEAN, MSE = metrax.AUC(), metrax.Mean(), metrax.MeanSquaredError()
BOTH = metrax.Collection(
    loss=MEAN.on("loss"), auc=AUC.on("labels", "scores", w="mask"), plain=metrax.Precision()
)
PAIR = metrax.Collection(["mse", "mae"])
STATE = "Did you forget the state"
ONE = "metric.compute.state. takes one state"


def auc_state():
    return AUC.observe(Y, P)


def stacked():
    return metrax.stack(MEAN.observe([1.0, 3.0]), 2)


def habit(name, pattern, call=None):
    return says(
        f".{name}()", call or (lambda: getattr(AUC, name)(Y, P)), f"got '{name}'.*{pattern}"
    )


def donated():
    state = MEAN.observe([1.0, 3.0])
    jax.jit(lambda s: MEAN.update(s, 2.0), donate_argnums=0)(state)
    jax.tree.map(lambda x: x.delete(), state)
    return state


def leaked():
    kept = []
    jax.jit(lambda x: kept.append(MEAN.update(MEAN.init(), x)) or x)(1.0)
    return kept[0]


class NoState(metrax.Statistic):
    def init(self):
        return jnp.zeros(())

    def contribute(self, y_true, y_pred):
        return jnp.sum(y_pred)


class Arrays(metrax.Metric):
    @property
    def statistic(self):
        return NoState(dtype=self.dtype)

    def read(self, state):
        return state


class Method(Arrays):
    def statistic(self):
        return metrax.statistics.ThresholdCounts((0.5,))


class Forgotten(Arrays):
    @property
    def statistic(self):
        metrax.statistics.ThresholdCounts((0.5,))


ROWS = [
    says("update without a state", lambda: AUC.update(Y, P), STATE),
    says("update without a state, weighted", lambda: AUC.update(Y, P, W), STATE),
    says("update of a stream without a state", lambda: MEAN.update(R), STATE),
    says("update of a number", lambda: MEAN.update(0.5), STATE),
    says("update of lists", lambda: AUC.update([0, 1], [0.1, 0.9]), STATE),
    says("update by keyword alone", lambda: AUC.update(y_true=Y, y_pred=P), STATE),
    says(
        "update of outputs alone", lambda: BOTH.update(loss=0.5, labels=Y, scores=P, mask=W), STATE
    ),
    says("update of nothing", lambda: AUC.update(), STATE),
    says("update with the state last", lambda: AUC.update(Y, P, auc_state()), STATE),
    says("update of None", lambda: AUC.update(None, Y, P), "got NoneType without any metrax.State"),
    says("update of a metric", lambda: AUC.update(AUC, Y, P), STATE),
    says("update of init uncalled", lambda: AUC.update(AUC.init, Y, P), STATE),
    says("update of a value", lambda: AUC.update(AUC(Y, P), Y, P), STATE),
    says(
        "the call with a state",
        lambda: AUC(auc_state(), Y, P),
        "a ThresholdCountsState among the data",
    ),
    says(
        "the call with truth alone",
        lambda: AUC(Y),
        "got 1 positional arguments.*expected y_true, y_pred",
    ),
    says("the call with too much", lambda: AUC(Y, P, W, W), "got 4 positional arguments"),
    says("values to a metric of two", lambda: MSE(R), "got 1 positional arguments"),
    says(
        "truth and prediction to a mean",
        lambda: MEAN(R, Q, W),
        "got 3 positional arguments.*expected values, w",
    ),
    says("data to init", lambda: AUC.init(Y, P), "takes nothing"),
    says("compute of nothing", lambda: AUC.compute(), ONE),
    says("compute of data", lambda: AUC.compute(Y, P), ONE),
    says("compute of predictions", lambda: AUC.compute(P), ONE),
    says("compute of None", lambda: AUC.compute(None), "got NoneType without any metrax.State"),
    says(
        "compute of states in a list",
        lambda: AUC.compute([auc_state(), auc_state()]),
        "got a list of 2.*metrax.merge",
    ),
    says(
        "compute of stacked states", lambda: MEAN.compute(stacked()), "stacked.*vmap.*merge_stacked"
    ),
    says(
        "compute of another metric's state",
        lambda: AUC.compute(MEAN.init()),
        "got a Mean; expected a ThresholdCountsState",
    ),
    says(
        "compute of another configuration's state",
        lambda: metrax.AUC(num_thresholds=50).compute(auc_state()),
        "expected .2, 51",
    ),
    says(
        "compute of a collection's state by a member",
        lambda: AUC.compute(BOTH.init()),
        "got a (dict|Values)",
    ),
    says(
        "compute with other keys",
        lambda: PAIR.compute({**PAIR.init(), "lr": 0.1}),
        "beside what this metric accumulates",
    ),
    says("compute of a value", lambda: AUC.compute(AUC(Y, P)), ONE),
    says(
        "update with another metric's state",
        lambda: AUC.update(MEAN.init(), Y, P),
        "merge: the states have different parts",
    ),
    says("update with stacked states", lambda: MEAN.update(stacked(), 1.0), "stacked"),
    says(
        "update on the class", lambda: metrax.AUC.update(auc_state(), Y, P), "make a metric first"
    ),
    says("init on the class", lambda: metrax.AUC.init(), "make a metric first"),
    says("update with a donated state", lambda: MEAN.update(donated(), 1.0), "deleted.*donate"),
    says("compute of a donated state", lambda: MEAN.compute(donated()), "deleted.*donate"),
    says("a state kept from inside jit", lambda: MEAN.compute(leaked()), "inside `jit`.*return"),
    says(
        "update of a state kept from inside jit",
        lambda: MEAN.update(leaked(), 1.0),
        "inside `jit`.*return",
    ),
    habit("update_state", r"metric.update\(state, y_true"),
    habit("result", r"metric.compute\(state\)"),
    habit("reset_state", r"metric.init\(\)"),
    habit("reset_states", r"metric.init\(\)"),
    habit("reset", r"metric.init\(\)"),
    habit("forward", r"metric\(y_true, y_pred, w\)"),
    habit("score", r"metric\(y_true, y_pred, w\)"),
    habit("merge_state", "metrax.merge"),
    habit("from_model_output", r"metric.observe\(y_true"),
    habit("gather_from_model_output", "metrax.pmerge"),
    habit("empty", r"metric.init\(\)"),
    habit("sync", "metrax.pmerge"),
    habit("to", "jax.device_put"),
    habit("variables", r"metric.init\(\)"),
    says(
        "a state's compute",
        lambda: auc_state().compute(),
        r"got 'compute'.*metric.compute\(state\)",
    ),
    says(
        "a state's update", lambda: auc_state().update(Y, P), r"got 'update'.*metric.update\(state"
    ),
    says(
        "a state's result", lambda: auc_state().result(), r"got 'result'.*metric.compute\(state\)"
    ),
    says("states added", lambda: auc_state() + auc_state(), "metrax.merge"),
    says("states summed", lambda: sum([auc_state(), auc_state()]), "metrax.merge"),
    says("a state as a number", lambda: float(MEAN.observe(1.0)), r"metric.compute\(state\)"),
    *(
        says(
            f"{given}= for {meant}",
            lambda given=given: AUC(Y, P, **{given: W}),
            f"pass {given} as {meant}",
        )
        for given, meant in (
            ("sample_weight", "w"),
            ("weights", "w"),
            ("weight", "w"),
            ("mask", "w"),
        )
    ),
    *(
        says(
            f"{given}= for y_pred",
            lambda given=given: AUC(y_true=Y, **{given: P}),
            f"pass {given} as y_pred",
        )
        for given in ("preds", "y_score", "y_prob", "predictions", "logits", "scores")
    ),
    *(
        says(
            f"{given}= for y_true",
            lambda given=given: AUC(**{given: Y}, y_pred=P),
            f"pass {given} as y_true",
        )
        for given in ("target", "targets", "labels", "y")
    ),
    says("value= for values", lambda: MEAN(value=R), "pass value as values"),
    says(
        "truth given twice", lambda: AUC(Y, P, y_true=Y), "got 2 positional arguments and keywords"
    ),
    says(
        "sample_weight= to a collection",
        lambda: PAIR(Y, P, sample_weight=W),
        "pass sample_weight as w",
    ),
    says(
        "an output that nobody reads",
        lambda: BOTH(loss=0.5, labels=Y, scores=P, mask=W, logits=P, y_true=Y, y_pred=P),
        "got the output 'logits', which no metric reads",
    ),
    says(
        "an output that is missing",
        lambda: BOTH(loss=0.5, labels=Y, scores=P, y_true=Y, y_pred=P),
        "needs the output 'mask'",
    ),
    says("positions to routed metrics", lambda: AUC.on("labels", "scores")(Y, P), "by keyword"),
    says(
        "a route misspelt",
        lambda: AUC.on("labels", "scores")(label=Y, scores=P),
        r"pass \['labels', 'scores'\] by keyword",
    ),
    says("a member's shapes", lambda: PAIR(R, Q[:2]), "mse: y_true and y_pred: got"),
    says(
        "a member that is none",
        lambda: PAIR.state_of(PAIR.init(), "rmse"),
        "state_of: got 'rmse'; expected one of",
    ),
    says("init without the size", lambda: metrax.R2Score().init(), "num_outputs: not given"),
    says(
        "init without the labels",
        lambda: metrax.AUC(multi_label=True).init(),
        "num_labels: not given",
    ),
    says("init of F1 without classes", lambda: metrax.F1Score().init(), "num_classes: not given"),
    says(
        "an argument set later",
        lambda: setattr(metrax.AUC(), "curve", "PR"),
        "'curve' cannot be set.*dataclasses.replace",
    ),
    says(
        "a state's field set",
        lambda: setattr(auc_state(), "buckets", 0),
        "'buckets' cannot be set.*metric.update",
    ),
    says(
        "a mesh by name",
        lambda: metrax.stack_processes(MEAN.init(), "data"),
        "mesh: got 'data'; expected a mesh",
    ),
    says(
        "processes' values", lambda: metrax.merge_processes(3), "got int without any metrax.State"
    ),
    says(
        "a member's state of none",
        lambda: PAIR.state_of(None, "mse"),
        "got NoneType without any metrax.State",
    ),
    says("init of arrays", lambda: Arrays().init(), "init: got .*expected a metrax.State"),
    says("a statistic without @property", lambda: Method().init(), "statistic: got .*@property"),
    says(
        "a statistic forgotten",
        lambda: Forgotten().init(),
        "statistic: got None; expected a metrax.Statistic",
    ),
    says(
        "a scan that starts with a number",
        lambda: jax.lax.scan(lambda s, x: (MEAN.update(s, x), None), 0.0, R),
        STATE,
    ),
]
