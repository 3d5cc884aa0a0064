"""docs/figures.json says what the metrics do."""

import json

import numpy as np
import pytest
from sklearn import metrics as sklearn

import metrax
from docs._site import figures as site
from docs._site import names
from tests import figures
from tests.docs import elsewhere
from tests.site import COMMAND

NAMES = names.metrics()
FILE = json.loads(figures.FILE.read_text())
OUTDATED = f"docs/figures.json is not what the metrics say; run {figures.COMMAND}"


def test_every_metric_with_a_page_has_figures():
    assert [*FILE["metrics"]] == sorted(NAMES), OUTDATED


@pytest.mark.parametrize("name", NAMES)
def test_figures_are_what_the_metric_says(name, request):
    if request.config.getoption("--site") is None:
        pytest.skip(f"every figure is looked at beside the site: {COMMAND}")
    written = {key: value for key, value in FILE["metrics"].get(name, {}).items() if key != "moved"}
    assert json.loads(json.dumps(figures.figures(name))) == written, OUTDATED


@pytest.mark.parametrize("name", ["Mean", "AUC", "MatthewsCorrelation", "R2Score"])
def test_costs_are_what_xla_counts(name):
    assert figures.moved(name) == pytest.approx(FILE["metrics"][name]["moved"], rel=0.5), OUTDATED


def test_a_metric_that_the_file_lacks_is_looked_at(monkeypatch):
    monkeypatch.setattr(site, "read", dict)
    site.of.cache_clear()
    assert site.of("Recall") == figures.figures("Recall")
    site.of.cache_clear()
    assert site.of("Recalls") == {}


def test_corner_cases_do_not_hang_on_the_batch():
    found = dict(figures.figures("AUC")["conventions"])
    assert found["all scores tied at 0.5"] == "0.5"
    assert found["no positive label"] == "0"
    assert found["no data"] == "0"
    # The area with one NaN is that of the others, whatever it is: a number of this batch.
    assert not [case for case in found if "NaN among" in case]
    assert dict(figures.figures("MeanSquaredError")["conventions"])[
        "a NaN among the predictions, of weight above zero"
    ] == ("NaN")


def test_names_elsewhere_exist_and_metrics_too():
    assert {*elsewhere.ROWS} <= {*NAMES}
    for name in NAMES:
        for library, theirs, _ in elsewhere.elsewhere(name):
            if library == "scikit-learn":
                assert hasattr(sklearn, theirs), theirs
            if library == "Keras":
                assert elsewhere.in_keras(theirs), theirs


def test_scikit_learn_differs_as_said():
    rng = np.random.default_rng(0)
    labels, scores = rng.integers(0, 2, (60, 3)), rng.random((60, 3))
    f1 = metrax.F1Score(threshold=0.5, num_classes=3)(labels, scores)
    np.testing.assert_allclose(f1, sklearn.f1_score(labels, scores > 0.5, average=None), rtol=1e-5)
    y, p = labels[:, 0], scores[:, 0]
    cells = sklearn.confusion_matrix(y, p > 0.5)
    for name, cell in (
        ("TrueNegatives", cells[0, 0]),
        ("FalsePositives", cells[0, 1]),
        ("FalseNegatives", cells[1, 0]),
        ("TruePositives", cells[1, 1]),
    ):
        assert float(getattr(metrax, name)()(y, p)) == cell
    assert float(metrax.BinaryAccuracy()(y, p)) == pytest.approx(sklearn.accuracy_score(y, p > 0.5))
    classes = rng.integers(0, 3, 60)
    accuracy = metrax.SparseCategoricalAccuracy()(classes, scores)
    assert float(accuracy) == pytest.approx(sklearn.accuracy_score(classes, scores.argmax(1)))
    percent = float(metrax.MeanAbsolutePercentageError()(p + 1, scores[:, 1]))
    fraction = sklearn.mean_absolute_percentage_error(p + 1, scores[:, 1])
    assert percent == pytest.approx(100 * fraction, rel=1e-5)
