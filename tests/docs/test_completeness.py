"""What lacks a part of its documentation."""

import inspect
import re

import pytest

import metrax
from docs._site import figures, names
from docs._site.arguments import described, nearest, sources, taken
from docs._site.docstrings import sections
from metrax import building

METRICS = names.metrics()
FUNCTIONS = {x: f for x, f in names.objects().items() if x.startswith("metrax.functional.")}
ERRORS = {x: e for x, e in names.objects().items() if x.endswith("Error")}
OTHERS = {
    name: value
    for name, value in names.objects().items()
    if name.removeprefix("metrax.") not in METRICS and name not in FUNCTIONS and name not in ERRORS
}
IN_WORDS = {"ClassificationReport"}
"""Metrics that no formula defines."""
CALM = [
    building.Domain,
    building.as_labels,
    building.bucket,
    building.first_highest,
    building.is_one_of,
    building.keep_highest,
    building.labels,
    building.promote,
    building.safe_divide,
]
"""What raises nothing of its own; a test looks."""
SHAPE = re.compile(r"\[B|\bshapes?\b|``\[|numbers?\b.*\blists?\b")
BOUNDS = re.compile(
    r"\[-?[\d.]+, -?[\d.]+\]|\d or (more|less)|at (least|most)|\bor (0|1|0\.0)\b|any number"
)
CORNER = re.compile(
    r"\b(zero|nan|nothing|constant|equal|ties?|tied|clipped|below|empty|never|infinite|0)\b",
    re.IGNORECASE,
)


def doc(obj):
    return inspect.cleandoc(obj.__doc__ or "")


def parts_of_metric(name):
    """The parts, and whether they are there."""
    obj, found = METRICS[name], figures.of(name)
    text, parts = doc(obj), sections(obj)
    return {
        "formula": "$" in text or name in IN_WORDS,
        "shapes": any(SHAPE.search(doc(x)) for x in (obj, *sources(obj))),
        "range": bool(found.get("range")) and "value_range" in declared(obj),
        "direction": bool(found.get("better")) and "higher_is_better" in declared(obj),
        "conventions": len(found.get("conventions", ())) >= 3,
        "arguments": missing_arguments(obj) == [],
        "raises": raises(obj),
        "example": "Example" in parts,
        "reference": "References" in parts,
    }


def declared(cls):
    """What the class or its bases say, but for the base of all."""
    bases = (x for x in cls.__mro__ if x.__module__ != "metrax.core.metric")
    return {attribute for base in bases for attribute in vars(base)}


def parts_of_function(name):
    obj = FUNCTIONS[name]
    text, parts = doc(obj), sections(obj)
    said = parts.get("Returns", "") + parts.get("Args", "")
    return {
        "formula": "$" in text,
        "shapes": bool(SHAPE.search(parts.get("Args", ""))),
        "range": bool(BOUNDS.search(parts.get("Returns", ""))),
        "conventions": bool(CORNER.search(parts[""] + said)),
        "arguments": missing_arguments(obj) == [],
        "raises": raises(obj),
        "example": "Example" in parts,
        "reference": "References" in parts,
    }


def parts_of_other(name):
    obj, parts = OTHERS[name], sections(OTHERS[name])
    return {
        "definition": len(parts[""].split()) >= 3,
        "arguments": missing_arguments(obj) == [],
        "raises": raises(obj),
        "example": "Example" in parts,
    }


def missing_arguments(obj):
    """The parameters that neither the docstring nor those of the bases describe."""
    told = {*described(obj), *re.findall(r"^(\w+):", nearest(obj, "Attributes"), re.M)}
    return [x for x in taken(obj) if x not in told]


def raises(obj):
    """Whether errors are told, or there are none: in data and in what is calm."""
    is_data = inspect.isclass(obj) and issubclass(obj, metrax.State | tuple)
    return is_data or obj in CALM or bool(nearest(obj, "Raises"))


def lacking(check, listed):
    """What lacks which parts."""
    found = {name: [x for x, there in check(name).items() if not there] for name in listed}
    return {name: parts for name, parts in found.items() if parts}


@pytest.mark.parametrize(
    ("check", "listed"),
    [(parts_of_metric, METRICS), (parts_of_function, FUNCTIONS), (parts_of_other, OTHERS)],
    ids=["metrics", "functions", "others"],
)
def test_every_part_of_every_docstring_is_there(check, listed):
    found = {f"{name} {part}" for name, parts in lacking(check, listed).items() for part in parts}
    assert found == set()


@pytest.mark.parametrize("obj", CALM, ids=lambda obj: obj.__name__)
def test_what_tells_no_errors_raises_none(obj):
    assert "raise " not in inspect.getsource(obj)


def test_errors_are_defined():
    assert [name for name, error in ERRORS.items() if len(doc(error).split()) < 4] == []


def test_what_is_missing_is_seen():
    def function(y_true, y_pred, *, axis):
        """A value.

        Args:
          y_true: labels, ``[B]``.
        """

    assert missing_arguments(function) == ["y_pred", "axis"]
    FUNCTIONS["bare"] = function
    try:
        missed = [x for x, there in parts_of_function("bare").items() if not there]
    finally:
        del FUNCTIONS["bare"]
    assert " ".join(missed) == "formula range conventions arguments raises example reference"
