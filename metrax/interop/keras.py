"""Metrics as Keras metrics: for ``model.compile``, on Keras's JAX backend."""

import importlib
from typing import Any, Self

import jax
import jax.numpy as jnp

import metrax
from metrax.core.arrays import as_array
from metrax.core.checks import MetraxError, MetraxTypeError, shown
from metrax.interop.backend import complaint, require_jax
from metrax.storage import known
from metrax.storage.written import Reader

require_jax()  # or importing Keras looks for TensorFlow

import keras  # noqa: E402

# Keras exports no other way to read a mask, the mode of loading, or the objects of a scope.
from keras.src.backend import get_keras_mask  # noqa: E402
from keras.src.backend.common.global_state import get_global_attribute  # noqa: E402
from keras.src.saving.serialization_lib import in_safe_mode  # noqa: E402

LOSSES = """
binary_crossentropy binary_focal_crossentropy categorical_crossentropy
categorical_focal_crossentropy categorical_generalized_cross_entropy categorical_hinge circle
cosine_similarity ctc dice hinge huber kl_divergence log_cosh mean_absolute_error
mean_absolute_percentage_error mean_squared_error mean_squared_logarithmic_error poisson
sparse_categorical_crossentropy squared_hinge tversky
"""
"""Functions of ``keras.losses``, which configurations may name once this module is imported."""

METRICS = """
binary_accuracy categorical_accuracy sparse_categorical_accuracy top_k_categorical_accuracy
sparse_top_k_categorical_accuracy concordance_correlation pearson_correlation
"""
"""More functions, of ``keras.metrics``."""

known.trust("keras.losses", LOSSES)
known.trust("keras.metrics", METRICS)


def as_keras(metric: metrax.Metric, name: str | None = None) -> "Metric":
    r"""A metric for Keras's ``model.compile``, ``fit`` and ``evaluate``, or to use by itself.

    It takes ``update_state(y_true, y_pred, sample_weight=None)`` or, for ``Mean`` and ``Sum``,
    ``update_state(values, sample_weight=None)``. As in Keras, weights given to ``fit`` reach it in
    ``compile(weighted_metrics=[...])`` only. What Keras masks as padding weighs nothing, where
    Keras hands masks to metrics: on JAX ``evaluate`` does, ``fit`` does not. The value is the
    wrapped metric's, whatever batches came:

    $$\text{compute}(s_1 \oplus \dots \oplus s_n), \quad s_i = \text{observe}(\text{batch}_i)$$

    A routed metric, or a collection, reads ``y_true``, ``y_pred`` and ``w`` (or
    ``sample_weight``) by these names: ``metrax.Mean().on("y_pred")`` is the mean prediction. The
    values of a collection are logged by their own names, and as ``name/...`` where ``name`` is
    given, which tells apart a collection used twice.

    Keras's callbacks (``EarlyStopping``, ``ModelCheckpoint``) know by ``higher_is_better`` which
    way is up; where that is None, and for values of a collection, pass them ``mode``.

    Models that were compiled with it are saved and loaded, provided this module is imported. What
    the configuration of a saved model may name is what :func:`metrax.deserialize` knows, Keras's
    own losses, and what is in ``custom_objects`` or registered with Keras. Nothing else is imported
    unless the model is loaded with ``safe_mode=False``, which is for files that you trust.

    Args:
      metric: what to compute: any metrax metric, a routed one, or a :class:`metrax.Collection`.
      name: the name in the logs. Defaults to the metric's.

    Raises:
      MetraxError: when the metric cannot tell the shape of its state, naming the argument to give,
        or Keras runs on another backend than JAX.
      MetraxTypeError: when ``metric`` is no metrax metric.

    Example:
      >>> import keras, metrax, numpy as np
      >>> from metrax.interop.keras import as_keras
      >>> model = keras.Sequential([keras.layers.Rescaling(scale=1.0)])
      >>> model.compile(loss="mse", weighted_metrics=[as_keras(metrax.MeanSquaredError())])
      >>> x, y, w = np.array([[1.], [2.], [3.]]), np.array([2., 2., 0.]), np.array([1., 1., 0.])
      >>> model.evaluate(x, y, sample_weight=w, verbose=0, return_dict=True)["mean_squared_error"]
      0.5
      >>> auc = as_keras(metrax.AUC(num_thresholds=3))
      >>> auc.update_state([0, 0, 1, 1], [0, 0.5, 0.3, 0.9])
      >>> float(auc.result())
      0.75

    References:
      Keras 3, ``keras.metrics.Metric``.
    """
    return Metric(metric, name)


@keras.saving.register_keras_serializable(package="metrax")
class Metric(keras.metrics.Metric):
    """A metrax metric that holds its state in Keras variables; see :func:`as_keras`.

    Args:
      metric: what to compute.
      name: the name in the logs. Defaults to the metric's.

    Raises:
      MetraxError: as :func:`as_keras` does.
      MetraxTypeError: when ``metric`` is no metrax metric.

    Example:
      >>> import metrax
      >>> from metrax.interop.keras import Metric
      >>> mean = Metric(metrax.Mean())
      >>> mean.update_state([1., 3.])
      >>> float(mean.result())
      2.0
    """

    def __init__(self, metric: metrax.Metric, name: str | None = None) -> None:
        if keras.config.backend() != "jax":
            raise MetraxError(complaint(keras.config.backend()))
        if not isinstance(metric, metrax.Metric):
            raise MetraxTypeError(
                f"metric: got {shown(metric)}; expected a metrax metric, such as metrax.Mean()"
            )
        super().__init__(name=name or metric.name, dtype=metric.dtype)
        self.metric = metric
        if isinstance(metric.higher_is_better, bool):  # for callbacks that are to find the best
            self._direction = "up" if metric.higher_is_better else "down"
        state = metric.init()
        self._structure = jax.tree.structure(state)
        with keras.name_scope(_without_slash(self.name)):
            self._leaves = [
                _variable(jax.tree_util.keystr(path, simple=True, separator="."), leaf)
                for path, leaf in jax.tree_util.tree_leaves_with_path(state)
            ]

    @property
    def state(self) -> Any:
        """The pure state, to merge with :func:`metrax.merge` or :func:`metrax.pmerge`."""
        return jax.tree.unflatten(self._structure, [x.value for x in self.variables])

    def update_state(self, *args: Any, **kwargs: Any) -> None:
        """Take in one more batch.

        Args:
          *args: ``y_true, y_pred, sample_weight`` (``values, sample_weight`` for ``Mean`` and
            ``Sum``): arrays, numbers or nested lists.
          **kwargs: the same by keyword, or the named outputs of a routed metric or a collection;
            what combinators take besides (``groups=``, ``step=``, ``clusters=``, ``index=``), which
            ``fit`` and ``evaluate`` do not pass: override ``compute_metrics`` of the model.

        Raises:
          MetraxError: when shapes do not fit, at trace time.
          MetraxTypeError: when an argument is missing, unknown or not numeric.
        """
        self._store(self.metric.update(self.state, **self._inputs(args, kwargs)))

    def result(self) -> Any:
        """The value: a ``jax.Array``, or a flat dict of them."""
        value = self.metric.compute(self.state)
        if isinstance(value, jax.Array):
            return value
        own = isinstance(self.metric, metrax.Collection) and self.name == self.metric.name
        prefix = "" if own else f"{self.name}/"
        return {
            prefix + jax.tree_util.keystr(path, simple=True, separator="/"): x
            for path, x in jax.tree_util.tree_leaves_with_path(value)
        }

    def reset_state(self) -> None:
        """Forget all data."""
        self._store(self.metric.init())

    def get_config(self) -> dict[str, Any]:
        """The metric by its class and configuration, and the name."""
        return {"metric": metrax.serialize(self.metric), "name": self.name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """The metric that :meth:`get_config` described.

        Raises:
          MetraxError: when it names something unknown, which is not imported in Keras's safe mode.
        """
        unsafe = {"otherwise": _imported} if in_safe_mode() is False else {}
        reader = Reader(_keras_objects(), **unsafe)
        return cls(reader.read(config.get("metric")), config.get("name"))

    def _inputs(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """The arguments of ``update_state`` by the names the metric reads them by."""
        extra = self.metric._statistic._extra  # these go by keyword
        names = (*(x for x in self.metric.inputs if x not in extra), "sample_weight")
        given = dict(zip(names, args, strict=False))
        if len(args) > len(names) or given.keys() & kwargs.keys():
            raise MetraxTypeError(
                f"{self.metric}: update_state got {len(args)} positional arguments and keywords "
                f"{sorted(kwargs)}; expected {', '.join(names)} (sample_weight is optional)"
            )
        given |= kwargs
        w = _masked(given.get("sample_weight"), get_keras_mask(given.get("y_pred")))
        given |= {"sample_weight": w, "w": kwargs.get("w", w)}
        # Keras passes these to all metrics; a routed one may read some of them only.
        reads = {x for part in self.metric._parts for x in part.reads}
        unread = {"y_true", "y_pred", "w", "sample_weight"} - reads
        return {k: x for k, x in given.items() if x is not None and k not in unread}

    def _store(self, state: Any) -> None:
        for variable, leaf in zip(self.variables, jax.tree.leaves(state), strict=True):
            variable.assign(leaf)


def _keras_objects() -> dict[str, Any]:
    """What the user passed to, or registered with, Keras: by Keras's names and by metrax's."""
    scope = get_global_attribute("custom_objects_scope_dict", {})
    objects = {**keras.saving.get_custom_objects(), **(scope or {})}
    return {known.path_of(x) or name: x for name, x in objects.items()} | objects


def _imported(path: str) -> Any:
    """What a path names, for who trusts the file that it comes from."""
    module, colon, name = path.partition(":")
    if not colon:
        return None
    try:
        value: Any = importlib.import_module(module)
        for part in name.split("."):
            value = getattr(value, part)
    except (ImportError, AttributeError) as error:
        raise MetraxError(f"from_config: could not import {path!r} ({error})") from None
    return value


def _variable(name: str, leaf: jax.Array) -> keras.Variable:
    # Not by add_variable: that one is cast to float16 inside a layer of mixed precision.
    return keras.Variable(
        lambda shape, dtype: leaf,
        shape=leaf.shape,
        dtype=leaf.dtype.name,
        trainable=False,
        autocast=False,
        name=_without_slash(name),
    )


def _without_slash(name: str) -> str:
    return name.replace("/", ">")  # as Keras does: a slash parts the scopes of a variable's path


def _masked(w: Any, mask: jax.Array | None) -> Any:
    """The weights, zero where Keras's mask of the predictions is False."""
    if mask is None:
        return w
    w = jnp.ones(mask.shape) if w is None else jnp.asarray(as_array("sample_weight", w))
    w = w.reshape(w.shape + (1,) * (mask.ndim - w.ndim))
    mask = mask.reshape(mask.shape + (1,) * (w.ndim - mask.ndim))
    return jnp.where(mask, w, jnp.zeros_like(w))
