"""What a metric shows without an underscore, and no more."""

import dataclasses

import pytest

import metrax
from tests.cases import ROWS, every_case

USERS = (
    "init observe update compute merge on get_config from_config inputs name dtype aliases "
    "higher_is_better value_range"
)
AUTHORS = "statistic read validate domains contribute example"
PUBLIC = {*USERS.split(), *AUTHORS.split()}
ADDED = {
    metrax.Collection: {"state_of", "items"},
    metrax.Composed: {"state_of"},
    metrax.Grouped: {"weights", "worst", "gap", "ratio", "macro"},
    metrax.Along: {"weights"},
    metrax.Difference: {"metric"},
    metrax.Ratio: {"metric"},
    metrax.ClassificationReport: {"text"},
}
"""What a combinator, or a table, adds."""


def shown(metric):
    fields = {field.name for field in dataclasses.fields(metric)}
    return {name for name in dir(metric) if not name.startswith("_")} - (fields - PUBLIC)


def expected(metric):
    certified = {"bounds"} & set(dir(metric))  # of metrics that are approximate
    # What has been announced may be defined, or not yet.
    announced = {"contribute", "example"} - set(dir(metric))
    return (PUBLIC | certified | ADDED.get(type(metric), set())) - announced


@every_case
def test_a_metric_shows_what_users_and_authors_need(case):
    assert shown(case.metric) == expected(case.metric)


@pytest.mark.parametrize(
    "wrapped",
    [metrax.checked(metrax.AUC()), metrax.AUC().on("a", "b"), metrax.Collection(["auc"])],
    ids=str,
)
def test_wrappers_show_what_they_add(wrapped):
    assert shown(wrapped) == expected(wrapped)


def test_every_public_class_has_a_row():
    classes = {type(case.metric) for case in ROWS}
    missing = {
        value
        for value in (getattr(metrax, name) for name in metrax.__all__)
        if isinstance(value, type)
        and issubclass(value, metrax.Metric)
        and value not in {metrax.Metric, metrax.Routed, *classes}
    }
    assert not missing


@pytest.mark.parametrize(
    ("name", "instead"),
    [("default_name", "`name` a default"), ("arguments", "`_arguments`"), ("bind", "`validate`")],
)
def test_hooks_that_are_called_no_more_are_refused(name, instead):
    def method(self, *args):
        return None

    for defined in (method, classmethod(method)):
        with pytest.raises(metrax.MetraxTypeError, match=f"Own: got a {name!r}.*{instead}"):
            type("Own", (metrax.Mean,), {name: defined})


def test_a_field_may_have_the_name_of_a_former_hook():
    class Own(metrax.Mean):
        parts: int = 3

    assert Own().parts == 3


@pytest.mark.parametrize("name", ["_bind", "update", "observe", "compute", "on", "get_config"])
def test_final_methods_are_refused(name):
    with pytest.raises(metrax.MetraxTypeError, match=f"got a {name!r}.*is final"):
        type("Own", (metrax.Mean,), {name: lambda self: None})
