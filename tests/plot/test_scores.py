"""Pictures of what keeps scores by their bits, or the scores themselves."""

import jax.numpy as jnp
import numpy as np
import pytest
from matplotlib.figure import Figure
from sklearn import metrics as sk

import metrax
from metrax import plot
from tests.plot.drawn import NAMES, scores
from tests.plot.test_data import drawn, same_points

Y, P = (x[:, 1] for x in scores())
HALF = np.asarray(jnp.asarray(P, jnp.bfloat16), np.float32)
KINDS = {
    "bits": metrax.AUROC(),
    "probabilities": metrax.AUROC(grid="probability"),
    "kept": metrax.AveragePrecision(exact=400),
}


@pytest.fixture
def ax():
    return Figure().subplots()


@pytest.mark.parametrize("metric", KINDS.values(), ids=KINDS)
def test_curves_of_scores_on_the_grid_are_those_of_scikit_learn(ax, metric):
    state = metric.observe(Y, HALF)
    plot.roc(metric, state, ax=ax)
    fpr, tpr, _ = sk.roc_curve(Y, HALF, drop_intermediate=False)
    same_points(drawn(ax), (fpr, tpr))
    assert not ax.collections  # nothing is left open
    ax = plot.precision_recall(metric, state, ax=Figure().subplots())
    precision, recall, _ = sk.precision_recall_curve(Y, HALF)
    same_points(drawn(ax), (recall, precision))
    assert ax.get_lines()[0].get_label() == f"AP {sk.average_precision_score(Y, HALF):.3f}"


def test_the_band_of_a_state_holds_the_curve_of_all_scores(ax):
    metric = metrax.AUROC(bits=10)
    plot.roc(metric, metric.observe(Y, P), ax=ax)
    (band,) = ax.collections
    fpr, tpr, _ = sk.roc_curve(Y, P, drop_intermediate=False)
    assert all(band.get_paths()[0].contains_points(np.transpose([fpr, tpr]), radius=0.01))


def test_one_state_draws_all(ax):
    metric = metrax.AUROC()
    state = metric.observe(Y, P)
    plot.thresholds(metric, state, ax=ax)
    x, recall = ax.get_lines()[1].get_data()
    assert ax.get_xlim() == (0, 1)
    for i in range(0, len(x), 31):
        assert recall[i] == pytest.approx(sk.recall_score(Y, np.float32(x[i]) <= P), abs=1e-6)
    ax = plot.reliability(metric, state, ax=Figure().subplots())
    curve = metrax.ReliabilityCurve()(Y, P)
    kept = np.asarray(curve.weight) > 0
    expected = curve.score[kept], curve.rate[kept]
    np.testing.assert_allclose(ax.containers[0][0].get_data(), expected, atol=0.02)
    ax = plot.score_histogram(metric, state, bins=10, ax=Figure().subplots())
    heights = [bar.get_height() for bar in ax.containers[1]]
    np.testing.assert_allclose(heights, np.histogram(P[Y == 1], 10, (0, 1))[0] / Y.sum(), atol=0.02)
    ax = plot.det(metric, state, ax=Figure().subplots())
    ax = plot.lift(metric, state, ax=Figure().subplots())
    assert drawn(ax)[1][-1] == pytest.approx(1)


def test_labels_of_one_histogram_have_their_curves(ax):
    y, p = scores()
    metric = metrax.AUROC(num_classes=3, average=None)
    state = metric.observe(y, p)
    plot.roc(metric, state, names=NAMES, ax=ax)
    areas = metric.compute(state)
    assert ax.get_legend_handles_labels()[1] == [
        f"{name} (area {float(area):.3f})" for name, area in zip(NAMES, areas, strict=True)
    ]
    pooled = metrax.AUROC(num_classes=3, average="micro")
    ax = plot.roc(pooled, state, ax=Figure().subplots())
    assert len(ax.get_lines()) == 2
    ax = plot.reliability(metric, state, names=NAMES, ax=Figure().subplots())
    assert len(ax.containers) == 3


def test_computed_curves_are_drawn():
    for cls, draw in (
        (metrax.ROCCurve, plot.roc),
        (metrax.PrecisionRecallCurve, plot.precision_recall),
        (metrax.DETCurve, plot.det),
        (metrax.LiftCurve, plot.lift),
    ):
        curve = cls(exact=400)
        state = curve.observe(Y, P)
        by_state = draw(curve, state, ax=Figure().subplots())
        computed = draw(curve.compute(state), ax=Figure().subplots())
        points = np.transpose(drawn(computed))
        if draw is plot.lift:  # whose first point is the lift of nothing
            points = points[points[:, 0] > 0]
        same_points(points.T, drawn(by_state))


def test_logits_are_ranked_but_are_no_probabilities(ax):
    metric = metrax.AUROC()
    state = metric.observe(Y, 6 * P - 3)
    plot.roc(metric, state, ax=ax)
    plot.score_histogram(metric, state, ax=Figure().subplots())
    with pytest.raises(metrax.MetraxError, match=r"got scores from -\d.*expected probabilities"):
        plot.reliability(metric, state, ax=ax)


def test_pairs_of_classes_have_no_curve(ax):
    metric = metrax.AUROC(num_classes=3, multi_class="ovo")
    with pytest.raises(metrax.MetraxError, match="expected a metric that keeps scores"):
        plot.roc(metric, metric.init(), ax=ax)
