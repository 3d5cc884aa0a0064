"""What a stranger writes into a configuration is neither imported nor called."""

import sys

import pytest

import metrax
from metrax.interop.keras import Metric as KerasMetric

CALLS = []


class Loaded(metrax.Metric):
    """A metric that is in memory, and that nobody registered."""

    name: str = "loaded"

    def validate(self):
        CALLS.append("validate")

    @property
    def statistic(self):
        return metrax.Mean().statistic

    def read(self, state):
        return state.mean


def loaded(*args, **kwargs):
    CALLS.append("loaded")


NAMES = {
    "a command": "subprocess:Popen",
    "a shell": "os:system",
    "a builtin": "builtins:eval",
    "another builtin": "builtins:exec",
    "an import": "importlib:import_module",
    "a pickle": "pickle:loads",
    "a look-alike of the package": "metraxevil:f",
    "a module in metrax's namespace": "metrax.canary:f",
    "a path through metrax": "metrax.storage.registry:importlib.import_module",
    "a path through a module of metrax": "metrax.core.config:dataclasses.sys.modules",
    "a path through a class": "metrax.core.metric:Metric.__init__.__globals__",
    "a path through a list": "jax.numpy:square.__globals__",
    "a listed module, another function": "jax.numpy:load",
    "a listed module, writing": "jax.numpy:save",
    "a listed module, calling back": "jax.numpy:apply_along_axis",
    "a path through a listed module": "optax.losses:_regression.jnp.load",
    "optax, not its losses": "optax:adam",
    "optax, a factory": "optax.losses:make_fenchel_young_loss",
    "numpy": "numpy:load",
    "a file on the path": "canary:Evil",
    "a package on the path": "canary.inner:Evil",
    "a dotted name": "canary.Evil",
    "a bare module": "canary",
    "a relative import": ".canary:Evil",
    "no module": ":Evil",
    "no name": "canary:",
    "two colons": "canary:Evil:f",
    "nothing": "",
    "Keras's spelling": "canary>Evil",
    "a class in memory": f"{__name__}:Loaded",
    "its bare name": "Loaded",
    "a function in memory": f"{__name__}:loaded",
    "main": "__main__:f",
    "an abstract class": "metrax.core.metric:Metric",
    "a statistic": "WeightedMean",
    "a state": "metrax.core.state:State",
    "the registry": "metrax.storage.registry:get",
}


def as_class(name):
    return {"class_name": name, "config": {"args": ["touch", "canary"], "name": "x"}}


def wrapped(value, **more):
    return {"class_name": "MeanMetricWrapper", "config": {"fn": value, **more}}


def in_a_function(name):
    return wrapped({"function": name})


FORMS = {
    "a class": as_class,
    "a function": in_a_function,
    "Keras's function": lambda name: wrapped(
        {"class_name": "function", "config": name, "module": name.partition(":")[0]}
    ),
    "an argument": lambda name: {"class_name": "AUC", "config": {"name": as_class(name)}},
    "a keyword": lambda name: wrapped({"function": "optax.losses:l2_loss"}, x=[as_class(name)]),
    "a dictionary": lambda name: wrapped(
        {"function": "optax.losses:l2_loss"}, x={"y": [{"function": name}]}
    ),
    "a member": lambda name: {
        "class_name": "Collection",
        "config": {"metrics": {"a": {"class_name": "Mean"}, "b": as_class(name)}},
    },
    "a member's member": lambda name: {
        "class_name": "Collection",
        "config": {
            "metrics": {
                "a": {"class_name": "Collection", "config": {"metrics": [in_a_function(name)]}}
            }
        },
    },
    "a routed metric": lambda name: {
        "class_name": "Routed",
        "config": {"metric": as_class(name), "outputs": ["a"]},
    },
    "a checked metric": lambda name: {
        "class_name": "Checked",
        "config": {"metric": in_a_function(name)},
    },
}

LOADERS = {
    "get": metrax.get,
    "deserialize": metrax.deserialize,
    "custom objects": lambda config: metrax.deserialize(config, {"Mine": metrax.Mean}),
    "a collection": lambda config: metrax.Collection({"a": config}),
    "from_config": lambda config: metrax.Collection.from_config({"metrics": {"a": config}}),
    "Keras": lambda config: KerasMetric.from_config({"metric": config, "name": "x"}),
}

WATCHED = ("import", "exec", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "open")
_SEEN: list | None = None


def _watch(event, args):
    if _SEEN is not None and event in WATCHED:
        _SEEN.append((event, str(args)[:200]))


sys.addaudithook(_watch)


@pytest.fixture
def nothing_happens(tmp_path, monkeypatch):
    """Fails a test that imports, starts, opens or calls anything."""
    global _SEEN
    canary = "raise SystemExit('imported')"
    (tmp_path / "canary.py").write_text(canary)
    (tmp_path / "metraxevil.py").write_text(canary)
    monkeypatch.syspath_prepend(tmp_path)
    CALLS.clear()
    before, _SEEN = set(sys.modules), []
    yield
    seen, _SEEN = _SEEN, None
    assert (seen, set(sys.modules) - before, CALLS) == ([], set(), [])


@pytest.mark.parametrize("load", LOADERS.values(), ids=LOADERS)
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_strangers_are_refused(form, load, nothing_happens):
    for kind, name in NAMES.items():
        with pytest.raises(metrax.MetraxError) as error:
            load(form(name))
        assert "deserialize: " in str(error.value), kind


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_names_alone_are_refused(name, nothing_happens):
    for load in (metrax.get, lambda x: metrax.Collection([x]), lambda x: metrax.Collection(a=x)):
        with pytest.raises(metrax.MetraxError, match="names no metric"):
            load(name)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_layout_is_compared_and_not_built(form, nothing_happens):
    good = metrax.layout(metrax.Mean())
    for name in NAMES.values():
        metrax.check_layout(metrax.Mean(), good | {"metric": form(name)})
        hostile = dict.fromkeys(("statistic", "leaves", "inputs", "metric"), form(name))
        for states in ({"": hostile}, {"a": hostile, form(name)["class_name"]: hostile}):
            with pytest.raises(metrax.MetraxError, match="belongs to another metric"):
                metrax.check_layout(metrax.Mean(), good | {"states": states})
    levels = good | {"states": {"": good["states"][""] | {"statistic": deep(100_000)}}}
    with pytest.raises(metrax.MetraxError, match=r"belongs to another|too many levels"):
        metrax.check_layout(metrax.checked(metrax.Mean()), levels)


def deep(levels):
    config = {"class_name": "Mean", "config": {}}
    for _ in range(levels):
        config = {"class_name": "Checked", "config": {"metric": config}}
    return config


MALFORMED = {
    "no dictionary": [1, 2],
    "no class": {"config": {}},
    "a class that is no string": {"class_name": ["Mean"], "config": {}},
    "a class object": {"class_name": Loaded, "config": {}},
    "arguments in a list": {"class_name": "Mean", "config": [1]},
    "arguments that are no strings": {"class_name": "Mean", "config": {1: 2}},
    "an attribute": {"class_name": "Mean", "config": {"__class__": "x"}},
    "a private argument": {"class_name": "Mean", "config": {"_statistic": 1}},
    "a function for a metric": {"class_name": "optax.losses:l2_loss", "config": {}},
    "a metric for a function": wrapped({"function": "Mean"}),
    "a metric's instance for a function": wrapped({"class_name": "Mean"}) | {"config": {"fn": 3}},
    "a number for a metric": {"class_name": "Routed", "config": {"metric": 3, "outputs": ["a"]}},
    "a number for members": {"class_name": "Collection", "config": {"metrics": 3}},
    "numbers for members": {"class_name": "Collection", "config": {"metrics": [3]}},
    "a dictionary for a number": {"class_name": "AUC", "config": {"num_thresholds": {"a": 1}}},
    "many levels": deep(100_000),
}


@pytest.mark.parametrize("config", MALFORMED.values(), ids=MALFORMED)
def test_what_is_no_configuration_is_refused(config, nothing_happens):
    with pytest.raises(metrax.MetraxError):
        metrax.deserialize(config)


def test_what_the_user_passes_or_registers_is_loaded():
    path = f"{__name__}:Loaded"
    for names in ({path: Loaded}, {"Loaded": Loaded}):
        assert metrax.deserialize(as_class(path) | {"config": {}}, names) == Loaded()
    given = metrax.deserialize(in_a_function(f"{__name__}:loaded"), {"loaded": loaded})
    assert given.get_config()["fn"] is loaded
    assert metrax.deserialize(in_a_function("jax.numpy:subtract"))([3.0], [1.0]) == 2
