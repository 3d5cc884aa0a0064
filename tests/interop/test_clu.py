"""Loops written for clu give the same with metrax's collections, by one import."""

import subprocess
import sys

import flax
import flax.serialization
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import metrax
from metrax.interop import clu as ours
from tests.laws.close import close

N, C = 16, 3
LIBRARIES = ["metrax", "clu"]


@pytest.fixture(params=LIBRARIES)
def metrics(request):
    """The module that a loop imports as ``metrics``."""
    if request.param == "metrax":
        yield ours
        return
    with jax.numpy_dtype_promotion("standard"):  # clu divides floats by integers
        yield pytest.importorskip("clu.metrics", reason="pip install clu")


def batches(count=3):
    """Model outputs, the last examples of each batch only there to fill it up."""
    rng = np.random.default_rng(0)
    for i in range(count):
        logits = rng.normal(size=(N, C)).astype(np.float32)
        labels = rng.integers(0, C, N).astype(np.int32)
        mask = np.arange(N) < N - 2 * i
        yield {"logits": logits, "labels": labels, "mask": mask, "loss": np.float32(i)}


def losses(logits, labels, **_):
    return -jnp.take_along_axis(jax.nn.log_softmax(logits), labels[:, None], 1)[:, 0]


def first_half(logits, mask, **_):
    return {"values": logits, "mask": mask & (jnp.arange(len(mask)) < N // 2)}


def expected():
    """The values over all batches, in float64."""
    data = [
        {k: x.astype(np.float64) if x.dtype.kind == "f" else x for k, x in batch.items()}
        for batch in batches()
    ]
    names = ("logits", "labels", "mask")
    logits, labels, mask = (np.concatenate([b[k] for b in data]) for k in names)
    head = np.concatenate([b["mask"] & (np.arange(N) < N // 2) for b in data])
    each = np.log(np.exp(logits).sum(1)) - np.take_along_axis(logits, labels[:, None], 1)[:, 0]
    return {
        "accuracy": np.mean(logits.argmax(1)[mask] == labels[mask]),
        "loss": np.mean([b["loss"] for b in data]),
        "nll": each[mask].mean(),
        "head": logits[head].mean(),
    }


def defined(metrics):
    """A collection as clu's users define it."""

    @flax.struct.dataclass
    class Metrics(metrics.Collection):
        accuracy: metrics.Accuracy
        loss: metrics.Average.from_output("loss")
        nll: metrics.Average.from_fun(losses)
        head: metrics.Average.from_fun(first_half)

    return Metrics


def test_an_evaluation_loop(metrics):
    cls = defined(metrics)

    @jax.jit
    def eval_step(batch):
        return cls.single_from_model_output(**batch, step=3, unused=batch["logits"])

    found = None
    for batch in batches():
        update = eval_step(batch)
        found = update if found is None else found.merge(update)
    close(found.compute(), expected(), 1e-5)


def test_a_training_loop_carries_the_metrics_through_jit(metrics):
    cls, traces = defined(metrics), []

    @jax.jit
    def train_step(state, batch):
        traces.append(1)
        return state.merge(cls.single_from_model_output(**batch))

    state = cls.empty()
    for batch in batches():
        state = train_step(state, batch)
    close(state.compute(), expected(), 1e-5)
    assert len(traces) == 1
    assert jax.tree.structure(state) == jax.tree.structure(cls.empty())


@pytest.mark.devices
def test_devices_gather(metrics):
    cls = defined(metrics)
    step = jax.pmap(
        lambda batch: cls.gather_from_model_output(axis_name="batch", **batch), axis_name="batch"
    )
    later = jax.pmap(
        lambda batch: jax.lax.all_gather(
            cls.single_from_model_output(**batch), axis_name="d"
        ).reduce(),
        axis_name="d",
    )
    for run in (step, later):
        found = None
        for batch in batches():
            cut = {k: x.reshape(2, -1, *x.shape[1:]) if x.ndim else np.tile(x, 2)
                   for k, x in batch.items()}  # fmt: skip
            update = run(cut).unreplicate()
            found = update if found is None else found.merge(update)
        values = found.compute()
        assert {*values} == {*expected()}
        for name in ("accuracy", "loss", "nll"):
            close(values[name], expected()[name], 1e-5)


def test_reduce_merges_what_is_stacked():
    cls = defined(ours)
    each = [cls.single_from_model_output(**batch) for batch in batches()]
    stacked = jax.tree.map(lambda *xs: jnp.stack(xs), *each)
    close(stacked.reduce().compute(), expected(), 1e-5)
    with pytest.raises(metrax.MetraxError):
        stacked.compute()


def test_scan_and_without_a_mask():
    cls = ours.Collection.create(mean=ours.Average, accuracy=ours.Accuracy)
    xs = np.arange(12, dtype=np.float32).reshape(3, 4)
    logits = np.stack([xs, 5 - xs], -1)

    def body(state, batch):
        values, logits = batch
        labels = jnp.zeros(4, jnp.int32)
        update = cls.single_from_model_output(values=values, logits=logits, labels=labels)
        return state.merge(update), None

    state, _ = jax.lax.scan(body, cls.empty(), (xs, logits))
    close(state.compute(), {"mean": 5.5, "accuracy": 9 / 12}, 1e-6)


def test_any_metric_of_metrax_sits_in_it():
    inside = {
        "auc": metrax.AUC(),
        "pr": metrax.AUC(curve="PR"),
        "f1": metrax.F1Score(num_classes=2),
    }
    cls = ours.as_clu(metrax.Collection({k: x.on("y", "p", w="mask") for k, x in inside.items()}))
    y, p = np.eye(2, dtype=np.float32)[[0, 1, 1, 0]], np.float32([[0.8, 0.2], [0.3, 0.7]] * 2)
    w = np.float32([1, 1, 1, 0])
    update = cls.single_from_model_output(y=y, p=p, mask=w, extra=p, missing=None)
    both = cls.empty().merge(update).merge(cls.empty())
    close(both.compute(), {name: np.asarray(x(y, p, w)) for name, x in inside.items()})
    assert len(both.state) == 2  # the areas share one
    alone = ours.as_clu(metrax.AUC())
    assert float(alone.single_from_model_output(y_true=y, y_pred=p).compute()["auc"]) == 0.5


def test_jit_tells_classes_of_equal_states_apart():
    step = jax.jit(lambda metrics: metrics.merge(metrics))
    train, test = (ours.Collection.create(**{name: ours.Average}) for name in ("train", "test"))
    for cls, name in ((train, "train"), (test, "test")):
        found = step(cls.single_from_model_output(values=[1.0, 2.0]))
        assert type(found) is cls
        assert found.compute() == {name: 1.5}


def test_flax_saves_a_train_state_with_its_metrics(metrics):
    cls = defined(metrics)
    seen = [cls.single_from_model_output(**batch) for batch in batches()]
    saved = flax.serialization.to_bytes({"step": 1, "metrics": seen[0].merge(seen[1])})
    restored = flax.serialization.from_bytes({"step": 0, "metrics": cls.empty()}, saved)
    assert type(restored["metrics"]) is cls
    close(restored["metrics"].merge(seen[2]).compute(), expected(), 1e-5)


def test_classes_inherit_their_metrics():
    class Base(ours.Collection):
        loss: ours.Average.from_output("loss")

    class More(Base):
        pass

    assert More.single_from_model_output(loss=2.0).compute() == {"loss": 2.0}
    assert isinstance(More.empty().merge(More.empty()), More)


def test_values_for_clus_writers():
    values = pytest.importorskip("clu.values", reason="pip install clu")
    update = ours.Collection.create(mean=ours.Average).single_from_model_output(values=[1.0, 2.0])
    assert update.compute_values() == {"mean": values.Scalar(1.5)}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ours.as_clu("auc"), "as_clu: got 'auc'; expected a metrax metric"),
        (lambda: ours.Collection.create(a="auc"), "Collection: a: got 'auc'; expected a metrax"),
        (lambda: ours.LastValue, "has no LastValue; instead: keep the last value"),
        (
            lambda: ours.Collection.create(a=ours.Accuracy).single_from_model_output(logits=[[1]]),
            "a: needs the output 'labels'; there are",
        ),
        (
            lambda: ours.as_clu(metrax.Mean().on("loss")).single_from_model_output(los=1.0),
            "loss",
        ),
    ],
)
def test_mistakes_are_named(call, message):
    with pytest.raises(metrax.MetraxError, match=message):
        call()


def test_clu_is_not_needed():
    code = (
        "import sys; sys.modules['clu'] = sys.modules['flax'] = None\n"
        "from metrax.interop import clu as metrics\n"
        "cls = metrics.Collection.create(mean=metrics.Average)\n"
        "print(float(cls.single_from_model_output(values=[1.0, 2.0]).compute()['mean']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1.5"
