"""What every figure of a report says beside its finding: place, period, source, notes."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from analysis.figures.block import Findings
from analysis.figures.figure import Figure, table_of
from analysis.figures.table import Table
from analysis.language import Language
from analysis.periods import Window


@dataclass(frozen=True)
class Context:
    """The words of one report. place: the Khối, a sector or an organisation · source: where the numbers come from ·
    period: in words · window: the days that were read · notes: synthetic and the like ·
    compared_with: the period compared with, or why there is none ·
    read_to: to which day the numbers reach, for a sentence; empty where that is the period's last day ·
    cap_reading: what the dataset takes the 20 % cap of · coverage: notes on missing returns, none where all are there.
    """

    language: Language
    place: str
    place_inline: str
    period: str
    window: Window
    source: str
    notes: tuple[str, ...]
    compared_with: str
    cap_reading: str
    coverage: tuple[str, ...] = ()
    read_to: str = ""

    def text(self, key: str, /, **values: Any) -> str:
        """Return a text with the place, the period and the data date at hand."""
        common = {
            "place": self.place,
            "place_inline": self.place_inline,
            "period": self.period,
            "data_date": self.window.end,
            "start_date": self.window.start,
        }
        return self.language.text(key, **{**common, **values})

    @property
    def is_of_the_whole(self) -> bool:
        """True where the numbers are of the whole Khối: of a part of it, what is set for the whole is no measure."""
        return self.place == self.text("place.bloc")

    def sector_name(self, group: str) -> str:
        return self.language.text(f"sector.{group}")

    def figure(
        self,
        key: str,
        chart: alt.TopLevelMixin | None,
        table: Table,
        finding: str,
        *,
        notes: tuple[str, ...] = (),
        **values: Any,
    ) -> Figure:
        """Return a figure whose subtitle and alternative text stand under `figure.<key>` in the texts."""
        subtitle = self.text(f"figure.{key}.subtitle", **values)
        return Figure(
            language=self.language.code,
            figure_id=key.replace("_", "-"),
            heading=self.text(f"figure.{key}.heading"),
            finding=finding,
            subtitle=subtitle,
            chart=chart,
            alt_text=self.text(f"figure.{key}.alt", finding=finding, subtitle=subtitle, **values),
            source=self.source,
            notes=(*notes, *self.notes),
            table=table,
        )

    def table(self, rows: pd.DataFrame, kinds: dict[str, str]) -> Table:
        return table_of(rows, kinds, self.language)

    def nothing_to_show(self, key: str, sentence_key: str, **values: Any) -> Findings:
        """Return the sentence that stands where a figure would have nothing to draw."""
        heading = self.text(f"figure.{key}.heading")
        return Findings(self.language.code, key.replace("_", "-"), heading, (self.text(sentence_key, **values),))

    def leaders(self, rows: pd.DataFrame, value: str) -> str:
        """Return the sectors with the largest value: more than one where they are level."""
        top = rows[rows[value] == rows[value].max()]
        return self.language.listing(dict.fromkeys(top["sector_name"]))

    def against_target(self, row: Mapping[Hashable, Any]) -> str:
        """Return the label of a bar: the number admitted, and where there is a target how much of it that is."""
        if row["is_hidden"]:
            return self.text("words.hidden")
        key = "label" if pd.isna(row["attainment_pct"]) else "label_target"
        return self.text(
            f"figure.admissions_by_year.{key}",
            admitted=row["admitted_n"],
            target=row["target_n"],
            attained=row["attainment_pct"],
        )

    def part_labels(self, grades: pd.DataFrame) -> list[str]:
        """Return the share of each level with one decimal, rounded once, from its counts; none where it is hidden."""
        shares = 100 * grades["count_n"].astype("Float64") / grades["rated_n"].astype("Float64")
        return ["" if pd.isna(share) else self.language.decimal(share, 1) for share in shares]

    def hidden_note(self, rows: pd.DataFrame) -> tuple[str, ...]:
        """Return the note on hidden numbers where rows have any."""
        return (self.text("note.hidden"),) if "is_hidden" in rows and rows["is_hidden"].any() else ()
