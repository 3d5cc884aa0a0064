"""The functions and the adapters to other libraries."""

import metrax
from metrax import functional as F  # noqa: N812
from tests.mistakes.calls import AUC, MEAN
from tests.mistakes.row import K, P, Q, R, S, W, Y, says


def nnx(metric):
    return metrax.interop.nnx.Metric(metric)


ROWS = [
    says(
        "outputs by other names to an nnx metric",
        lambda: nnx(AUC).update(labels=Y, logits=P),
        "labels as y_true, logits as y_pred",
    ),
    says(
        "a name to an nnx metric", lambda: nnx("auc"), "metric: got 'auc'; expected a metrax metric"
    ),
    says(
        "a class to an nnx metric",
        lambda: nnx(metrax.AUC),
        "metric: got .*expected a metrax metric",
    ),
    says(
        "another metric's state to an nnx metric",
        lambda: nnx(AUC).set_state(MEAN.init()),
        "different parts",
    ),
    says("an nnx metric without a size", lambda: nnx(metrax.R2Score()), "num_outputs: not given"),
    says(
        "a Keras metric of a name",
        lambda: metrax.interop.keras.as_keras("auc"),
        "metric: got 'auc'; expected a metrax metric",
    ),
    says(
        "a Keras metric's weights misspelt",
        lambda: metrax.interop.keras.as_keras(AUC).update_state(Y, P, sample_weights=W),
        "pass sample_weights as w",
    ),
    says(
        "a Keras metric of another shape",
        lambda: metrax.interop.keras.as_keras(AUC).update_state(Y, P[:2]),
        "y_true and y_pred: got",
    ),
    says(
        "a function of other shapes",
        lambda: F.mean_squared_error(R, Q[:2]),
        "y_true and y_pred: got",
    ),
    says(
        "a function of numbers", lambda: F.mean_squared_error(1.0, 2.0), "no axis -1; pass arrays"
    ),
    says("a function of text", lambda: F.mean_squared_error("a", 2.0), "y_true: got str of dtype"),
    says("a function of None", lambda: F.huber(None, P), "y_true: got NoneType of dtype"),
    says(
        "a function of one-hot rows",
        lambda: F.sparse_categorical_crossentropy(S, S),
        "one-hot labels use the categorical",
    ),
    says("a function of class labels", lambda: F.categorical_crossentropy(K, S), "one-hot"),
    says(
        "a function of an axis that is none",
        lambda: F.categorical_crossentropy(S, S, axis=4),
        "axis: got 4",
    ),
    says(
        "a function of an axis by name",
        lambda: F.categorical_crossentropy(S, S, axis="C"),
        "axis: got 'C'; expected an int",
    ),
    says(
        "a function of k by name",
        lambda: F.top_k_categorical_accuracy(S, S, k="2"),
        "k: got '2'; expected an int",
    ),
    says(
        "a function of no k",
        lambda: F.sparse_top_k_categorical_accuracy(K, S, k=0),
        "k: got 0; expected 1",
    ),
    says(
        "a registered number",
        lambda: metrax.register(3),
        "register: got 3.*expected a metric class or a function",
    ),
]
