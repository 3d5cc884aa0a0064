"""The report: who is ahead, by how much, and what takes longer than it should."""

import pytest

from benchmarks import ahead, picture
from benchmarks.peers import FLOOR, OURS, PLAIN

ROW = {"size": 10**6, "width": None, "dtype": "float32", "weighted": False, "value": 0.5}


def cells(workload, ours=1.0, **others):
    """A row of cells, each peer's time in metrax's milliseconds."""
    more = {name: others.pop(name) for name in ROW if name in others}
    times = {OURS: ours, **others}
    return [
        {**ROW, "workload": workload, "peer": peer.replace("_", "-"), "update": t / 1e3, **more}
        for peer, t in times.items()
    ]


def rows(title, data):
    return next(x.rows for x in ahead.tables(data) if x.title.startswith(title))


def test_a_row_names_the_fastest_library_and_is_metraxs_time_over_theirs():
    data = cells("MeanSquaredError", 2.0, keras=4.0, optax=1.0, plain=0.5, floor=0.1)
    assert rows("Who is ahead: ", data) == [
        ["MeanSquaredError", "1e6", "2", "optax", "2", "0.5", "4", "behind"]
    ]


def test_libraries_that_are_not_on_jax_are_beside_update_and_compute():
    ours, theirs = cells("AUC", 1.0, torcheval=1.0)
    ours["compute"] = theirs["compute"] = 3e-3
    (row,) = ahead.standings([ours, theirs])
    assert row.over == {"torcheval": 1.0}
    (row,) = ahead.standings([ours, {**theirs, "compute": 0.0}])
    assert row.over == {"torcheval": pytest.approx(4.0)}


def test_other_values_are_marked_and_gaps_are_gaps():
    keras = cells("AUC", keras=2.0)
    keras[1]["value"] = 0.6
    lone = cells("R2Score", 3.0, floor=1.0)
    lone.append({**lone[0], "peer": "keras", "none": "no such metric"})
    del lone[-1]["update"]
    got = rows("Who is ahead: ", keras + lone)
    assert got[0][3:] == ["keras ≠", "0.5", "0.5", "-", "ahead"]
    assert got[1][3:] == ["none", "-", "-", "-", ""]


@pytest.mark.parametrize(
    ("over", "word"), [(0.5, "ahead"), (0.95, "level"), (1.1, "level"), (1.11, "behind")]
)
def test_a_tenth_is_level(over, word):
    assert ahead.verdict(over) == word


@pytest.mark.parametrize(
    ("workload", "others", "late"),
    [
        ("Poisson", {"plain": 1 / 1.29, "keras": 1 / 1.09}, []),
        ("Poisson", {"plain": 1 / 1.31, "keras": 1 / 1.09}, ["plain"]),
        ("Poisson", {"plain": 1 / 1.31, "keras": 1 / 1.11}, ["plain", "keras"]),
        ("Poisson", {"plain": 0.1, "keras": 0.1, "size": 10**5}, []),
        ("Mean", {"plain": 1 / 1.31}, ["plain"]),
        ("LogCoshError", {"plain": 1 / 1.31, "keras": 0.1}, ["plain", "keras"]),
        ("AUC", {"plain": 0.1, "keras": 1 / 1.11}, ["keras"]),
        ("functional.poisson", {"plain": 0.1, "keras": 1 / 1.11}, ["keras"]),
    ],
)
def test_what_may_take_how_long(workload, others, late):
    (row,) = ahead.standings(cells(workload, **others))
    assert [peer for peer, *_ in ahead.misses(row)] == late


def test_the_summary_counts_rows_by_kind_and_size():
    data = [
        *cells("Poisson", keras=2.0, optax=0.5),
        *cells("Hinge", keras=1.0),
        *cells("Hinge", keras=0.5, weighted=True),
        *cells("Hinge", keras=0.5, size=10**7),
        *cells("functional.hinge", keras=3.0),
    ]
    assert rows("Who is ahead, in short", data) == [
        ["metrics", "1e6", "2", *_counts("1 ahead, 1 level, 0", "0 ahead, 1 level, 1"), "0"],
        ["metrics", "1e7", "1", *_counts("0 ahead, 0 level, 1", "0 ahead, 0 level, 1"), "1"],
        ["metrics, weighted", "1e6", "1", *["0 ahead, 0 level, 1 behind"] * 2, "1"],
        ["functions", "1e6", "1", *["1 ahead, 0 level, 0 behind"] * 2, "0"],
    ]


def _counts(*starts):
    return [f"{start} behind" for start in starts]


def test_shapes_and_dtypes_are_rows_of_their_own():
    data = [*cells("Poisson", keras=2.0), *cells("Poisson", keras=4.0, width=10, dtype="bfloat16")]
    assert [(x[0], x[4]) for x in rows("Who is ahead: ", data)] == [
        ("Poisson", "0.5"),
        ("Poisson [N, 10], bfloat16", "0.25"),
    ]


def test_the_pictures_part_metrics_from_functions(tmp_path):
    metrics = [*cells("Poisson", keras=2.0, plain=1.0, floor=0.5), *cells("Hinge", keras=4.0)]
    picture.save_ratios([*metrics, *cells("functional.hinge", keras=1.0)], tmp_path)
    assert {x.name for x in tmp_path.iterdir()} == {"ratios.png", "functions.png"}
    picture.save_ratios(metrics, tmp_path)
    assert {x.name for x in tmp_path.iterdir()} == {"ratios.png"}


def test_a_picture_has_a_panel_for_weights_and_its_rows_are_sorted():
    data = [
        *cells("Poisson", keras=2.0),
        *cells("Hinge", keras=4.0),
        *cells("Hinge", keras=0.1, weighted=True),
    ]
    figure = picture.draw(data)
    assert [axes.get_title() for axes in figure.axes] == ["1e6 elements", "1e6 elements, weighted"]
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert names == ["Poisson", "Hinge"]
    assert {FLOOR, PLAIN} == picture.LINES.keys()
