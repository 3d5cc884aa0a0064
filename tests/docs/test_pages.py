"""The generated pages, without Sphinx: what is on them, and that nothing needs to be listed."""

import re
from pathlib import Path, PurePosixPath

import pytest

import metrax
from docs._site import arguments, figures, links, metric_page, names, navigation, reference, tasks

METRICS = names.metrics()
PAGES = dict(tasks.pages()) | dict(reference.pages())
SOURCES = Path(tasks.__file__).parent
PARTS = "Example Conventions Arguments References"


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_has_its_page_and_a_row_by_task(name):
    page = PAGES[f"metrics/{name}.rst"]
    heads = re.findall(r"^(.+)\n-{3,}$", page, re.MULTILINE)
    assert {*PARTS.split(), "In other libraries"} <= {*heads}
    for fact in ("Range", "Takes", "State", "Cost", "By name", "Task"):
        assert f"\n{fact}\n   " in page, fact
    rows = [path for path, text in PAGES.items() if f" - :class:`{name}`\n" in text]
    assert rows == [f"metrics/{names.family(name)}.rst", "metrics/index.rst"]


def test_every_public_metric_is_there():
    classes = {
        name: value
        for name in metrax.__all__
        if isinstance(value := getattr(metrax, name), type) and issubclass(value, metrax.Metric)
    }
    made_of_others = {
        x for x, cls in classes.items() if cls.__module__.split(".")[1] in ("core", "combinators")
    }
    assert METRICS.keys() == classes.keys() - made_of_others


def test_every_public_object_has_a_page():
    for name in names.objects():
        assert f"{names.page(name)}.rst" in PAGES
    assert {f"metrax.{x}" for x in metrax.__all__} <= {
        *names.objects(),
        *(f"metrax.{x}" for x in names.modules()),
        "metrax.interop",
    }


def test_a_further_metric_needs_no_line_in_the_site():
    listed = {
        (path.name, name)
        for path in SOURCES.rglob("*.py")
        for name in METRICS
        if re.search(rf"\b{name}\b", path.read_text()) and not name.istitle()
    }
    assert listed == set()


def test_metrics_with_one_statistic_name_one_another():
    assert figures.sharing("MeanSquaredError", [*METRICS]) == ["RootMeanSquaredError"]
    assert "Precision" in figures.sharing("Recall", [*METRICS])
    page = PAGES["metrics/Recall.rst"]
    assert re.search(r"Shared with\n   .*:class:`Precision`", page)
    assert ":class:`Recall`" in PAGES["reference/statistics.ThresholdCounts.rst"]


def test_arguments_told_elsewhere_are_on_the_page():
    own = arguments.completed(metrax.F1Score)
    assert 'name: defaults to ``"f1_score"``.' in own
    assert "average: None for a value" in own
    assert "MetraxError: when shapes do not fit" in own
    assert "dtype: the dtype of the metric's value" in arguments.completed(
        metrax.statistics.WeightedMean
    )


def test_ranges_are_told_in_words():
    assert metric_page.between("-inf", "inf") == "any number"
    assert metric_page.between("0", "inf") == "0 or more"
    assert metric_page.between("-inf", "1") == "1 or less"
    several = {
        "range": {"a": ["0", "1"], "b": ["0", "inf"]},
        "better": {"a": "higher", "b": "lower"},
    }
    assert metric_page.range_of(several) == (
        "``a`` 0 to 1; **higher is better**. ``b`` 0 or more; **lower is better**"
    )


def test_links_between_files_become_links_between_pages():
    pages = {"docs/recipes/jit.md": "recipes/jit", "SECURITY.md": "project/security"}
    root = Path(metrax.__file__).parents[1]

    def rewritten(text):
        return links.rewrite(text, PurePosixPath("docs/recipes/jit.md"), pages, root)

    assert rewritten("[a](../../SECURITY.md#b)") == "[a](../project/security.md#b)"
    assert rewritten("see [the table](../../tests/table.py)") == "see the table"
    assert rewritten("[x](nowhere.md), [y](https://a.b/c), [z](#here)") == (
        "[x](nowhere.md), [y](https://a.b/c), [z](#here)"
    )
    code = "```python\n[a](../../SECURITY.md)\n```\n"
    assert rewritten(code) == code


def test_folders_come_in_the_order_of_their_own_page():
    texts = {
        "index": "# Home",
        "start": "# Start",
        "recipes/index": "# Recipes\n\n[two](b.md), [one](a.md)",
        "recipes/a": "# A",
        "recipes/b": "# B",
        "recipes/c": "# C",
        "trust/x": "# X rays",
        "zebra": "# Z",
    }
    pages = dict(navigation.with_toctrees(texts))
    assert re.findall(r"^\w+$", pages["recipes/index"], re.MULTILINE) == ["b", "a", "c"]
    assert "[X rays](x.md)" in pages["trust/index"]
    assert navigation.top(texts | {"trust/index": ""}) == [
        "start",
        "metrics/index",
        "gallery",
        "recipes/index",
        "trust/index",
        "zebra",
        "reference/index",
    ]
