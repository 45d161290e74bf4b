"""A figure: the chart with everything that a reader needs to trust it, and its numbers as a table."""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any, ClassVar

import altair as alt
import pandas as pd

from analysis.figures.block import Block
from analysis.figures.spec import write_spec
from analysis.figures.svg import draw_svg
from analysis.figures.table import HIDDEN, Column, Table, write_cell
from analysis.figures.theme import NARROW, WIDE, layout
from analysis.language import Language, load_language

# As text a figure shows its finding and the first rows of its table: enough to compare, short enough to read.
TEXT_ROWS = 10


@dataclass(frozen=True)
class Source:
    """Where marks of a chart come from: publisher and day, address ("" where none), and which marks, in words."""

    name: str
    url: str
    of: str


@dataclass(frozen=True)
class Figure(Block):
    """A chart with its finding, measure, source, alternative text and table.

    heading: its subject in a few words, for the contents · finding: what the chart shows, as a sentence ·
    subtitle: measure, unit, place, period · notes: synthetic, hidden.
    chart: None where the table itself is the figure; the page then shows it unfolded.
    sources: those of the single marks, where marks have sources of their own.
    Raises ValueError where one of the texts is empty.
    """

    kind: ClassVar[str] = "figure"
    language: str
    figure_id: str
    heading: str
    finding: str
    subtitle: str
    chart: alt.TopLevelMixin | None
    alt_text: str
    source: str
    notes: tuple[str, ...]
    table: Table
    sources: tuple[Source, ...] = ()

    def __post_init__(self) -> None:
        for name in ("figure_id", "heading", "finding", "subtitle", "alt_text", "source"):
            if not getattr(self, name).strip():
                raise ValueError(f"figure {self.figure_id!r}: {name} is empty")
        if not self.table.columns:
            raise ValueError(f"figure {self.figure_id!r}: its table has no columns")

    def spec(self, width: int = WIDE) -> dict[str, Any] | None:
        """Return the Vega-Lite specification for a total width in pixels; None where there is no chart."""
        return None if self._drawn is None else {**self._drawn, **layout(self.language, width)}

    @cached_property
    def _drawn(self) -> dict[str, Any] | None:
        # A figure is asked for its specification often.
        return None if self.chart is None else write_spec(self.chart)

    def payload(self) -> dict[str, Any]:
        return {
            "language": self.language,
            "id": self.figure_id,
            "heading": self.heading,
            "finding": self.finding,
            "subtitle": self.subtitle,
            "alt": self.alt_text,
            "source": self.source,
            "notes": list(self.notes),
            "sources": [dict(source.__dict__) for source in self.sources],
            "spec": self.spec(),
            "svg": self.svg(WIDE),
            "svg_narrow": self.svg(NARROW),
            "table": {
                "columns": [dict(column.__dict__) for column in self.table.columns],
                "rows": [list(row) for row in self.table.rows],
            },
        }

    def svg(self, width: int) -> str:
        """Return the drawn chart with its alternative text inside (the converter drops a chart's description)."""
        spec = self.spec(width)
        if spec is None:
            return ""
        drawn = draw_svg(spec)
        # Two charts on one page must not share the ids of their clip paths.
        own = re.sub(r'(id="|url\(#)', rf"\g<1>{self.figure_id}-{width}-", drawn)
        label = f'<svg role="img" aria-label="{escape(self.alt_text)}" '
        return own.replace("<svg ", label, 1)

    def html(self) -> str:
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.notes)
        sources = "".join(f"<p>{escape(f'{source.name}: {source.of}')}</p>" for source in self.sources)
        return (
            f'<figure lang="{self.language}"><h2>{escape(self.finding)}</h2><p>{escape(self.subtitle)}</p>'
            f"{self._html_image()}<figcaption><p>{escape(self.source)}</p>{sources}{notes}</figcaption>"
            f"{self._html_table()}</figure>"
        )

    def text(self) -> str:
        language = load_language(self.language)
        rows = [
            " | ".join(
                write_cell(value, column.kind, language) for value, column in zip(row, self.table.columns, strict=True)
            )
            for row in self.table.rows[:TEXT_ROWS]
        ]
        return "\n".join((self.finding, self.subtitle, *rows, self.source, *self.notes))

    def _html_image(self) -> str:
        if self.chart is None:
            return ""
        image = base64.b64encode(self.svg(WIDE).encode()).decode()
        return f'<img alt="{escape(self.alt_text)}" src="data:image/svg+xml;base64,{image}">'

    def _html_table(self) -> str:
        language = load_language(self.language)
        head = "".join(f'<th scope="col">{escape(column.label)}</th>' for column in self.table.columns)
        body = "".join(
            "<tr>"
            + "".join(
                f"<td>{escape(write_cell(value, column.kind, language))}</td>"
                for value, column in zip(row, self.table.columns, strict=True)
            )
            + "</tr>"
            for row in self.table.rows
        )
        table = (
            f"<table><caption>{escape(self.subtitle)}</caption><thead><tr>{head}</tr></thead>"
            f"<tbody>{body}</tbody></table>"
        )
        if self.chart is None:
            return table
        return f"<details><summary>{escape(language.text('words.table'))}</summary>{table}</details>"


def table_of(rows: pd.DataFrame, kinds: Mapping[str, str], language: Language) -> Table:
    """Return the named columns of measured rows as a table; labels come from the texts under `column`.

    kinds: column name to kind. Cells that are NA because they were taken out (`hidden_cells`) read as hidden; others,
    as a target that was never assigned, as no value. Rows that do not say which cells were: all NA of a hidden row.
    """
    columns = tuple(Column(name, language.text(f"column.{name}"), kind) for name, kind in kinds.items())
    cells = [
        tuple(_plain(value, is_hidden=name in taken) for name, value in zip(kinds, row, strict=True))
        for row, taken in zip(rows[list(kinds)].itertuples(index=False), _cells_taken_out(rows, kinds), strict=True)
    ]
    return Table(columns, tuple(cells))


def _cells_taken_out(rows: pd.DataFrame, kinds: Mapping[str, str]) -> list[Collection[str]]:
    """Return the names of the hidden cells of each row."""
    if "hidden_cells" in rows:
        return list(rows["hidden_cells"])
    hidden = rows["is_hidden"] if "is_hidden" in rows else [False] * len(rows)
    return [kinds.keys() if is_hidden else () for is_hidden in hidden]


def _plain(value: Any, *, is_hidden: bool) -> Any:
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return HIDDEN if is_hidden else None
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return value.item() if hasattr(value, "item") else value
