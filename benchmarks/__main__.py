"""Measure metrax beside its peers.

python -m benchmarks setup                      # once: environments for the other libraries
python -m benchmarks                            # all suites, in under a quarter of an hour
python -m benchmarks speed --metrics AUC MeanIoU --peers keras --sizes 1e6
"""

import argparse
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks import environments
from benchmarks.machine import describe_machine, own_version
from benchmarks.options import Options
from benchmarks.peers import FLOOR, OURS, PEERS
from benchmarks.report import SUITES, save
from benchmarks.workloads import WORKLOADS

FOLDER = Path(__file__).parent / "results"

SHOWN = 2
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
    parser.add_argument("--sizes", nargs="+", type=_elements, default=[10**5, 10**6], metavar="N")
    parser.add_argument("--weighted", action="store_true", help="measure with weights as well")
    parser.add_argument("--rounds", type=int, default=2, help="processes for each library (2)")
    parser.add_argument("--seconds", type=float, default=0.3, help="to repeat each call for (0.3)")
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder for the results")
    args = parser.parse_args(arguments)
    if unknown := set(args.what) - {"setup", *SUITES}:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are setup, {', '.join(SUITES)}")
    args.metrics = select(args.metrics)
    if not args.metrics:
        parser.error(f"no such metric; there are {', '.join(WORKLOADS)}")
    return args


def select(beginnings: list[str] | None) -> tuple[str, ...]:
    """The workloads whose names begin so; all if nothing is asked for."""
    starts = tuple(beginnings or [""])
    return tuple(name for name in WORKLOADS if name.startswith(starts))


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
    wanted = list(PEERS) if args.peers is None else [OURS, FLOOR, *args.peers]
    present, absent = environments.find_versions(list(dict.fromkeys(wanted)))
    versions = {name: present[name] for name in wanted if name in present and name != FLOOR}
    options = Options(
        metrics=args.metrics,
        sizes=tuple(args.sizes),
        weighted=(False, True) if args.weighted else (False,),
        rounds=args.rounds,
        seconds=args.seconds,
        present=tuple(name for name in dict.fromkeys(wanted) if name in present),
    )
    versions |= {OURS: own_version(), "jax": present[FLOOR]}
    return options, {"machine": describe_machine(), "versions": versions, "absent": absent}


def _elements(text: str) -> int:
    """A number of elements, ``1e6`` for a million."""
    number = float(text)
    if number < 1 or number != int(number):
        raise argparse.ArgumentTypeError(f"{text} is not a whole number of elements")
    return int(number)


if __name__ == "__main__":
    main()
