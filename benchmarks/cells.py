"""The cells of ``speed``: what tells them apart, and one beside another."""

from typing import Any

from benchmarks.launch import Job
from benchmarks.peers import FLOOR, PEERS

SHAPE = ("workload", "size", "width", "dtype", "weighted")
"""What tells the rows of a table apart."""


def shape_of(cell: Job) -> tuple[Any, ...]:
    """The row of a cell."""
    return tuple(cell[name] for name in SHAPE)


def key_of(cell: Job) -> tuple[Any, ...]:
    """The library and the row of a cell."""
    return cell["peer"], *shape_of(cell)


def label(cell: Job) -> str:
    """The workload, and what of its data is not as usual."""
    words = [cell["workload"]]
    if cell["width"] is not None:
        words[0] += " [N]" if cell["width"] == 1 else f" [N, {cell['width']}]"
    words += [] if cell["dtype"] == "float32" else [cell["dtype"]]
    return ", ".join([*words, *(["weighted"] if cell["weighted"] else [])])


def power(size: int) -> str:
    """A size in short."""
    return f"{size:.0e}".replace("e+0", "e")


def duration(cell: Job, whole: bool) -> float:
    """Seconds of an update; with ``whole``, of the update and ``compute`` together."""
    return cell["update"] + (cell.get("compute", 0.0) if whole else 0.0)


def ratio(cell: Job, ours: Job) -> float:
    """How many times as long as metrax a library takes.

    Update against update for libraries on JAX; against update and compute together for others,
    some of which only keep the data in the update, or have no state at all.
    """
    whole = not PEERS[cell["peer"]].on_jax
    return duration(cell, whole) / duration(ours, whole)


def agrees(cell: Job, ours: Job) -> bool:
    """Whether a library's value is metrax's; if not, it did not do the same work."""
    return cell["peer"] == FLOOR or abs(cell["value"] - ours["value"]) <= 1e-2 * abs(ours["value"])
