"""Metrics with a ``contribute`` of their own: as values, and what their authors get wrong."""

import dataclasses
import json
import pickle

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import metrax
from metrax import accumulators as acc
from metrax.statistics import ConfusionCounts, ThresholdCounts

Y, P = np.float32([1, 2, 3, 5]), np.float32([1.4, 2, 2, 6])
TRACES = []


@metrax.register(name="near_hits")
class Near(metrax.Metric):
    """The share of predictions within a tolerance."""

    tolerance: float = 0.5

    def contribute(self, y_true, y_pred):
        TRACES.append(self.tolerance)
        return acc.Mean.each(jnp.abs(y_true - y_pred) <= self.tolerance)

    def read(self, state):
        return state.mean


def traced(metric):
    """How often this metric's update runs ``contribute``, of arrays that it may have seen."""
    TRACES.clear()
    metric.update(metric.init(), Y, P, Y)
    return len(TRACES)


def test_equal_configurations_share_their_programs():
    assert traced(Near(0.25)) > 0
    for same in (
        Near(0.25),
        Near(tolerance=0.25, name="else"),
        Near(0.25, dtype=None),
        dataclasses.replace(Near(3.0), tolerance=0.25),
        pickle.loads(pickle.dumps(Near(0.25))),
        metrax.deserialize(json.loads(json.dumps(metrax.serialize(Near(0.25))))),
        metrax.clone_metric(Near(0.25)),
    ):
        assert traced(same) == 0, same
    assert traced(Near(0.75)) > 0


def test_a_step_that_takes_the_metric_is_traced_once():
    steps = []

    @jax.jit
    def step(metric, state, y, p):
        steps.append(metric)
        return metric.update(state, y, p)

    for metric in (Near(), Near(0.5), Near(name="else"), pickle.loads(pickle.dumps(Near()))):
        assert float(metric.compute(step(metric, metric.init(), Y, P))) == 0.5
    assert [x.name for x in steps] == ["near", "else"]


def test_it_goes_through_files_and_names():
    metric = Near(1.0, name="hits")
    twin = metrax.deserialize(json.loads(json.dumps(metrax.serialize(metric))))
    assert (twin, twin.name, twin.tolerance) == (metric, "hits", 1.0)
    assert pickle.loads(pickle.dumps(metric)) == metric
    assert metrax.get("near_hits") == Near()
    saved = json.loads(json.dumps(metrax.layout(metric)))
    metrax.check_layout(Near(1.0), saved)
    with pytest.raises(metrax.MetraxError, match="tolerance"):
        metrax.check_layout(Near(2.0), saved)
    both = metrax.Collection(a=Near(), b=Near(name="else"), c=Near(2.0))
    assert len(both.init()) == 2  # equal ones share a state


def test_two_dtypes_are_two_states():
    half = Near(dtype="bfloat16")
    assert half(Y, P).dtype == jnp.bfloat16
    assert {x.dtype.name for x in jax.tree.leaves(half.observe(Y, P))} == {"float32"}


# ---- metrax's own code is told by where `contribute` is defined


def test_a_subclass_that_says_what_is_added_is_looked_at():
    class Averaged(ConfusionCounts):
        def contribute(self, y_true, y_pred):
            return acc.Mean.each(jnp.mean(y_pred, axis=0, keepdims=True))

    class Centred(ThresholdCounts):
        def contribute(self, y_true, y_pred):
            return acc.Mean.each(y_pred - jnp.mean(y_pred))

    inputs = {"y_true": Y, "y_pred": P, "w": None}
    with pytest.raises(metrax.MetraxError, match="Averaged returned rows of shape"):
        Averaged(num_classes=2).observe(inputs)
    with pytest.raises(metrax.MetraxError, match="Centred gave an example other rows"):
        Centred((0.5,)).observe(inputs)


def test_a_subclass_that_leaves_it_to_metrax_is_metraxs():
    class Mine(ThresholdCounts):
        """As it was, but for its name."""

    labels, scores = np.uint8([0, 1, 1]), np.float32([0.1, 0.7, 0.2])
    inputs = {"y_true": labels, "y_pred": scores, "w": None}
    for mine in (Mine((0.5,)), Mine((0.5,), top_k=1)):
        theirs = ThresholdCounts(mine.thresholds, mine.top_k)
        assert mine._ours
        np.testing.assert_array_equal(
            mine.observe(inputs).buckets.value, theirs.observe(inputs).buckets.value
        )


@pytest.mark.parametrize("batched", [False, True])
def test_what_reads_a_vector_as_one_row_says_so(batched):
    class Rows(metrax.Statistic):
        def contribute(self, y_true, y_pred):
            return acc.Mean.each(y_pred)

        def _batched(self, *inputs):
            return batched

    class Own(metrax.Metric):
        @property
        def statistic(self):
            return Rows()

        def read(self, state):
            return state.mean

    sharded = metrax.by_shard(Own(), 2)
    if batched:
        assert float(sharded(Y, P)) == pytest.approx(P.mean())
        return
    with pytest.raises(metrax.MetraxError, match=r"y_pred: got float32\[4\], which Rows reads as"):
        sharded(Y, P)


# ---- what authors get wrong


def reading(value):
    """A metric whose ``read`` is that function."""

    class Own(metrax.Metric):
        def contribute(self, values):
            return acc.Mean.each(values)

        def read(self, state):
            return value(state)

    return Own()


READS = {
    "nothing": (lambda s: None, "returned None"),
    "nothing in a dict": (lambda s: {"mean": s.mean, "rest": None}, "returned .*'rest': None"),
    "an empty dict": (lambda s: {}, "returned {}"),
    "the state": (lambda s: s, "returned Mean"),
    "a state in a dict": (lambda s: {"all": s.total}, "returned .*Sum"),
    "a number": (lambda s: 0.5, "returned 0.5; expected an array made of the state's"),
    "numbers": (lambda s: {"mean": s.mean, "n": 3}, "returned .*'n': 3"),
    "a word": (lambda s: "0.5", "returned '0.5'"),
    "a function": (lambda s: s.merge, "returned <bound method"),
    "a float of an array": (lambda s: float(s.mean), "raised .*it is traced: write jnp.where"),
    "an if": (lambda s: s.mean if s.mean > 0 else -s.mean, "raised .*it is traced"),
}


@pytest.mark.parametrize("dtype", [None, "bfloat16"])
@pytest.mark.parametrize(("value", "says"), READS.values(), ids=READS)
def test_what_is_read_must_be_arrays(value, says, dtype):
    metric = dataclasses.replace(reading(value), dtype=dtype)
    with pytest.raises(metrax.MetraxError, match=f"(?s)Own.*: read: Own {says}"):
        metric(Y)
    with pytest.raises(metrax.MetraxError, match=f"(?s)read: Own {says}"):
        metrax.Collection(member=metric)(values=Y)


def test_arrays_of_numpy_and_lists_of_arrays_may_be_read():
    assert float(reading(lambda s: np.float32(0.5))(Y)) == 0.5
    found = reading(lambda s: {"a": [s.mean, s.weight.value], "b": (s.mean,)})(Y)
    assert float(found["a"][1]) == 4


@pytest.mark.parametrize(
    "example", [((),), ((), (), ()), 3, (3, 4), ("a", "b"), ((), None), ((2.0,), ())], ids=str
)
def test_an_example_that_is_none_is_named(example):
    class Own(metrax.Metric):
        def contribute(self, y_true, y_pred):
            return acc.Mean.each(y_true)

        def example(self):
            return example

        def read(self, state):
            return state.mean

    says = r"Own.*: example: Own returned .*expected the shape of one example of y_true and of y_"
    with pytest.raises(metrax.MetraxTypeError, match=says):
        Own().init()


def test_an_example_may_lack_what_may_be_left_out():
    class Own(metrax.Statistic):
        def contribute(self, values, *, mask=None):
            return acc.Mean.each(values, w=mask, keep=-1)

        def example(self):
            return [3], None

    assert Own().init().total.hi.shape == (3,)


@pytest.mark.parametrize("base", [metrax.Metric, metrax.Statistic])
@pytest.mark.parametrize(
    "contribute",
    [lambda self, *inputs: None, lambda self, y_true, **inputs: None],
    ids=["positional", "keywords"],
)
def test_inputs_without_names_are_refused_when_the_class_is_defined(base, contribute):
    says = r"contribute: Own takes \*+inputs; expected its inputs by name, such as contribute\(self"
    with pytest.raises(metrax.MetraxTypeError, match=says):
        type("Own", (base,), {"contribute": contribute, "read": lambda self, state: state.mean})


# ---- cells of any integers


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.int32, np.uint32, np.int64, np.uint64])
@pytest.mark.parametrize("x64", [False, True])
def test_cells_of_any_integers_those_outside_are_nowhere(dtype, x64):
    class Count(metrax.Statistic):
        def contribute(self, values):
            return acc.Sum.each(1, at=values, shape=200)

    outside = [dtype(np.iinfo(dtype).max)] if np.iinfo(dtype).max < 2**32 else []
    outside += [dtype(2**32 + 3)] if x64 and np.iinfo(dtype).max >= 2**32 else []
    outside += [dtype(-1)] if np.iinfo(dtype).min < 0 else []
    cells = np.array([3, 199, 3, 200, *outside], dtype)
    with jax.enable_x64(x64):
        found = Count().observe({"values": cells, "w": None}).value
        expected = np.bincount([3, 199, 3], minlength=200)
        np.testing.assert_array_equal(found, expected)


def test_cells_beyond_int32_come_as_floats_and_the_error_says_what_takes_them():
    class Count(metrax.Statistic):
        labels: bool = False

        def contribute(self, values):
            cells = metrax.building.as_labels(values) if self.labels else values
            return acc.Sum.each(1, at=cells, shape=4)

    inputs = {"values": np.array([3, 2**33 + 3, -1, 3], np.int64), "w": None}
    with pytest.raises(metrax.MetraxTypeError, match=r"at: got float32\[4\].*building\.as_labels"):
        Count().observe(inputs)
    assert Count(True).observe(inputs).value.tolist() == [0, 0, 0, 2]
    half = {"values": jnp.array([3, 2.5, jnp.nan, 3], jnp.bfloat16), "w": None}
    assert Count(True).observe(half).value.tolist() == [0, 0, 0, 2]
