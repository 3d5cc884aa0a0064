"""What is loaded when, and that nothing of it is missed."""

import importlib
import inspect
import subprocess
import sys

import pytest

import metrax
from metrax.storage import known
from metrax.storage.table import CLASSES
from tests import table

FAMILIES = sorted(
    {module.split(".")[1] for module, _ in CLASSES.values()} - {"core", "combinators"}
)
MODULES = ("building", "functional", "losses", "interop")
SEEN_LATER = (*FAMILIES, *MODULES)


def loaded_after(code: str) -> set[str]:
    """The modules of metrax in a process that ran this."""
    code = f"import sys\n{code}\nprint(*[x for x in sys.modules if x.startswith('metrax.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def families_in(modules: set[str]) -> set[str]:
    return {module.split(".")[1] for module in modules} & {*SEEN_LATER}


def test_the_table_is_what_the_classes_say():
    assert table.TABLE.read_text() == table.text(), f"run {table.COMMAND}"


def test_no_two_classes_share_a_name():
    class Squared(metrax.Mean):
        aliases = ("mse",)

    class Twice(metrax.Mean):
        aliases = ("twice",)

    with pytest.raises(ValueError, match="'mse' is a name of"):
        table.names([metrax.MeanSquaredError, Squared])
    with pytest.raises(ValueError, match="'twice' is a name of"):
        table.names([Twice])


def test_importing_metrax_loads_no_metric_but_every_class_of_states():
    modules = loaded_after("import metrax")
    assert families_in(modules) == set()
    # An exported program's states are read back by their classes, which nobody has named yet.
    states = [metrax.State]
    for cls in states:
        states += cls.__subclasses__()
    ours = {cls.__module__ for cls in states if cls.__module__.startswith("metrax.")}
    assert len(ours) > 5
    assert ours - modules == set()


def test_a_metric_is_loaded_by_its_name_alone():
    code = 'metrax.get("mse"), metrax.MeanSquaredError, metrax.Collection(["mse"])'
    loaded = families_in(loaded_after(f"import metrax; {code}"))
    assert loaded == {"aggregation", "functional", "regression"}


@pytest.mark.parametrize("name", CLASSES)
def test_packages_export_their_metrics(name):
    module, _ = CLASSES[name]
    package = module.split(".")[1]
    cls = getattr(importlib.import_module(module), name)
    assert known.load(name) is cls
    if package in FAMILIES:
        assert getattr(getattr(metrax, package), name) is cls
        assert getattr(metrax, name) is cls


def test_everything_public_is_seen_and_can_be_imported():
    assert {*metrax.__all__} <= {*dir(metrax)}
    assert {cls for cls, (module, _) in CLASSES.items() if module.split(".")[1] in FAMILIES} <= {
        *metrax.__all__
    }
    found = {}
    exec("from metrax import *", found)
    assert found.keys() - {"__builtins__"} == {*metrax.__all__}
    assert not [x for x in metrax.__all__ if x.startswith("_") or x == "TYPE_CHECKING"]
    modules = {x for x in metrax.__all__ if inspect.ismodule(found[x])}
    assert modules == {*MODULES, "accumulators", "statistics"}


def test_inner_modules_are_not_shown():
    for module in (*FAMILIES, "core", "combinators", "kernels", "storage"):
        importlib.import_module(f"metrax.{module}")
        assert module not in dir(metrax)
    specials = {name for name in vars(metrax) if name.startswith("__")}
    assert {*dir(metrax)} == {*metrax.__all__, "__all__", *specials}


def test_other_names_are_told_as_python_tells_them():
    for module, name in ((metrax, "AUCs"), (metrax, "Checked"), (metrax.interop, "torch")):
        with pytest.raises(AttributeError, match=f"has no attribute '{name}'"):
            getattr(module, name)
        assert not hasattr(module, name)


def test_families_are_the_packages_with_metrics():
    folders = {path.parent.name for path in table.PACKAGE.glob("*/__init__.py")}
    assert folders >= {*FAMILIES}
    for family in FAMILIES:
        assert inspect.ismodule(getattr(metrax, family))
