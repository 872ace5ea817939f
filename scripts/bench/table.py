"""A table of figures: printed as text, kept as Markdown with the machine and the date that it was measured on."""

import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "bench"


@dataclass(frozen=True, slots=True)
class Table:
    """Figures under a title; every row has as many cells as there are columns."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def lines(self) -> list[str]:
        """The table as Markdown, its columns aligned so that it reads as text too."""
        cells = [self.columns, *self.rows]
        widths = [max(len(row[at]) for row in cells) for at in range(len(self.columns))]
        body = [
            "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
            for row in cells
        ]
        return [
            f"## {self.title}",
            "",
            body[0],
            "|" + "|".join("-" * (width + 2) for width in widths) + "|",
            *body[1:],
            "",
        ]


def keep(part: str, tables: Iterable[Table]) -> None:
    """Print the tables and write them to docs/bench/PART.md."""
    lines = [line for table in tables for line in table.lines()]
    print("\n".join(lines))
    FOLDER.mkdir(parents=True, exist_ok=True)
    told = f"Measured {datetime.now(UTC):%Y-%m-%d} on {machine()} by `python -m scripts.bench {part}`."
    (FOLDER / f"{part}.md").write_text("\n".join([f"# {part.capitalize()}", "", told, "", *lines]), "utf-8")


def machine() -> str:
    """What the figures were measured on, without its name, and how busy it was: above its cores, times are too long."""
    kind = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return f"{kind}, under a load of {os.getloadavg()[1]:.1f}"


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0 to 1) of `values` lie, by the nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]
