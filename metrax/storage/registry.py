"""Metrics by name: ``get``, ``serialize``, ``deserialize``, ``clone_metric``, ``clone_metrics``.

A class is known by its own name, in CamelCase and snake_case, by its metric's default name and by
its ``aliases``; a function by its name; what :func:`metrax.register` was given by the name that it
was given. :mod:`metrax.storage.known` finds them; no name from outside is imported.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from metrax.core.checks import MetraxError, MetraxTypeError, did_you_mean, shown
from metrax.core.metric import Metric
from metrax.storage import known
from metrax.storage.written import Reader, built, described

T = TypeVar("T")
Identifier = str | Mapping[str, Any] | Metric | type[Metric] | Callable[..., Any]


def get(identifier: Identifier) -> Metric:
    """The metric that an identifier stands for.

    Args:
      identifier: one of

        - a name in any of Keras's spellings (``"AUC"``, ``"auc"``, ``"mse"``,
          ``"cosine_proximity"``); ``"acc"`` picks binary, categorical or sparse accuracy by the
          shapes of the batch;
        - the name that a class or function of your own was given by :func:`metrax.register`;
        - a configuration, ``{"class_name": ..., "config": {...}}``;
        - a metric, which is returned as it is, or a metric class;
        - a function ``(y_true, y_pred) -> values`` of each example, which becomes a weighted mean.

    Returns:
      The metric, with default arguments if a name or class was given.

    Raises:
      MetraxError: when the name is unknown, with the closest ones, or the class needs arguments.
      MetraxTypeError: when the identifier is of another type.

    Example:
      >>> import metrax
      >>> metrax.get("mse"), metrax.get("AUC")
      (metrax.MeanSquaredError(), metrax.AUC())
      >>> metrax.get({"class_name": "Precision", "config": {"thresholds": 0.3}})
      metrax.Precision(thresholds=0.3)

    References:
      Keras 3, ``keras.metrics.get``.
    """
    if isinstance(identifier, Metric):
        return identifier
    if isinstance(identifier, Mapping):
        return deserialize(identifier)
    if isinstance(identifier, str):
        return _named(identifier)
    if isinstance(identifier, type) and issubclass(identifier, Metric):
        return built(identifier, {}, identifier.__name__)
    if callable(identifier):
        name = getattr(identifier, "__name__", None)
        return _mean_of(identifier, name)
    raise MetraxTypeError(
        f"get: got {shown(identifier)}; expected a metric's name, its configuration, a metric or a "
        "function (y_true, y_pred) -> per-example values"
    )


def compiled(identifier: Identifier) -> tuple[str, Metric]:
    """The name and the metric that ``compile(metrics=[identifier])`` gives.

    As in Keras, a string names its metric, and ``"accuracy"`` goes by the shapes like ``"acc"``.
    """
    if isinstance(identifier, str):
        return identifier, get("acc" if identifier.lower() == "accuracy" else identifier)
    metric = get(identifier)
    return metric.name, metric


def serialize(metric: Metric | Callable[..., Any]) -> dict[str, Any]:
    """A metric as plain dictionaries, lists, strings and numbers, such as JSON holds.

    Args:
      metric: a metric, or a function that :func:`get` would take.

    Returns:
      ``{"class_name": ..., "config": {...}}``. Functions, and classes from outside metrax, are
      written by the name that :func:`metrax.register` gave them, or as ``"module:name"``.

    Raises:
      MetraxError: when a function would not be found by its name, as a lambda, a partial function
        or what ``functools.wraps`` made would not.
      MetraxTypeError: when an argument is none that JSON can hold.

    Example:
      >>> import metrax
      >>> metrax.serialize(metrax.Recall(class_id=2))["config"]["class_id"]
      2
      >>> metrax.deserialize(metrax.serialize(metrax.AUC(curve="PR"))) == metrax.AUC(curve="PR")
      True

    References:
      Keras 3, ``keras.metrics.serialize``.
    """
    return described(get(metric))


def deserialize(
    config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None
) -> Metric:
    """The metric that :func:`serialize`, or Keras, described. It runs no code of a stranger's.

    Only what metrax knows is built and named: its own metrics and functions, the losses of optax
    and the elementwise functions of ``jax.numpy``, ``custom_objects``, and what
    :func:`metrax.register` was given. Nothing is imported.

    Args:
      config: ``{"class_name": ..., "config": {...}}``; other keys, such as Keras writes, are left
        aside.
      custom_objects: classes and functions by name, looked up first. What was written as
        ``"module:name"`` may stand here as ``"name"``.

    Returns:
      An equal metric.

    Raises:
      MetraxError: when a class or function is unknown, or the class does not take the arguments.
      MetraxTypeError: when the name is that of something else than a metric.

    Example:
      >>> import metrax
      >>> metrax.deserialize({"class_name": "MeanIoU", "config": {"num_classes": 3}})
      metrax.MeanIoU(num_classes=3)

    References:
      Keras 3, ``keras.metrics.deserialize``.
    """
    return Reader(custom_objects).read(config)


def clone_metric(metric: Metric) -> Metric:
    """A copy of a metric, which is an equal one: metrics hold no state to keep apart.

    Args:
      metric: any metric.

    Raises:
      MetraxTypeError: when it is no metric.

    Example:
      >>> import metrax
      >>> metrax.clone_metric(metrax.AUC(curve="PR"))
      metrax.AUC(curve='PR')

    References:
      Keras 2.3, ``keras.metrics.clone_metric``.
    """
    if not isinstance(metric, Metric):
        raise MetraxTypeError(f"clone_metric: got {shown(metric)}; expected a metric")
    return type(metric).from_config(metric.get_config())


def clone_metrics(metrics: T) -> T:
    """Copies of the metrics in a list or dictionary.

    Args:
      metrics: a list or dictionary of metrics, nested or not.

    Raises:
      MetraxTypeError: when it is neither a metric nor a list or dictionary of them.

    Example:
      >>> import metrax
      >>> metrax.clone_metrics([metrax.Mean(), metrax.AUC()])
      [metrax.Mean(), metrax.AUC()]

    References:
      Keras 2.3, ``keras.metrics.clone_metrics``.
    """
    if isinstance(metrics, Metric):
        return clone_metric(metrics)
    if isinstance(metrics, Mapping):
        return {name: clone_metrics(metric) for name, metric in metrics.items()}  # pyright: ignore[reportReturnType]
    if isinstance(metrics, Iterable) and not isinstance(metrics, str):
        return type(metrics)(clone_metrics(metric) for metric in metrics)  # pyright: ignore[reportCallIssue]
    raise MetraxTypeError(
        f"clone_metrics: got {shown(metrics)}; expected a list or dict of metrics"
    )


def _named(name: str) -> Metric:
    if (own := known.own(name)) is not None:
        return built(own, {}, name)
    functions = known.functions()
    found: Any = functions.get(name) or known.registered().get(name)
    if known.is_metric_class(found):
        return built(found, {}, name)
    if found is None:
        names = (*known.identifiers(), *functions, *known.registered())
        raise MetraxError(_unknown(name, names))
    return _mean_of(found, name if name != known.path_of(found) else found.__name__)


def _mean_of(fn: Callable[..., Any], name: str | None) -> Metric:
    wrapper: Any = known.own("MeanMetricWrapper")
    return wrapper(fn, name=name)


_INSTEAD = {
    "multiclassauroc": "it is 'AUROC', with num_classes",
    "multilabelauroc": "it is 'AUROC', with num_classes",
    "multiclassaverageprecision": "it is 'AveragePrecision', with num_classes",
    "multilabelaverageprecision": "it is 'AveragePrecision', with num_classes",
    "binaryjaccardindex": "it is 'Jaccard'",
    "multiclassjaccardindex": "it is 'Jaccard', with num_classes",
    "multilabeljaccardindex": "it is 'Jaccard', with num_classes and multi_label=True",
    "jaccardindex": "it is 'Jaccard'",
    "dicescore": "it is 'Dice', with per_image=True",
    "generalizeddicescore": "it is 'GeneralizedDice', with per_image=True",
    "class_likelihood_ratios": "it is 'PositiveLikelihoodRatio' and 'NegativeLikelihoodRatio'",
    "binarylogauc": "it is 'LogAUC', whose integral is exact",
    "stat_scores": "it is 'ConfusionMatrix', with num_classes and multi_label=True",
    "pearsoncorrcoef": "it is 'PearsonCorrelation', with axis=0",
    "concordancecorrcoef": "it is 'ConcordanceCorrelation', with axis=0",
    "top_k_accuracy_score": "it is 'sparse_top_k_categorical_accuracy', with k=2",
    "nll": "it is 'sparse_categorical_crossentropy'",
    "top5": "it is 'top_k_categorical_accuracy', with k=5",
    "top_5": "it is 'top_k_categorical_accuracy', with k=5",
}
"""What metrax has for a name that it has not."""


def _unknown(name: str, names: Iterable[str]) -> str:
    instead = _INSTEAD.get(name.lower().replace(" ", "_").replace("-", "_"))
    hint = f"; {instead}" if instead else did_you_mean(name, names)
    return f"get: got {name!r}, which names no metric{hint}"
