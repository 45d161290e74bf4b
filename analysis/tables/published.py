"""The printed figures of data/published/figures.csv, each with its source: reading the file, and adding a row to it."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from analysis.errors import Problem
from analysis.tables.check.report import Rule, find
from analysis.tables.read import read_table
from analysis.tables.schema import FIGURES

FIGURES_FILE = "data/published/figures.csv"
# What makes a figure another one: what was said of whom and when, in which characters, and where it stands.
IDENTITY = ("body", "province", "measure", "unit", "period_kind", "period_end", "value", "value_as_printed", "url")
ID_DIGITS = 10
# A file that was taken from a page has a mark before what a spreadsheet would take for a formula: '+137 vs 333.
_MARKED = ("body", "value_as_printed", "publisher", "note")

_BOM = b"\xef\xbb\xbf"


def read_figures(path: Path) -> pd.DataFrame:
    """Return the printed figures, one row each, as the schema describes them. Raises DataError with every problem."""
    figures = read_table(path, FIGURES.name, _row_problems)
    return figures.assign(**{name: figures[name].str.replace(r"^'(?=[=+\-@])", "", regex=True) for name in _MARKED})


def make_figure_id(row: Mapping[str, str]) -> str:
    """Return the identifier of a new figure: ten hexadecimal digits of the SHA-256 of its IDENTITY cells.

    It is made once, when the figure is added, and stays with the row whatever is put right in it later; the same print
    of the same source gives the same identifier again, by which a repetition is noticed.
    """
    cells = "\x1f".join(row[name] for name in IDENTITY)
    return hashlib.sha256(cells.encode()).hexdigest()[:ID_DIGITS]


def with_row(content: bytes, row: Mapping[str, str]) -> bytes:
    """Return the content of a figures file with one row more, in its own columns, quotes and line ends."""
    text = content.removeprefix(_BOM).decode("utf-8")
    heading = next(csv.reader(io.StringIO(text, newline="")))
    line_end = "\r\n" if "\r\n" in text else "\n"
    written = io.StringIO(newline="")
    if text.startswith('"'):
        csv.DictWriter(written, heading, lineterminator=line_end, quoting=csv.QUOTE_ALL).writerow(row)
    else:
        csv.DictWriter(written, heading, lineterminator=line_end).writerow(row)
    ending = "" if text.endswith("\n") else line_end
    return content + (ending + written.getvalue()).encode()


def _row_problems(figures: pd.DataFrame) -> Iterator[Problem]:
    """Yield what is wrong between the cells of a row."""
    is_range = figures["value_bound"] == "range"
    days = zip(figures["period_start"].fillna(""), figures["period_end"].fillna(""), strict=True)
    bad = {
        "range_without_end": is_range & figures["value_high"].isna(),
        "end_without_range": ~is_range & figures["value_high"].notna(),
        "range_backwards": is_range & (figures["value_high"] <= figures["value"]).fillna(False),
        "part_of_a_person": (figures["unit"] != "percent") & ~_is_whole(figures),
        "print_without_language": figures["value_as_printed"].notna() & figures["printed_language"].isna(),
        "period_backwards": pd.Series([_ends_first(*both) for both in days], index=figures.index),
    }
    for text, rows in bad.items():
        found = figures[rows.fillna(False).astype(bool)]
        yield from find(Rule(text, FIGURES.name, text), found, found["figure_id"])


def _is_whole(figures: pd.DataFrame) -> pd.Series:
    """Tell the figures that are whole numbers: of people, 2.400 typed for 2,400 would be read as 2.4."""
    is_average = figures["measure"].str.contains("_avg_")
    return is_average | (figures[["value", "value_high"]].fillna(0) % 1 == 0).all(axis=1)


def _ends_first(start: str, end: str) -> bool:
    # Compared as far as both are written: a period from 2022-01-01 to 2022 does not run backwards.
    known = min(len(start), len(end))
    return end[:known] < start[:known]
