"""Reading one table: text in, typed columns out; every cell that cannot be read is reported, none is guessed.

Input: a CSV (UTF-8) or Parquet file. Output: a frame with the columns, order and types of the schema.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from analysis.errors import DataError, Problem, name_keys
from analysis.language import load_language
from analysis.tables.schema import DATE, FIGURES, TABLES, Table, allowed_values, is_count, unit_of

SUFFIXES = (".csv", ".parquet")
# Line 1 of a CSV is its heading, so the first record stands in line 2.
FIRST_LINE = 2

_INTEGER = r"-?\d+"
_NUMBER = r"-?\d+(\.\d+)?"


def find_table_file(root: Path, name: str) -> Path | None:
    """Return the file of a table, CSV before Parquet, or None."""
    return next((path for suffix in SUFFIXES if (path := root / f"{name}{suffix}").is_file()), None)


def empty_table(name: str) -> pd.DataFrame:
    """Return a table with its columns and types and no rows."""
    columns = TABLES[name].columns
    return pd.DataFrame({column: pd.Series(dtype=str(columns[column].dtype)) for column in columns})


def read_table(path: Path, name: str) -> pd.DataFrame:
    """Return one table, typed. Raises DataError with every unreadable cell, wrong column and repeated key."""
    table = FIGURES if name == FIGURES.name else TABLES[name]
    raw = _read_text(path, table)
    problems = list(_column_problems(raw, table))
    present = [column for column in table.columns if column in raw.columns]
    typed = raw[present].copy()
    unread: set[tuple[str, int]] = set()
    for column in present:
        typed[column], bad = _typed_column(raw[column], table.columns[column])
        unread.update((column, int(row)) for row in bad)
        if len(bad):
            problems.append(_cell_problem(table, column, raw[column], bad))
    if len(present) == len(table.columns):
        problems.extend(_rule_problems(typed, table, unread))
        problems.extend(_repeated_keys(typed, table))
    if problems:
        raise DataError(problems, str(path))
    return typed


def _read_text(path: Path, table: Table) -> pd.DataFrame:
    if path.suffix == ".parquet":
        return pd.read_parquet(path)
    try:
        return pd.read_csv(path, dtype="str", keep_default_na=False, na_values=[""], encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise DataError([_problem(table, "encoding", "not_utf8_line", rows=(line,), file=path.name, line=line)],
                        str(path)) from None
    except pd.errors.EmptyDataError:
        raise DataError([_problem(table, "empty", "empty_file", file=path.name, columns=", ".join(table.columns))],
                        str(path)) from None
    except pd.errors.ParserError as error:
        raise DataError([_problem(table, "unreadable", "not_csv", file=path.name, reason=str(error).strip())],
                        str(path)) from None


def _typed_column(raw: pd.Series, column: pa.Column) -> tuple[pd.Series, pd.Index]:
    """Return the column in its type, and the index of the cells that could not be read (left empty)."""
    dtype = str(column.dtype)
    if not pd.api.types.is_string_dtype(raw.dtype) and raw.dtype != object:
        return raw.astype(_pandas_type(dtype)), raw.index[:0]
    text = raw.astype("str").str.strip()
    if dtype == "Int64":
        good = text.isna() | text.str.fullmatch(_INTEGER).fillna(False).astype(bool)
        return pd.to_numeric(text.where(good)).astype("Int64"), raw.index[~good]
    if dtype == "Float64":
        good = text.isna() | text.str.fullmatch(_NUMBER).fillna(False).astype(bool)
        return pd.to_numeric(text.where(good)).astype("Float64"), raw.index[~good]
    if "datetime" in dtype:
        read = pd.to_datetime(text, format="%Y-%m-%d", errors="coerce")
        return read.astype("datetime64[us]"), raw.index[read.isna() & text.notna()]
    return text.where(text.str.len() > 0), raw.index[:0]


def _pandas_type(dtype: str) -> str:
    return "datetime64[us]" if "datetime" in dtype else dtype


def _column_problems(raw: pd.DataFrame, table: Table) -> Iterator[Problem]:
    missing = [column for column in table.columns if column not in raw.columns]
    undeclared = [column for column in raw.columns if column not in table.columns]
    if missing:
        yield _problem(table, "missing", "no_column", columns=", ".join(missing))
    if undeclared:
        yield _problem(table, "unknown", "undeclared_column", columns=", ".join(undeclared),
                       allowed=", ".join(table.columns))


def _rule_problems(typed: pd.DataFrame, table: Table, unread: set[tuple[str, int]]) -> Iterator[Problem]:
    try:
        table.schema.validate(typed, lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases.dropna(subset=["column", "index"])
        cases = cases[[(c, int(i)) not in unread for c, i in zip(cases["column"], cases["index"], strict=True)]]
        for (column, check), group in cases.groupby(["column", "check"], sort=False):
            index = pd.Index(sorted(int(row) for row in group["index"]))
            yield _cell_problem(table, str(column), typed[str(column)], index, str(check))


def _repeated_keys(typed: pd.DataFrame, table: Table) -> Iterator[Problem]:
    repeated = typed.duplicated(list(table.key), keep=False)
    if not repeated.any():
        return
    keys = typed.loc[repeated, list(table.key)].drop_duplicates()
    shown = [" / ".join(_key_text(value) for value in row) for row in keys.itertuples(index=False)]
    yield _problem(table, "duplicate", "repeated_key", rows=_lines(typed.index[repeated]),
                   key=" + ".join(table.key), lines=_line_text(typed.index[repeated]), keys=name_keys(shown))


def _key_text(value: object) -> str:
    return value.date().isoformat() if isinstance(value, pd.Timestamp) else str(value)


def _cell_problem(table: Table, name: str, values: pd.Series, index: pd.Index, check: str = "type") -> Problem:
    column = table.columns[name]
    kinds = {"not_nullable": "empty_cell", "allowed": "not_allowed", "not_negative": "negative",
             "year": "bad_year", "partial_date": "bad_date"}
    if check == "type":
        key = "bad_date" if unit_of(column) == DATE else "bad_count" if is_count(column) else "bad_number"
    else:
        key = kinds.get(check, "bad_number")
    return _problem(table, "type" if check == "type" else check, key, rows=_lines(index),
                    column=name, lines=_line_text(index), values=name_keys(f'“{v}”' for v in values[index].unique()),
                    allowed=", ".join(allowed_values(column)))


def _lines(index: pd.Index) -> tuple[int, ...]:
    return tuple(int(row) + FIRST_LINE for row in index)


def _line_text(index: pd.Index) -> str:
    return name_keys(_lines(index))


def _problem(table: Table, rule: str, key: str, /, *, rows: tuple[int, ...] = (), **values: object) -> Problem:
    vi, en = (load_language(code).text(f"problem.{key}", table=table.name, **values) for code in ("vi", "en"))
    return Problem(rule, "error", table.name, vi, en, rows)
