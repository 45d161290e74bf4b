"""Tables to take away whole, beside the page: not the numbers of one chart but what all of them were made from."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any, ClassVar

import pandas as pd

from analysis.figures.block import Block
from analysis.figures.context import Context
from analysis.language import is_missing
from analysis.tables.dictionary import figures_dictionary


@dataclass(frozen=True)
class DataFile:
    """A table that stands beside the page as CSV: its name in the address, its label, its columns and rows."""

    name: str
    label: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Downloads(Block):
    """Links to whole tables, under sentences that say what they hold."""

    kind: ClassVar[str] = "downloads"
    language: str
    block_id: str
    heading: str
    sentences: tuple[str, ...]
    files: tuple[DataFile, ...]

    def payload(self) -> dict[str, Any]:
        return {
            "language": self.language,
            "id": self.block_id,
            "heading": self.heading,
            "sentences": list(self.sentences),
            "files": [
                {
                    "name": file.name,
                    "label": file.label,
                    "columns": list(file.columns),
                    "rows": [list(row) for row in file.rows],
                }
                for file in self.files
            ],
        }

    def _lines(self) -> tuple[str, ...]:
        return (*self.sentences, *(f"{file.label} ({len(file.rows)} × {len(file.columns)})" for file in self.files))

    def html(self) -> str:
        body = "".join(f"<p>{escape(line)}</p>" for line in self._lines())
        return f'<section lang="{self.language}"><h2>{escape(self.heading)}</h2>{body}</section>'

    def text(self) -> str:
        return "\n".join((self.heading, *self._lines()))


def figures_file(figures: pd.DataFrame, shown_n: int, context: Context) -> Downloads:
    """Return the printed figures as recorded, and their dictionary, to download.

    figures: all that are recorded · shown_n: how many of them the page uses.
    """
    whole = context.text("figure.downloads.whole", all=len(figures), shown=shown_n)
    files = (
        _file("figures-all", "figure.downloads.figures", figures, context),
        _file("figures-dictionary", "figure.downloads.dictionary", figures_dictionary(), context),
    )
    heading = context.text("figure.downloads.heading")
    return Downloads(context.language.code, "downloads", heading, (whole, context.text("figure.downloads.safe")), files)


def _file(name: str, label: str, rows: pd.DataFrame, context: Context) -> DataFile:
    cells = tuple(tuple(_written(value) for value in row) for row in rows.itertuples(index=False))
    return DataFile(name, context.text(label), tuple(rows.columns), cells)


def _written(value: object) -> str:
    """Return a cell as it stands in the file that was recorded: 940, 62.67, nothing where there is no value."""
    if is_missing(value):
        return ""
    return f"{value:.15g}" if isinstance(value, float) else str(value)
