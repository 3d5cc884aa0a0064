"""Saved Keras models: what a file may name, and which backend reads it."""

import json
import os
import subprocess
import sys
import zipfile

import jax
import keras
import pytest

import metrax
from metrax.interop.backend import require_jax
from metrax.interop.keras import Metric, as_keras

# Keras copies variables with NumPy's older protocol when it saves them.
pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation doesn't:DeprecationWarning"
)


class Own(metrax.MeanSquaredError):
    """A metric that nobody registered."""


def own_error(y_true, y_pred):
    return y_true - y_pred


@keras.saving.register_keras_serializable(package="tests")
def kerass_error(y_true, y_pred):
    return y_true - y_pred


def saved_model(path, metric):
    with jax.numpy_dtype_promotion("standard"), jax.numpy_rank_promotion("allow"):
        model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
        model.compile("sgd", "mse", metrics=[as_keras(metric)])
        model.save(path)


def load(path, **kwargs):
    with jax.numpy_dtype_promotion("standard"), jax.numpy_rank_promotion("allow"):
        return keras.saving.load_model(path, **kwargs)


def loaded_metric(model):
    return model.get_compile_config()["metrics"][0]["config"]["metric"]


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    path = tmp_path_factory.mktemp("saved") / "model.keras"
    saved_model(path, metrax.AUC())
    assert loaded_metric(load(path)) == metrax.serialize(metrax.AUC())
    return path


def tampered(saved, path, metric):
    """The same archive with another metric's configuration in it."""
    with zipfile.ZipFile(saved) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(files["config.json"])
    (compiled,) = config["compile_config"]["metrics"]
    compiled["config"]["metric"] = metric
    files["config.json"] = json.dumps(config).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)


def wrapped(fn):
    return {"class_name": "MeanMetricWrapper", "config": {"fn": fn, "name": "x"}}


COMMANDS = {
    "a process": lambda path: {
        "class_name": "subprocess:Popen",
        "config": {"args": ["touch", str(path)]},
    },
    "a process in a collection": lambda path: {
        "class_name": "Collection",
        "config": {"metrics": {"a": COMMANDS["a process"](path)}},
    },
    "a script": lambda path: {"class_name": "runpy:run_path", "config": {"path_name": str(path)}},
    "a shell": lambda path: wrapped({"function": "os:system"}),
    "a path through metrax": lambda path: wrapped(
        {"function": "metrax.interop.keras:importlib.import_module"}
    ),
}


@pytest.mark.parametrize("safe_mode", [True, None])
@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_command_hidden_in_a_saved_model_is_not_run(command, safe_mode, saved, tmp_path):
    path, trace = tmp_path / "model.keras", tmp_path / "trace"
    tampered(saved, path, command(trace))
    mode = {} if safe_mode is None else {"safe_mode": safe_mode}
    with pytest.raises(metrax.MetraxError, match="deserialize: got"):
        load(path, **mode)
    assert not trace.exists()


def test_not_even_where_keras_is_told_to_trust_the_file(saved, tmp_path):
    path, trace = tmp_path / "model.keras", tmp_path / "trace"
    tampered(saved, path, COMMANDS["a process"](trace))
    with pytest.raises(TypeError, match="expected the name of a metric class"):
        load(path, safe_mode=False)
    assert not trace.exists()


@pytest.mark.parametrize(
    ("metric", "objects"),
    [
        (Own(), {"Own": Own}),
        (Own(), {f"{__name__}:Own": Own}),
        (metrax.MeanMetricWrapper(own_error), {"own_error": own_error}),
    ],
)
def test_ones_own_code_is_passed_or_trusted(metric, objects, tmp_path):
    path = tmp_path / "model.keras"
    saved_model(path, metric)
    with pytest.raises(metrax.MetraxError, match=r"metrax\.register"):
        load(path)
    written = json.loads(json.dumps(metrax.serialize(metric)))
    assert loaded_metric(load(path, custom_objects=objects)) == written
    assert loaded_metric(load(path, safe_mode=False)) == written


def test_what_is_registered_with_keras_is_known(tmp_path):
    path = tmp_path / "model.keras"
    saved_model(path, metrax.MeanMetricWrapper(kerass_error))
    assert loaded_metric(load(path))["config"]["fn"] == {"function": f"{__name__}:kerass_error"}


def test_kerass_losses_are_known_by_their_public_names():
    metric = metrax.MeanMetricWrapper(keras.losses.binary_crossentropy, from_logits=True)
    written = metrax.serialize(metric)
    assert written["config"]["fn"] == {"function": "keras.losses:binary_crossentropy"}
    assert metrax.deserialize(written) == metric
    # As metrax 0.1 wrote it.
    path = f"{keras.losses.hinge.__module__}:hinge"
    assert metrax.deserialize(wrapped({"function": path})).get_config()["fn"] is keras.losses.hinge


@pytest.mark.parametrize("config", [{}, {"metric": None}, {"metric": "auc"}, {"name": "x"}])
def test_what_is_no_configuration_is_refused(config):
    with pytest.raises(metrax.MetraxError, match="expected a dictionary with 'class_name'"):
        Metric.from_config(config)


def test_the_backend_is_named_before_tensorflow_is_looked_for(tmp_path):
    (tmp_path / "tensorflow.py").write_text("raise SystemExit('TensorFlow was looked for')")
    clean = {name: x for name, x in os.environ.items() if not name.startswith("KERAS_")}
    path = os.pathsep.join([str(tmp_path), *sys.path])
    done = subprocess.run(
        [sys.executable, "-c", "import metrax.interop.keras"],
        env={**clean, "KERAS_HOME": str(tmp_path), "PYTHONPATH": path},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "MetraxError: as_keras: Keras runs on the backend 'tensorflow'" in done.stderr
    assert "KERAS_BACKEND=jax before Keras is imported" in done.stderr
    assert "looked for" not in done.stderr


@pytest.mark.parametrize(
    ("variable", "file", "backend"),
    [
        (None, None, "tensorflow"),
        ("", None, "tensorflow"),
        ("torch", '{"backend": "jax"}', "torch"),
        (None, '{"backend": "numpy"}', "numpy"),
        (None, "no JSON", "tensorflow"),
        (None, "[]", "tensorflow"),
        ("jax", '{"backend": "torch"}', None),
        (None, '{"backend": "jax"}', None),
    ],
)
def test_the_backend_is_the_one_that_keras_would_load(
    variable, file, backend, tmp_path, monkeypatch
):
    monkeypatch.delitem(sys.modules, "keras")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.delenv("KERAS_BACKEND")
    if variable is not None:
        monkeypatch.setenv("KERAS_BACKEND", variable)
    if file is not None:
        (tmp_path / "keras.json").write_text(file)
    if backend is None:
        require_jax()
    else:
        with pytest.raises(metrax.MetraxError, match=f"runs on the backend '{backend}'"):
            require_jax()
