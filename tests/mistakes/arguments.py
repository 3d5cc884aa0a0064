"""Constructors: arguments misspelt, of other libraries, of wrong types, out of range."""

import numpy as np
import optax

import metrax
from tests.mistakes.row import P, Q, R, Y, is_, says

M = metrax


def unknown(cls, *suggested, **arguments):
    (name,) = arguments
    hint = f".*did you mean.*{suggested[0]}" if suggested else ".*expected "
    return says(
        f"{cls.__name__}({name}=...)",
        lambda: cls(**arguments),
        f"{cls.__name__}: got the unknown argument '{name}'{hint}",
    )


def wrong(cls, *args, **arguments):
    name = next(reversed(arguments), "")
    shown = ", ".join([*map(repr, args), *(f"{k}={v!r}" for k, v in arguments.items())])
    return says(
        f"{cls.__name__}({shown})"[:90],
        lambda: cls(*args, **arguments),
        f"{cls.__name__}: .*{name}.*(expected|not given)",
    )


def mean_loss(y_true, y_pred):
    return ((y_true - y_pred) ** 2).mean()


def three(y_true, y_pred, mask):
    return y_true * y_pred * mask


def on_numpy(y_true, y_pred):
    return np.abs(np.asarray(y_true) - np.asarray(y_pred))


def pair(y_true, y_pred):
    return y_true, y_pred


ROWS = [
    unknown(M.Precision, "thresholds", threshold=0.5),
    unknown(M.Recall, "thresholds", threshold=0.5),
    unknown(M.BinaryAccuracy, "threshold", thresholds=0.5),
    unknown(M.AUC, "num_thresholds", n_thresholds=200),
    unknown(M.AUC, "multi_label", multilabel=True),
    unknown(M.AUC, average="macro"),
    unknown(M.AUC, "from_logits", logits=True),
    unknown(M.AUC, num_classes=3),
    unknown(M.Accuracy, task="multiclass"),
    unknown(M.Accuracy, num_classes=3),
    unknown(M.SparseCategoricalAccuracy, ignore_index=-100),
    unknown(M.SparseCategoricalCrossentropy, "ignore_class", ignore_index=-100),
    unknown(M.SparseCategoricalCrossentropy, "from_logits", from_logit=True),
    unknown(M.BinaryCrossentropy, "label_smoothing", smoothing=0.1),
    unknown(M.CategoricalCrossentropy, reduction="none"),
    unknown(M.TopKCategoricalAccuracy, top_k=3),
    unknown(M.MeanSquaredError, squared=False),
    unknown(M.R2Score, multioutput="raw_values"),
    unknown(M.F1Score, "num_classes", classes=3),
    unknown(M.FBetaScore, "beta", betas=2.0),
    unknown(M.MeanIoU, "num_classes", classes=3),
    unknown(M.Mean, axis=0),
    unknown(M.Mean, sync_on_compute=False),
    unknown(M.PearsonCorrelation, "num_outputs", outputs=2),
    wrong(M.Mean, [1.0, 2.0]),
    wrong(M.Sum, [1.0, 2.0], "name"),
    wrong(M.MeanSquaredError, R, Q),
    wrong(M.Accuracy, Y, P),
    wrong(M.AUC, Y, P),
    wrong(M.Precision, Y, P),
    wrong(M.BinaryAccuracy, Y),
    wrong(M.MeanIoU),
    wrong(M.IoU, 3),
    wrong(M.PrecisionAtRecall),
    wrong(M.MeanMetricWrapper),
    wrong(M.MeanIoU, num_classes="3"),
    wrong(M.MeanIoU, num_classes=3.0),
    wrong(M.MeanIoU, num_classes=0),
    wrong(M.IoU, num_classes=3, target_class_ids=[3]),
    wrong(M.IoU, num_classes=3, target_class_ids=1),
    wrong(M.BinaryIoU, target_class_ids=[2]),
    wrong(M.AUC, curve="roc_curve"),
    wrong(M.AUC, curve="precision-recall"),
    wrong(M.AUC, num_thresholds="200"),
    wrong(M.AUC, num_thresholds=1),
    wrong(M.AUC, num_thresholds=2**31),
    wrong(M.AUC, thresholds=0.5),
    wrong(M.AUC, thresholds=[0.5, 50.0]),
    wrong(M.AUC, thresholds=[0.5, np.nan]),
    wrong(M.AUC, multi_label="yes"),
    wrong(M.AUC, num_labels=3),
    wrong(M.AUC, summation_method="trapezoid"),
    wrong(M.AUC, multi_label=True, num_labels=2, label_weights=[1.0]),
    wrong(M.Precision, thresholds=50),
    wrong(M.Precision, thresholds=[]),
    wrong(M.Precision, top_k=0),
    wrong(M.Precision, class_id="cat"),
    wrong(M.Recall, class_id=-1),
    wrong(M.F1Score, average="binary"),
    wrong(M.F1Score, average="macros"),
    wrong(M.F1Score, threshold=0),
    wrong(M.FBetaScore, beta=0),
    wrong(M.FBetaScore, beta="two"),
    wrong(M.TopKCategoricalAccuracy, k=0),
    wrong(M.TopKCategoricalAccuracy, k=5.0),
    wrong(M.TopKCategoricalAccuracy, k=(1, 5)),
    wrong(M.SparseTopKCategoricalAccuracy, k=2**31),
    wrong(M.BinaryCrossentropy, from_logits="true"),
    wrong(M.BinaryCrossentropy, label_smoothing=2),
    wrong(M.CategoricalCrossentropy, label_smoothing=-0.1),
    wrong(M.SparseCategoricalCrossentropy, ignore_class="pad"),
    wrong(M.CosineSimilarity, axis="features"),
    wrong(M.R2Score, class_aggregation="mean"),
    wrong(M.R2Score, num_outputs=0),
    wrong(M.R2Score, num_regressors=-1),
    wrong(M.RecallAtPrecision, precision=80),
    wrong(M.SensitivityAtSpecificity, specificity="high"),
    wrong(M.Mean, dtype="int32"),
    wrong(M.Mean, dtype=int),
    wrong(M.Mean, dtype="float" + "31"),
    wrong(M.Mean, name=3),
    wrong(M.MeanMetricWrapper, fn="mse"),
    wrong(M.MeanMetricWrapper, fn=0.5),
    wrong(M.MeanMetricWrapper, fn=M.MeanSquaredError),
    wrong(M.MeanMetricWrapper, fn=three),
    wrong(M.MeanMetricWrapper, fn=optax.l2_loss, order=("pred", "true")),
    wrong(M.TverskyLoss, alpha=-1),
    is_("dtype as a type", lambda: M.Mean(dtype=np.float32)([1.0, 2.0]), 1.5),
    is_("a list of thresholds out of order", lambda: M.AUC(thresholds=[0.8, 0.2, 0.5])(Y, P), 0.75),
    is_("thresholds as an array", lambda: M.Precision(thresholds=np.array([0.3]))(Y, P), 2 / 3),
    says(
        "a mean over the batch",
        lambda: M.MeanMetricWrapper(mean_loss)(R, Q),
        "fn: mean_loss .*expected values of each example",
    ),
    says(
        "a function that needs NumPy",
        lambda: M.MeanMetricWrapper(on_numpy)(R, Q),
        "fn: on_numpy .*raised",
    ),
    says(
        "a function that returns two",
        lambda: M.MeanMetricWrapper(pair)(R, Q),
        "fn: .*tuple.*expected an array",
    ),
    says(
        "a function of strings",
        lambda: M.MeanMetricWrapper(lambda y_true, y_pred: "x")(R, Q),
        "fn: .*str.*expected an array",
    ),
    says(
        "a loss of class labels on one-hot rows",
        lambda: M.MeanMetricWrapper(optax.softmax_cross_entropy_with_integer_labels)(
            np.eye(3), np.eye(3)
        ),
        "fn: softmax_cross_entropy_with_integer_labels .*raised",
    ),
    is_(
        "predictions first",
        lambda: M.MeanMetricWrapper(lambda predictions, targets: targets - 2 * predictions)(R, Q),
        (R - 2 * Q).mean(),
    ),
    says(
        "two predictions",
        lambda: M.MeanMetricWrapper(lambda preds, logits: preds),
        "both names say.*order=",
    ),
    # Names.
    says("f1", lambda: M.get("f1"), "get: got 'f1'.*did you mean 'f1_score'|F1Score"),
    is_("RMSE", lambda: M.get("RMSE")(R, Q), 0.75),
    says("mean_iou", lambda: M.get("mean_iou"), "did you mean 'MeanIoU'"),
    says("crossentropy", lambda: M.get("crossentropy"), "did you mean .*crossentropy"),
    says("acuracy", lambda: M.get("acuracy"), "did you mean .*accuracy"),
    says("iou without classes", lambda: M.get("MeanIoU"), "num_classes"),
    says("no name", lambda: M.get(None), "get: got None; expected a metric's name"),
    says("a number", lambda: M.get(3), "get: got 3; expected a metric's name"),
    says("an empty name", lambda: M.get(""), "get: got ''"),
    says("a list", lambda: M.get(["mse"]), r"get: got \['mse'\]; expected"),
    says(
        "a configuration by name",
        lambda: M.deserialize("auc"),
        "deserialize: got .*auc.*expected a dictionary",
    ),
    says("an empty configuration", lambda: M.deserialize({}), "deserialize: got .*class_name"),
    says(
        "a configuration of unknown arguments",
        lambda: M.deserialize({"class_name": "AUC", "config": {"curves": "PR"}}),
        "curves.*did you mean 'curve'",
    ),
    says(
        "from_config of the serialised form",
        lambda: M.AUC.from_config(M.serialize(M.AUC())),
        "unknown argument 'class_name'",
    ),
    says("a collection of nothing", lambda: M.Collection([]), "metrics: got none"),
    says(
        "a collection of a metric",
        lambda: M.Collection(M.AUC()),
        r"Collection: metrics: got metrax.AUC\(\); expected a list",
    ),
    says(
        "a collection of a name",
        lambda: M.Collection("auc"),
        "Collection: metrics: got 'auc'; expected a list",
    ),
    says(
        "a collection of None",
        lambda: M.Collection(None),
        "Collection: metrics: got None; expected a list",
    ),
    says(
        "members two of a name",
        lambda: M.Collection([M.AUC(), M.AUC(curve="PR")]),
        "two named 'auc'; give one another name",
    ),
    says("a member misspelt", lambda: M.Collection(["mse", "acuracy"]), "did you mean .*accuracy"),
    says("a member that is no metric", lambda: M.Collection({"a": 3}), "get: got 3; expected"),
    says("a member numbered", lambda: M.Collection({0: M.AUC()}), "got the name 0; expected a str"),
    is_("a member by its class", lambda: M.Collection({"auc": M.AUC})(Y, P)["auc"], 0.75),
    is_("members as pairs in a tuple", lambda: M.Collection((M.AUC(), "mse"))(Y, P)["auc"], 0.75),
    says(
        "checked of a name",
        lambda: M.checked("auc"),
        r"checked: got 'auc'; expected a metric, such as metrax.get",
    ),
    says(
        "a clone of a name",
        lambda: M.clone_metric("auc"),
        "clone_metric: got 'auc'; expected a metric",
    ),
    says("a route too many", lambda: M.Mean().on("loss", "mask"), "on: got outputs .*w=..."),
    says("a route too few", lambda: M.AUC().on("labels"), "on: got outputs"),
    says("a route by number", lambda: M.Mean().on(0), "outputs: got"),
    says(
        "weights routed by position",
        lambda: M.AUC().on("labels", "scores", "mask"),
        "on: got outputs .*w=...",
    ),
    says("a route named state", lambda: M.Mean().on("state"), "an output named 'state'"),
]
