"""Comparison of values and states."""

from collections.abc import Iterator
from typing import Any

import jax
import numpy as np

from tests.cases import Case
from tests.ground import ROUNDING


def close(actual: Any, expected: Any, rtol: float = 2e-6, atol: float = 1e-7) -> None:
    """Assert that two trees have one structure of names and nearly equal numbers."""
    if isinstance(expected, dict):
        assert list(actual) == list(expected)
        for name in expected:
            close(actual[name], expected[name], rtol, atol)
        return
    actual, expected = (np.asarray(x, np.float64) for x in (actual, expected))
    np.testing.assert_allclose(actual, expected, rtol=rtol * ROUNDING, atol=atol * ROUNDING)


def same_shapes(a: Any, b: Any) -> None:
    """Assert that two states have equal shapes, dtypes and weak types, leaf by leaf."""
    a, b = (jax.tree.map(jax.typeof, x) for x in (a, b))
    assert jax.tree.structure(a) == jax.tree.structure(b)
    assert jax.tree.leaves(a) == jax.tree.leaves(b)


def identical(a: Any, b: Any) -> None:
    """Assert that two states are equal bit for bit."""
    same_shapes(a, b)
    for x, y in zip(jax.tree.leaves(a), jax.tree.leaves(b), strict=True):
        np.testing.assert_array_equal(x, y)


def each(states: Any) -> Iterator[Any]:
    """The states that are stacked in one, on the host, where taking them apart compiles nothing."""
    states = jax.device_get(states)
    for i in range(len(jax.tree.leaves(states)[0])):
        yield jax.tree.map(lambda x, i=i: x[i], states)


def counts_identical(case: Case, a: Any, b: Any) -> None:
    """Assert that two states of a metric that counts are equal bit for bit, wherever they are."""
    for x, y in zip(jax.tree.leaves(a), jax.tree.leaves(b), strict=True):
        if case.counts:
            np.testing.assert_array_equal(x, y)


def within_ulps(n: int, actual: Any, expected: Any) -> None:
    """Assert that no more than ``n`` steps of float32 lie between two values."""
    for x, y in zip(jax.tree.leaves(actual), jax.tree.leaves(expected), strict=True):
        np.testing.assert_array_max_ulp(np.asarray(x), np.asarray(y), n)
