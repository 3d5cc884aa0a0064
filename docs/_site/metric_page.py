"""A metric's page, from its docstring and its figures."""

from typing import Any

from docs._site import figures, names, pictures
from docs._site.docstrings import body, lead, plain, sections, table, title, with_math
from docs._site.prose import prose

WORDS = {"neither": "neither end is the better"}


def page(name: str) -> str:
    """The page in reStructuredText."""
    cls, found = names.metrics()[name], figures.of(name)
    said, formula = lead(cls)
    parts = sections(cls)
    out = [
        ".. py:currentmodule:: metrax",
        f".. meta::\n   :description: {plain(said)}",
        title(name),
        f".. rst-class:: lead\n\n{with_math(said)}",
    ]
    if formula:
        out.append(f".. math::\n\n   {formula}")
    out.append(facts(name, found))
    out.append(part("Definition", with_math(body(cls))))
    out.append(part("Example", parts.get("Example") or parts.get("Examples", "")))
    out.append(part("Picture", pictures.figure(name)))
    out.append(part("Conventions", conventions(found)))
    out.append(part("Arguments", f".. autoclass:: metrax.{name}"))
    out.append(part("In other libraries", elsewhere(found)))
    out.append(part("References", with_math(parts.get("References", ""))))
    return "\n\n".join(x for x in out if x) + "\n"


def part(head: str, text: str) -> str:
    """A section, or nothing if it would be empty."""
    return f"{title(head, '-')}\n\n{text}" if text.strip() else ""


def facts(name: str, found: dict[str, Any]) -> str:
    """The box below the formula."""
    rows = {
        "Range": range_of(found),
        "Takes": takes(found),
        "Values": "; ".join(f"``{x}``: {domain}" for x, domain in found.get("values", {}).items()),
        "State": state(found),
        "Shared with": ", ".join(map(_link, figures.sharing(name, [*names.metrics()]))),
        "Cost": cost(found),
        "By name": ", ".join(f'``metrax.get("{x}")``' for x in found.get("called", [])),
        "Task": f":doc:`{task_title(names.family(name))} <{names.family(name)}>`",
    }
    return ".. rst-class:: facts\n\n" + "\n".join(f"{k}\n   {v}" for k, v in rows.items() if v)


def task_title(family: str) -> str:
    """A task's name, from its package's."""
    return TITLES.get(family, family.replace("_", " ").capitalize())


TITLES = {
    "aggregation": "Means and sums",
    "curves": "Curves and thresholds",
    "probabilistic": "Probabilities",
}
"""Tasks that are not called as their packages are; others need no line here."""


def range_of(found: dict[str, Any]) -> str:
    """The values' range in words, and which end is the better."""
    said = []
    for name, ends in found.get("range", {}).items():
        better = found["better"].get(name, found["better"].get("", "neither"))
        words = WORDS.get(better, f"{better} is better")
        said.append((f"``{name}`` " if name else "") + f"{between(*ends)}; **{words}**")
    return ". ".join(said)


def between(low: str, high: str) -> str:
    """A range in words, from numbers as text."""
    if (low, high) == ("-inf", "inf"):
        return "any number"
    if high == "inf":
        return f"{low} or more"
    return f"{high} or less" if low == "-inf" else f"{low} to {high}"


def takes(found: dict[str, Any]) -> str:
    """Shapes of what comes in and of the value; the letters are those of one example."""
    if "takes" not in found:
        return ""
    inputs = ", ".join(f"``{x}`` ``{shape}``" for x, shape in found["takes"].items())
    made = "" if found["call"].endswith("()") else f" (for ``{found['call']}``)"
    return f"for example {inputs}, ``w`` ``[B]``; the value is {found['value']}{made}"


def state(found: dict[str, Any]) -> str:
    """What is kept between batches."""
    if "state" not in found:
        return ""
    count, size = len(found["state"]), found["bytes"]
    arrays = f"{count} array{'s' if count > 1 else ''}, {human(size)}, however much data comes"
    target = names.public().get(found["statistic"])
    return f":class:`~{target}`: {arrays}" if target else arrays


def cost(found: dict[str, Any]) -> str:
    """What an update moves."""
    if "moved" not in found:
        return ""
    return f"an update moves {found['moved']:g} times the bytes of its inputs (XLA's count, CPU)"


def human(size: int) -> str:
    """Bytes, or KiB where that is shorter."""
    return f"{size} bytes" if size < 2048 else f"{size / 1024:.1f} KiB"


def conventions(found: dict[str, Any]) -> str:
    """What the metric answers where a formula has no answer."""
    rows = [tuple(row) for row in found.get("conventions", ())]
    return table(rows, ("case", "value")) if rows else ""


def elsewhere(found: dict[str, Any]) -> str:
    """What others call it, and where they differ."""
    rows = [
        (library, f":code:`{name}`", how.replace("`", "``"))
        for library, name, how in found.get("elsewhere", ())
    ]
    if not rows:
        return "None of Keras, scikit-learn and torchmetrics has it under a name that metrax knows."
    said = table(rows, ("library", "name", "the same number?"))
    differences = next((x for x in prose().values() if x.endswith("keras")), None)
    if differences is None or rows[0][0] != "Keras":
        return said
    return f"{said}\n\nWhere Keras's numbers are wrong, these differ: :doc:`/{differences}`."


def _link(name: str) -> str:
    return f":class:`{name}`"
