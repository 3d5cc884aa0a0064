"""The suite ``ways``: the other ways to reduce rows, each beside what one would write instead."""

import json
from collections.abc import Callable
from typing import Any

from benchmarks.environments import interpreter
from benchmarks.launch import Job, call
from benchmarks.merging import DEVICES
from benchmarks.options import Options
from benchmarks.tables import Table, milliseconds, significant

SIZE, RESAMPLED = 10**6, 10**5
SIZES = (10**6, 10**7)


def measure(options: Options, report: Callable[[str], None]) -> list[Job]:
    """Everything below: times in one process, collectives in one that sees eight devices."""
    report("other ways to reduce rows")
    code = f"from benchmarks.ways import main; main({options.seconds})"
    data = json.loads(call("this", interpreter("this"), code).splitlines()[-1])
    report(f"what {DEVICES} virtual devices exchange")
    flags = f"--xla_force_host_platform_device_count={DEVICES}"
    code = "from benchmarks.exchanges import main; main()"
    printed = call("this", interpreter("this"), code, XLA_FLAGS=flags, JAX_PLATFORMS="cpu")
    return [*data, *({"table": "exchanges"} | x for x in json.loads(printed.splitlines()[-1]))]


def main(seconds: float) -> None:
    """Print the data as JSON."""
    from benchmarks import reducing, slices, touched

    measured = {
        "groups": reducing.groups(seconds, SIZE),
        "blocks": reducing.blocks(seconds, SIZE),
        "resampled": reducing.resampled(seconds, RESAMPLED),
        "bootstrap": reducing.bootstrap(seconds, RESAMPLED),
        "together": reducing.together(seconds, SIZES),
        "small": touched.small_batches(seconds),
        "sweep": touched.sweep(seconds),
        "peers": slices.peers(seconds, SIZE),
        "many": slices.many(seconds),
        "windows": slices.windows(seconds),
    }
    print(json.dumps([{"table": name} | x for name, found in measured.items() for x in found]))


def tables(data: list[Job]) -> list[Table]:
    """One for each way."""
    made = []
    for name, make in TABLES.items():
        mine = [x for x in data if x["table"] == name]
        made += [make(mine)] if mine else []
    return made


def _groups(data: list[Job]) -> Table:
    rows = [
        [
            x["case"],
            milliseconds(x["time"]),
            ratio(x["time"], x["segment_sum"] * x["sums"]) if x["sums"] else "",
            str(x["sums"] or ""),
            ratio(x["time"], x["whole"]),
            *_costs(x),
        ]
        for x in data
    ]
    header = ["1000 groups at 1e6", "ms", "a sum, over segment_sum", "sums", "over ungrouped"]
    return Table("By group", [*header, *COSTS], rows)


def _one_by_one(title: str, what: str) -> Callable[[list[Job]], Table]:
    def table(data: list[Job]) -> Table:
        rows = [
            [
                x["case"],
                milliseconds(x["time"]),
                ratio(x["time"], x["one by one"]),
                ratio(x["time"], x["whole"]),
                *_costs(x),
            ]
            for x in data
        ]
        return Table(title, [what, "ms", "over one by one", "over the whole once", *COSTS], rows)

    return table


def _together(data: list[Job]) -> Table:
    rows = [
        [
            x["case"],
            f"{x['size']:.0e}".replace("e+0", "e"),
            milliseconds(x["time"]),
            ratio(x["time"], x["plain"]),
            *_costs(x),
        ]
        for x in data
    ]
    return Table("Taken together", ["means", "size", "ms", "over jnp.sum of each", *COSTS], rows)


def _small(data: list[Job]) -> Table:
    rows = [
        [
            x["case"],
            milliseconds(x["time"]),
            ratio(x["time"], x["dense"]) if x["dense"] else "",
            significant(x["temporary"] / 2**20),
            str(x["copies"]),
        ]
        for x in data
    ]
    header = ["state, a batch of 128", "ms", "over all cells", "temporary, MiB", "copies of it"]
    return Table("Touched cells", header, rows)


def _sweep(data: list[Job]) -> Table:
    """A row for each number of cells a row; those that are taken are marked."""
    key = lambda x: x["cells"] // x["rows"]  # noqa: E731
    states = list(dict.fromkeys((x["cells"], x["weighted"]) for x in data))
    found = {(x["cells"], x["weighted"], key(x)): x for x in data}
    rows = []
    for k in dict.fromkeys(map(key, data)):
        cells = [found.get((*state, k)) for state in states]
        rows.append([str(k), *("" if x is None else _cell(x) for x in cells)])
    names = [f"{cells} cells{', weighted' if w else ''}" for cells, w in states]
    return Table(
        "Touched cells over all cells",
        ["cells for each row", *names],
        rows,
        ["In place over dense; bold where it is done in place."],
    )


def _cell(x: Job) -> str:
    text = ratio(x["touched"], x["dense"])
    return f"**{text}**" if x["in place"] else text


def _exchanges(data: list[Job]) -> Table:
    rows = [
        [
            x["case"],
            significant(x["inputs"] / 1e6),
            *(significant(x[name] / 1e3) for name in ("state", "bytes")),
            str(x["collectives"]),
        ]
        for x in data
    ]
    header = ["sharded", "inputs, MB", "state, kB", "exchanged, kB", "collectives"]
    return Table(f"What {DEVICES} devices exchange", header, rows)


def _peers(data: list[Job]) -> Table:
    rows = [
        [x["case"], milliseconds(x["time"]), *(_times(x[name], x["time"]) for name in BESIDE)]
        for x in data
    ]
    notes = ["Times over metrax's, update and compute; scores and groups are in memory."]
    return Table("Groups beside others", ["metrax", "ms", *BESIDE], rows, notes)


def _many(data: list[Job]) -> Table:
    rows = [
        [
            x["case"],
            significant(x["state"] / 2**20),
            significant(x["temporary"] / 2**20),
            "not run" if x["time"] is None else milliseconds(x["time"]),
        ]
        for x in data
    ]
    return Table("Very many groups", ["update", "state, MiB", "temporary, MiB", "ms"], rows)


def _windows(data: list[Job]) -> Table:
    rows = [[x["case"], milliseconds(x["time"]), ratio(x["time"], x["shortest"])] for x in data]
    return Table("Windows", ["update", "ms", "over the shortest"], rows)


def _times(theirs: float | None, mine: float) -> str:
    return "absent" if theirs is None else ratio(theirs, mine)


BESIDE = ("pandas", "fairlearn")

COSTS = ("compile, s", "temporary, MiB")

TABLES: dict[str, Callable[[list[Job]], Table]] = {
    "groups": _groups,
    "blocks": _one_by_one("By block", "100 blocks at 1e6"),
    "resampled": _one_by_one("Resampled", "200 replicates at 1e5"),
    "bootstrap": _one_by_one("Bootstrap", "200 replicates of three metrics at 1e5"),
    "together": _together,
    "small": _small,
    "sweep": _sweep,
    "peers": _peers,
    "many": _many,
    "windows": _windows,
    "exchanges": _exchanges,
}


def ratio(mine: float, theirs: float) -> str:
    """How many times as long."""
    return significant(mine / theirs, 2)


def _costs(x: dict[str, Any]) -> list[str]:
    return [significant(x["compile"], 2), significant(x["temporary"] / 2**20, 2)]
