"""The README's table of metrics by task; ``python -m tests.table`` writes it."""

import inspect
import re
from pathlib import Path

import metrax
from docs._site.metric_page import task_title
from docs._site.names import NO_TASK
from docs._site.tasks import ORDER
from tests.table import metric_classes

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
TOTAL = re.compile(r"(?<=^\| metrics \| )\d+", re.MULTILINE)
"""In the comparison with other libraries."""
PLACE = re.compile(r"(?<=<!-- metrics -->\n\n).*?(?=\n\n<!-- end of metrics -->)", re.DOTALL)


def written(text: str) -> str:
    """The README's text with the table and the total as they should be."""
    table = metrics()
    return TOTAL.sub(table.split()[0], PLACE.sub(lambda _: table, text))


def metrics() -> str:
    """The total, and a row for each task with its metrics, which lead to their definitions."""
    families: dict[str, list[type[metrax.Metric]]] = {}
    for cls in metric_classes():
        families.setdefault(cls.__module__.split(".")[1], []).append(cls)
    found = {name: x for name, x in families.items() if name not in NO_TASK}
    order = [*(x for x in ORDER if x in found), *sorted(found.keys() - {*ORDER})]
    rows = [f"| {task_title(name)} | {', '.join(map(_linked, found[name]))} |" for name in order]
    total = f"{sum(map(len, found.values()))} metrics, each with its definition behind the link."
    return "\n".join([total, "", "| task | metrics |", "|---|---|", *rows])


def _linked(cls: type[metrax.Metric]) -> str:
    path = Path(inspect.getfile(cls)).relative_to(ROOT).as_posix()
    return f"[{cls.__name__}]({path})"


def write() -> None:
    """Bring the README up to date."""
    README.write_text(written(README.read_text()))
