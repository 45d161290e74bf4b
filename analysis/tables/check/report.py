"""How a rule says what it found: one problem with its lines and keys, in both languages."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import pandas as pd

from analysis.errors import DataError, Problem, name_keys
from analysis.language import load_language
from analysis.tables.dataset import Dataset
from analysis.tables.read import FIRST_LINE

Check = Callable[[Dataset], Iterator[Problem]]


@dataclass(frozen=True)
class Rule:
    """A rule about one table: its code, the table, the text that says what is wrong, and how bad that is."""

    code: str
    table: str
    text: str
    severity: str = "error"


def reads(*names: str) -> Callable[[Callable[..., Iterator[Problem]]], Check]:
    """Give a rule the tables it reads; it is skipped where the dataset lacks one, or one could not be read.

    What could not be read is reported by itself, and a rule over half a table would only blame other rows.
    """

    def with_tables(rule: Callable[..., Iterator[Problem]]) -> Check:
        @functools.wraps(rule)
        def check(dataset: Dataset) -> Iterator[Problem]:
            frames = [readable_table(dataset, name) for name in names]
            if all(frame is not None for frame in frames):
                yield from rule(dataset, *frames)

        return check

    return with_tables


def readable_table(dataset: Dataset, name: str) -> pd.DataFrame | None:
    """Return a table, or None where the dataset lacks it or it could not be read."""
    try:
        return dataset.table(name) if dataset.has(name) else None
    except DataError:
        return None


def find(rule: Rule, bad: pd.DataFrame, keys: Iterable[str], **values: object) -> Iterator[Problem]:
    """Yield one problem about the rows `bad`, which `keys` name for the reader; nothing where there are none."""
    if bad.empty:
        return
    lines = tuple(int(row) + FIRST_LINE for row in sorted(bad.index))
    shown = list(dict.fromkeys(keys))
    vi, en = (
        load_language(code).text(
            f"check.{rule.text}", table=rule.table, lines=name_keys(lines, code), keys=name_keys(shown, code), **values
        )
        for code in ("vi", "en")
    )
    yield Problem(rule.code, rule.severity, rule.table, vi, en, lines)


def labels(rows: pd.DataFrame, *columns: str, detail: Iterable[str] = ()) -> list[str]:
    """Return a key for each row, such as "TC005 2021-05-31", with a detail behind it: "(55 ≠ 54)"."""
    if rows.empty:
        return []
    parts = [_as_text(rows[column]) for column in columns]
    named = [" ".join(part) for part in zip(*parts, strict=True)]
    details = list(detail)
    return [f"{name} ({more})" for name, more in zip(named, details, strict=True)] if details else named


def compared(left: pd.Series, sign: str, right: pd.Series) -> list[str]:
    """Return two counts of each row beside one another, such as "55 ≠ 54"."""
    return [f"{a} {sign} {b}" for a, b in zip(left, right, strict=True)]


def differing(bad: pd.DataFrame, left: pd.Series, sign: str, right: pd.Series) -> list[str]:
    """Return a key for each row of an organisation and day, with the two counts that do not fit."""
    return labels(bad, "org_id", "period_end", detail=compared(left, sign, right))


def own_severity(dataset: Dataset) -> str:
    """Own counts must add up; printed ones are kept as they were printed, and the difference is shown."""
    return "warning" if dataset.info.kind == "published" else "error"


def _as_text(values: pd.Series) -> pd.Series:
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return values.dt.strftime("%Y-%m-%d").fillna("—")
    return values.astype("str").fillna("—")
