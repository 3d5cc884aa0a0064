"""docs/pictures shows what the metrics draw, on their pages and in the gallery."""

import re

import matplotlib
import pytest

from docs._site import metric_page, names, pictures, reference
from tests.docs import svg
from tests.pictures import COMMAND, FOLDER, drawn, picture

DRAWN = drawn()
LIMIT = 40_000
OUTDATED = f"docs/pictures is not what metrax draws; run {COMMAND}"


def test_every_curve_matrix_and_vector_has_its_picture_and_no_other():
    assert {path.stem for path in FOLDER.glob("*")} == {*DRAWN}, OUTDATED
    assert {"ROCCurve", "ReliabilityCurve", "ConfusionMatrix", "Recall", "AUROC"} <= {*DRAWN}
    assert {name for name, _ in names.own("plot", names.modules()["plot"])} <= {*DRAWN}


@pytest.mark.parametrize("name", DRAWN)
def test_a_picture_is_small_and_follows_the_theme(name):
    text = (FOLDER / f"{name}.svg").read_text()
    assert len(text) < LIMIT
    assert "#000000" not in text
    assert "currentColor" in text
    assert not re.search(r"<dc:date>|/tmp|http:(?!//www\.w3\.org)", text)


@pytest.mark.parametrize("name", DRAWN)
def test_pictures_are_what_is_drawn(name):
    kept, new = (FOLDER / f"{name}.svg").read_text(), picture(name)
    assert svg.texts(kept) == svg.texts(new), OUTDATED
    if f"matplotlib {matplotlib.__version__} " in kept:  # others place things otherwise
        assert svg.same(kept, new), OUTDATED


def test_other_data_are_another_picture():
    roc, bars = ((FOLDER / f"{name}.svg").read_text() for name in ("roc", "bars"))
    assert not svg.same(roc, bars)
    number = re.search(r"(?<=L )\d+\.\d+", roc)
    assert number is not None
    moved = roc[: number.start()] + f"{float(number[0]) + 3:.2f}" + roc[number.end() :]
    assert not svg.same(roc, moved)
    assert svg.same(roc, roc)


def test_pictures_stand_on_pages_and_in_the_gallery():
    assert "<figure class=picture><svg" in metric_page.page("ROCCurve")
    assert "<figcaption><code>plot.roc(metrax.AUROC(" in metric_page.page("AUROC")
    assert "Picture" not in metric_page.page("MeanSquaredError")
    assert "<figure" in reference.object_page("metrax.plot.roc", names.objects()["metrax.plot.roc"])
    gallery = pictures.gallery()
    functions = [*names.own("plot", names.modules()["plot"])]
    assert gallery.count("<figure") == len(functions)
    assert re.search(r"On the pages of .*:class:`ConfusionMatrix`", gallery)
    assert ":func:`plot.bars`" in gallery
