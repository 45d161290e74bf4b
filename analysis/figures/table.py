"""The numbers of a figure as a table, and how each of its cells is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from analysis.language import Language

# A number that disclosure control took out. In a table it stands where the number would.
HIDDEN = "hidden"
# Kinds of column that hold words, never a number to hide. A name is Vietnamese whatever the language of the page.
TEXT_KINDS = ("text", "name", "url")


@dataclass(frozen=True)
class Column:
    """A column of a figure's table: its name in files, its label for readers, and how its values are written (`kind`).

    kind: text, name (of a body), url, count, pct, dec1, dec2, signed or date.
    """

    name: str
    label: str
    kind: str


@dataclass(frozen=True)
class Table:
    """The numbers of a figure. A cell is text, a number, an ISO date, None (no value) or HIDDEN."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]


def write_cell(value: Any, kind: str, language: Language) -> str:
    """Return one cell of a table as the language writes it."""
    if value == HIDDEN and kind not in TEXT_KINDS:
        return language.text("words.hidden")
    if value is None:
        return "—"
    if kind in TEXT_KINDS:
        return str(value)
    if kind == "date":
        return language.day(date.fromisoformat(value))
    if kind == "count":
        return language.count(value)
    if kind == "signed":
        return language.signed(value)
    if kind == "pct":
        return language.percent(value)
    return language.decimal(value, int(kind.removeprefix("dec")))
