"""Formulas that keep their digits and are vectorised, with their derivatives.

Sizes and signs are apart, for XLA vectorises no `where`. Differentiated as they stand, the kinks of
`abs` and `minimum` would lose derivatives where two numbers are equal, so those are given.
"""

import jax
import jax.numpy as jnp
from jax import Array


@jax.custom_jvp
def squared_log_quotient(a: Array, b: Array) -> Array:
    r"""$\log^2\frac{1 + a}{1 + b}$ of numbers above -1, however close they are to each other."""
    # A quotient near 1 is rounded; what it exceeds 1 by is not.
    return jnp.square(jnp.log1p(jnp.abs(a - b) / (1 + jnp.minimum(a, b))))


@jax.custom_jvp
def relative_entropy(a: Array, b: Array) -> Array:
    r"""$a \log \frac ab$ of numbers above 0: its error is less than that of $b$."""
    return a * jnp.log1p((a - b) / b)


@jax.custom_jvp
def sigmoid_crossentropy(true: Array, logits: Array) -> Array:
    r"""$-y \log \sigma(x) - (1 - y) \log(1 - \sigma(x))$."""
    beside = jnp.maximum(logits, 0) * (1 - true) + jnp.maximum(-logits, 0) * true
    return beside + jnp.log1p(jnp.exp(-jnp.abs(logits)))


@jax.custom_jvp
def log_cosh_of(x: Array) -> Array:
    r"""$\log \cosh x$."""
    # From LINEAR on it is |x| less log 2, to the last digit of a float64.
    size, linear = jnp.abs(x), 20
    # By cosh x - 1, of m = exp x - 1: the logarithm of 1 + x^2 / 2 keeps no digits of x^2.
    m = jnp.expm1(jnp.minimum(size, linear))
    return jnp.log1p(m * m / (2 * (m + 1))) + jnp.maximum(size - linear, 0)


@jax.custom_jvp
def share(x: Array, total: Array) -> Array:
    """``x / total`` of a total that is not 0; the derivatives do not square it."""
    return x / total


@squared_log_quotient.defjvp
def _(primals, tangents):
    (a, b), (da, db) = primals, tangents
    sign = jnp.where(a < b, -1, 1).astype(a.dtype)
    log = sign * jnp.log1p(sign * (a - b) / (1 + jnp.minimum(a, b)))
    return squared_log_quotient(a, b), 2 * log * (da / (1 + a) - db / (1 + b))


@relative_entropy.defjvp
def _(primals, tangents):
    (a, b), (da, db) = primals, tangents
    return relative_entropy(a, b), (jnp.log(a / b) + 1) * da - a / b * db


@sigmoid_crossentropy.defjvp
def _(primals, tangents):
    (true, logits), (dtrue, dlogits) = primals, tangents
    slope = (1 - true) * jax.nn.sigmoid(logits) - true * jax.nn.sigmoid(-logits)
    return sigmoid_crossentropy(true, logits), slope * dlogits - logits * dtrue


@log_cosh_of.defjvp
def _(primals, tangents):
    (x,), (dx,) = primals, tangents
    return log_cosh_of(x), jnp.tanh(x) * dx


@share.defjvp
def _(primals, tangents):
    (x, total), (dx, dtotal) = primals, tangents
    value = share(x, total)
    return value, share(dx - value * dtotal, total)
