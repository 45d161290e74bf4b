"""Numbers that differ from what was published of them before, in sentences; and those that publication records."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.figures.block import Corrections
from analysis.figures.context import Context
from analysis.language import is_missing
from analysis.wording import period_words

FIGURE = ("dataset", "period", "sector", "measure", "count_n", "of_n", "data_date")


def corrections(stated: pd.DataFrame, revisions: pd.DataFrame, context: Context) -> Corrections:
    """The numbers of the page that were published before with another value.

    Shows: each number as it is now, and as it was published. Read it: what stands on this page replaces what stood on
    earlier ones. Act on it: put right what was written from the earlier page.
    """
    figures = [rows for _, rows in revisions.groupby(["period", "measure"], sort=False)]
    return Corrections(
        language=context.language.code,
        block_id="corrections",
        heading=context.text("corrections.heading"),
        lead=context.text("corrections.lead"),
        sentences=tuple(_sentence(rows.to_dict("records"), context) for rows in figures),
        nothing=context.text("corrections.nothing"),
        stated=tuple(_figure(row) for row in stated[stated["count_n"].notna()].to_dict("records")),
        revised=tuple(_figure(rows.iloc[0].to_dict()) for rows in figures),
    )


def marked_unit(unit: str, figure: tuple[str, str], revisions: pd.DataFrame, context: Context) -> str:
    """Return the unit of a headline number, with a word where the number was published before with another value.

    figure: the period and the measure that the number is of.
    """
    is_revised = figure in zip(revisions["period"], revisions["measure"], strict=True)
    return f"{unit} {context.text('corrections.mark')}".strip() if is_revised else unit


def _sentence(values: Sequence[Mapping[Hashable, Any]], context: Context) -> str:
    """Return what one figure is now and was before; values: one row for each other value that was issued of it."""
    now = values[0]
    told = [_earlier(row, context) for row in values if not row["is_hidden"]]
    key = "told" if len(told) == len(values) else "partly_told" if told else "untold"
    return context.text(
        f"corrections.{key}",
        item=context.text(f"corrections.item.{now['measure']}"),
        period_of_figure=period_words(now["period"], context.language),
        now=_written(now["count_n"], now["now_pct"], context),
        earlier=context.language.listing(told) if told else "",
    )


def _earlier(row: Mapping[Hashable, Any], context: Context) -> str:
    """Return an earlier value with the day of its publication, where that is known, and how far its data reached."""
    written = _written(row["issued_n"], row["issued_pct"], context)
    known = {}
    if not is_missing(row["issued_on"]):
        known["issued_on"] = row["issued_on"].date()
    if not is_missing(row["issued_date"]) and row["issued_date"] != row["data_date"]:
        known["reached"] = row["issued_date"].date()
    return context.text("_".join(["corrections.earlier", *known]), value=written, **known)


def _written(count: object, share: object, context: Context) -> str:
    language = context.language
    return language.count(count) if is_missing(share) else language.percent(share)


def _figure(row: Mapping[Hashable, Any]) -> dict[str, Any]:
    """Return a figure as JSON can hold it."""
    return {name: _json(row[name]) for name in FIGURE}


def _json(value: Any) -> Any:
    if is_missing(value):
        return None
    return (
        value.date().isoformat() if isinstance(value, pd.Timestamp) else value if isinstance(value, str) else int(value)
    )
