"""Thousands of malformed and extreme calls: each ends in a defined value or a metrax error.

Never another exception, never a silent broadcast, never a changed input state.
"""

import jax
import jax.numpy as jnp
import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import metrax
from tests.cases import Batch, over
from tests.cases.case import SHAPES_THAT_PAIR
from tests.environments import environment
from tests.laws.close import identical, same_shapes
from tests.laws.test_transformations import leaves, step_of

MALFORMED, EXTREME = 60, 20
"""Random calls for each case: of any shape and type, traced; of any value, computed."""

FUZZED = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

RESHAPE = {
    "flat": lambda x: x.reshape(-1),
    "transposed": lambda x: x.T,
    "column": lambda x: x[..., None],
    "row": lambda x: x[None],
    "first only": lambda x: x[:1],
    "last axis cut": lambda x: x[..., :1],
    "one short": lambda x: x[:-1],
    "empty": lambda x: x[:0],
    "no features": lambda x: x[..., :0],
    "scalar": lambda x: x.reshape(-1)[0],
    "twice": lambda x: np.concatenate([x, x]),
    "stacked": lambda x: np.stack([x, x]),
    "doubled features": lambda x: np.concatenate([x, x], axis=-1),
}
DTYPES = "bool int8 uint8 int16 int32 int64 uint32 float16 bfloat16 float32 float64 complex64 str"
CONTAINERS = {
    "list": np.ndarray.tolist,
    "ragged": lambda x: [*x.reshape(-1)[:3].tolist(), [1.0, 2.0]],
    "text": lambda x: "labels",
    "nothing": lambda x: None,
    "dict": lambda x: {"labels": x},
    "object": lambda x: object(),
    "masked": np.ma.masked_array,
}
INTEGERS = (0, 1, -1, 3, 7, 255, -(2**31), 2**31 - 1, 2**24 + 1, 2**40)
FLOATS = (np.nan, np.inf, -np.inf, 3e38, -3e38, 1e-40, -0.0, 0, 1, -1, 0.5, 2**24 + 1)


@st.composite
def malformed(draw, case):
    """The arguments of a good call, some of them in another shape, type or container."""
    xs = list(leaves(case.batch()))
    for i in draw(st.sets(st.integers(0, len(xs) - 1), min_size=1)):
        if draw(st.booleans()):
            xs[i] = RESHAPE[draw(st.sampled_from(sorted(RESHAPE)))](xs[i])
        if draw(st.booleans()):
            xs[i] = np.asarray(xs[i]).astype(jnp.dtype(draw(st.sampled_from(DTYPES.split()))))
        elif draw(st.integers(0, 3)) == 0:
            xs[i] = CONTAINERS[draw(st.sampled_from(sorted(CONTAINERS)))](np.asarray(xs[i]))
    return xs


@st.composite
def extreme(draw, case):
    """A batch of the laws' shape with any numbers in some places."""
    xs = [x.copy() for x in leaves(case.batch())]
    for x in xs:
        for _ in range(draw(st.integers(0, 3))):
            value = draw(st.sampled_from(FLOATS if x.dtype.kind == "f" else INTEGERS))
            at = draw(st.integers(0, x.size - 1)) if draw(st.booleans()) else slice(None)
            x.reshape(-1)[at] = value
    return Batch(tuple(xs[:-1]), xs[-1])


def fit(good, given):
    """Whether shapes pair elements as those of a good call do, axes of size one aside."""
    ranks = [np.ndim(x) for x in good]
    short, long = sorted((tuple(n for n in np.shape(x) if n != 1) for x in given), key=len)
    if ranks[0] == ranks[1]:
        return long == short
    # Labels beside scores, of which the class axis, if longer than one, has no counterpart.
    return long == short or short in {long[:i] + long[i + 1 :] for i in range(len(long))}


@environment("bad input")
@over("kind", long=True)
def test_malformed_calls_end_in_a_metrax_error_or_fit(case):
    state = case.metric.init()
    usual = jax.eval_shape(lambda: state)

    @settings(FUZZED, max_examples=MALFORMED)
    @given(xs=malformed(case))
    def call(xs):
        try:
            after = jax.eval_shape(lambda s: step_of(case)(s, xs), state)
        except metrax.MetraxError:
            return
        same_shapes(after, usual)
        if SHAPES_THAT_PAIR not in case.exempt and len(xs) == 3:
            assert fit(case.batch().inputs, xs[:2])

    call()


@environment("bad input")
@over("kind", long=True)
def test_extreme_values_end_in_a_value_of_the_usual_shape(case):
    state = case.observe(case.batch())
    kept, usual = jax.tree.map(jnp.copy, state), case.value(state)

    @settings(FUZZED, max_examples=EXTREME)
    @given(batch=extreme(case))
    def call(batch):
        value = case.value(case.update(state, batch))
        same_shapes(value, usual)
        identical(state, kept)

    call()
