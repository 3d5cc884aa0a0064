"""Which argument of a wrapped function is the truth: 30 spellings, all of optax's and Keras's."""

import dataclasses
import functools
import inspect

import jax
import jax.numpy as jnp
import keras
import numpy as np
import optax
import pytest

import metrax

Y, P = np.float32([[0.0], [1.0]]), np.float32([[3.0], [6.0]])
"""``truth - prediction`` is -4 on average, and 4 if they are swapped."""

KERAS_ORDER = """
y_true,y_pred  true,pred  y,y_hat  y,pred  truth,prediction  target,output  labels,logits
label,score  gt,pred  ground_truth,prediction  actual,forecast  observed,simulated  x,x_hat
reference,hypothesis  yTrue,yPred  true_labels,predicted_labels  gold,system  t,p  y,mu
actual,predicted  target_probs,probs  a,b  x,y  u,v  y1,y2  p,q  expected,got  y_true,weights
"""
PREDICTIONS_FIRST = """
y_pred,y_true  pred,true  y_hat,y  yhat,y  pred,y  p,y  prediction,ground_truth  scores,labels
predictions,truth  logits,labels  outputs,targets  input,target  mu,y  forecast,actual  preds,gts
hypothesis,reference  predicted_labels,true_labels  log_predictions,log_targets  x_hat,x
yPred,yTrue  sim,obs  model_output,y  estimate,value  recon_x,x  anything,y_true  out,tgt
probs,target_probs  candidate,reference  predictor_outputs,targets
"""
CONTRADICTORY = "y_true,targets  pred,logits  expected,actual  labels,y_true  y_hat,y_pred"


def subtracts(names):
    """A function of two arrays with these names, the first less the second."""
    scope = {}
    exec(f"def f({names}):\n    return {names.replace(',', ' - ')}", scope)
    return scope["f"]


@pytest.mark.parametrize("names", KERAS_ORDER.split())
def test_the_order_of_keras_is_the_contract(names):
    assert not metrax.MeanMetricWrapper(subtracts(names)).statistic.predictions_first


@pytest.mark.parametrize("names", PREDICTIONS_FIRST.split())
def test_names_may_say_the_opposite(names):
    assert metrax.MeanMetricWrapper(subtracts(names)).statistic.predictions_first


def test_the_order_is_the_one_of_the_call():
    assert float(metrax.MeanMetricWrapper(subtracts("a,b"))(Y, P)) == -4
    assert float(metrax.MeanMetricWrapper(subtracts("y_hat,y"))(Y, P)) == 4


@pytest.mark.parametrize("names", CONTRADICTORY.split())
def test_names_that_contradict_each_other_need_an_order(names):
    fn = subtracts(names)
    with pytest.raises(metrax.MetraxError, match=r"both names say .* pass order="):
        metrax.MeanMetricWrapper(fn)
    assert metrax.MeanMetricWrapper(fn, order=("y_pred", "y_true")).statistic.predictions_first
    assert not metrax.MeanMetricWrapper(fn, order=["y_true", "y_pred"]).statistic.predictions_first


def test_an_order_prevails_over_names_and_is_the_wrappers_own():
    def error(prediction, truth, **kwargs):
        assert not kwargs
        return prediction - truth

    metric = metrax.MeanMetricWrapper(error, order=("y_true", "y_pred"))
    assert float(metric(Y, P)) == -4
    assert "order=('y_true', 'y_pred')" in repr(metric)
    assert type(metric).from_config(metric.get_config()) == metric
    assert metric != metrax.MeanMetricWrapper(error)
    with pytest.raises(metrax.MetraxError, match="order: got"):
        metrax.MeanMetricWrapper(error, order=("pred", "true"))


def of_two_arrays(module):
    """A library's functions of two arrays by name: all that could be a metric."""
    for name, fn in vars(module).items():
        if not name.startswith("_") and inspect.isroutine(inspect.unwrap(fn)):
            required = [
                p for p in inspect.signature(fn).parameters.values() if p.default is p.empty
            ]
            if 1 <= len(required) <= 2 and len(inspect.signature(fn).parameters) > 1:
                yield pytest.param(fn, id=name)


@pytest.mark.parametrize("fn", list(of_two_arrays(optax.losses)))
def test_the_losses_of_optax_get_predictions_first(fn):
    if fn is optax.losses.smooth_labels:
        return  # no loss
    assert metrax.MeanMetricWrapper(fn).statistic.predictions_first


def test_losses_of_more_arrays_are_refused():
    for fn in (optax.losses.ctc_loss, optax.losses.triplet_margin_loss):
        with pytest.raises(metrax.MetraxTypeError, match="expected a function of two arrays"):
            metrax.MeanMetricWrapper(fn)


NAMES = {"deserialize", "get", "serialize"}


@pytest.mark.parametrize(
    "fn", [p for p in of_two_arrays(keras.losses) if p.id not in NAMES and p.id != "ctc"]
)
def test_the_losses_of_keras_get_the_truth_first(fn):
    statistic = metrax.MeanMetricWrapper(fn).statistic
    assert (statistic.predictions_first, statistic.keywords) == (False, None)


def test_all_of_keras_and_optax_are_in_the_table():
    assert len(list(of_two_arrays(optax.losses))) > 20
    assert len(list(of_two_arrays(keras.losses))) > 20


def pinball(y_true, y_pred, quantile):
    error = y_true - y_pred
    return jnp.maximum(quantile * error, (quantile - 1) * error)


def keyword_only(*, logits, labels):
    return labels - logits


def mixed(predictions, *, labels):
    return labels - predictions


def quantile_first(quantile, y_pred, y_true):
    return pinball(y_true, y_pred, quantile)


class Loss:
    def __call__(self, logits, labels):
        return labels - logits

    def method(self, y_hat, y):
        return y - y_hat


@pytest.mark.parametrize(
    ("fn", "kwargs", "expected"),
    [
        (keyword_only, {}, -4),
        (mixed, {}, -4),
        (functools.partial(keyword_only), {}, -4),
        (Loss(), {}, -4),
        (Loss().method, {}, -4),
        (jax.jit(subtracts("y_hat,y")), {}, 4),
        (pinball, {"quantile": 0.9}, 0.4),
        (functools.partial(pinball, quantile=0.9), {}, 0.4),
        (quantile_first, {"quantile": 0.9}, 0.4),
        (functools.partial(quantile_first, 0.9), {}, 0.4),
        (functools.partial(quantile_first, quantile=0.9), {}, 0.4),
        (jnp.subtract, {}, -4),
        (lambda *arrays: arrays[0] - arrays[1], {}, -4),
    ],
)
def test_ways_to_take_arguments(fn, kwargs, expected):
    value = metrax.MeanMetricWrapper(fn, **kwargs)(Y, P)
    assert float(value) == pytest.approx(expected, rel=1e-6)


def subclasses(cls):
    for inner in cls.__subclasses__():
        yield from (inner, *subclasses(inner))


def test_positional_arguments_are_declared_where_their_order_is_seen():
    """In the metric's own class, in Keras's order: a base's fields would come before them.

    Bases may declare all that their metrics have.
    """
    assert all(hasattr(metrax, name) for name in metrax.__all__)  # loads every family
    bases = [
        cls
        for cls in subclasses(metrax.Metric)
        if cls.__module__.startswith("metrax.") and inspect.isabstract(cls)
    ]
    assert len(bases) > 5
    for base in bases:
        own, *others = map(positional, (base, *subclasses(base)))
        # Of a combinator the metric comes first.
        assert own in ([], ["metric"]) or all(own == other for other in others), base


def positional(cls):
    return [field.name for field in dataclasses.fields(cls) if not field.kw_only]
