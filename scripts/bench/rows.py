"""A measured row of the bench, and where rows are written: docs/performance.md, latest.json."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
LATEST = ROOT / "var" / "bench" / "latest.json"
PAGE = ROOT / "docs" / "performance.md"
BEGIN = "<!-- measured: begin -->"
END = "<!-- measured: end -->"


@dataclass(frozen=True)
class Row:
    """One figure.

    `bar` bounds the ratio where there is a floor, else the value. `met` is None for a figure that
    is reported without a bar.
    """

    name: str
    value: float
    unit: str
    floor: float | None = None
    ratio: float | None = None
    bar: str = ""
    met: bool | None = None


def against_floor(name: str, value: float, floor: float, unit: str, most: float) -> Row:
    """A figure beside the floor's, with the largest ratio that is allowed."""
    ratio = round(value / floor, 2)
    return Row(name, round(value, 3), unit, round(floor, 3), ratio, f"<= {most} x", ratio <= most)


def at_most(name: str, value: float, unit: str, most: float) -> Row:
    """A figure with a largest value."""
    return Row(name, round(value, 3), unit, bar=f"<= {most} {unit}", met=value <= most)


def write(rows: Sequence[Row], machine: str) -> None:
    """Write the rows for machines (latest.json) and for people (docs/performance.md)."""
    LATEST.parent.mkdir(parents=True, exist_ok=True)
    LATEST.write_text(json.dumps([asdict(row) for row in rows], indent=1, ensure_ascii=False))
    page = PAGE.read_text()
    head, rest = page.split(BEGIN)
    _, tail = rest.split(END)
    PAGE.write_text(f"{head}{BEGIN}\n{machine}\n\n{table(rows)}\n{END}{tail}")


def table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table."""
    lines = [
        "| what | measured | floor | ratio | bar | met |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        met = {True: "yes", False: "**no**", None: "–"}[row.met]
        floor = f"{row.floor} {row.unit}" if row.floor is not None else "–"
        ratio = f"{row.ratio:.2f}" if row.ratio is not None else "–"
        lines.append(
            f"| {row.name} | {row.value} {row.unit} | {floor} | {ratio} "
            f"| {row.bar or '–'} | {met} |"
        )
    return "\n".join(lines)
