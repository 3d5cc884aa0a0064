"""Which argument of a function is the truth, and how to pass it."""

import inspect
import re
from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from metrax.core.checks import MetraxError, MetraxTypeError

KERAS_ORDER = ("y_true", "y_pred")


class Reading(NamedTuple):
    """How a function takes its two arrays."""

    predictions_first: bool = False
    keywords: tuple[str, ...] | None = None
    """The arrays' names, truth and prediction as ordered above, if they go by keyword."""


def read_signature(
    fn: Callable[..., Any], given: Collection[str], order: tuple[str, ...] | None
) -> Reading:
    """How to call ``fn``, of whose parameters those named in ``given`` are bound.

    Raises:
      MetraxError: when the names of its parameters contradict each other and no order is given.
      MetraxTypeError: when it requires more than two arrays.
    """
    if order is not None and sorted(order) != sorted(KERAS_ORDER):
        raise MetraxError(
            f"order: got {order}; expected ('y_true', 'y_pred') or ('y_pred', 'y_true')"
        )
    by_order = None if order is None else order[0] == "y_pred"
    arrays = _arrays(fn, given)
    if arrays is None:
        return Reading(bool(by_order))
    first, second = (parameter.name for parameter in arrays)
    swapped = _names_predictions_first(fn, first, second) if by_order is None else by_order
    positional = [
        name
        for name, parameter in inspect.signature(fn).parameters.items()
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
    ]
    return Reading(swapped, None if positional[:2] == [first, second] else (first, second))


def _arrays(fn: Callable[..., Any], given: Collection[str]) -> list[inspect.Parameter] | None:
    """The two parameters that take the arrays; None where the signature does not tell."""
    try:
        parameters = inspect.signature(fn).parameters.values()
    except (TypeError, ValueError):  # a builtin without a signature
        return None
    free = [p for p in parameters if p.kind.name[:4] != "VAR_" and p.name not in given]
    required = [p for p in free if p.default is p.empty]
    if len(required) > 2:
        names = [p.name for p in required]
        raise MetraxTypeError(
            f"fn: {_name(fn)} requires {', '.join(names)}; expected a function of two arrays. "
            f"Pass the others as keywords, such as {names[-1]}=..."
        )
    if len(required) < 2 and any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return None
    # Of a function with more that may be left out, those that may not are the arrays.
    chosen = [*required, *(p for p in free if p not in required)][:2]
    return sorted(chosen, key=free.index) if len(chosen) == 2 else None


def _names_predictions_first(fn: Callable[..., Any], first: str, second: str) -> bool:
    roles = _role(first), _role(second)
    if None not in roles and roles[0] == roles[1]:
        raise MetraxError(
            f"fn: {_name(fn)}({first}, {second}): both names say {roles[0]}; pass "
            'order=("y_true", "y_pred") or order=("y_pred", "y_true") to tell which is which'
        )
    if roles == (None, None):
        # Letters say something beside each other: (p, y) and (mu, y), but not (x, y).
        return second in _TRUTH_LETTERS and (first in _PREDICTION_LETTERS or len(first) > 2)
    return roles[0] == "prediction" or roles[1] == "truth"


_TRUTH_LETTERS = frozenset({"y", "t"})
_PREDICTION_LETTERS = frozenset({"p", "f", "yp", "mu", "lp"})


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_MEANINGS = (
    # What says it outright, whatever stands beside it: predicted_labels, true_scores.
    (
        _words("true truth truths truthful ytrue gt gts groundtruth actual actuals gold"),
        _words(
            "pred preds prediction predictions predicted predictor ypred hat yhat estimate "
            "estimates estimated estimation forecast forecasts forecasted hyp hyps hypothesis "
            "hypotheses reconstruction reconstructions reconstructed recon sim simulated "
            "simulation modeled modelled fitted guess guesses approx"
        ),
    ),
    # What says it of anything: target_scores are the truth.
    (
        _words(
            "target targets tgt tgts label labels lbl lbls reference references ref refs "
            "observed observation observations obs expected desired measured answer answers "
            "correct"
        ),
        frozenset(),
    ),
    # What a model puts out.
    (
        frozenset(),
        _words(
            "logit logits score scores output outputs out outs prob probs proba probas "
            "probability probabilities inferred generated"
        ),
    ),
)
"""Words in the names of parameters, of the truth and of predictions; earlier pairs prevail."""


def _role(name: str) -> str | None:
    """What a parameter's name says that it is: the truth, the prediction, or nothing."""
    words = {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)}
    for truths, predictions in _MEANINGS:
        found = bool(words & truths), bool(words & predictions)
        if any(found):
            return None if all(found) else ("truth" if found[0] else "prediction")
    return None


def _name(fn: Callable[..., Any]) -> str:
    return getattr(fn, "__name__", str(fn))
