"""What a metric answers where its formula has no answer, found by asking it.

A corner case counts as a convention when the answer does not hang on the rest of the batch: two
batches of other examples must give the same.
"""

import math
from collections.abc import Callable
from typing import Any

import jax
import numpy as np

import metrax
from tests.cases import Batch, Case

SEEDS = (0, 1)
DIGITS = 6


def conventions(case: Case) -> list[list[str]]:
    """Corner cases that apply to a metric, and its value in each."""
    rows = [["no data", told(case.metric.compute(case.metric.init()))]]
    for what, change in CORNERS.items():
        answers = {_answer(case, change, seed) for seed in SEEDS}
        if len(answers) == 1 and None not in answers and _is_short(*answers):
            rows.append([what, *answers])
    return rows


def _answer(case: Case, change: Callable[..., Batch | None], seed: int) -> str | None:
    """The value in a corner case; None where there is no such case."""
    batch = change(case, case.batch(seed))
    if batch is None:
        return None
    try:
        value = told(case.value(case.observe(batch)))
    except metrax.MetraxError:
        return "an error"
    if change is hidden:
        same = value == told(case.value(case.observe(case.batch(seed))))
        return "no trace: the value without it" if same else None
    return value


def told(value: Any) -> str:
    """A value in words: equal parts once."""
    numbers = [_number(float(x)) for leaf in jax.tree.leaves(value) for x in np.ravel(leaf)]
    return numbers[0] if len(set(numbers)) == 1 else ", ".join(numbers)


def _is_short(answer: str) -> bool:
    """Whether it is told in a line: no curve's points, no matrix's cells."""
    return answer.count(",") < 6


def _number(x: float) -> str:
    return "NaN" if math.isnan(x) else f"{x + 0.0:.{DIGITS}g}"


def weightless(case: Case, batch: Batch) -> Batch:
    return Batch(batch.inputs, np.zeros_like(batch.w))


def hidden(case: Case, batch: Batch) -> Batch:
    """One more example, of weight zero, that holds what the row calls poison."""
    bad = [np.full((1, *x.shape[1:]), p) for x, p in zip(batch.inputs, case.poison, strict=True)]
    joined = (np.concatenate([x, y]) for x, y in zip(batch.inputs, bad, strict=True))
    inputs = tuple(x.astype(np.float32) if x.dtype == np.float64 else x for x in joined)
    return Batch(inputs, np.append(batch.w, np.float32(0)))


def _pair(case: Case, batch: Batch, true: Any = None, pred: Any = None) -> Batch | None:
    """The batch with other targets or predictions, if it has the two."""
    if case.metric.inputs[:2] != ("y_true", "y_pred") or len(batch.inputs) != 2:
        return None
    pair = [
        x if new is None else np.full_like(x, new)
        for x, new in zip(batch.inputs, (true, pred), strict=True)
    ]
    return Batch(tuple(pair), batch.w)


def _domain(case: Case, batch: Batch, name: str = "y_true") -> Any:
    return case.metric.domains(**dict(zip(case.metric.inputs, batch.inputs, strict=True))).get(name)


def _binary(case: Case, batch: Batch) -> bool:
    domain = _domain(case, batch)
    return domain is not None and domain.whole and (domain.low, domain.high) == (0, 1)


def _labels(case: Case, batch: Batch) -> bool:
    """Whether both inputs are labels of more than two classes."""
    kinds = {x.dtype.kind for x in batch.inputs}
    domain = _domain(case, batch)
    return kinds == {"i"} and domain is not None and domain.whole and not _binary(case, batch)


def one_class(label: int) -> Callable[..., Batch | None]:
    def change(case: Case, batch: Batch) -> Batch | None:
        return _pair(case, batch, true=label) if _binary(case, batch) else None

    return change


def tied(case: Case, batch: Batch) -> Batch | None:
    """Equal scores for all, which are neither class by themselves."""
    scores = batch.inputs[-1].dtype.kind == "f"
    return _pair(case, batch, pred=0.5) if _binary(case, batch) and scores else None


def one_label(predicted: int) -> Callable[..., Batch | None]:
    def change(case: Case, batch: Batch) -> Batch | None:
        return _pair(case, batch, true=0, pred=predicted) if _labels(case, batch) else None

    return change


def _numbers(case: Case, batch: Batch) -> bool:
    """Whether both inputs are numbers of one shape that are neither labels nor probabilities."""
    shapes = {x.shape for x in batch.inputs}
    domains = (_domain(case, batch, x) for x in ("y_true", "y_pred"))
    open_ended = all(x is None or math.isinf(x.high) for x in domains)
    floats = all(x.dtype.kind == "f" for x in batch.inputs)
    return len(shapes) == 1 and floats and open_ended


def of_numbers(true: float | None, pred: float | None) -> Callable[..., Batch | None]:
    def change(case: Case, batch: Batch) -> Batch | None:
        return _pair(case, batch, true, pred) if _numbers(case, batch) else None

    return change


def perfect(case: Case, batch: Batch) -> Batch | None:
    if _pair(case, batch) is None or batch.inputs[0].shape != batch.inputs[1].shape:
        return None
    true, pred = batch.inputs
    return Batch((true, true.astype(pred.dtype)), batch.w)


def with_nan(case: Case, batch: Batch) -> Batch | None:
    """One prediction that is no number, of weight one."""
    if _pair(case, batch) is None or batch.inputs[1].dtype.kind != "f":
        return None
    pred = batch.inputs[1].copy()
    pred[0] = np.nan
    return Batch((batch.inputs[0], pred), batch.w)


CORNERS: dict[str, Callable[..., Batch | None]] = {
    "all weights zero": weightless,
    "an example of weight zero that holds NaN or no class": hidden,
    "predictions that are the targets": perfect,
    "no positive label": one_class(0),
    "no negative label": one_class(1),
    "all scores tied at 0.5": tied,
    "one class alone, always predicted": one_label(0),
    "one class alone, never predicted": one_label(1),
    "constant targets, predicted exactly": of_numbers(1, 1),
    "constant targets, all others predicted": of_numbers(1, None),
    "constant predictions": of_numbers(None, 1),
    "targets and predictions of 0": of_numbers(0, 0),
    "a NaN among the predictions, of weight above zero": with_nan,
}
