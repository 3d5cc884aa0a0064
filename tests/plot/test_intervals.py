"""Intervals are drawn where values have them, and pictures of what wrappers hold."""

import numpy as np
import pytest
from matplotlib.figure import Figure

import metrax
from metrax import plot
from tests.plot.drawn import scores
from tests.reporting.pages import with_interval


@pytest.fixture
def ax():
    return Figure().subplots()


def drawn(ax):
    """The first line's points."""
    return [np.asarray(x, float) for x in ax.get_lines()[0].get_data()]


def test_intervals_are_drawn_on_bars(ax):
    y, p = scores()
    groups = metrax.Grouped(metrax.BinaryAccuracy(), 3)
    state = groups.observe(y[:, 0], p[:, 0], groups=np.arange(300) % 3)
    values, vector = groups.compute(state), metrax.Mapped(groups, with_interval)
    by_name = {name: with_interval(x) for name, x in zip("abc", values, strict=True)}
    of_collection = {f"all/{k}": x for k, x in vector.compute(state)._asdict().items()}
    for given in ((vector, state), (by_name,), (of_collection,)):
        axes = plot.bars(*given, ax=Figure().subplots())
        heights = np.array([bar.get_height() for bar in axes.patches])
        np.testing.assert_allclose(heights, values, rtol=1e-6)
        lines = next(x for x in axes.collections if len(x.get_segments()) == 3)
        ends = np.array([line[:, 1] for line in lines.get_segments()])
        np.testing.assert_allclose(ends - heights[:, None], [[-0.125, 0.125]] * 3, atol=1e-6)
    plain = {name: x.value for name, x in by_name.items()}
    assert not plot.bars(plain, ax=ax).collections
    assert [x.get_text() for x in ax.get_xticklabels()] == ["a", "b", "c"]


@pytest.mark.parametrize("flat", [True, False])
def test_intervals_are_bands_of_a_history(ax, flat):
    found = [with_interval(np.float32(x)) for x in (0.5, 0.625, 0.75)]
    rows = [{"loss": 1.0, "auc": x} for x in found]
    if flat:  # as a collection computes them
        rows = [{"loss": 1.0, **{f"auc/{k}": x for k, x in e._asdict().items()}} for e in found]
    plot.history(rows, steps=[10, 20, 30], ax=ax)
    lines = {line.get_label(): line.get_ydata().tolist() for line in ax.get_lines()}
    assert lines == {"loss": [1.0] * 3, "auc": [0.5, 0.625, 0.75]}
    (band,) = ax.collections
    corners = {tuple(x) for x in band.get_paths()[0].vertices.tolist()}
    assert corners >= {(10, 0.375), (10, 0.625), (30, 0.625), (30, 0.875)}


def test_what_a_wrapper_holds_is_drawn(ax):
    y, p = (x[:, 1] for x in scores())
    plain = metrax.AUC(40)
    expected = drawn(plot.roc(plain, plain.observe(y[-100:], p[-100:]), ax=ax))
    recent = metrax.Windowed(plain, 1)
    state = recent.update(recent.observe(y, p), y[-100:], p[-100:])
    sharded = metrax.by_shard(metrax.checked(plain), 2)
    for metric, seen_by in ((recent, state), (sharded, sharded.observe(y[-100:], p[-100:]))):
        np.testing.assert_array_equal(
            drawn(plot.roc(metric, seen_by, ax=Figure().subplots())), expected
        )
    root = metrax.Mapped(metrax.F1Score(threshold=0.5, num_classes=3), lambda x: x**2)
    bars = plot.bars(root, root.observe(*scores()), ax=Figure().subplots()).patches
    np.testing.assert_allclose([x.get_height() for x in bars], root(*scores()), rtol=1e-6)
