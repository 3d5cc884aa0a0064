"""Values as loggers take them: flat, by name, and without a step that waits."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import metrax


class Rates(NamedTuple):
    low: jax.Array
    high: jax.Array


X = jnp.float32


def as_floats(scalars):
    return {key: float(x) for key, x in scalars.items()}


def test_flatten_joins_what_is_nested():
    values = {"a": X(1), "b": {"c": X(2), "d": Rates(X(3), X(4))}, "e/f": np.float32(5), "g": 6}
    assert as_floats(metrax.flatten(values)) == {
        "a": 1, "b/c": 2, "b/d/low": 3, "b/d/high": 4, "e/f": 5, "g": 6,
    }  # fmt: skip
    assert [*metrax.flatten(values, "eval", ".")][:3] == ["eval.a", "eval.b.c", "eval.b.d.low"]
    assert as_floats(metrax.flatten(X(2), "val/auc")) == {"val/auc": 2}


def test_flatten_names_classes():
    vector, matrix = jnp.arange(3.0), jnp.arange(6.0).reshape(2, 3)
    assert as_floats(metrax.flatten({"r": vector})) == {"r/0": 0, "r/1": 1, "r/2": 2}
    names = ["cat", "dog", 7]
    assert as_floats(metrax.flatten(vector, names=names)) == {"cat": 0, "dog": 1, "7": 2}
    assert as_floats(metrax.flatten({"m": matrix, "r": vector}, names={"m": names})) == {
        "m/0/cat": 0, "m/0/dog": 1, "m/0/7": 2, "m/1/cat": 3, "m/1/dog": 4, "m/1/7": 5,
        "r/0": 0, "r/1": 1, "r/2": 2,
    }  # fmt: skip
    square = metrax.flatten({"m": jnp.eye(2), "s": X(0)}, names=("a", "b"))
    assert as_floats(square) == {"m/a/a": 1, "m/a/b": 0, "m/b/a": 0, "m/b/b": 1, "s": 0}
    assert metrax.flatten({"none": jnp.zeros(0)}) == {}


def test_flatten_keeps_arrays_on_the_device():
    scalars = metrax.flatten({"a": jnp.arange(300.0), "b": X(1)})
    assert all(isinstance(x, jax.Array) and x.shape == () for x in scalars.values())
    assert float(scalars["a/299"]) == 299
    inside = jax.jit(lambda x: metrax.flatten({"a": x, "m": x[None]}, names=["p", "q"]))
    assert as_floats(inside(jnp.arange(2.0))) == {"a/p": 0, "a/q": 1, "m/0/p": 0, "m/0/q": 1}


@pytest.mark.parametrize(
    ("values", "more", "message"),
    [
        ({"a": jnp.zeros(4)}, {"names": ["x", "y"]}, r"got 2 for a, float32\[4\]; expected a name"),
        ({"a": jnp.zeros(2)}, {"names": {"b": ["x"]}}, r"got the key 'b'; expected one of \['a'\]"),
        ({"a": jnp.zeros(2)}, {"names": "xy"}, "got 'xy'; expected a list"),
        ({"a": jnp.zeros(2)}, {"names": {"a": "xy"}}, "a: got 'xy'; expected a list"),
        ({"a": jnp.zeros(2)}, {"names": ["x", "x"]}, "two scalars with the key 'a/x'"),
        ({"a": {"b": X(0)}, "a/b": X(1)}, {}, "two scalars with the key 'a/b'"),
        (X(0), {}, r"no prefix; expected a name"),
        ({"a": "high"}, {}, "a: got 'high'; expected what compute returns"),
        ({"a": np.array("high")}, {}, "expected what compute returns"),
        ({"a": np.array([1j])}, {}, "expected what compute returns"),
        ({"a": [1.0, 2.0]}, {}, "expected what compute returns"),
        (metrax.Mean().init(), {}, "expected what compute returns"),
    ],
)
def test_flatten_says_what_does_not_fit(values, more, message):
    with pytest.raises(metrax.MetraxError, match=message):
        metrax.flatten(values, **more)


def test_delayed_yields_in_order_what_was_pushed():
    log = metrax.Delayed()
    for step in range(5):
        log.push(jnp.int32(step), {"b": X(step) / 2, "a": jnp.arange(2), "lr": 0.5})
    assert len(log) == 5
    first = log.flush()
    assert (len(log), log.flush(), [*log]) == (0, [], [])
    assert [step for step, _ in first] == [*range(5)]
    values = first[3][1]
    assert [*values] == ["b", "a", "lr"]
    assert (values["b"], values["lr"]) == (1.5, 0.5)
    assert type(values["b"]) is float
    assert type(first[3][0]) is int
    assert isinstance(values["a"], np.ndarray)
    assert values["a"].tolist() == [0, 1]


def test_delayed_keeps_numbers_as_they_were_pushed():
    log, mine = metrax.Delayed(), np.arange(2)
    log.push(0, {"mine": mine, "half": jnp.bfloat16(0.5), "rates": Rates(X(1), X(2)), "on": True})
    mine[:] = 9
    ((_, values),) = log.flush()
    assert values["mine"].tolist() == [0, 1]
    assert (values["half"], values["on"]) == (0.5, True)
    assert type(values["half"]) is float
    assert values["rates"] == Rates(1.0, 2.0)


def slow(x):
    """A scalar that takes the device a while."""
    return jax.lax.fori_loop(0, 400, lambda i, y: jnp.tanh(y @ x), x)[0, 0]


def test_delayed_waits_in_flush_alone():
    run, x, log = jax.jit(slow), jnp.eye(300) / 7, metrax.Delayed()
    run(x).block_until_ready()
    value = run(x)
    log.push(0, value)
    assert [*log] == []
    assert not value.is_ready()
    assert [step for step, _ in log.flush()] == [0]
    assert value.is_ready()


def test_delayed_stops_at_the_first_that_has_not_arrived(monkeypatch):
    log = metrax.Delayed()
    coming = [X(1), X(2), X(3)]
    for step, value in enumerate(coming):
        log.push(step, value)
    ready = {id(coming[0]), id(coming[2])}
    monkeypatch.setattr(type(coming[0]), "is_ready", lambda x: id(x) in ready)
    assert [*log] == [(0, 1.0)]
    assert [*log] == []
    ready.add(id(coming[1]))
    assert [*log] == [(1, 2.0), (2, 3.0)]


def test_delayed_says_what_became_of_a_value():
    log, value = metrax.Delayed(), X(1)
    log.push(7, {"loss": value})
    value.delete()
    for read in (list, metrax.Delayed.flush):
        with pytest.raises(metrax.MetraxError, match="'loss' of step 7, which was donated"):
            read(log)
    with pytest.raises(metrax.MetraxTypeError, match=r"inside jit \(float32\[\] at loss\)"):
        jax.jit(lambda x: log.push(0, {"loss": x}))(X(1))


def test_delayed_writes_what_tensorboard_reads(tmp_path):
    board = pytest.importorskip("tensorboardX", reason="pip install tensorboardX")
    metrics = metrax.Collection(f1=metrax.F1Score(num_classes=2), loss=metrax.Mean().on("y_pred"))
    log, state, written = metrax.Delayed(), metrics.init(), {}
    step = jax.jit(lambda state, y, p: metrics.update(state, y, p))
    with board.SummaryWriter(str(tmp_path)) as writer:
        for i in range(3):
            state = step(state, jnp.eye(2), jnp.full((2, 2), 0.25 * i))
            log.push(i, metrax.flatten(metrics.compute(state), "eval", names=["cat", "dog"]))
            for at, scalars in [*log, *(log.flush() if i == 2 else [])]:
                for key, x in scalars.items():
                    writer.add_scalar(key, x, at)
                    written[at, key] = x
    assert {key for _, key in written} == {"eval/f1/cat", "eval/f1/dog", "eval/loss"}
    assert [written[i, "eval/loss"] for i in range(3)] == [0.0, 0.125, 0.25]
    assert any(path.stat().st_size > 100 for path in tmp_path.iterdir())


def test_the_benchmarks_loops_log_the_same():
    from benchmarks import delayed

    logs = [delayed.loop(way) for way in (delayed.by_float, delayed.delayed)]
    assert logs[0] == logs[1]
    assert [i for i, _ in logs[0]] == [*range(delayed.STEPS)]
