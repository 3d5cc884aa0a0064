"""What is drawn is what the state holds."""

import subprocess
import sys

import jax
import numpy as np
import pytest
from matplotlib.figure import Figure
from scipy.stats import norm
from sklearn import metrics as sk

import metrax
from metrax import plot
from tests.plot.drawn import BINS, LABELS, NAMES, matrix, scores, seen, single


@pytest.fixture
def ax():
    return Figure().subplots()


def drawn(ax, i=0):
    """The i-th line's points that are finite."""
    x, y = (np.asarray(z, float) for z in ax.get_lines()[i].get_data())
    kept = np.isfinite(x) & np.isfinite(y)
    return x[kept], y[kept]


def same_points(ours, theirs, **more):
    """Assert that two curves go through the same points, repeated ones left out."""
    ours, theirs = (np.unique(np.round(np.transpose(x), 5), axis=0) for x in (ours, theirs))
    np.testing.assert_allclose(ours, theirs, atol=2e-5, **more)


def rates(i):
    """Counts of a label at each threshold."""
    _, state = seen(LABELS)
    return jax.tree.map(lambda x: np.asarray(x, np.float64)[i], state.counts())


@pytest.mark.parametrize("i", range(3))
def test_roc_goes_through_the_counts_of_the_state(ax, i):
    plot.roc(*seen(LABELS), names=NAMES, ax=ax)
    tp, fp, tn, fn = rates(i)
    same_points(drawn(ax, i), (fp / (fp + tn), tp / (tp + fn)))
    area = float(metrax.AUC(40)(*(x[:, i] for x in scores())))
    assert ax.get_legend_handles_labels()[1][i] == f"{NAMES[i]} (area {area:.3f})"


def test_the_band_holds_the_curve_of_all_scores(ax):
    y, p = (x[:, 0] for x in scores())
    plot.roc(metrax.AUC(8), metrax.AUC(8).observe(y, p), ax=ax)
    (band,) = ax.collections
    path = band.get_paths()[0]
    fpr, tpr, _ = sk.roc_curve(y, p, drop_intermediate=False)
    assert all(path.contains_points(np.transpose([fpr, tpr]), radius=0.01))
    assert not path.contains_point((0.9, 0.1))


def test_precision_and_recall_are_those_of_the_state(ax):
    plot.precision_recall(*seen(LABELS), names=NAMES, ax=ax)
    for i in range(3):
        tp, fp, _, fn = rates(i)
        some = tp + fp > 0
        precision = np.where(some, tp / np.where(some, tp + fp, 1), 1)
        same_points(drawn(ax, i), (tp / (tp + fn), precision))
        assert ax.get_lines()[i].get_drawstyle() == "steps-post"
        steps = -np.sum(np.diff(np.append(tp / (tp + fn), 0)) * precision)
        assert f"AP {steps:.3f}" in ax.get_lines()[i].get_label()


def test_det_is_of_normal_deviates(ax):
    plot.det(*seen(LABELS), names=NAMES, ax=ax)
    tp, fp, tn, fn = rates(1)
    x, y = norm.ppf(fp / (fp + tn)), norm.ppf(fn / (tp + fn))
    kept = np.isfinite(x) & np.isfinite(y)
    ours = np.transpose(drawn(ax, 1))
    ours = ours[np.abs(ours).max(1) < 6]  # rates of 0 and 1 are far away, or left out
    same_points(ours.T, (x[kept], y[kept]))


def test_lift_is_precision_over_prevalence(ax):
    plot.lift(*seen(LABELS), names=NAMES, ax=ax)
    tp, fp, _, _ = rates(2)
    some, n = tp + fp > 0, tp[0] + fp[0]
    lift = tp[some] / (tp + fp)[some] / (tp[0] / n)
    same_points(drawn(ax, 2), ((tp + fp)[some] / n, lift))
    assert drawn(ax, 2)[1][-1] == pytest.approx(1)


def test_rates_over_thresholds_are_those_of_metrics(ax):
    y, p = (x[:, 1] for x in scores())
    metric, state = single(metrax.AUC())
    plot.thresholds(metric, state, ax=ax)
    lines = {line.get_label(): line.get_data() for line in ax.get_lines()}
    for name, value in {
        "precision": lambda t: sk.precision_score(y, p > t, zero_division=1),
        "recall": lambda t: sk.recall_score(y, p > t),
        "F1": lambda t: sk.f1_score(y, p > t),
    }.items():
        x, height = lines[name]
        for i in range(0, len(x), 7):
            assert height[i] == pytest.approx(value(np.float32(x[i])), rel=1e-5)


def test_histograms_of_scores_hold_all_weight(ax):
    y, p = (x[:, 1] for x in scores())
    plot.score_histogram(*single(metrax.AUC(401)), bins=10, ax=ax)
    for bars, side in zip(ax.containers, (0, 1), strict=True):
        heights = [bar.get_height() for bar in bars]
        assert sum(heights) == pytest.approx(1)
        expected = np.histogram(p[y == side], 10, (0, 1))[0] / np.sum(y == side)
        np.testing.assert_allclose(heights, expected, atol=0.02)


def test_reliability_is_the_curve_of_the_state(ax):
    metric, state = single(BINS)
    plot.reliability(metric, state, ax=ax, level=0.8)
    curve = metrax.ReliabilityCurve(8, level=0.8).compute(state)
    kept = np.asarray(curve.weight) > 0
    line, _, (bars,) = ax.containers[0]
    np.testing.assert_allclose(line.get_data(), [curve.score[kept], curve.rate[kept]], rtol=1e-6)
    ends = np.array([segment[:, 1] for segment in bars.get_segments()])
    np.testing.assert_allclose(ends, np.transpose([curve.low, curve.high])[kept], rtol=1e-5)


def test_reliability_of_classes_and_of_a_computed_curve(ax):
    y, p = scores()
    metric = metrax.CalibrationError(5, multi_class="classwise", num_classes=3)
    plot.reliability(metric, metric.observe(y, p), names=NAMES, ax=ax)
    assert ax.get_legend_handles_labels()[1] == NAMES
    other = Figure().subplots()
    curve = metrax.ReliabilityCurve(5, multi_class="classwise", num_classes=3)
    plot.reliability(curve(y, p), names=NAMES, ax=other)
    for mine, theirs in zip(ax.containers, other.containers, strict=True):
        np.testing.assert_array_equal(mine[0].get_data(), theirs[0].get_data())


@pytest.mark.parametrize("normalize", [None, "true", "pred", "all"])
def test_a_matrix_shows_its_numbers(ax, normalize):
    y, p = (x.argmax(1) for x in scores())
    plot.confusion(*matrix(), names=NAMES, normalize=normalize, ax=ax)
    expected = sk.confusion_matrix(y, p, normalize=normalize)
    form = "{:.0f}" if normalize is None else "{:.2g}"
    assert [text.get_text() for text in ax.texts] == [form.format(x) for x in expected.ravel()]
    assert [x.get_text() for x in ax.get_yticklabels()] == NAMES
    shares = sk.confusion_matrix(y, p, normalize="true")
    np.testing.assert_allclose(ax.images[0].get_array(), shares, rtol=1e-6)


def test_a_matrix_of_ones_own(ax):
    plot.confusion([[1, 2], [0, 3.5]], ax=ax)
    assert [text.get_text() for text in ax.texts] == ["1", "2", "3.5"]


def test_bars_are_the_values(ax):
    metric, state = seen(metrax.F1Score(threshold=0.5, num_classes=3))
    plot.bars(metric, state, names=NAMES, ax=ax)
    assert [bar.get_height() for bar in ax.patches] == pytest.approx(metric.compute(state).tolist())
    assert [x.get_text() for x in ax.get_xticklabels()] == NAMES
    other = Figure().subplots()
    plot.bars({"precision": [0.1, 0.2], "recall": [0.3, 0.4]}, ax=other)
    assert [bar.get_height() for bar in other.patches] == [0.1, 0.2, 0.3, 0.4]
    assert other.get_legend_handles_labels()[1] == ["precision", "recall"]
    assert len({bar.get_hatch() for bar in other.patches}) == 2


def test_bars_of_a_report_have_its_names(ax):
    y, p = (x.argmax(1) for x in scores())
    report = metrax.ClassificationReport(3, names=NAMES)
    plot.bars(report, report.observe(y, p), ax=ax)
    expected = sk.precision_recall_fscore_support(y, p)[:3]
    assert [bar.get_height() for bar in ax.patches] == pytest.approx(np.ravel(expected))
    assert [x.get_text() for x in ax.get_xticklabels()] == NAMES


def test_a_matrix_is_drawn_as_it_was_counted(ax):
    y, p = (x.argmax(1) for x in scores())
    metric = metrax.ConfusionMatrix(3)
    plot.confusion(metric, metric.observe(y, p), ax=ax)
    assert [text.get_text() for text in ax.texts] == [*map(str, sk.confusion_matrix(y, p).ravel())]


def test_steps_that_lack_a_value_are_gaps(ax):
    plot.history([{"loss": 2.0, "auc": 0.5}, {"loss": 1.0}, {"loss": 0.5, "auc": 0.9}], ax=ax)
    np.testing.assert_array_equal(ax.get_lines()[1].get_ydata(), [0.5, np.nan, 0.9])


def test_curves_that_were_computed():
    class Points(tuple):
        fpr = np.array([0, 0.1, 0.1, 1])
        tpr = recall = np.array([0, 0.8, 0.8, 1])
        fnr = 1 - tpr
        precision = share = np.array([1, 0.9, 0.9, 0.5])
        lift = 2 * precision

    for draw, first in ((plot.roc, 0), (plot.precision_recall, 0), (plot.lift, 1)):
        ax = draw(Points(), ax=Figure().subplots())
        assert len(ax.get_lines()[0].get_xdata()) == 3
        assert ax.get_lines()[0].get_xdata()[0] == first
        with pytest.raises(metrax.MetraxError, match="beside a computed curve"):
            draw(Points(), LABELS.init(), ax=ax)


def test_wrapped_metrics_are_drawn(ax):
    metric, state = single(metrax.AUC())
    for wrapped in (
        metrax.checked(metric),
        metric.on("y", "p"),
        metrax.checked(metric.on("a", "b")),
    ):
        plot.roc(wrapped, state, ax=ax)
    x, y = ax.get_lines()[0].get_data()
    np.testing.assert_array_equal(ax.get_lines()[2].get_data(), (x, y))


def test_a_new_figure_is_made_without_axes():
    from matplotlib import pyplot

    with pyplot.rc_context({"backend": "agg"}):
        ax = plot.roc(*single(metrax.AUC()))
        pyplot.close(ax.figure)
    assert ax.get_title() == ""


def test_states_without_data_are_drawn(ax):
    for draw in (plot.roc, plot.precision_recall, plot.det, plot.lift):
        draw(LABELS, LABELS.init(), names=NAMES, ax=ax)
    plot.reliability(BINS, BINS.init(), ax=ax)
    plot.thresholds(metrax.AUC(), metrax.AUC().init(), ax=ax)
    plot.score_histogram(metrax.AUC(), metrax.AUC().init(), ax=ax)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: plot.roc(metrax.AUC()), "without a state; expected"),
        (lambda: plot.roc(np.zeros(3), None), r"expected \(metric, state\)"),
        (lambda: plot.roc(metrax.AUC(), metrax.AUC(9).init()), "the state has shape"),
        (
            lambda: plot.roc(metrax.Mean(), metrax.Mean().init()),
            "expected a metric that keeps scores",
        ),
        (lambda: plot.roc(*seen(LABELS), names=["cat"]), "names: got 1 of them; expected 3"),
        (lambda: plot.thresholds(*seen(LABELS)), "label: got None of 3 classes"),
        (lambda: plot.thresholds(*seen(LABELS), label=3), "label: got 3 of 3 classes"),
        (lambda: plot.score_histogram(*single(metrax.AUC()), bins=0), "bins: got 0"),
        (lambda: plot.reliability(metrax.Mean(), metrax.Mean().init()), "that keeps scores"),
        (lambda: plot.confusion(np.zeros((2, 3))), "expected a confusion matrix"),
        (lambda: plot.confusion(*matrix(), normalize="rows"), "normalize: got 'rows'"),
        (lambda: plot.bars(*single(metrax.AUC())), "expected a vector"),
        (lambda: plot.history({"loss": [[1.0, 2.0]]}), "expected a number at each step"),
        (lambda: plot.history({"loss": [1.0]}, steps=[1, 2]), "steps: got 2 for 1 values"),
        (lambda: plot.history([]), "expected values by name"),
    ],
)
def test_what_cannot_be_drawn_says_so(call, says):
    with pytest.raises(metrax.MetraxError, match=says):
        call()


def test_without_matplotlib_it_says_what_to_install():
    code = (
        "import sys; sys.modules['matplotlib'] = None\n"
        "import metrax\n"
        "try: import metrax.plot\n"
        "except ModuleNotFoundError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'metrax[plot]'" in done.stdout
