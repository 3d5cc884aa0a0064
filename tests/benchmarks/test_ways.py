"""The suite of other ways to reduce: it measures what it says; nothing here is about time."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import metrax
from benchmarks import exchanges, reducing, slices, touched, ways
from benchmarks.compiled import Compiled
from metrax.core import into
from metrax.core import reduce as reduce_module
from metrax.core.ways import by_group, grouped

ONE = {"case": "a", "time": 1e-3, "whole": 2e-3, "compile": 0.5, "temporary": 1 << 20}
DATA = [
    {"table": "groups", **ONE, "sums": 2, "segment_sum": 4e-3},
    {"table": "groups", **ONE, "sums": 0, "segment_sum": 4e-3},
    {"table": "blocks", **ONE, "one by one": 1e-2},
    {"table": "resampled", **ONE, "one by one": 1e-2},
    {"table": "bootstrap", **ONE, "one by one": 1e-2},
    {"table": "together", **ONE, "size": 10**6, "plain": 5e-4},
    {"table": "small", "case": "a", "time": 1e-3, "dense": None, "temporary": 0, "copies": 0},
    {"table": "small", "case": "b", "time": 1e-3, "dense": 2e-3, "temporary": 0, "copies": 1},
    *(
        {"table": "sweep", "cells": cells, "rows": cells // k, "weighted": False}
        | {"touched": k * 1e-3, "dense": 0.1, "in place": k >= 256}
        for cells in (1 << 12, 1 << 16)
        for k in (64, 256)
    ),
    {"table": "peers", "case": "a", "time": 1e-3, "pandas": 2e-3, "fairlearn": None},
    {"table": "many", "case": "a", "time": None, "state": 1 << 20, "temporary": 1 << 19},
    {"table": "windows", "case": "a", "time": 2e-3, "shortest": 1e-3},
    {"table": "exchanges", "case": "a", "inputs": 8e6, "state": 16, "bytes": 8, "collectives": 1},
]


def shown(title, data=DATA):
    return next(table.rows for table in ways.tables(data) if table.title == title)


def test_every_table_has_a_cell_for_each_column():
    made = ways.tables(DATA)
    assert len(made) == len(ways.TABLES)
    assert all(len(row) == len(table.header) for table in made for row in table.rows)


def test_ratios_are_of_what_the_column_says():
    added, counted = shown("By group")
    assert added[:5] == ["a", "1", "0.12", "2", "0.5"]
    assert counted[2:4] == ["", ""]
    assert shown("By block")[0][1:4] == ["1", "0.1", "0.5"]
    assert shown("Taken together")[0][:4] == ["a", "1e6", "1", "2"]
    assert [row[2] for row in shown("Touched cells")] == ["", "0.5"]


def test_a_row_of_the_sweep_is_cells_for_each_row_and_marks_what_is_done_in_place():
    rows = shown("Touched cells over all cells")
    assert rows == [["64", "0.64", "0.64"], ["256", "**2.6**", "**2.6**"]]


def test_groups_blocks_and_replicates_are_measured():
    case = next(iter(reducing.cases(64)))
    segment = Compiled(jnp.sum, jnp.ones(3))
    found = [
        reducing._grouped(case, jnp.zeros(64, jnp.int32), 2, segment, 0.0),
        reducing._blocks(case, 4, 0.0),
        reducing._resampled(case, jnp.ones((3, 64)), 0.0),
    ]
    times = {"time", "segment_sum", "whole", "one by one"}
    assert all(x[name] > 0 for x in found for name in times & x.keys())
    assert [len(times & x.keys()) for x in found] == [3, 3, 3]


def test_groups_are_beside_others_on_the_same_values():
    assert shown("Groups beside others")[0] == ["a", "1", "2", "absent"]
    assert shown("Very many groups")[0] == ["a", "1", "0.5", "not run"]
    (found,) = slices.peers(0.0, 256, 4)  # which compares the values
    assert found["time"] > 0
    small, large = slices.many(0.0, (4, 64), 32)
    assert small["time"] > 0
    assert large["time"] is None
    assert large["state"] == 16 * small["state"]
    assert len(slices.windows(0.0, (2, 3), 32)) == 2


def test_a_collection_is_beside_its_own_sums():
    assert reducing._together(4, 64, 0.0)["plain"] > 0


def test_the_sums_of_a_case_are_those_that_it_scatters():
    """Of floats: what shapes tell is not added."""
    ids = jnp.zeros(64, jnp.int32)
    for case in reducing.cases(64):
        if case.sums:
            assert sums_asked(case, ids) == case.sums, case.name


def sums_asked(case, ids):
    """How many sums the core is asked for, by group."""
    found, genuine = [], reduce_module.by_cell

    def counted(one, asked):
        found.extend(asked)
        return genuine(one, asked)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reduce_module, "by_cell", counted)
        rows = grouped(case.statistic._rows(case.inputs), ids, 2)
        jax.eval_shape(lambda: reduce_module.reduce(rows))
    return len(found)


def test_a_log_sum_by_group_is_numpys():
    (case,) = (x for x in reducing.cases(64) if x.name == "an accumulator of one's own")
    ids = np.arange(64) % 3
    values = by_group(case.statistic, case.inputs, ids, 3).value
    x = np.float64(case.inputs["values"])
    np.testing.assert_allclose(
        values, [np.log(np.exp(x[ids == g]).sum()) for g in range(3)], rtol=1e-6
    )


def test_both_ways_into_a_state_are_what_they_are_called():
    """In place there is a sort, densely none; and both give one state."""
    metric, batch = metrax.MeanIoU(64), touched.pairs(64, 32, True)
    statistic = metric._statistic
    with touched.always():
        sparse = jax.jit(lambda s, *x: into.into(s, statistic._rows(metric._bind(x, {}))))
        state = sparse(metric.init(), *batch)
        assert "stablehlo.sort" in sparse.lower(metric.init(), *batch).as_text()
    dense = jax.jit(touched._merged(metric))
    assert "stablehlo.sort" not in dense.lower(metric.init(), *batch).as_text()
    jax.tree.map(np.testing.assert_array_equal, state, dense(metric.init(), *batch))
    assert into.CELLS_A_ROW > 0


def test_the_sweep_says_which_way_the_core_takes():
    jobs = touched.sweep(0.0, (64,), (64, 4096))
    assert [job["in place"] for job in jobs] == [True, True, False, True]  # counts, then weights
    assert [job["rows"] for job in jobs] == [64, 1, 64, 1]


def test_a_donated_state_goes_on_and_copies_are_counted():
    step = Compiled(lambda s, x: s + x, jnp.zeros(()), jnp.ones(()), donate=True)
    assert [float(step()) for _ in range(3)] == [1.0, 2.0, 3.0]
    text = "  %c = f32[8,4]{1,0} copy(f32[8,4]{0,1} %x)\n  %d = f32[2]{0} copy(%y)\n"
    step.program = type("Text", (), {"as_text": lambda self: text})()
    assert step.copies(32) == 1
    assert step.copies(1) == 2
    assert step.copies(33) == 0


@pytest.mark.parametrize(
    ("results", "expected"),
    [("f32[4,2]{1,0}", 32), ("(f32[4]{0}, pred[3]{0}, u16[])", 21), ("c64[2]", 16)],
)
def test_bytes_of_results(results, expected):
    assert exchanges.nbytes(results) == expected


@pytest.mark.devices(2)
def test_what_an_update_exchanges_is_read_off_its_program():
    metric, inputs = metrax.MeanAbsoluteError(), [((1 << 10, 8), "float32")] * 2
    found = exchanges.exchanged("mean", metric, inputs, 1)
    assert found["inputs"] == 2 * 4 * (1 << 13)
    assert found["collectives"] == 1
    assert 4 <= found["bytes"] <= 64
