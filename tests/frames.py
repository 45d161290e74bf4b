"""Small typed frames for the tests: only the columns that a rule needs are written, the schema gives the rest."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.figures.context import Context
from analysis.language import load_language
from analysis.periods import Term, Window
from analysis.tables.read import empty_table

ROOT = Path(__file__).resolve().parents[1]
TERM = Term(date(2020, 8, 15), date(2025, 2, 14))
HALF_YEAR = Window(date(2023, 1, 1), date(2023, 6, 30))
SYNTHETIC_NOTE = {
    "vi": "Dữ liệu mô phỏng: không phải số liệu thật của một đảng bộ nào.",
    "en": "Synthetic data: not real figures of any Party organisation.",
}


def make_table(name: str, *rows: dict[str, Any]) -> pd.DataFrame:
    """Return rows as a table of the schema; counts that are not written are 0, other cells empty."""
    blank = empty_table(name)
    columns = {}
    for column, dtype in blank.dtypes.items():
        fill = 0 if str(dtype) == "Int64" and str(column).endswith("_n") else None
        columns[column] = pd.Series([row.get(str(column), fill) for row in rows], dtype="object").astype(dtype)
    unknown = {key for row in rows for key in row} - set(blank.columns)
    assert not unknown, f"the table {name} has no column {unknown}"
    return pd.DataFrame(columns)


def members(org_id: str, period_end: str, **counts: int) -> dict[str, Any]:
    """Return one row of membership."""
    return {"org_id": org_id, "period_end": period_end, **counts}


def body(
    org_id: str, kind: str, sector: str | None = "5", valid_from: str = "2020-08-15", valid_to: str | None = None
) -> dict[str, Any]:
    """Return one row of organisations."""
    return {
        "org_id": org_id,
        "name": org_id,
        "kind": kind,
        "sector": sector,
        "valid_from": valid_from,
        "valid_to": valid_to,
    }


def aim(
    target: float, *, scope: str = "year", year: int | None = 2023, assigned_on: str = "2023-01-10", **cells: Any
) -> dict[str, Any]:
    """Return one row of targets: the Khối's own admission target unless another is asked for."""
    row = {
        "level": "bloc",
        "scope": scope,
        "year": year,
        "measure": "admitted",
        "target_type": "annual_count",
        "target": target,
        "assigned_on": assigned_on,
    }
    return row | cells


def grade(org_id: str, year: int, status: str, count_n: int, **cells: Any) -> dict[str, Any]:
    """Return one row of classification: a decided total of members unless another is asked for."""
    row = {
        "org_id": org_id,
        "reporting_year": year,
        "subject": "member",
        "status": status,
        "stage": "decided",
        "count_n": count_n,
    }
    return row | cells


def frame(columns: Iterable[str], *rows: tuple[Any, ...]) -> pd.DataFrame:
    """Return measured rows; counts become whole numbers that may be missing, percentages decimals that may be."""
    made = pd.DataFrame([list(row) for row in rows], columns=list(columns))
    for column in made.columns:
        if column.endswith("_n"):
            made[column] = made[column].astype("Int64")
        elif column.endswith("_pct"):
            made[column] = made[column].astype("Float64")
        elif column in ("period_end", "day", "start_date", "data_date"):
            made[column] = pd.to_datetime(made[column])
    return made


def make_context(language: str = "vi", *, notes: tuple[str, ...] | None = None) -> Context:
    """Return the words of a report on the first half of 2023 of a synthetic dataset."""
    words = load_language(language)
    period = {"vi": "6 tháng đầu năm 2023", "en": "First half of 2023"}[language]
    place = {"vi": "Toàn Đảng bộ Khối", "en": "The whole Bloc"}[language]
    inline = {"vi": "toàn Đảng bộ Khối", "en": "the whole Bloc"}[language]
    return Context(
        words,
        place,
        inline,
        period,
        HALF_YEAR,
        "Nguồn: bộ dữ liệu thử.",
        (SYNTHETIC_NOTE[language],) if notes is None else notes,
        "So với: 6 tháng đầu năm 2022",
        "good",
    )


def cells(rows: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    """Return rows as plain tuples: whole numbers as int, decimals as float, dates as ISO text, missing as None."""
    chosen = list(columns) or list(rows.columns)
    return [tuple(_plain(value) for value in row) for row in rows[chosen].itertuples(index=False)]


def _plain(value: Any) -> Any:
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, date | pd.Timestamp):
        return value.isoformat()[:10]
    return value.item() if hasattr(value, "item") else value
