"""Means of regression of each output: what shapes there are, what weighs, what is shared."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sklearn import metrics as sk

import metrax
from metrax.core import ways
from metrax.functional.regression import errors as fn
from metrax.statistics import WeightedMean
from tests.laws.close import close

RNG = np.random.default_rng(0)
B = 20
Y, P = RNG.normal(size=(2, B, 3)).astype(np.float32) * np.float32([1, 2, 4])
W = RNG.random(B).astype(np.float32)
ERRORS = (Y.astype(float) - P) ** 2

MSE = metrax.MeanSquaredError(num_outputs=3)
AVERAGES = [None, "uniform_average", "variance_weighted_average"]
METRICS = {
    metrax.MeanSquaredError: fn.squared_error,
    metrax.RootMeanSquaredError: fn.squared_error,
    metrax.MeanAbsoluteError: fn.absolute_error,
    metrax.MeanAbsolutePercentageError: fn.absolute_percentage_error,
    metrax.MeanSquaredLogarithmicError: fn.squared_logarithmic_error,
    metrax.LogCoshError: fn.log_cosh_error,
}


@pytest.mark.parametrize("metric", METRICS)
def test_every_mean_of_regression_has_outputs(metric):
    """Each is a mean of its own column; nothing given, it accumulates what it did."""
    y, p = np.abs(Y), np.abs(P)
    alone = [float(metric()(y[:, i], p[:, i], W)) for i in range(3)]
    close(metric(num_outputs=3)(y, p, W), np.array(alone))
    uniform = metric(num_outputs=(3,), class_aggregation="uniform_average")
    close(uniform(y, p, W), np.mean(alone))
    by_variance = metric(num_outputs=3, class_aggregation="variance_weighted_average")
    variances = [np.cov(column, aweights=W, ddof=0) for column in y.T.astype(float)]
    close(by_variance(y, p, W), np.average(alone, weights=variances))
    assert metric().statistic == WeightedMean.over(METRICS[metric])
    assert uniform.statistic == metric(num_outputs=3).statistic


WEIGHTS = {
    "none": None,
    "a number": 0.5,
    "examples": W,
    "a column": W[:, None],
    "elements": RNG.random((B, 3)).astype(np.float32),
    "outputs": np.float32([[1, 0, 3]]),
}


@pytest.mark.parametrize("how", AVERAGES)
@pytest.mark.parametrize("w", WEIGHTS.values(), ids=WEIGHTS)
def test_weights(how, w):
    full = np.broadcast_to(1.0 if w is None else w if np.ndim(w) != 1 else w[:, None], (B, 3))
    means, spreads = [], []
    for y, error, v in zip(Y.T.astype(float), ERRORS.T, full.T, strict=True):
        seen = v.any()
        means.append(np.average(error, weights=v) if seen else 0)
        spreads.append(np.sum(v * (y - np.average(y, weights=v)) ** 2) if seen else 0)
    expected = {
        None: means,
        "uniform_average": np.mean(means),
        "variance_weighted_average": np.average(means, weights=spreads),
    }
    metric = metrax.MeanSquaredError(num_outputs=3, class_aggregation=how)
    close(metric(Y, P, w), np.array(expected[how]))


@pytest.mark.parametrize("how", AVERAGES)
def test_nothing_under_weight_zero_and_no_batch_at_all(how):
    metric = metrax.RootMeanSquaredError(num_outputs=3, class_aggregation=how)
    y, p, w = Y.copy(), P.copy(), np.ones((B, 3), np.float32)
    y[0], p[1, 2], w[0], w[1, 2] = np.nan, np.inf, 0, 0
    one = np.where(w == 0, 0, Y), np.where(w == 0, 0, P), w
    close(metric(y, p, w), metric(*one), rtol=0)
    empty = metric.observe(y[:0], p[:0])
    assert jnp.all(metric.compute(metric.init()) == 0)
    assert jnp.all(metric.compute(empty) == 0)
    close(metric.compute(metrax.merge(empty, metric.observe(*one))), metric(*one), rtol=0)


def test_constant_targets_are_averaged_alike_and_squares_out_of_range_are_no_number():
    metric = metrax.MeanSquaredError(num_outputs=3, class_aggregation="variance_weighted_average")
    close(metric(np.ones_like(P), P), np.mean((1 - P.astype(float)) ** 2))
    assert np.isnan(metric(Y * np.float32(1e-25), P))


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_half_precision_is_widened_before_it_is_subtracted(dtype):
    y, p = jnp.asarray(Y, dtype), jnp.asarray(P, dtype)
    exact = np.square(np.asarray(y, float) - np.asarray(p, float))
    assert MSE(y, p).dtype == jnp.float32
    close(MSE(y, p), exact.mean(0))


def test_small_integers_and_lists():
    y, p = np.uint8([[3, 250], [5, 0]]), np.uint8([[5, 0], [3, 250]])
    metric = metrax.MeanSquaredError(num_outputs=2)
    assert metric(y, p).tolist() == metric(y.tolist(), p.tolist()).tolist() == [4, 62500]


ONE = metrax.MeanSquaredError(num_outputs=1)
SHAPES = {
    "vectors": (ONE, Y[:, 0], P[:, 0], (1,)),
    "columns": (ONE, Y[:, :1], P[:, :1], (1,)),
    "a column and a vector": (ONE, Y[:, :1], P[:, 0], (1,)),
    "a row of columns": (metrax.MeanSquaredError(num_outputs=(3, 1)), Y, P, (3, 1)),
    "a first axis of one": (
        metrax.MeanSquaredError(num_outputs=(1, 3)),
        Y[:, None],
        P[:, None],
        (1, 3),
    ),
    "steps": (MSE, Y.reshape(4, 5, 3), P.reshape(4, 5, 3), (3,)),
    "no outputs": (metrax.MeanSquaredError(num_outputs=()), Y, P, ()),
}


@pytest.mark.parametrize(("metric", "y", "p", "shape"), SHAPES.values(), ids=SHAPES)
def test_shapes(metric, y, p, shape):
    state = metric.observe(y, p)
    assert all(leaf.shape == shape for leaf in jax.tree.leaves((state, metric.init())))
    lead = (B,) if shape else (B * 3,)
    errors = np.square(y.reshape(*lead, *shape).astype(float) - p.reshape(*lead, *shape))
    close(metric.compute(state), errors.mean(0))


MISTAKES = {
    "the batch's axis": (3, Y[0], P[0], r"shape \(3,\).*\(B, 3\), examples first"),
    "the batch's axis in a matrix": ((B, 3), Y, P, r"shape \(20, 3\).*\(B, 20, 3\)"),
    "another number": (2, Y, P, r"shape \(20, 3\).*\(B, 2\).*leave num_outputs out"),
    "rows for one output": (1, Y, P, r"shape \(20, 3\).*\(B, 1\)"),
    "vectors for three": (3, Y[:, 0], P[:, 0], r"shape \(20,\).*\(B, 3\)"),
    "numbers": (1, 1.0, 2.0, r"shape \(\).*\(B, 1\)"),
    "a column against outputs": (3, Y[:, :1], P, "must have one shape"),
}


@pytest.mark.parametrize("how", [None, "variance_weighted_average"])
@pytest.mark.parametrize(("outputs", "y", "p", "says"), MISTAKES.values(), ids=MISTAKES)
def test_shapes_that_do_not_fit(outputs, y, p, says, how):
    metric = metrax.MeanAbsoluteError(num_outputs=outputs, class_aggregation=how)
    with pytest.raises(metrax.MetraxError, match=says) as error:
        metric(y, p)
    assert str(error.value).startswith("metrax.MeanAbsoluteError(")


def test_weights_of_outputs_alone_are_refused():
    with pytest.raises(metrax.MetraxError, match=r"w: got float32\[3\] for values of shape"):
        MSE(Y, P, np.ones(3, np.float32))


def test_many_states_at_once_and_one_after_the_other():
    states = metrax.stack(MSE.init(), 4)
    batches = [x.reshape(4, 5, 3) for x in (Y, P)]
    each = jax.vmap(MSE.update)(states, *batches)
    close(MSE.compute(metrax.merge_stacked(each)), ERRORS.mean(0))
    last, _ = jax.lax.scan(lambda s, b: (MSE.update(s, *b), None), MSE.init(), tuple(batches))
    close(MSE.compute(last), ERRORS.mean(0))


def test_equal_statistics_share_a_state():
    by_variance = {"num_outputs": 3, "class_aggregation": "variance_weighted_average"}
    metrics = metrax.Collection(
        mse=MSE,
        rmse=metrax.RootMeanSquaredError(num_outputs=(3,), class_aggregation="uniform_average"),
        mse_by_variance=metrax.MeanSquaredError(**by_variance),
        rmse_by_variance=metrax.RootMeanSquaredError(**by_variance),
        r2=metrax.R2Score("variance_weighted_average", num_outputs=3),
    )
    state = metrics.update(metrics.init(), Y, P, W)
    assert len(state) == 3
    values = metrics.compute(state)
    variances = [np.cov(column, aweights=W, ddof=0) for column in Y.T.astype(float)]
    given = {"sample_weight": W, "multioutput": variances}
    close(values["mse"], np.average(ERRORS, axis=0, weights=W))
    close(values["rmse"], sk.root_mean_squared_error(Y, P, sample_weight=W))
    close(values["mse_by_variance"], sk.mean_squared_error(Y, P, **given))
    close(values["rmse_by_variance"], sk.root_mean_squared_error(Y, P, **given))
    close(values["r2"], sk.r2_score(Y, P, sample_weight=W, multioutput="variance_weighted"))


@pytest.mark.parametrize("how", [None, "variance_weighted_average"])
def test_by_group_and_by_block(how):
    """Each group and each block alone, by formula; the laws hold them against each other."""
    metric = metrax.MeanSquaredError(num_outputs=3, class_aggregation=how)
    ids = RNG.integers(0, 4, B)
    inputs = {"y_true": Y, "y_pred": P, "w": W}
    groups = ways.by_group(metric.statistic, inputs, ids, 4)
    blocks = ways.by_block(metric.statistic, inputs, 4)
    assert groups.total.hi.shape == blocks.total.hi.shape == (4, 3)
    for states, place in ((groups, ids), (blocks, np.arange(B) // 5)):
        for i in range(4):
            here = place == i
            means = np.average(ERRORS[here], axis=0, weights=W[here])
            spread = [np.cov(y, aweights=W[here], ddof=0) for y in Y[here].T.astype(float)]
            expected = means if how is None else np.average(means, weights=spread)
            close(metric.compute(jax.tree.map(lambda x, i=i: x[i], states)), expected, rtol=1e-5)


def test_configurations_say_what_is_given_alone():
    assert metrax.LogCoshError().get_config() == {"name": "logcosh", "dtype": None}
    metric = metrax.LogCoshError(num_outputs=[3, 2], class_aggregation="uniform_average")
    assert metric.num_outputs == (3, 2)
    assert metrax.deserialize(metrax.serialize(metric)) == metric
    assert repr(metrax.LogCoshError()) == "metrax.LogCoshError()"
    saved = metrax.layout(metrax.LogCoshError())
    assert "outputs" not in str(saved)
    with pytest.raises(metrax.MetraxError, match="another metric"):
        metrax.check_layout(metric, saved)
