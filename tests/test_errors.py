"""What errors say besides their words: where they arose, of which metric, and in how many words."""

import dataclasses
import pickle
import subprocess
import sys
import traceback

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import metrax
from metrax.accumulators import Max, Moments
from metrax.core import checks

Y, P = np.array([0, 1, 1, 0]), np.array([0.1, 0.9, 0.8, 0.3], np.float32)
AUC = metrax.AUC()
MANY = metrax.AUC(thresholds=np.linspace(0, 1, 2000).tolist(), name="val_auc")


def frames(error):
    return [frame.name for frame in traceback.extract_tb(error.tb)]


def test_the_trace_leads_to_the_frame_that_failed():
    with pytest.raises(metrax.MetraxError) as error:
        AUC(Y, P[:2])
    assert frames(error)[-1] == "same_shape"
    with pytest.raises(metrax.MetraxError) as error:
        metrax.Precision(thresholds=[1.5])
    assert "validate" in frames(error)
    with pytest.raises(metrax.MetraxError) as error:
        metrax.Collection(auc=AUC)(Y, P[:2])
    assert frames(error)[-1] == "same_shape"


def test_errors_show_by_the_name_that_they_are_imported_by():
    kinds = [x for x in vars(checks).values() if isinstance(x, type) and x.__module__ == "metrax"]
    assert len(kinds) == 4
    for cls in kinds:
        line = traceback.format_exception_only(cls("words"))[-1]
        assert line == f"metrax.{cls.__name__}: words\n"
        assert cls is getattr(metrax, cls.__name__)
        assert type(pickle.loads(pickle.dumps(cls("words")))) is cls


def test_what_cannot_be_set_is_frozen_still():
    for thing in (AUC, AUC.init()):
        for change in (lambda x: setattr(x, "curve", "PR"), lambda x: delattr(x, "curve")):
            with pytest.raises(dataclasses.FrozenInstanceError, match="'curve' cannot be set"):
                change(thing)
    assert AUC.curve == "ROC"


def test_the_subject_is_short():
    for metric in (MANY, metrax.checked(MANY), MANY.on("y", "p"), metrax.Collection([MANY])):
        call = {"y": Y, "p": P[:2]} if isinstance(metric, metrax.Routed) else {}
        args = () if call else (Y, P[:2])
        with pytest.raises(metrax.MetraxError, match=r"got int32\[4\] and float32\[2\]") as error:
            metric(*args, **call)
        assert len(str(error.value)) < 300
    assert str(MANY) == "metrax.AUC(name='val_auc', ...)"
    assert str(metrax.checked(MANY).on("y", "p")).startswith("metrax.checked(metrax.AUC(name=")
    assert len(repr(MANY)) > 20_000


def test_what_came_is_cut_short():
    for call in (
        lambda: metrax.AUC(thresholds=[*np.linspace(0, 1, 2000), 3.0]),
        lambda: metrax.MeanIoU(num_classes=list(range(2000))),
        lambda: metrax.get(np.zeros((900, 9)).tolist()),
        lambda: metrax.checked(list(range(2000))),
        lambda: metrax.statistics.ThresholdCounts(tuple(range(2000, 0, -1))),
    ):
        with pytest.raises(metrax.MetraxError, match=r"got .*\.\.\.") as error:
            call()
        assert len(str(error.value)) < 400


class Peak(metrax.State):
    moments: Moments
    largest: Max


class Highest(metrax.State):
    largest: Max


def test_a_state_prints_as_a_summary():
    assert repr(metrax.Mean().observe([1.0, 2.0], [1.0, 0.5])) == (
        "Mean(float32[]; weight seen 1.5)"
    )
    assert repr(AUC.observe(Y, P)) == (
        "ThresholdCountsState(buckets=Sum(float32[2,201]); weight seen 4)"
    )
    cells = metrax.MeanIoU(1000).observe([3, 999], [3, 5])
    assert repr(cells) == "ConfusionState(cells=Sum(float32[1000,1000]); weight seen 2)"
    r2 = metrax.R2Score(num_outputs=1).observe(P, P)
    assert repr(r2).endswith(
        "(moments=CoMoments(float32[1]), residual=Sum(float32[1]); weight seen 4)"
    )
    own = Peak(Moments.of(jnp.ones(3)), Max.of(jnp.ones(3)))
    assert repr(own) == "Peak(moments=Moments(float32[]), largest=Max(float32[]); weight seen 3)"
    assert repr(Highest(Max.of(jnp.ones(3)))) == "Highest(largest=Max(float32[]))"


def test_a_state_that_is_not_here_prints_without_its_weight():
    expected = "ThresholdCountsState(buckets=Sum(float32[2,201]))"
    seen = []
    jax.jit(lambda state: seen.append(repr(state)) or state)(AUC.init())
    donated = AUC.init()
    jax.tree.map(lambda x: x.delete(), donated)
    axes = jax.tree.map(lambda x: 0, AUC.init())
    shapes = jax.eval_shape(AUC.init)
    assert [*seen, repr(donated), repr(shapes)] == [expected] * 3
    assert repr(axes) == "ThresholdCountsState(buckets=Sum(int))"
    on_host = jax.tree.map(np.asarray, AUC.observe(Y, P))
    assert repr(on_host).endswith("weight seen 4)")


class Gradient:
    """A tensor that requires grad, as PyTorch refuses to convert it."""

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("Can't call numpy() on Tensor that requires grad.")


@pytest.mark.parametrize(
    "value",
    [Gradient(), [Gradient(), Gradient()], [[Gradient()]]],
    ids=["alone", "in a list", "in two"],
)
def test_what_an_array_raises_says_to_detach(value):
    with pytest.raises(metrax.MetraxTypeError, match=r"y_pred: .*grad.*x.detach\(\)") as error:
        AUC(Y, value)
    assert isinstance(error.value.__cause__, RuntimeError)


class Wrapped:
    def __init__(self, value):
        self.value = value

    def __jax_array__(self):
        return self.value


def test_what_wraps_an_array_of_jaxs_is_one():
    assert jax.jit(lambda p: AUC(Y, Wrapped(p)))(P) == AUC(Y, P)


STATE = "Did you forget the state"
ONE = "takes one state"
CALLS = {
    "data first": (lambda: AUC.update(Y, P), STATE),
    "data first, and weights": (lambda: AUC.update(Y, P, Y), STATE),
    "lists first": (lambda: AUC.update([0, 1], [0.2, 0.8]), STATE),
    "a number first": (lambda: metrax.Mean().update(1.0), STATE),
    "no state, all by keyword": (lambda: AUC.update(y_true=Y, y_pred=P), STATE),
    "no state, outputs by keyword": (lambda: metrax.Mean().on("loss").update(loss=1.0), STATE),
    "nothing": (lambda: AUC.update(), STATE),
    "data to compute": (lambda: AUC.compute(Y), ONE),
    "truth and prediction to compute": (lambda: AUC.compute(Y, P), ONE),
    "nothing to compute": (lambda: AUC.compute(), ONE),
    "text to compute": (lambda: AUC.compute("state"), ONE),
    "a state to the call": (lambda: AUC(AUC.init(), Y, P), "among the data"),
    "data to init": (lambda: AUC.init(Y, P), "takes nothing"),
    "the class": (lambda: metrax.AUC.init(), "make a metric first"),
    "the class's update": (lambda: metrax.AUC.update(AUC.init(), Y, P), "make a metric first"),
    "update_state": (lambda: AUC.update_state(Y, P), r"metric.update\(state, y_true"),
    "result": (lambda: AUC.result(), r"metric.compute\(state\)"),
    "reset_state": (lambda: AUC.reset_state(), r"state = metric.init\(\)"),
    "sample_weight": (lambda: AUC(Y, P, sample_weight=P), "pass sample_weight as w"),
    "weights": (lambda: metrax.Mean()(P, weights=P), "pass weights as w"),
    "preds and target": (lambda: AUC(target=Y, preds=P), "preds as y_pred, target as y_true"),
    "sample_weight to a collection": (
        lambda: metrax.Collection(["auc"])(Y, P, sample_weight=Y),
        "pass sample_weight as w",
    ),
    "a collection of a metric": (lambda: metrax.Collection(AUC), r"Collection\(\[metrax.AUC"),
    "a collection of a name": (lambda: metrax.Collection("auc"), "expected a list"),
    "a collection of a number": (lambda: metrax.Collection(3), "expected a list"),
    "a member without a name": (lambda: metrax.Collection({1: AUC}), "the name 1; expected a str"),
    "an output named state": (lambda: metrax.Mean().on("state"), "named 'state'"),
    "an output named self": (lambda: metrax.Mean().on("x", w="self"), "named 'self'"),
    "an axis by number": (lambda: metrax.pmerge(AUC.init(), 0), r"merge_stacked\(states, 0\)"),
    "no axis": (lambda: metrax.pmerge(AUC.init(), ()), "axis_name: got"),
    "a stack of none": (lambda: metrax.stack(AUC.init(), 0), "n: got 0; expected 1 or more"),
    "a stack of text": (lambda: metrax.stack(AUC.init(), "8"), "n: got '8'; expected an int"),
    "k beyond int32": (lambda: metrax.TopKCategoricalAccuracy(k=2**31), "k: got 2147483648"),
    "thresholds unsorted": (
        lambda: metrax.statistics.ThresholdCounts((0.5, 0.2)),
        r"thresholds: got \(0.5, 0.2\); expected them in ascending",
    ),
    "thresholds with NaN": (
        lambda: metrax.statistics.ThresholdCounts((0.5, float("nan"))),
        "thresholds: got",
    ),
}


@pytest.mark.parametrize(("call", "words"), CALLS.values(), ids=CALLS)
def test_calls_of_other_habits_are_told_metraxs(call, words):
    with pytest.raises(metrax.MetraxError, match=words):
        call()


class Typo(metrax.Metric):
    @property
    def statistic(self):
        return metrax.statistics.ThresholdCounts((0.5,), dtype=self.dtype)

    def read(self, state):
        return len(state.counts().tp[0] + None)


class Missing(Typo):
    def read(self, state):
        return state.counts().true_positives


class Misspelt(Typo):
    @property
    def statistic(self):
        return metrax.statistics.ThresholdCount((0.5,))


def test_a_typo_of_the_users_own_stays_what_it_is():
    for metric, kind in {Typo(): TypeError, Missing(): AttributeError}.items():
        for each in (metric, metrax.Collection(m=metric), metrax.checked(metric)):
            with pytest.raises(kind) as error:
                each(Y, P)
            assert not isinstance(error.value, metrax.MetraxError)
            assert "read" in frames(error)
    with pytest.raises(AttributeError, match="ThresholdCount"):
        Misspelt().init()


def test_attributes_that_nobody_has_stay_pythons():
    assert not hasattr(AUC, "result")
    with pytest.raises(AttributeError, match="no attribute 'resutl'"):
        _ = AUC.resutl


def test_adapters_are_imported_when_used():
    code = (
        "import sys, metrax\n"
        "assert 'flax' not in sys.modules\n"
        "print(metrax.interop.nnx.Metric(metrax.Mean()).compute())\n"
        "sys.modules['keras'] = None\n"
        "try: metrax.interop.keras\n"
        "except metrax.MetraxError as error: print(error)\n"
        "try: metrax.interop.torch\n"
        "except AttributeError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    value, needs, unknown = done.stdout.splitlines()
    assert value == "0.0"
    assert needs.startswith("metrax.interop.keras: ")
    assert "KERAS_BACKEND" in needs or "pip install keras" in needs
    assert unknown == "module 'metrax.interop' has no attribute 'torch'"
