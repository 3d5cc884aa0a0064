"""Folding: one kernel where the neutral value is known, halves where not, no gradient."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import metrax
from metrax.accumulators import Max, Min, Sum


class Product(metrax.Accumulator):
    value: jax.Array
    neutral = 1.0

    def combine(self, other):
        return Product(self.value * other.value)


class Nearest(metrax.Accumulator):
    """The value nearest to zero; of any number that it starts with, so no neutral value."""

    value: jax.Array

    def combine(self, other):
        closer = jnp.abs(self.value) <= jnp.abs(other.value)
        return Nearest(jnp.where(closer, self.value, other.value))


class Extremes(metrax.State):
    highest: Max
    lowest: Min
    total: Sum


def extremes(x):
    return Extremes(Max.of(x), Min.of(x), Sum.of(x))


@pytest.mark.parametrize("n", [1, 2, 3, 16, 17, 40])
def test_accumulators_of_users_fold(n):
    x = np.random.default_rng(n).normal(size=(n, 3)).astype(np.float32)
    states = [Product(jnp.asarray(x)), Nearest(jnp.asarray(x)), Nearest(jnp.asarray(x[:, 0]))]
    product, nearest, one = metrax.merge_stacked(states)
    np.testing.assert_allclose(product.value, np.prod(x, axis=0), rtol=1e-5)
    closest = x[np.abs(x).argmin(0), range(3)]
    np.testing.assert_array_equal(nearest.value, closest)
    np.testing.assert_array_equal(one.value, closest[0])


class Apart(metrax.Accumulator):
    """Two sums of different shapes, which no one reduction takes."""

    total: jax.Array
    each: jax.Array
    neutral = 0.0

    def combine(self, other):
        return Apart(self.total + other.total, self.each + other.each)


def test_arrays_of_two_shapes_fold_all_the_same():
    part = Apart(jnp.asarray(2.0), jnp.arange(3.0))
    both = metrax.merge(part, part)
    assert (float(both.total), both.each.tolist()) == (4, [0, 2, 4])


class Shrinking(metrax.Accumulator):
    value: jax.Array

    def combine(self, other):
        return Shrinking((self.value + other.value).astype(jnp.float16))


class ShrinkingInOneKernel(Shrinking):
    neutral = 0.0


@pytest.mark.parametrize("accumulator", [Shrinking, ShrinkingInOneKernel])
def test_a_combine_that_changes_the_dtype_is_named(accumulator):
    part = accumulator(jnp.ones(2))
    with pytest.raises(metrax.MetraxTypeError, match=r"combine: returned float16.*float32"):
        metrax.merge(part, part)


def test_a_neutral_value_that_is_no_number_is_named():
    class Wrong(Product):
        neutral = "one"  # pyright: ignore[reportAssignmentType]

    part = Wrong(jnp.ones(2))
    with pytest.raises(
        metrax.MetraxTypeError, match=r"Wrong.neutral: got 'one'; expected a number"
    ):
        metrax.merge(part, part)


@pytest.mark.parametrize("x", [-3.0, 0.0, 3.0])
def test_neutral_values_change_nothing(x):
    state = extremes(jnp.asarray([x]))
    both = metrax.merge(state, state)
    assert [float(part.value) for part in vars(both).values()] == [x, x, 2 * x]


def test_integers_have_no_infinity_and_fold_all_the_same():
    states = [Max(jnp.arange(-3, 2)), Min(jnp.arange(-3, 2)), Sum(jnp.arange(5), jnp.zeros(5, int))]
    highest, lowest, total = metrax.merge_stacked(states)
    assert (int(highest.value), int(lowest.value), int(total.hi)) == (1, -3, 10)


@pytest.mark.skipif(jax.default_backend() != "cpu", reason="counts kernels as CPUs name them")
def test_states_of_one_shape_merge_in_one_kernel():
    mse, r2, auc = (metrax.MeanSquaredError(), metrax.R2Score(num_outputs=1), metrax.AUC())
    scalars = {"mse": mse.init(), "extremes": extremes(jnp.ones(2))}
    for states, kernels in [(scalars, 1), (r2.init(), 1), ([mse.init(), r2.init(), auc.init()], 3)]:
        program = jax.jit(metrax.merge).lower(states, states).compile()
        assert program.as_text().count(" fusion(") == kernels


def test_more_states_than_one_kernel_takes():
    many = [extremes(jnp.asarray([i, -i], jnp.float32)) for i in range(40)]
    both = metrax.merge(many, many)
    values = [tuple(float(x.value) for x in vars(state).values()) for state in both]
    assert values == [(i, -i, 0) for i in range(40)]


def test_states_are_constants_to_a_gradient():
    metric = metrax.Mean()
    state = metric.update(metric.init(), [1.0])

    def loss(x, state):
        state = metric.update(state, x)
        return jnp.sum(x) + metric.compute(state), state

    (dx, ds), _ = jax.grad(loss, argnums=(0, 1), has_aux=True)(jnp.ones(2), state)
    assert dx.tolist() == [1, 1]
    assert all(not x.any() for x in jax.tree.leaves(ds))
