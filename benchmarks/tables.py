"""Tables, on the terminal and in Markdown."""

from dataclasses import dataclass, field

import rich.table
from rich.console import Console
from rich.measure import Measurement


@dataclass(frozen=True)
class Table:
    """A title, a header, rows of text, and notes below."""

    title: str
    header: list[str]
    rows: list[list[str]]
    notes: list[str] = field(default_factory=list)

    def show(self) -> None:
        """Print to the terminal, on wide lines rather than with cells cut short."""
        table = rich.table.Table(title=self.title)
        for i, name in enumerate(self.header):
            table.add_column(name, justify="right" if i else "left", no_wrap=True)
        for row in self.rows:
            table.add_row(*row)
        console = Console()
        needed = Measurement.get(console, console.options.update(max_width=1000), table).maximum
        console.width = max(console.width, needed)
        console.print(table)
        for note in self.notes:
            print(f"  {note}")

    def markdown(self) -> str:
        """The table in Markdown, under a heading."""
        rule = ["---", *["---:"] * (len(self.header) - 1)]
        lines = ["| " + " | ".join(row) + " |" for row in (self.header, rule, *self.rows)]
        notes = [f"- {note}" for note in self.notes]
        return "\n".join([f"### {self.title}", "", *lines, *(["", *notes] if notes else [])])


def significant(x: float, digits: int = 3) -> str:
    """A number in so many significant digits, without an exponent below a million."""
    if x != x or abs(x) >= 1e6 or 0 < abs(x) < 1e-4:
        return f"{x:.{digits - 1}e}"
    text = f"{float(f'{x:.{digits}g}'):.10f}".rstrip("0").rstrip(".")
    return text or "0"


def milliseconds(seconds: float) -> str:
    """Seconds as milliseconds."""
    return significant(1e3 * seconds)
