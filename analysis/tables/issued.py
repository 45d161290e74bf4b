"""The headline figures that were issued, edition by edition: what later pages are held against (decision 0007).

Input and output: data/issued.csv, written by `nhiemky issue` alone; no page, and no run, ever changes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from analysis.errors import ParamsError, Problem
from analysis.files import write_whole
from analysis.periods import check_period_text
from analysis.tables.check.report import Rule, find
from analysis.tables.published import with_row
from analysis.tables.read import empty_table, read_table
from analysis.tables.schema import ISSUED

ISSUED_FILE = "data/issued.csv"
# What makes a figure the same one, however it changes.
KEY = ["dataset", "period", "sector", "measure"]


def read_issued(path: Path) -> pd.DataFrame:
    """Return the figures that were issued, one row per figure and edition in which it was new or another one.

    Columns: those of the schema, `sector` an empty text for the whole Khối. Without rows where nothing was
    issued yet. Raises DataError with every problem.
    """
    issued = read_table(path, ISSUED.name, _row_problems) if path.is_file() else empty_table(ISSUED.name)
    return issued.assign(sector=issued["sector"].fillna(""))


def last_issued(issued: pd.DataFrame) -> dict[tuple[str, ...], tuple[int, int | None, int]]:
    """Return the last count, its whole and its edition, by dataset, period, sector and measure."""
    last = issued.sort_values("edition", kind="stable").drop_duplicates(KEY, keep="last")
    return {
        tuple(row[name] for name in KEY): (
            int(row["count_n"]),
            None if pd.isna(row["of_n"]) else int(row["of_n"]),
            int(row["edition"]),
        )
        for row in last.to_dict("records")
    }


def add_issued(path: Path, rows: pd.DataFrame) -> Path:
    """Add rows to the end of the file, which is written whole or not at all; what stands in it stays as it is."""
    content = path.read_bytes() if path.is_file() else (",".join(ISSUED.columns) + "\n").encode()
    for row in rows.to_dict("records"):
        content = with_row(content, {name: _cell(row[name]) for name in ISSUED.columns})
    return write_whole(path, content)


def dataset_name(dataset: str) -> str:
    """Return how a dataset is named to others: where it lies in the project, or its folder's name alone."""
    return Path(dataset).name if Path(dataset).is_absolute() else dataset


def _cell(value: object) -> str:
    if pd.isna(value):  # type: ignore[call-overload]
        return ""
    return value.date().isoformat() if isinstance(value, pd.Timestamp) else str(value)


def _row_problems(issued: pd.DataFrame) -> Iterator[Problem]:
    """Yield what is wrong between the cells of a row."""
    is_share = issued["measure"] == "graded"
    bad = {
        "issued_period": ~issued["period"].map(_is_period).astype(bool),
        "issued_without_whole": is_share & issued["of_n"].isna(),
        "issued_beyond_whole": (issued["count_n"] > issued["of_n"]).fillna(False),
    }
    for text, rows in bad.items():
        found = issued[rows.astype(bool)]
        yield from find(Rule(text, ISSUED.name, text), found, found["period"])


def _is_period(text: object) -> bool:
    try:
        check_period_text(str(text))
    except ParamsError:
        return False
    return True
