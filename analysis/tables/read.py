"""Reading one table: text in, typed columns out; every cell that cannot be read is reported, none is guessed.

Input: a CSV (UTF-8) or Parquet file. Output: a frame with the columns, order and types of the schema.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from analysis.errors import DataError, Problem, name_keys
from analysis.language import NO_VALUE, is_missing, load_language
from analysis.tables.schema import DATE, LEDGERS, TABLES, YEAR, Table, allowed_values, unit_of

RowRules = Callable[[pd.DataFrame], Iterable[Problem]]

SUFFIXES = (".csv", ".parquet")
# Line 1 of a CSV is its heading, so the first record stands in line 2.
FIRST_LINE = 2

SHOWN_CELL = 60
# What spreadsheets put between cells where it is not a comma, and what it is called.
OTHER_SEPARATORS = {";": ";", "\t": "tab"}

# At most 15 digits, so that no count overflows; [0-9], because \d would take the digits of other scripts too.
LARGEST = 10**15
_INTEGER = r"-?[0-9]{1,15}"
_NUMBER = r"-?[0-9]{1,15}(\.[0-9]+)?"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
# What no page, workbook or chart can hold: XML forbids it, and the chart converter ends over it.
UNPRINTABLE = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]"


def find_table_file(root: Path, name: str) -> Path | None:
    """Return the file of a table, CSV before Parquet, or None."""
    return next((path for suffix in SUFFIXES if (path := root / f"{name}{suffix}").is_file()), None)


def empty_table(name: str) -> pd.DataFrame:
    """Return a table with its columns and types and no rows."""
    columns = (TABLES | LEDGERS)[name].columns
    return pd.DataFrame({column: pd.Series(dtype=_pandas_type(columns[column])) for column in columns})


def read_table(path: Path, name: str, row_rules: RowRules | None = None) -> pd.DataFrame:
    """Return one table, typed. Raises DataError with every unreadable cell, wrong column and repeated key.

    row_rules: what the cells of a row must be to each other; asked where no column is missing.
    """
    table = (TABLES | LEDGERS)[name]
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
    problems.extend(_rule_problems(typed, table, unread))
    problems.extend(_repeated_keys(typed, table, unread))
    if row_rules and len(present) == len(table.columns):
        problems.extend(row_rules(typed))
    if problems:
        raise DataError(problems, str(path))
    return typed


def _read_text(path: Path, table: Table) -> pd.DataFrame:
    """Return the file as it stands; the index of a record is its line number less FIRST_LINE."""
    return _read_parquet(path, table) if path.suffix == ".parquet" else _read_csv(path, table)


def _read_parquet(path: Path, table: Table) -> pd.DataFrame:
    try:
        return pd.read_parquet(path).reset_index(drop=True)
    except (OSError, ValueError) as error:
        problem = _problem(table, "unreadable", "not_parquet", file=path.name, reason=str(error).strip())
        raise DataError([problem], str(path)) from None


def _read_csv(path: Path, table: Table) -> pd.DataFrame:
    text = _decode(path, table)
    _refuse_other_separator(text, path, table)
    widths = _scan_records(text, path, table)
    if widths.empty or widths.iloc[0] == 0:
        raise DataError(
            [_problem(table, "empty", "empty_file", file=path.name, columns=", ".join(table.columns))], str(path)
        )
    records = widths.iloc[1:]
    _refuse_uneven(widths, path, table)
    raw = pd.read_csv(
        io.StringIO(text), dtype="str", keep_default_na=False, na_values=[""], index_col=False, skip_blank_lines=False
    )
    raw.index = records.index
    return raw[records > 0]


def _refuse_other_separator(text: str, path: Path, table: Table) -> None:
    """Raise DataError where the heading holds the table's columns, but between semicolons or tabs.

    A spreadsheet writes semicolons where the comma is the decimal sign, as in Vietnam.
    """
    heading = text.partition("\n")[0]
    for sign, name in OTHER_SEPARATORS.items():
        if "," not in heading and len(set(table.columns) & {cell.strip(' "\r') for cell in heading.split(sign)}) > 1:
            raise DataError([_problem(table, "unreadable", "other_separator", file=path.name, sign=name)], str(path))


def _refuse_uneven(widths: pd.Series, path: Path, table: Table) -> None:
    """Raise DataError where a record has more or fewer cells than the heading; blank lines have none and pass."""
    width = int(widths.iloc[0])
    uneven = _lines(widths.index[(widths != width) & (widths > 0)])
    if uneven:
        problem = _problem(table, "unreadable", "uneven_line", rows=uneven, file=path.name, lines=uneven, width=width)
        raise DataError([problem], str(path))


def _decode(path: Path, table: Table) -> str:
    content = path.read_bytes().removeprefix(codecs.BOM_UTF8)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise DataError(
            [_problem(table, "encoding", "not_utf8_line", rows=(line,), file=path.name, line=line)], str(path)
        ) from None


def _scan_records(text: str, path: Path, table: Table) -> pd.Series:
    """Return how many fields each record has, the heading first; the index is its line less FIRST_LINE.

    pandas fills short records and drops blank lines in silence, and does not know in which line a record stands.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    widths, starts, start = [], [], 1
    try:
        for record in reader:
            widths.append(len(record))
            starts.append(start - FIRST_LINE)
            start = reader.line_num + 1
    except csv.Error as error:
        reason = f"line {start}: {error}"
        raise DataError(
            [_problem(table, "unreadable", "not_csv", rows=(start,), file=path.name, reason=reason)], str(path)
        ) from None
    return pd.Series(widths, index=pd.Index(starts, dtype="int64"), dtype="int64")


def _typed_column(raw: pd.Series, column: pa.Column) -> tuple[pd.Series, pd.Index]:
    """Return the column in its type, and the index of the cells that could not be read (left empty)."""
    dtype = _pandas_type(column)
    if _has_numbers(raw) and dtype in ("Int64", "Float64"):
        fits = (raw.abs() < LARGEST) & ((raw % 1 == 0) | (dtype == "Float64"))
        good = raw.isna() | fits.fillna(False).astype(bool)
        return raw.where(good).astype(pd.api.types.pandas_dtype(dtype)), raw.index[~good]
    text = _as_text(raw)
    if dtype == "str":
        good = ~text.str.contains(UNPRINTABLE).fillna(False).astype(bool)
        return text.where(good), raw.index[~good]
    pattern = {"Int64": _INTEGER, "Float64": _NUMBER}.get(dtype, _DAY)
    good = text.isna() | text.str.fullmatch(pattern).fillna(False).astype(bool)
    if dtype == "datetime64[us]":
        read = pd.to_datetime(text.where(good), format="%Y-%m-%d", errors="coerce")
        return read.astype("datetime64[us]"), raw.index[read.isna() & text.notna()]
    return pd.to_numeric(text.where(good)).astype(pd.api.types.pandas_dtype(dtype)), raw.index[~good]


def _has_numbers(raw: pd.Series) -> bool:
    """Whether a Parquet column holds numbers; true and false are none."""
    return pd.api.types.is_numeric_dtype(raw.dtype) and not pd.api.types.is_bool_dtype(raw.dtype)


def _as_text(raw: pd.Series) -> pd.Series:
    """Return every cell as text without blanks around it; empty cells are missing. A day without hours is a date."""
    if pd.api.types.is_datetime64_any_dtype(raw.dtype) and raw.dt.tz is None:
        days = raw.dt.normalize()
        raw = raw.dt.strftime("%Y-%m-%d").where(days == raw, raw.astype("str")).where(raw.notna())
    text = raw.astype("str").str.strip()
    return text.where(text.str.len() > 0)


def _pandas_type(column: pa.Column) -> str:
    """Return the type that a column of a table has in memory: str, Int64, Float64 or datetime64[us]."""
    written = str(column.dtype)
    if "datetime" in written:
        return "datetime64[us]"
    return written if written in ("Int64", "Float64") else "str"


def _column_problems(raw: pd.DataFrame, table: Table) -> Iterator[Problem]:
    missing = [column for column in table.columns if column not in raw.columns]
    undeclared = [column for column in raw.columns if column not in table.columns]
    if missing:
        yield _problem(table, "missing", "no_column", columns=", ".join(missing))
    if undeclared:
        yield _problem(
            table, "unknown", "undeclared_column", columns=", ".join(undeclared), allowed=", ".join(table.columns)
        )


def _rule_problems(typed: pd.DataFrame, table: Table, unread: set[tuple[str, int]]) -> Iterator[Problem]:
    missing = [column for column in table.columns if column not in typed.columns]
    schema = table.schema.remove_columns(missing) if missing else table.schema
    try:
        schema.validate(typed, lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases.dropna(subset=["column", "index"])
        cases = cases[[(c, int(i)) not in unread for c, i in zip(cases["column"], cases["index"], strict=True)]]
        for (column, check), group in cases.groupby(["column", "check"], sort=False):
            index = pd.Index(sorted(int(row) for row in group["index"]))
            yield _cell_problem(table, str(column), typed[str(column)], index, str(check))


def _repeated_keys(typed: pd.DataFrame, table: Table, unread: set[tuple[str, int]]) -> Iterator[Problem]:
    key = list(table.key)
    if not set(key) <= set(typed.columns):
        return
    read = typed.drop(index=sorted({row for column, row in unread if column in key}))
    repeated = read[read.duplicated(key, keep=False)]
    if repeated.empty:
        return
    shown = [
        " / ".join(_cell_text(value) for value in row)
        for row in repeated[key].drop_duplicates().itertuples(index=False)
    ]
    yield _problem(
        table,
        "duplicate",
        "repeated_key",
        rows=_lines(repeated.index),
        key=" + ".join(key),
        lines=_lines(repeated.index),
        keys=shown,
    )


def _cell_text(value: object) -> str:
    if is_missing(value):
        return NO_VALUE
    text = value.date().isoformat() if isinstance(value, pd.Timestamp) else " ".join(str(value).split())
    text = re.sub(UNPRINTABLE, "�", text)
    return text if len(text) <= SHOWN_CELL else text[:SHOWN_CELL] + "…"


def _cell_problem(table: Table, name: str, values: pd.Series, index: pd.Index, check: str = "type") -> Problem:
    column = table.columns[name]
    kinds = {
        "not_nullable": "empty_cell",
        "allowed": "not_allowed",
        "not_negative": "negative",
        "year": "bad_year",
        "partial_date": "bad_partial_date",
        "address": "bad_address",
        "type": _unread_kind(column),
    }
    return _problem(
        table,
        check,
        kinds.get(check, "bad_number"),
        rows=_lines(index),
        column=name,
        lines=_lines(index),
        values=[f"“{_cell_text(value)}”" for value in values[index].unique()],
        allowed=", ".join(allowed_values(column)),
    )


def _unread_kind(column: pa.Column) -> str:
    """Return which text says how a cell of that column is written."""
    if unit_of(column) in (DATE, YEAR):
        return "bad_date" if unit_of(column) == DATE else "bad_year"
    return {"str": "bad_text", "Int64": "bad_count"}.get(_pandas_type(column), "bad_number")


def _lines(index: pd.Index) -> tuple[int, ...]:
    return tuple(int(row) + FIRST_LINE for row in index)


def _problem(table: Table, rule: str, key: str, /, *, rows: tuple[int, ...] = (), **values: object) -> Problem:
    vi, en = (_say(code, f"problem.{key}", values | {"table": table.name}) for code in ("vi", "en"))
    return Problem(rule, "error", table.name, vi, en, rows)


def _say(code: str, key: str, values: dict[str, object]) -> str:
    """Return a text in which lists are named by their first members, in the words of the language."""
    named = {
        name: name_keys(value, code) if isinstance(value, Sequence) and not isinstance(value, str) else value
        for name, value in values.items()
    }
    return load_language(code).text(key, **named)
