"""``report``: one page with everything that was computed."""

import os
from pathlib import Path
from typing import Any

import jax
from jax.core import Tracer

from metrax.core.checks import MetraxError, MetraxTypeError, at_least, shown
from metrax.core.estimates import gathered
from metrax.core.flat import Names, named
from metrax.core.metric import Metric
from metrax.reporting import html, markdown
from metrax.reporting.inside import facts, inside, levels, members_of
from metrax.reporting.page import Page, Section
from metrax.reporting.pictures import pictures
from metrax.reporting.tables import sections

SUFFIXES = {".html": "html", ".htm": "html", ".md": "markdown", ".markdown": "markdown"}


def report(
    metric: Metric[Any, Any],
    state: Any,
    path: str | os.PathLike[str],
    *,
    title: str | None = None,
    names: Names = None,
    digits: int = 4,
) -> Path:
    r"""Write a page with every value of a metric: tables, intervals and pictures.

    Scalars come in one table, with the interval where there is one; per-class and per-group
    values, matrices and :class:`~metrax.ClassificationReport` in tables of their own, groups with
    the weight of their data; what :mod:`metrax.plot` draws of a state beside them. The page needs
    no network: in HTML pictures are part of it, beside Markdown they are files,
    ``name-1.svg``, ... Without matplotlib there are no pictures, and the page says so. Names are
    escaped, whatever they hold.

    Args:
      metric: a :class:`~metrax.Collection`, or any metric.
      state: its state.
      path: where to write; ``.html`` or ``.md`` says what.
      title: the page's; the metric's name by default.
      names: of the classes, for every axis of that length; or a dictionary of them, by the name of
        the value, as in :func:`metrax.flatten`.
      digits: significant digits of numbers; whole numbers are written in full, and HTML has all
        digits in ``<data value=...>``.

    Returns:
      The path of the page.

    Raises:
      MetraxError: when the suffix is another, names are of nothing, or the state is not the
        metric's.
      MetraxTypeError: when ``metric`` is none, or this is called inside ``jit``.

    Example:
      >>> import tempfile
      >>> import metrax
      >>> metrics = metrax.Collection(
      ...     auc=metrax.AUC(),
      ...     by_group=metrax.Grouped(metrax.BinaryAccuracy(), 2, names=("a", "b")),
      ... )
      >>> state = metrics.observe([0, 1, 1, 0], [.1, .8, .4, .7], groups=[0, 0, 1, 1])
      >>> with tempfile.TemporaryDirectory() as folder:
      ...     page = metrax.report(metrics, state, f"{folder}/report.md", title="Two groups")
      ...     print(*page.read_text().splitlines()[:7], sep="\n")
      # Two groups
      <BLANKLINE>
      ## Values
      <BLANKLINE>
      |  | value | better |
      | --- | ---: | ---: |
      | auc | 0.75 | higher |

    References:
      scikit-learn, ``classification_report``; fairlearn, ``MetricFrame.by_group``.
    """
    if not isinstance(metric, Metric):
        raise MetraxTypeError(
            f"report: got {shown(metric)}; expected a metric, its state and a path: "
            "metrax.report(collection, state, 'report.html')"
        )
    path = Path(path)
    kind = SUFFIXES.get(path.suffix.lower())
    if kind is None:
        raise MetraxError(
            f"report: path: got {str(path)!r}; expected a name that ends in .html or .md"
        )
    at_least(1, digits=digits)
    page = _page(metric, state, title or metric.name, names)
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(page, path, kind, digits)
    return path


def _page(metric: Metric, state: Any, title: str, names: Names) -> Page:
    computed = metric.compute(state)
    if any(isinstance(x, Tracer) for x in jax.tree.leaves(computed)):
        raise MetraxTypeError(
            "report: got a traced state; call it outside jit, on the state that a step returned"
        )
    members = members_of(metric, computed)
    path = "" if members else metric.name
    values = gathered(path, jax.device_get(computed))
    parts = list(inside(metric, state, path))
    better = _directions(path, metric, values)
    known = facts(parts, names)._replace(better=better, members=members or (path,))
    found = sections(values, known)
    drawn, note = pictures(parts, values, known)
    for member, more in drawn.items():
        found.setdefault(member, Section(member or "Values", [], [])).pictures.extend(more)
    notes = [f"Low and high are the ends of {x:.4g}% intervals." for x in _percents(metric)]
    return Page(title, [*found.values()], [*notes, *([note] if note else [])])


def _percents(metric: Metric) -> list[float]:
    return sorted(100 * level for level in levels(metric))


def _directions(path: str, metric: Metric, values: Any) -> dict[str, str]:
    """Which way is better, of values that say so."""
    said = dict(named(path, metric.higher_is_better))
    words = {True: "higher", False: "lower"}
    return {name: words[x] for name, x in said.items() if name in values and x in (True, False)}


def _write(page: Page, path: Path, kind: str, digits: int) -> None:
    if kind == "html":
        path.write_text(html.document(page, digits), encoding="utf-8")
        return
    drawn = [picture for section in page.sections for picture in section.pictures]
    files = [path.with_name(f"{path.stem}-{i + 1}.svg") for i in range(len(drawn))]
    for file, picture in zip(files, drawn, strict=True):
        file.write_bytes(picture.svg)
    text = markdown.document(page, digits, [file.name for file in files])
    path.write_text(text, encoding="utf-8")
