"""What README.md says: its metrics, its numbers, its links, its picture and the package's page."""

import importlib.util
import inspect
import json
import re
import sys
import types

import matplotlib as mpl
import pytest

import metrax
from benchmarks import front, front_picture
from docs._site import names
from tests.laws.close import close
from tests.mistakes import ROWS
from tests.readme import README, ROOT, written
from tests.test_packaging import PROJECT
from tests.test_pages import FENCE

TEXT = README.read_text()
FLAT = " ".join(TEXT.split())
RESULTS = json.loads((front.FOLDER / "results.json").read_text())
FRONT = json.loads(front.FRONT.read_text())
OTHERS = ("torchmetrics", "keras", "clu", "nnx", "google-metrax")
"""The columns behind metrax's."""
PICTURES = [f"front-{page}.svg" for page in front_picture.INK]
LINKS = re.findall(r"\]\(([^()\s]+)\)", FENCE.sub("", TEXT))


def short(x):
    """A number as the README writes it."""
    if x is None:
        return "none"
    if 0.1 <= x < 1e6:
        return f"{float(f'{x:.2g}'):g}"
    return re.sub(r"e\+?(-?)0?", r"e\1", f"{x:.0e}")


def row(name, cells):
    """A row of the comparison, without what is bold."""
    return f"| {name} | {' | '.join(map(short, cells))} |"


def test_the_table_of_metrics_is_up_to_date():
    assert written(TEXT) == TEXT, "run python -m tests.table"


def test_every_public_metric_is_there_and_counted():
    linked = set(re.findall(r"\[(\w+)\]\(metrax/[\w/]+\.py\)", TEXT))
    assert names.metrics().keys() - linked == set()
    assert f"{len(names.metrics())} metrics, each with" in TEXT
    assert f"| metrics | {len(names.metrics())} |" in TEXT
    combinators = {
        name
        for name in metrax.__all__
        if inspect.isclass(cls := getattr(metrax, name))
        and issubclass(cls, metrax.Metric)
        and cls.__module__.startswith("metrax.combinators")
    }
    assert combinators - {"Composed"} - linked == set()


def test_numbers_that_tests_hold():
    assert inspect.signature(close).parameters["rtol"].default == 2e-6
    assert "is held to 2e-6 of" in FLAT
    hundreds = len(ROWS) // 100 * 100
    assert f"More than {hundreds} plausible mistakes" in FLAT
    unseen = sum(bool(x.nobody) for x in ROWS) / len(ROWS)
    assert f"all but the {100 * unseen:.0f} % that no library could tell" in FLAT


def test_numbers_of_the_training_steps():
    added = {x["step"]: x for x in RESULTS["step"]["data"]}
    shares = {name: share_added(x) for name, x in added.items()}
    assert f"{shares['transformer']} to a training step of a transformer" in FLAT
    assert f"{shares['digits']} to one of a tiny network" in FLAT


def share_added(cell):
    return f"{100 * (cell['with']['time'] / cell['without']['time'] - 1):.1f} %"


def test_numbers_of_accuracy():
    ends = {name: x[-1] for name, x in FRONT["growth"]["relative"].items()}
    r2 = {
        x["peer"]: x.get("relative")
        for x in RESULTS["accuracy"]["data"]
        if x["case"] == "R2 at mean 1e4"
    }
    assert FRONT["growth"]["examples"][-1] == 4 * 10**9
    for name, errors in (("accuracy of 4e9 examples", ends), ("R² at a mean of 1e4", r2)):
        cells = [errors["metrax"], *map(errors.get, OTHERS)]
        assert row(f"{name}, error", cells) in TEXT.replace("**", "")
    keras, wrapped = short(ends["keras"]), short(ends["nnx"])
    assert f"is {short(ends['metrax'])} off float64; Keras's is {keras} off" in FLAT
    assert f"of clu, nnx and google-metrax {wrapped}, for" in FLAT
    assert f"is {short(r2['metrax'])} off, and {short(r2['keras'])} in Keras, torchmetrics" in FLAT


def test_the_page_on_accuracy_has_the_errors_of_the_stream():
    page = (ROOT / "docs" / "trust" / "accuracy.md").read_text()
    growth = FRONT["growth"]
    groups = [("metrax", "torchmetrics"), ("keras", "torcheval"), ("clu", "nnx", "google-metrax")]
    assert f"| examples | {' | '.join(map(', '.join, groups))} |" in page
    for examples in (10**7, 10**9, 4 * 10**9):
        i = growth["examples"].index(examples)
        cells = [{short(growth["relative"][name][i]) for name in group} for group in groups]
        assert f"| {short(examples)} | {' | '.join(x for (x,) in cells)} |" in page


@pytest.mark.parametrize(
    ("name", "workload", "lacking"),
    [
        ("AUC of 200 thresholds, time", "AUC, 200 thresholds", "none"),
        ("R², time", "R²", "none"),
        ("mean of given values, time", "mean of given values", "not measured"),
    ],
)
def test_numbers_of_speed(name, workload, lacking):
    ratios = FRONT["speed"]["ratios"][workload]
    cells = row(name, [1, *map(ratios.get, OTHERS)]).replace("none", lacking)
    assert cells in TEXT.replace("**", "")


def test_versions_and_dates():
    versions, date = FRONT["growth"]["versions"], FRONT["growth"]["machine"]["date"]
    heads = {"keras": "Keras", "nnx": "flax.nnx"}
    columns = [f"{heads.get(name, name)} {versions[name]}" for name in OTHERS]
    assert f"| | metrax | {' | '.join(columns)} |" in TEXT
    assert f"As of {date}." in TEXT
    assert f"two cores, {date};" in TEXT
    for suite in (FRONT["speed"], RESULTS["accuracy"]):
        assert {name: suite["versions"][name] for name in OTHERS}.items() <= versions.items()


def test_speeds_of_the_picture_are_the_results():
    assert front.speeds(RESULTS["speed"]) == FRONT["speed"], "run python -m benchmarks.front"


@pytest.mark.parametrize("name", PICTURES)
def test_the_picture_is_what_was_measured(name, tmp_path):
    kept = (front.FOLDER / name).read_text()
    assert name in TEXT
    assert "<image" not in kept
    if f"Matplotlib v{mpl.__version__}," not in kept:
        pytest.skip(f"drawn by another matplotlib than {mpl.__version__}")
    front_picture.save(FRONT, tmp_path)
    assert (tmp_path / name).read_text() == kept, "run python -m benchmarks.front --draw"


def test_links_lead_to_what_the_sdist_holds():
    hatch = (ROOT / "pyproject.toml").read_text()
    (include,) = re.findall(r'^include = (\["README.md".*\])$', hatch, re.MULTILINE)
    held = {*json.loads(include), *PROJECT["license-files"]}
    assert {link.split("/")[0] for link in LINKS if "://" not in link} <= held


@pytest.fixture(scope="module")
def page():
    interface = types.ModuleType("interface")
    interface.MetadataHookInterface = object  # pyright: ignore[reportAttributeAccessIssue]
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:  # hatchling is installed only where one builds
        patch.setitem(sys.modules, "hatchling.metadata.plugin.interface", interface)
        spec.loader.exec_module(module)
    return module.page


def test_a_package_index_shows_no_link_that_it_cannot_follow(page):
    text = page(TEXT, "1.2.3", None)
    assert "[" not in re.sub(r"`[^`]*`", "", FENCE.sub("", text)).replace("[B", "")
    assert "<picture>" not in text
    assert "two cores, " not in text
    assert "Start in five minutes" in text


def test_links_of_a_package_lead_to_its_repository_once_that_is_known(page):
    text = page(TEXT, "1.2.3", "https://forge.example/metrax")
    assert "](https://forge.example/metrax/blob/v1.2.3/docs/start.md)" in text
    assert 'src="https://forge.example/metrax/raw/v1.2.3/benchmarks/results/front-' in text
    assert re.findall(r"\]\((?!https:)", FENCE.sub("", text)) == []
