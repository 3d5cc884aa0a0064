"""Whatever axes of the inputs are sharded, devices exchange partial results, never inputs.

Programs are compiled for shapes so large that nothing else could be of their size; they are not run
but for a few, small ones.
"""

import itertools
import math
import os

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from jax.sharding import AxisType, NamedSharding
from jax.sharding import PartitionSpec as P

import metrax
from tests.cases import CASES
from tests.cases.tiers import CHOICE
from tests.laws.close import close
from tests.laws.collectives import QUICK, Collective, collectives

pytestmark = pytest.mark.devices(8)

B, T, H, C = 1 << 14, 1 << 9, 1 << 8, 1 << 8
PAIRS, ROWS = (B, T), (B, 16, C)
IMAGES = (64, H, H)
FLOAT, INT = "float32", "int32"
SHARE = 16
"""Of the bytes of the inputs, one in so many is more than is ever exchanged."""


def elements(metric, shape=PAIRS):
    """A metric of two arrays of one shape, and a weight for each element."""
    return metric, [(shape, FLOAT)] * 3


def rows(metric, labels=FLOAT):
    """A metric of scores along the last axis, of labels beside or like them; a weight a row."""
    return metric, [
        (ROWS if labels == FLOAT else ROWS[:-1], labels),
        (ROWS, FLOAT),
        (ROWS[:-1], FLOAT),
    ]


def unweighted(row):
    """The same row without its weights."""
    return row[0], row[1][:-1]


def forecasts(metric, size):
    """A metric of numbers and forecasts of them, whose last axis no device has a part of."""
    return metric, [(PAIRS, FLOAT), ((*PAIRS, size), FLOAT), (PAIRS, FLOAT)]


CLASSES = {"num_classes": C}
LABELS = {"multi_label": True, "num_labels": C, "num_thresholds": 20}
TABLE = {
    "StreamMean": (metrax.Mean(), [(PAIRS, FLOAT)] * 2),
    "StreamMean unweighted": (metrax.Mean(), [(PAIRS, FLOAT)]),
    "huber_loss": rows(metrax.MeanMetricWrapper(optax.losses.huber_loss)),
    "equal": (metrax.Accuracy(), [(PAIRS, INT), (PAIRS, INT), (PAIRS, FLOAT)]),
    "on_one_side": unweighted(elements(metrax.BinaryAccuracy())),
    "categorical_accuracy": rows(metrax.CategoricalAccuracy()),
    "sparse_categorical_accuracy": rows(metrax.SparseCategoricalAccuracy(), INT),
    "accuracy_by_shape": rows(metrax.get("acc")),
    "top_k_categorical_accuracy": rows(metrax.TopKCategoricalAccuracy(k=3)),
    "sparse_top_k_categorical_accuracy": rows(metrax.SparseTopKCategoricalAccuracy(k=3), INT),
    "cosine_similarity": rows(metrax.CosineSimilarity()),
    "binary_crossentropy_loss": elements(metrax.BinaryCrossentropy()),
    "kl_divergence": rows(metrax.KLDivergence()),
    "poisson_loss": elements(metrax.Poisson()),
    "categorical_crossentropy": rows(metrax.CategoricalCrossentropy(from_logits=True)),
    "sparse_categorical_crossentropy": rows(
        metrax.SparseCategoricalCrossentropy(from_logits=True), INT
    ),
    "squared_error": elements(metrax.MeanSquaredError()),
    "squared_error outputs": elements(metrax.MeanSquaredError(num_outputs=T)),
    "absolute_error": elements(metrax.MeanAbsoluteError()),
    "absolute_percentage_error": elements(metrax.MeanAbsolutePercentageError()),
    "squared_logarithmic_error": elements(metrax.MeanSquaredLogarithmicError()),
    "squared_logarithmic_error variance": elements(
        metrax.MeanSquaredLogarithmicError(
            num_outputs=T, class_aggregation="variance_weighted_average"
        )
    ),
    "log_cosh_error": elements(metrax.LogCoshError()),
    "hinge_loss": elements(metrax.Hinge()),
    "squared_hinge_loss": elements(metrax.SquaredHinge()),
    "categorical_hinge": rows(metrax.CategoricalHinge()),
    "pearson_correlation": rows(metrax.PearsonCorrelation()),
    "concordance_correlation": rows(metrax.ConcordanceCorrelation()),
    "PairedMoments": elements(metrax.R2Score(num_outputs=T)),
    "ThresholdCounts few": elements(metrax.Precision()),
    "ThresholdCounts few unweighted": unweighted(elements(metrax.Precision())),
    "ThresholdCounts": elements(metrax.AUC()),
    "ThresholdCounts unweighted": unweighted(elements(metrax.AUC())),
    "ThresholdCounts top_k": (metrax.Precision(top_k=5), [(ROWS, FLOAT)] * 2),
    "ThresholdCounts class_id": (metrax.Recall(class_id=3), [(ROWS, FLOAT)] * 2),
    "ThresholdCounts multi_label": (metrax.AUC(**LABELS), [(ROWS, FLOAT)] * 3),
    "ThresholdCounts multi_label unweighted": (metrax.AUC(**LABELS), [(ROWS, FLOAT)] * 2),
    "ThresholdCounts row_highest": rows(metrax.F1Score(**CLASSES)),
    "ConfusionCounts": (metrax.MeanIoU(21), [(IMAGES, INT), (IMAGES, INT), (IMAGES, FLOAT)]),
    "ConfusionCounts unweighted": (metrax.MeanIoU(21), [(IMAGES, INT)] * 2),
    "ConfusionCounts scores": (
        metrax.MeanIoU(**CLASSES, sparse_y_pred=False),
        [(ROWS[:-1], INT), (ROWS, FLOAT)],
    ),
    "ConfusionCounts one-hot": (metrax.OneHotIoU(C, [0, 1]), [(ROWS, FLOAT)] * 2),
    "Overlap": elements(metrax.DiceLoss()),
    "brier_score": elements(metrax.BrierScore()),
    "brier_score classes": rows(metrax.BrierScore(from_logits=True), INT),
    "log_loss": rows(metrax.D2LogLoss(C, from_logits=True), INT),
    "predicted": elements(metrax.WeightedCalibration()),
    "ranked_probability_score": rows(metrax.RankedProbabilityScore(), INT),
    "CalibrationBins": elements(metrax.CalibrationError()),
    "CalibrationBins top_label": rows(metrax.CalibrationError(from_logits=True), INT),
    "CalibrationBins classwise": rows(
        metrax.CalibrationError(multi_class="classwise", **CLASSES), INT
    ),
    "crps together": forecasts(metrax.CRPS(), 5),
    "crps sorted together": forecasts(metrax.CRPS(), 72),
    "gaussian_crps together": forecasts(metrax.GaussianCRPS(), 2),
    "quantile_crps together": forecasts(metrax.QuantileCRPS([0.1, 0.9]), 2),
    "interval_score together": forecasts(metrax.IntervalScore(), 2),
    "interval_width together": forecasts(metrax.Sharpness(), 2),
    "interval_covered together": forecasts(metrax.IntervalCoverage(), 2),
    "transform_shares together": forecasts(metrax.PITHistogram(), 5),
    "ClassCounts": (metrax.MatthewsCorrelation(200), [(PAIRS, INT), (PAIRS, INT), (PAIRS, FLOAT)]),
    "ClassCounts scores": rows(metrax.BalancedAccuracy(C), INT),
    "Matches": unweighted((metrax.ExactMatch(), [(PAIRS, INT)] * 3)),
    "Matches scores": rows(metrax.HammingLoss(C), INT),
    "AnyLabel": rows(metrax.AnyLabelAccuracy()),
    "MeanOfCounts": unweighted(elements(metrax.Specificity(average="samples"))),
    "MeanOfCounts per_image": (metrax.Dice(21, per_image=True), [(IMAGES, INT)] * 2),
    "ScoreHistogram": elements(metrax.AUROC()),
    "ScoreHistogram unweighted": unweighted(elements(metrax.AUROC())),
    "ScoreHistogram labels": rows(metrax.AUROC(num_classes=C, bits=10)),
    "ByExample": (
        metrax.AUROC(by_example=1000),
        [(PAIRS[:1], FLOAT), (PAIRS[:1], FLOAT), (PAIRS[:1], INT, "index")],
    ),
    "Contributed": (metrax.Variance(), [(PAIRS, FLOAT)] * 2),
    "Slices": elements(metrax.Along(metrax.AUC(20), T)),
    "Groups": (
        metrax.Grouped(metrax.AUC(20), 9),
        [*[(PAIRS, FLOAT)] * 3, (PAIRS[:1], INT, "groups")],
    ),
    "Blocks": elements(metrax.Interval(metrax.AUC(20), method="jackknife")),
    "SquaredCounts": elements(metrax.Interval(metrax.AUC())),
    "SquaredMeans": elements(metrax.Interval(metrax.MeanSquaredError())),
    "Product": (
        metrax.Collection([metrax.MeanSquaredError(), metrax.BinaryAccuracy(), metrax.AUC(9)]),
        [(PAIRS, FLOAT)] * 3,
    ),
}
"""By statistic, or by the function whose values are averaged."""


def sharded(name):
    """How many axes may be, of a row of the table: a forecast's own stay together."""
    _, inputs = TABLE[name]
    return max(len(shape) for shape, *_ in inputs) - name.endswith(" together")


def specs(ndim):
    """Each axis alone over the whole mesh, and each pair of axes."""
    for axis in range(ndim):
        yield P(*[None] * axis, ("data", "model"))
    for first, second in itertools.combinations(range(ndim), 2):
        names = {first: "data", second: "model"}
        yield P(*(names.get(i) for i in range(second + 1)))


def exchanged(metric, inputs, spec, kind):
    """The bytes of what a mesh of two by four devices exchanges for one update."""
    mesh = jax.make_mesh((2, 4), ("data", "model"), axis_types=(kind,) * 2)

    def struct(shape, dtype, spec):
        return jax.ShapeDtypeStruct(shape, dtype, sharding=NamedSharding(mesh, spec))

    state = jax.tree.map(lambda x: struct(x.shape, x.dtype, P()), jax.eval_shape(metric.init))
    structs = [struct(shape, dtype, P(*spec[: len(shape)])) for shape, dtype, *_ in inputs]
    names = [given[2] for given in inputs if len(given) == 3]  # by keyword, after the others
    many = len(inputs) - len(names)
    keywords = dict(zip(names, structs[many:], strict=True))
    update = jax.jit(metric.update).lower(state, *structs[:many], **keywords)
    compiled = update.compile(compiler_options=QUICK)
    return sum(each.nbytes for each in collectives(compiled.as_text()))


APART = {"KeptScores": "rows that are kept are put one after the other, wherever they come from"}
"""Statistics that exchange their inputs, and why; by shard they do not."""


SHARDED = [
    pytest.param(name, spec, AxisType.Auto, id=f"{name}-{spec}")
    for name in TABLE
    for spec in specs(sharded(name))
    if os.environ.get(CHOICE) == "all" or len(spec) == sharded(name)
] + [
    pytest.param(name, P("data", "model"), AxisType.Explicit, id=f"{name}-explicit")
    for name in TABLE
]


@pytest.mark.parametrize(("name", "spec", "kind"), SHARDED)
def test_nothing_of_the_size_of_the_inputs_is_exchanged(name, spec, kind):
    metric, inputs = TABLE[name]
    size = sum(math.prod(shape) * np.dtype(dtype).itemsize for shape, dtype, *_ in inputs)
    assert exchanged(metric, inputs, spec, kind) < size / SHARE


def test_the_table_has_every_statistic():
    statistics = (case.metric.statistic for case in CASES)
    kinds = {getattr(getattr(s, "fn", s), "__name__", type(s).__name__) for s in statistics}
    named = {key.split(" ")[0] for key in TABLE}
    assert kinds - named == APART.keys()


def test_rows_that_are_kept_stay_where_they_are_by_shard():
    metric = metrax.by_shard(metrax.AUROC(exact=1000), 8)
    mesh = jax.make_mesh((8,), ("data",), axis_types=(AxisType.Auto,))
    batch = jax.ShapeDtypeStruct((B,), FLOAT, sharding=NamedSharding(mesh, P("data")))
    state = jax.tree.map(
        lambda x: jax.ShapeDtypeStruct(x.shape, x.dtype, sharding=NamedSharding(mesh, P("data"))),
        jax.eval_shape(metric.init),
    )
    program = jax.jit(metric.update).lower(state, batch, batch).compile(compiler_options=QUICK)
    assert collectives(program.as_text()) == []


def test_what_is_gathered_is_seen():
    def ranked(y_true, y_pred):
        return jnp.sort(y_true - y_pred, axis=-1)

    metric, inputs = unweighted(elements(metrax.MeanMetricWrapper(ranked)))
    assert exchanged(metric, inputs, P(None, "model"), AxisType.Auto) > 4 * math.prod(PAIRS) / 8


def test_collectives_are_read_off_programs():
    text = """
      %a = f32[8,402]{1,0} all-gather(f32[1,402]{1,0} %b), channel_id=1
      %c = (f32[], c64[3,5]{1,0}) all-reduce(f32[] %d, c64[3,5] %e), to_apply=%f
      %g = pred[7]{0} add(pred[7] %h, pred[7] %i)
    """
    assert collectives(text) == [
        Collective("all-gather", 8 * 402 * 4),
        Collective("all-reduce", 124),
    ]


RUN = [
    "ThresholdCounts",
    "ThresholdCounts top_k",
    "ConfusionCounts",
    "StreamMean",
    "categorical_accuracy",
]


@pytest.mark.parametrize("kind", [AxisType.Auto, AxisType.Explicit], ids=str)
@pytest.mark.parametrize("name", RUN)
def test_values_are_those_of_unsharded_inputs(name, kind):
    metric, inputs = TABLE[name]
    rng = np.random.default_rng(0)
    small = {B: 32, T: 24, H: 16, 16: 4, 64: 8}
    shapes = [(tuple(small.get(n, n) for n in shape), dtype) for shape, dtype in inputs]
    xs = [
        rng.random(shape, FLOAT) if dtype == FLOAT else rng.integers(0, 21, shape)
        for shape, dtype in shapes
    ]
    mesh = jax.make_mesh((2, 4), ("data", "model"), axis_types=(kind,) * 2)
    put = [jax.device_put(x, NamedSharding(mesh, P("data", "model"))) for x in xs]
    close(metric.compute(jax.jit(metric.observe)(*put)), metric(*xs))
