"""Measure metrax beside its peers.

python -m benchmarks setup                      # once: environments for the other libraries
python -m benchmarks                            # all suites, in under a quarter of an hour
python -m benchmarks --quick                    # who is ahead, in two minutes
python -m benchmarks speed --metrics AUC Mean --peers keras plain --sizes 1e6
"""

import argparse
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks import environments
from benchmarks.machine import ROOT, describe_machine, own_version
from benchmarks.machine import versions as installed
from benchmarks.options import Options
from benchmarks.peers import FLOOR, OURS, PEERS, PLAIN
from benchmarks.report import SUITES, save
from benchmarks.workloads import WORKLOADS

FOLDER = Path(__file__).parent / "results"

PARTIAL = ROOT / "runs" / "benchmarks"
"""For what is not the whole, so that it does not replace the results."""

DEFAULTS = {
    "sizes": [10**6],
    "widths": [None],
    "dtypes": ["float32"],
    "rounds": 1,
    "seconds": 0.3,
    "peers": list(PEERS),
}
FULL = {
    "sizes": [10**5, 10**6, 10**7],
    "widths": [1, 10, 1000],
    "dtypes": ["float32", "bfloat16"],
}
QUICK = {"what": ["speed"], "peers": [PLAIN, "keras"], "seconds": 0.02}

SHOWN = 4
"""Tables of a suite that go to the terminal too."""


def parse_args(arguments: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "what", nargs="*", metavar="SUITE", help=f"setup, or of {', '.join(SUITES)} (all)"
    )
    parser.add_argument(
        "--metrics", nargs="+", metavar="NAME", help="workloads, by the beginning of their names"
    )
    parser.add_argument("--peers", nargs="+", choices=list(PEERS), help="beside metrax (all)")
    parser.add_argument("--sizes", nargs="+", type=_elements, metavar="N", help="elements (1e6)")
    parser.add_argument(
        "--widths",
        nargs="+",
        type=_elements,
        metavar="D",
        help="elements in a row, 1 for [N], where any do (1000 for means, 1 for counts)",
    )
    parser.add_argument(
        "--dtypes", nargs="+", choices=FULL["dtypes"], help="of inputs that are floats (float32)"
    )
    parser.add_argument(
        "--weighted",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="measure with weights as well",
    )
    parser.add_argument("--rounds", type=int, help="processes for each library (1)")
    parser.add_argument("--seconds", type=float, help="to repeat each call for (0.3)")
    parser.add_argument(
        "--full", action="store_true", help="all sizes, shapes and dtypes, and 32000 classes"
    )
    parser.add_argument(
        "--quick", action="store_true", help="two minutes: speed beside Keras and plain jnp"
    )
    parser.add_argument(
        "--out", type=Path, help="folder for the results (results/, runs/benchmarks for a part)"
    )
    args = parser.parse_args(arguments)
    if unknown := set(args.what) - {"setup", *SUITES}:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are setup, {', '.join(SUITES)}")
    fill(args)
    if not args.metrics:
        parser.error(f"no such metric; there are {', '.join(WORKLOADS)}")
    return args


def fill(args: argparse.Namespace) -> None:
    """Give what was not asked for its default, or that of ``--full`` or ``--quick``."""
    whole = args.metrics is args.peers is None and not args.quick
    args.out = args.out or (FOLDER if whole else PARTIAL)
    args.floor = not args.quick
    names = select(args.metrics)
    if args.metrics is None and not args.full:
        names = tuple(name for name in names if not WORKLOADS[name].wide)
    args.metrics = names
    preset = {**DEFAULTS, **(FULL if args.full else {}), **(QUICK if args.quick else {})}
    for name, value in preset.items():
        if getattr(args, name) in (None, []):
            setattr(args, name, value)


def select(beginnings: list[str] | None) -> tuple[str, ...]:
    """The workloads of these names, or else whose names begin so; all if nothing is asked for."""
    chosen: set[str] = set()
    for start in beginnings or [""]:
        exact = {name for name in WORKLOADS if start in (name, name.split()[0])}
        chosen |= exact or {name for name in WORKLOADS if name.startswith(start)}
    return tuple(name for name in WORKLOADS if name in chosen)


def main() -> None:
    """Set up, or measure, show and save."""
    args = parse_args()
    if "setup" in args.what:
        environments.set_up()
        return
    console = Console()
    options, facts = prepare(args)
    for name in args.what or SUITES:
        with console.status(f"{name}: starting") as status:
            data = SUITES[name].measure(options, status.update)
        for table in SUITES[name].tables(data)[:SHOWN]:
            table.show()
        save(args.out, name, facts | {"data": data})
    console.print(f"All tables are in {args.out / 'RESULTS.md'}.")
    for name, reason in facts["absent"].items():
        console.print(f"absent: {name}, {reason}")


def prepare(args: argparse.Namespace) -> tuple[Options, dict[str, Any]]:
    """The options, and what is to be known beside the numbers."""
    others = {OURS, *([FLOOR] if args.floor else []), *args.peers}
    wanted = [name for name in PEERS if name in others]
    present, absent = environments.find_versions(wanted)
    versions = {name: x for name, x in present.items() if PEERS[name].distribution != "jax"}
    options = Options(
        metrics=args.metrics,
        sizes=tuple(args.sizes),
        widths=tuple(args.widths),
        dtypes=tuple(args.dtypes),
        weighted=(False, True) if args.weighted else (False,),
        rounds=args.rounds,
        seconds=args.seconds,
        details=not args.quick,
        present=tuple(name for name in wanted if name in present),
    )
    versions |= {OURS: own_version(), "jax": installed(["jax"])["jax"]}
    return options, {"machine": describe_machine(), "versions": versions, "absent": absent}


def _elements(text: str) -> int:
    """A number of elements, ``1e6`` for a million."""
    number = float(text)
    if number < 1 or number != int(number):
        raise argparse.ArgumentTypeError(f"{text} is not a whole number of elements")
    return int(number)


if __name__ == "__main__":
    main()
