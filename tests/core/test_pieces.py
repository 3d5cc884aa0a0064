"""Sums of a large batch, a piece at a time."""

import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import metrax
from metrax.core import pieces

ERRORS = {
    "mean_squared_error": lambda y, p: (y - p) ** 2,
    "mean_absolute_error": lambda y, p: abs(y - p),
    "log_cosh_error": lambda y, p: np.log(np.cosh(p - y)),
    "mean_squared_logarithmic_error": lambda y, p: (np.log1p(y) - np.log1p(p)) ** 2,
}


@pytest.fixture
def small(monkeypatch):
    """Batches that are large already, and pieces of a few rows."""
    monkeypatch.setattr(pieces, "LARGE", 1 << 6)
    monkeypatch.setattr(pieces, "PIECE", 1 << 5)
    jax.clear_caches()
    yield
    jax.clear_caches()


def loops(metric, *batch):
    return jax.jit(metric.observe).lower(*batch).as_text().count("stablehlo.while")


@pytest.mark.parametrize("length", [64, 65, 257, 1000])
@pytest.mark.parametrize("weights", [None, "examples", "scalar"])
@pytest.mark.usefixtures("small")
def test_any_length_of_batch(length, weights):
    rng = np.random.default_rng(length)
    y, p, w = (rng.random(length, np.float32) for _ in range(3))
    w = {None: None, "examples": np.where(w < 0.2, 0, w).astype(np.float32), "scalar": 0.5}[weights]
    metric = metrax.Collection(list(ERRORS))
    p = np.where(w == 0, np.nan, p).astype(np.float32) if weights == "examples" else p
    values, known = metric(y, p, w), np.isfinite(p)
    for name, error in ERRORS.items():
        each = error(y.astype(float)[known], p.astype(float)[known])
        expected = np.average(each, weights=w[known] if weights == "examples" else None)
        assert float(values[name]) == pytest.approx(expected, rel=2e-6)
    assert loops(metric, y, p, w) > 0


@pytest.mark.usefixtures("small")
def test_where_it_does_not_pay_the_batch_is_taken_whole():
    y = np.random.default_rng(0).random(1024, np.float32)
    assert loops(metrax.Collection(["mse", "mae"]), y, y) == 0
    assert loops(metrax.Collection(list(ERRORS)), y[:60], y[:60]) == 0
    assert loops(metrax.R2Score(num_outputs=1), y, y) == 0


@pytest.mark.usefixtures("small")
def test_moments_beside_means_are_right():
    rng = np.random.default_rng(1)
    y, p = rng.random((2, 512), np.float32)
    r2, metric = metrax.R2Score(num_outputs=1), metrax.Collection([*ERRORS, metrax.R2Score()])
    assert float(metric(y, p)["r2_score"]) == pytest.approx(float(r2(y, p)), rel=1e-5)


@pytest.mark.devices(8)
@pytest.mark.usefixtures("small")
def test_no_collective_runs_once_a_piece():
    mesh = jax.make_mesh((8,), ("data",), axis_types=(jax.sharding.AxisType.Auto,))
    spec = jax.sharding.NamedSharding(mesh, jax.sharding.PartitionSpec("data"))
    batch = jax.ShapeDtypeStruct((4096,), jnp.float32, sharding=spec)
    metric = metrax.Collection(list(ERRORS))
    text = jax.jit(metric.observe).lower(batch, batch).compile().as_text()
    bodies = re.findall(r"body=%?([\w.-]+)", text)
    blocks = {re.split(r"[ (]", b.lstrip("%"), maxsplit=1)[0]: b for b in text.split("\n\n")}
    assert bodies
    assert "all-reduce" in text or "all-gather" in text
    assert not any("all-" in blocks[name] for name in bodies)
