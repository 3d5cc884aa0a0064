"""Reports hold what was computed, load nothing, and let no name be more than a name."""

import base64
import re
import socket
import subprocess
import sys
from html import unescape
from xml.etree import ElementTree

import jax
import numpy as np
import pytest

import metrax
from tests.reporting.pages import HOSTILE, Read, collection, data, markdown_rows, with_interval

OURS = (
    "html head meta title style body h1 h2 section table thead tbody tr th td data p figure img "
    "figcaption div"
)


@pytest.fixture(scope="module")
def everything(tmp_path_factory):
    """The values, the HTML page taken apart, and the Markdown page; no socket is opened."""
    metric, folder = collection(), tmp_path_factory.mktemp("report")
    state = metric.observe(**data())
    values = metric.compute(state)

    def refuse(*args, **kwargs):
        raise AssertionError("a report opened a socket")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "socket", refuse)
        page = metrax.report(metric, state, folder / "all.html", names=["a", "b", "c"])
        text = metrax.report(metric, state, folder / "all.md", names=["a", "b", "c"], digits=3)
    return values, page, text


@pytest.fixture
def page(everything):
    return Read(everything[1].read_text("utf-8"))


def numbers(page):
    return {x for rows in page.sections.values() for row in rows for x in row if x != ""}


def test_every_value_is_on_the_page_with_all_its_digits(everything, page):
    values, *_ = everything
    found = numbers(page)
    for name, value in metrax.flatten(values).items():
        assert float(value) in found, name


def test_values_stand_by_their_names(everything, page):
    values, *_ = everything
    assert page.row("Values", "val/auc") == [float(values["val/auc"]), "", "", "", "higher"]
    fields = [float(values[f"recall/{x}"]) for x in ("value", "low", "high", "standard_error")]
    assert page.row("Values", "recall")[:4] == fields
    assert fields[1] < fields[0] < fields[2]
    assert page.row("by name", "dogs")[0] == float(values["by name/dogs"])
    assert page.row("product", "dogs") == [
        float(values[f"product/dogs/{x}"]) for x in ("no", "yes")
    ]
    assert page.row("by number", "b")[0] == float(values["by number"][1])
    columns = ("precision", "recall", "f1-score", "support")
    assert page.row("report", "birds") == [float(values[f"report/birds/{x}"]) for x in columns]
    assert page.row("report", "accuracy") == [float(values["report/accuracy"])]
    assert page.row("confusion", "c") == values["confusion"][2].tolist()
    ends = [float(values[f"ends/{x}"][1]) for x in ("value", "low", "high", "standard_error")]
    assert page.row("ends", "b") == ends


def test_groups_come_with_their_data_and_what_is_read_over_them(everything, page):
    counts = np.bincount(data()["g"], minlength=3)
    assert [page.row("by name", x)[1] for x in ("cats", "dogs", "birds")] == counts.tolist()
    metric = collection()["by name"]
    state = metric.observe(**{name: data()[name] for name in ("y", "p", "g")})
    text = everything[2].read_text("utf-8")
    assert f"worst {float(metric.metric.worst(state)):.4g}, gap" in text
    assert text.count("Over groups with data") == 4  # not of what is made of others' values


def test_markdown_has_the_same_tables(everything):
    values, _, text = everything
    rows = markdown_rows(text.read_text("utf-8"))
    assert ["val/auc", f"{float(values['val/auc']):.3g}", "", "", "", "higher"] in rows
    assert ["dogs", f"{float(values['by name/dogs']):.3g}", "14"] in [
        [name, value, "14"] for name, value, *_ in rows
    ]
    assert ["c", *(f"{x:.0f}" for x in values["confusion"][2])] in rows


def test_the_page_loads_nothing(page):
    assert {tag for tag, _ in page.tags} <= {*OURS.split()}
    for _, attributes in page.tags:
        assert not {"href", "onload", "onerror", "srcset"} & {*attributes}
    images = [attributes["src"] for tag, attributes in page.tags if "src" in attributes]
    assert len(images) > 5
    assert all(x.startswith("data:image/svg+xml;base64,") for x in images)
    policy = [a["content"] for tag, a in page.tags if tag == "meta" and "http-equiv" in a]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]


def test_pictures_are_whole_documents_that_name_no_other(everything, page):
    _, html, text = everything
    inline = [a["src"].split(",")[1] for tag, a in page.tags if tag == "img"]
    files = sorted(html.parent.glob("all-*.svg"), key=lambda x: int(x.stem.split("-")[1]))
    assert [base64.b64decode(x) for x in inline] == [x.read_bytes() for x in files]
    linked = re.findall(r"\]\((.*)\)$", text.read_text("utf-8"), re.MULTILINE)
    assert linked == [x.name for x in files]
    titles = [a["alt"] for tag, a in page.tags if tag == "img"]
    for expected in ("val/auc: ROC curve", "reliability: reliability", "by name: values"):
        assert expected in titles
    # Of one matrix in two metrics there is one picture; what is within a window is drawn, too.
    assert len([x for x in titles if "confusion matrix" in x]) == 1
    assert "recent: ROC curve" in titles
    assert "Values and their intervals" in titles
    for file in files:
        for element in ElementTree.parse(file).iter():
            for name, value in element.attrib.items():
                assert not name.endswith("href") or value.startswith(("#", "data:"))
                assert "url(" not in value or "url(#" in value


def test_names_are_only_names(everything, page):
    _, html, text = everything
    shown = [HOSTILE[0], HOSTILE[1], '" onload="x \ufffd\ufffd']
    assert [row[0] for row in page.sections["hostile"][1:]] == shown
    written = text.read_text("utf-8")
    assert "<" not in written
    widths = {len(row) for row in markdown_rows(written)}
    assert widths <= {2, 3, 4, 5, 6}
    names = [re.sub(r"\\(.)", r"\1", unescape(row[0])) for row in markdown_rows(written)]
    assert all(x in names for x in shown)
    assert not re.search(r"(?<!\\)\[a", written)
    assert html.read_bytes().decode("utf-8")  # no half of a pair is left


def test_the_same_state_gives_the_same_page(everything, tmp_path):
    metric = collection()
    again = metrax.report(
        metric, metric.observe(**data()), tmp_path / "all.html", names=["a", "b", "c"]
    )
    assert again.read_bytes() == everything[1].read_bytes()


WRAPPED = {
    "one metric": metrax.BinaryAccuracy(),
    "sharded": metrax.by_shard(metrax.Collection([metrax.AUC(20), metrax.BinaryAccuracy()]), 2),
    "recent": metrax.Windowed(metrax.Collection([metrax.AUC(20), metrax.BinaryAccuracy()]), 2),
    "checked": metrax.checked(metrax.Collection([metrax.AUC(20), metrax.BinaryAccuracy()])),
    "nested": metrax.Collection(inner=metrax.Collection([metrax.BinaryAccuracy()])),
    "grouped": metrax.Grouped(metrax.Collection([metrax.AUC(20), metrax.BinaryAccuracy()]), 1),
    "interval": metrax.Mapped(metrax.AUC(20), with_interval),
    "composed": 2 * metrax.Precision() * metrax.Recall(),
    "compared": metrax.Difference(metrax.AUC(20), metrax.BinaryAccuracy()),
    "intervals": metrax.Interval(metrax.Collection([metrax.AUC(20), metrax.BinaryAccuracy()])),
    "grouped intervals": metrax.Grouped(metrax.Interval(metrax.AUC(20)), 1),
    "odd names": metrax.Collection(
        {"Values": metrax.Grouped(metrax.Mean(), 2).on("p", groups="g")}
    ),
}


@pytest.mark.parametrize("name", WRAPPED)
def test_metrics_in_other_metrics(name, tmp_path):
    metric, given = WRAPPED[name], data()
    batch = {k: given[k] for k in "pg"} if name == "odd names" else {}
    batch = batch or {"y_true": given["y"], "y_pred": given["p"]}
    extra = {"groups": np.zeros_like(given["g"])} if "grouped" in name else {}
    state = metric.observe(**batch, **extra)
    page = Read(metrax.report(metric, state, tmp_path / "a" / "page.html").read_text("utf-8"))
    for value in metrax.flatten(metric.compute(state), "x").values():
        assert float(value) in numbers(page)


def test_no_data_and_numbers_that_are_none(tmp_path):
    metric = metrax.Collection(a=metrax.Mean().on("a"), b=metrax.Max().on("b"))
    empty = Read(metrax.report(metric, metric.init(), tmp_path / "p.html").read_text())
    assert empty.row("Values", "a") == [0]
    state = metric.observe(a=np.nan, b=np.inf)
    rows = markdown_rows(metrax.report(metric, state, tmp_path / "p.md").read_text())
    assert rows[2:] == [["a", "nan"], ["b", "inf"]]


def test_long_tables_are_folded_and_whole(tmp_path):
    metric = metrax.Grouped(metrax.Mean(), 300)
    state = metric.observe(np.arange(300.0), groups=np.arange(300))
    text = metrax.report(metric, state, tmp_path / "p.htm").read_text()
    assert "<details><summary>300 rows</summary>" in text
    assert Read(text).row("mean", "299") == [299, 1]


METRIC = metrax.F1Score(num_classes=2, average=None, threshold=0.5)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda s: metrax.report(METRIC, s, "p.pdf"), r"'p.pdf'.*ends in .html or .md"),
        (lambda s: metrax.report(METRIC, s, "page"), r"'page'.*ends in .html or .md"),
        (lambda s: metrax.report(METRIC.compute(s), s, "p.md"), "expected a metric, its state"),
        (lambda s: metrax.report(METRIC, metrax.Mean().init(), "p.md"), "the state: got a Mean"),
        (lambda s: metrax.report(METRIC, s, "p.md", names=["a"]), r"names: got 1.*of \[2\]"),
        (lambda s: metrax.report(METRIC, s, "p.md", names={"f1": "ab"}), "expected a list"),
        (lambda s: metrax.report(METRIC, s, "p.md", names={"f": ["a", "b"]}), "got the key 'f'"),
        (lambda s: metrax.report(METRIC, s, "p.md", digits=0), "digits: got 0"),
        (lambda s: jax.jit(lambda s: metrax.report(METRIC, s, "p.md"))(s), "outside jit"),
    ],
)
def test_what_cannot_be_reported(call, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    state = METRIC.observe([[1, 0], [0, 1]], [[0.6, 0.4], [0.7, 0.3]])
    with pytest.raises(metrax.MetraxError, match=words):
        call(state)
    assert not [*tmp_path.iterdir()]


def test_without_matplotlib_there_are_no_pictures_and_the_page_says_so(tmp_path):
    code = f"""
import sys
sys.modules["matplotlib"] = None
import metrax, metrax.reporting
assert "sklearn" not in sys.modules
auc = metrax.AUC(3)
print(metrax.report(auc, auc.observe([0, 1], [.2, .8]), {str(tmp_path / "p.md")!r}).read_text())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "| auc | 1 | higher |" in done.stdout
    assert re.search(r"No pictures: metrax.plot: .*pip install 'metrax\\\[plot\\\]'", done.stdout)
    assert [x.name for x in tmp_path.iterdir()] == ["p.md"]
