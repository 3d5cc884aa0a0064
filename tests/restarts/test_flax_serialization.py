"""States through ``flax.serialization`` and pickle come back bit for bit, and go on."""

import pickle

import flax.serialization
import flax.training.train_state
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import metrax
import metrax.interop.flax
from metrax.accumulators import Max, Sum
from tests.cases import over
from tests.environments import environment
from tests.laws.close import identical

METRICS = metrax.Collection(auc=metrax.AUC(), mean=metrax.Mean().on("loss"))


class TrainState(flax.training.train_state.TrainState):
    metrics: dict


@environment("flax.serialization")
@over("state")
def test_flax_round_trip(case):
    state = case.observe(case.batch())
    back = flax.serialization.from_bytes(case.metric.init(), flax.serialization.to_bytes(state))
    identical(back, state)
    identical(case.update(back, case.batch(1)), case.update(state, case.batch(1)))


@environment("pickle")
@over("state")
def test_pickle_round_trip(case):
    state = case.observe(case.batch())
    metric, back = pickle.loads(pickle.dumps((case.metric, state)))
    assert metric == case.metric
    identical(back, state)
    identical(case.update(back, case.batch(1)), case.update(state, case.batch(1)))


def train_state():
    return TrainState.create(
        apply_fn=None, params={"w": jnp.ones(3)}, tx=optax.adam(0.1), metrics=METRICS.init()
    )


def test_a_train_state_goes_through_with_its_metrics():
    seen = METRICS.update(METRICS.init(), [0, 1], [0.3, 0.7], loss=2.0)
    saved = flax.serialization.to_bytes(train_state().replace(metrics=seen, step=7))
    back = flax.serialization.from_bytes(train_state(), saved)
    assert back.step == 7
    identical(back.metrics, seen)


def test_states_defined_later_are_known():
    class Late(metrax.State):
        count: Sum
        highest: Max

    state = Late(Sum.of(jnp.ones(3)), Max.of(jnp.arange(3.0)))
    saved = flax.serialization.to_state_dict(state)
    assert saved["highest"] == {"value": 2}
    identical(flax.serialization.from_state_dict(state, saved), state)


def test_a_target_may_be_shapes_only():
    mean = metrax.Mean()
    saved = flax.serialization.to_bytes(mean.observe([1.0, 3.0]))
    state = flax.serialization.from_bytes(jax.eval_shape(mean.init), saved)
    assert float(mean.compute(state)) == 2


MEAN = flax.serialization.to_state_dict(metrax.Mean().init())
ADVICE = ". Restore into the state of the metric that was saved, with its arguments"


@pytest.mark.parametrize(
    ("saved", "message"),
    [
        (
            MEAN | {"weight": {"hi": np.zeros(2, np.float32), "lo": np.float32(0)}},
            "./weight/hi: got float32[2]; expected float32[]",
        ),
        (
            MEAN | {"total": {"hi": np.float64(0), "lo": np.float64(0)}},
            "./total/hi: got float64[]; expected float32[]",
        ),
        (
            MEAN | {"total": {"hi": 0, "lo": 0}},
            "./total/hi: got a int; expected an array float32[]",
        ),
        (
            MEAN | {"total": {"hi": np.float32(0)}},
            "./total: got ['hi']; expected the fields ['hi', 'lo'] of Sum",
        ),
        (
            {"count": MEAN["weight"]},
            ".: got ['count']; expected the fields ['total', 'weight'] of Mean",
        ),
        (np.zeros(2), ".: got ndarray; expected the fields ['total', 'weight'] of Mean"),
    ],
    ids=["shape", "dtype", "no array", "missing field", "other fields", "no fields"],
)
def test_what_does_not_fit_is_refused(saved, message):
    with pytest.raises(metrax.MetraxError) as error:
        flax.serialization.from_state_dict(metrax.Mean().init(), saved)
    assert str(error.value) == message + ADVICE


def test_another_number_of_thresholds_is_refused():
    saved = flax.serialization.to_bytes({"auc": metrax.AUC(num_thresholds=100).init()})
    with pytest.raises(metrax.MetraxError, match=r"\./auc/.*: got float32.*; expected float32"):
        flax.serialization.from_bytes({"auc": metrax.AUC(num_thresholds=200).init()}, saved)
