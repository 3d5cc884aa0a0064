"""What a wrapped function may do: nothing is broadcast, and no example sees another."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
import optax
import pytest
from jax.sharding import AxisType, PartitionSpec
from sklearn.metrics import f1_score

import metrax
from metrax.core import by_example
from tests.keras.rules import keras_rules

RNG = np.random.default_rng(0)
ROWS = RNG.random((6, 4), np.float32), RNG.random((6, 4), np.float32)


def squares(y_true, y_pred):
    return jnp.square(y_true - y_pred)


def mean_squares(y_true, y_pred):
    return jnp.mean(jnp.square(y_true - y_pred), axis=-1)


def by_column(y_true, y_pred):
    return jnp.mean(jnp.square(y_true - y_pred), axis=0)


def of_the_batch(y_true, y_pred):
    return jnp.mean(jnp.square(y_true - y_pred))


def standardised(y_true, y_pred):
    error = y_true - y_pred
    return error - jnp.mean(error, axis=0, keepdims=True)


def neighbours(y_true, y_pred):
    return y_true - jnp.roll(y_pred, 1, axis=0)


def of_pairs(y_true, y_pred):
    return y_true[:, None, 0] - y_pred[None, :, 0]


def own_label(y_true, y_pred):
    return jnp.take_along_axis(y_pred, y_true[:, None], axis=-1)[:, 0]


@pytest.mark.parametrize("fn", [of_the_batch, by_column, standardised, neighbours, of_pairs])
def test_functions_that_mix_examples_are_refused(fn):
    metric = metrax.MeanMetricWrapper(fn)
    with pytest.raises(metrax.MetraxError, match=f"fn: {fn.__name__} .*expected values of each"):
        metric(*ROWS)
    with pytest.raises(metrax.MetraxError, match="expected values of each"):
        jax.jit(lambda y, p: metric.update(metric.init(), y, p))(*ROWS)


@pytest.mark.parametrize("fn", [by_column, standardised])
def test_a_batch_of_one_does_not_hide_it(fn):
    with pytest.raises(metrax.MetraxError, match="expected values of each"):
        metrax.MeanMetricWrapper(fn)(ROWS[0][:1], ROWS[1][:1])


@pytest.mark.parametrize("fn", [metrax.functional.dice, metrax.functional.tversky])
def test_ratios_of_totals_are_refused_too(fn):
    with pytest.raises(metrax.MetraxError, match=r"metrax\.DiceLoss"):
        metrax.MeanMetricWrapper(fn)(*ROWS)
    by_row = metrax.MeanMetricWrapper(fn, axis=1)
    np.testing.assert_allclose(by_row(*ROWS), fn(*ROWS, axis=1).mean(), rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "kwargs"), [("dice", {}), ("tversky", {"alpha": 0.6, "beta": 0.6})]
)
def test_one_batch_gives_the_pooled_number_of_keras(name, kwargs):
    with keras_rules():
        expected = float(getattr(keras.losses, name)(*ROWS, **kwargs))
    metric = metrax.get({"class_name": f"{name}_loss", "config": kwargs})
    assert metric.name == name
    assert float(metric(*ROWS)) == pytest.approx(expected, rel=1e-6)
    parts = [metric.observe(ROWS[0][i], ROWS[1][i]) for i in (slice(0, 1), slice(1, 6))]
    assert float(metric.compute(metrax.merge(*parts))) == pytest.approx(expected, rel=1e-6)


def test_dice_is_an_f_score_of_all_data_and_takes_weights():
    y, p = (x > 0.5 for x in ROWS)
    w = np.arange(6.0, dtype=np.float32)
    weights = np.repeat(w, 4)
    expected = 1 - f1_score(y.ravel(), p.ravel(), sample_weight=weights)
    assert float(metrax.DiceLoss()(y, p, w)) == pytest.approx(expected, rel=1e-6)
    empty = np.zeros((2, 3))
    assert float(metrax.DiceLoss()(empty, empty)) == float(metrax.functional.dice(empty, empty))
    assert float(metrax.DiceLoss()(empty, empty, 0.0)) == 0


def test_the_probe_runs_once_for_a_function_and_ranks(monkeypatch):
    seen = []

    def spied(y_true, y_pred):
        seen.append(y_true.shape)
        return y_true - y_pred

    metric = metrax.MeanMetricWrapper(spied)
    metric(*ROWS)
    before = len(seen)
    assert (3, 4) in seen
    assert (1, 4) in seen
    for n in (2, 4, 5):
        metric(ROWS[0][:n, :2], ROWS[1][:n, :2])
    assert seen[before:] == [(2, 2), (4, 2), (5, 2)]


@pytest.mark.devices(2)
def test_the_probe_runs_where_updates_are_traced():
    def refused(run):
        by_example.why_not_by_example.cache_clear()
        with pytest.raises(metrax.MetraxError, match="gave an example another value"):
            run(metrax.MeanMetricWrapper(standardised))

    refused(lambda m: jax.jit(m.observe)(*ROWS))
    refused(lambda m: jax.vmap(m.observe)(*(x[None] for x in ROWS)))
    refused(lambda m: jax.eval_shape(m.observe, *ROWS))
    refused(lambda m: jax.lax.map(lambda xs: m.observe(*xs), tuple(x[None] for x in ROWS)))
    refused(lambda m: jax.grad(lambda y: m.observe(y, ROWS[1]).total.hi)(ROWS[0]))
    for kind in (AxisType.Auto, AxisType.Explicit):
        mesh = jax.make_mesh((2,), ("data",), axis_types=(kind,))
        sharding = jax.NamedSharding(mesh, PartitionSpec("data"))
        with jax.set_mesh(mesh):
            rows = [jax.device_put(x, sharding) for x in ROWS]
            refused(lambda m, rows=rows: jax.jit(m.observe)(*rows))
    mesh = jax.make_mesh((2,), ("data",), axis_types=(AxisType.Auto,))
    spec = PartitionSpec("data")

    def sharded(metric):
        def local(y, p):
            return jax.tree.map(lambda x: x[None], metric.observe(y, p))

        return jax.shard_map(local, mesh=mesh, in_specs=spec, out_specs=spec)(*ROWS)

    refused(sharded)


def test_a_function_that_takes_no_probe_is_not_refused():
    def picky(y_true, y_pred):
        # Raises where its input is not traced with these numbers of columns.
        assert y_true.shape[-1] == 4
        return mean_squares(y_true, y_pred)

    expected = np.mean((ROWS[0] - ROWS[1]) ** 2)
    assert float(metrax.MeanMetricWrapper(picky)(*ROWS)) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("fn", [squares, mean_squares, optax.losses.squared_error])
def test_vectors_hold_one_example_an_element(fn):
    y, p = (x[:, 0] for x in ROWS)
    metric = metrax.MeanMetricWrapper(fn)
    w = np.arange(6.0, dtype=np.float32)
    expected = np.average((y - p) ** 2, weights=w)
    assert float(metric(y, p, w)) == pytest.approx(expected, rel=1e-6)
    halves = metrax.merge(metric.observe(y[:2], p[:2], w[:2]), metric.observe(y[2:], p[2:], w[2:]))
    assert float(metric.compute(halves)) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("true", "pred"),
    [((6,), (6, 1)), ((6, 1), (6,)), ((6, 1), (6, 1)), ((6,), (6,)), ((6, 4), (6, 4, 1))],
)
@pytest.mark.parametrize("fn", [squares, mean_squares, optax.losses.squared_error, "huber"])
def test_a_trailing_axis_of_one_may_be_left_out(fn, true, pred):
    metric = metrax.get(fn)
    y, p = (np.resize(x, shape) for x, shape in zip(ROWS, (true, pred), strict=True))
    error = (y.reshape(true[:2]).reshape(len(y), -1) - p.reshape(len(p), -1)) ** 2
    expected = error.mean() / (2 if fn == "huber" else 1)
    assert float(metric(y, p)) == pytest.approx(expected, rel=1e-6)


def test_the_sample_of_the_issue():
    metric = metrax.MeanMetricWrapper(optax.losses.huber_loss)
    assert float(metric([0.0, 10.0], [[0.0], [10.0]])) == 0


@pytest.mark.parametrize(
    "shapes",
    [
        ((3, 1), (3, 4)),  # which Keras would broadcast
        ((3, 4), (3, 1)),
        ((3,), (3, 3)),  # broadcasts for this batch alone
        ((3, 3), (3,)),
        ((3, 1, 4), (3, 2, 4)),
        ((3,), (1,)),
        ((), (3,)),
        ((3,), (4,)),
    ],
)
@pytest.mark.parametrize("fn", [squares, mean_squares])
def test_nothing_is_broadcast(fn, shapes):
    with pytest.raises(metrax.MetraxError, match=r"fn: |y_true and y_pred: got "):
        metrax.MeanMetricWrapper(fn)(*map(np.ones, shapes))


@pytest.mark.parametrize("shape", [(3,), (3, 1)])
@pytest.mark.parametrize("fn", [own_label, optax.losses.softmax_cross_entropy_with_integer_labels])
def test_labels_beside_scores(fn, shape):
    scores = RNG.random((3, 3), np.float32)
    labels = np.array([2, 0, 1])
    if fn is own_label:
        expected = scores[range(3), labels].mean()
    else:
        expected = -np.log(np.exp(scores)[range(3), labels] / np.exp(scores).sum(1)).mean()
    value = metrax.MeanMetricWrapper(fn)(labels.reshape(shape), scores)
    assert float(value) == pytest.approx(float(expected), rel=1e-6)


@pytest.mark.parametrize("fn", [lambda y, p: jax.lax.complex(y, p), lambda y, p: jnp.fft.fft(p)])
def test_complex_results_raise(fn):
    with pytest.raises(metrax.MetraxTypeError, match="returned complex numbers"):
        metrax.MeanMetricWrapper(fn)(*ROWS)


def test_what_a_function_raises_names_it():
    def broken(y_true, y_pred):
        raise AssertionError("no such thing")

    with pytest.raises(metrax.MetraxError, match=r"fn: broken got .* raised no such thing"):
        metrax.MeanMetricWrapper(broken)(*ROWS)
