"""The side of the oracle that knows nothing of analysis.measures: plain SQL over the CSV files, and how to compare.

It reads the files itself, finds the data date, the scope and the sector groups itself, and rounds by the remainder of a
whole-number division.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pandas as pd
import pytest
import yaml
from conftest import open_sample
from frames import ROOT

from analysis.report import Report

SAMPLE = ROOT / "data" / "sample"
FIGURES = ROOT / "data" / "published" / "figures.csv"
PERIODS = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))["period"] for path in sorted(ROOT.glob("params/*.yaml"))
}
# TC047 was upgraded from a cell to a committee in 2022: its register has two rows.
SCOPES = {"whole": {}, "sector": {"sector": "service_unit"}, "organisation": {"organisation": "TC047"}}
# The whole Khối in every period; a part of it in one period of each kind.
SCOPED_PERIODS = ("2020", "2021-H1", "2022", "2023-midterm", "2024-9M", "term")
CASES = [f"{stem}/whole" for stem in PERIODS] + [
    f"{stem}/{scope}" for scope in ("sector", "organisation") for stem in SCOPED_PERIODS
]

SETUP = """
CREATE MACRO hundredths(part, whole) AS  -- 100 * part / whole in hundredths, half up, by whole numbers
    CASE WHEN whole > 0
         THEN (10000 * part) // whole + CASE WHEN 2 * ((10000 * part) % whole) >= whole THEN 1 ELSE 0 END END;
CREATE MACRO sector_group(code) AS CASE
    WHEN code IS NULL THEN NULL WHEN code = '4' THEN 'party_mass' WHEN code = '5' THEN 'state_agency'
    WHEN code LIKE '6%' THEN 'service_unit' WHEN code LIKE '9a%' THEN 'state_capital'
    WHEN code LIKE '9b%' OR code = '9c' THEN 'non_state' ELSE 'other' END;
CREATE MACRO place_of_group(name) AS
    list_position(['party_mass', 'state_agency', 'service_unit', 'state_capital', 'non_state', 'other'], name);
CREATE MACRO place_of_level(name) AS list_position(['excellent', 'good', 'completed', 'not_completed'], name);
CREATE MACRO place_of_kind(name) AS list_position(['party_committee', 'cell'], name);
CREATE MACRO place_of_band(name) AS
    list_position(['under_30', 'from_30_to_49', 'from_50_to_99', 'from_100_to_199', 'from_200'], name);
"""

# What one report may see: `asked` holds its days, `scope` its organisations; o, m, e, t, c, p, a, k are its tables.
OPEN = """
CREATE OR REPLACE TABLE asked AS
WITH term AS (SELECT DATE '2020-08-15' AS congress, DATE '2025-02-14' AS ending)
SELECT $is_whole AS is_whole,
       congress, $ends AS period_end, greatest($starts, congress) AS first_day, $part AS part, $is_term AS is_term,
       (SELECT max(period_end) FROM membership WHERE period_end <= least($ends, ending)) AS last_day,
       CASE WHEN month($ends) = 12 AND day($ends) = 31 THEN year($ends) ELSE year($ends) - 1 END AS last_graded
FROM term;

CREATE OR REPLACE TABLE scope AS
SELECT org_id FROM organisations, asked WHERE valid_from <= last_day GROUP BY org_id
HAVING ($sector = '' OR sector_group(arg_max(sector, valid_from)) = $sector)
   AND ($organisation = '' OR org_id = $organisation);

CREATE OR REPLACE TABLE o AS SELECT * FROM organisations WHERE org_id IN (FROM scope) OR $is_whole;
CREATE OR REPLACE TABLE m AS SELECT * FROM membership WHERE org_id IN (FROM scope) OR $is_whole;
CREATE OR REPLACE TABLE e AS SELECT * FROM events WHERE org_id IN (FROM scope) OR $is_whole;
CREATE OR REPLACE TABLE t AS SELECT * FROM targets WHERE org_id IN (FROM scope) OR $is_whole;
CREATE OR REPLACE TABLE c AS SELECT * FROM classification WHERE org_id IN (FROM scope) OR $is_whole;
CREATE OR REPLACE TABLE p AS SELECT * FROM probation WHERE org_id IN (FROM scope) OR $is_whole;
CREATE OR REPLACE TABLE a AS SELECT * FROM admissions WHERE org_id IN (FROM scope) OR $is_whole;
CREATE OR REPLACE TABLE k AS SELECT * FROM composition WHERE org_id IN (FROM scope) OR $is_whole;

CREATE OR REPLACE TABLE inside AS SELECT m.* FROM m, asked WHERE m.period_end BETWEEN first_day AND last_day;
CREATE OR REPLACE TABLE graded_years AS
SELECT DISTINCT reporting_year AS year FROM classification, asked
WHERE stage = 'decided' AND reporting_year <= last_graded;
CREATE OR REPLACE TABLE now_in AS  -- the sector that each organisation has on the data date, or had last
SELECT org_id, sector_group(arg_max(sector, valid_from)) AS sector_group FROM o, asked WHERE valid_from <= last_day
GROUP BY org_id;
CREATE OR REPLACE TABLE first_stood AS  -- kind and sector of each grassroots organisation when it first appeared
SELECT org_id, arg_min(kind, valid_from) AS kind, sector_group(arg_min(sector, valid_from)) AS sector_group FROM o
WHERE kind IN ('party_committee', 'cell') GROUP BY org_id;
CREATE OR REPLACE TABLE standing AS  -- grassroots organisations on the data date
SELECT org_id, kind, sector_group(sector) AS sector_group FROM o, asked
WHERE kind IN ('party_committee', 'cell') AND valid_from <= last_day AND coalesce(valid_to, last_day) >= last_day;
"""


@dataclass(frozen=True)
class Case:
    """One report as both sides see it."""

    report: Report
    sql: duckdb.DuckDBPyConnection

    def answer(self, query: str, **values: object) -> list[tuple[Any, ...]]:
        used = {name: value for name, value in values.items() if f"${name}" in query}
        return [tuple(plain(cell) for cell in row) for row in self.sql.execute(query, used or None).fetchall()]

    def tables(self, *names: str) -> dict[str, pd.DataFrame]:
        return self.report.tables(*names)


def open_database() -> duckdb.DuckDBPyConnection:
    """Return a database that holds the CSV files as they stand, and the macros."""
    database = duckdb.connect(config={"threads": 1})
    for path in SAMPLE.glob("*.csv"):
        database.execute(f"CREATE TABLE {path.stem} AS FROM read_csv('{path}', header=true, sample_size=-1)")
    database.execute(f"CREATE TABLE figures AS FROM read_csv('{FIGURES}', header=true, all_varchar=true)")
    database.execute(SETUP)
    return database


def open_case(database: duckdb.DuckDBPyConnection, name: str) -> Iterator[Case]:
    """Yield a report of CASES as both sides see it."""
    stem, scope = name.split("/")
    starts, ends, part, is_term = days_of(PERIODS[stem])
    values = {
        "starts": starts,
        "ends": ends,
        "part": part,
        "is_term": is_term,
        "sector": "",
        "organisation": "",
        "is_whole": scope == "whole",
    } | SCOPES[scope]
    for statement in duckdb.extract_statements(OPEN):
        used = {name: value for name, value in values.items() if f"${name}" in statement.query}
        database.execute(statement.query, used or None)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        yield Case(open_sample("oracle", period=PERIODS[stem], audience="internal", **SCOPES[scope]), database)


def days_of(period: str) -> tuple[date, date, str, bool]:
    """Return first day, last day, part of the year and whether the period is of the term."""
    if period.startswith("term"):
        return date(2020, 8, 15), date.fromisoformat(period[5:]) if period[5:] else date(2025, 2, 14), "", True
    year, _, part = period.partition("-")
    last = {"Q1": "03-31", "H1": "06-30", "9M": "09-30", "": "12-31"}[part]
    return date(int(year), 1, 1), date.fromisoformat(f"{year}-{last}"), part, False


def plain(cell: Any) -> Any:
    """Return a cell as both sides can hold it: whole numbers, text, True and False, ISO days, None."""
    if cell is None or cell is pd.NA or cell is pd.NaT or str(cell) == "nan":
        return None
    if isinstance(cell, date):
        return cell.isoformat()[:10]
    if isinstance(cell, Decimal | float):
        assert cell == int(cell), f"{cell} is not a whole number"
        return int(cell)
    return cell.item() if hasattr(cell, "item") else cell


def measured(rows: pd.DataFrame, *columns: str, hundredths: Sequence[str] = ()) -> list[tuple[Any, ...]]:
    """Return measured rows; percentages become hundredths, from their decimal form, so that nothing is rounded here."""
    exact = {
        column: [None if pd.isna(value) else Decimal(str(value)) * 100 for value in rows[column]]
        for column in columns
        if column.endswith("_pct") or column in hundredths
    }
    lists = [exact.get(column, rows[column].tolist()) for column in columns]
    return [tuple(plain(cell) for cell in row) for row in zip(*lists, strict=True)]
