"""Figures on admissions. Input: rows of measures.admissions, suppressed for the audience."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from analysis.figures.block import Block, Findings
from analysis.figures.charts import bars, running_total
from analysis.figures.context import Context


def admissions_vs_target(
    cumulative: pd.DataFrame, attainment: pd.DataFrame, together: pd.DataFrame, context: Context
) -> Block:
    """Running total of admissions under the full target of the year or term.

    together: attain_years, told of a period of the term where the place has targets of single years alone.
    Shows: how far the period has come. Read it: the line ends at the data date, the dashed rule is the target.
    Act on it: compare the gap with the time left.
    """
    row = attainment.iloc[0]
    if row["is_hidden"]:
        return context.nothing_to_show("admissions_vs_target", "figure.hidden")
    if row["admitted_n"] == 0:
        return context.nothing_to_show("admissions_vs_target", "figure.admissions_vs_target.none")
    has_target = _has_target(row)
    finding = _headline(row.to_dict(), together.to_dict("records")[0], context)
    if len(cumulative) == 1:
        return _one_bar(row, finding, context)
    chart = running_total(
        cumulative,
        "cumulative_n",
        target=float(row["target_n"]) if has_target else None,
        target_label=context.text("figure.admissions_vs_target.target", target=row["target_n"]),
        end_label=context.language.count(row["admitted_n"]),
    )
    table = context.table(cumulative, {"period_end": "date", "cumulative_n": "count"})
    thinned = (context.text("figure.admissions_vs_target.thinned"),) if cumulative["is_thinned"].any() else ()
    return context.figure("admissions_vs_target", chart, table, finding, notes=(*thinned, *context.coverage))


def _headline(row: Mapping[Hashable, Any], together: Mapping[Hashable, Any], context: Context) -> str:
    """Return the finding against the target; without one, what the years that have a target attained together."""
    years = {"first_year": together["first_year"], "last_year": together["last_year"]}
    if _has_target(row):
        key, against = "finding", row
    elif not row["period"].startswith("term") or pd.notna(row["target_n"]) or pd.isna(together["attainment_pct"]):
        key, against = "finding_no_target", row
    else:
        one = together["first_year"] == together["last_year"]
        key, against = "finding_one_year" if one else "finding_years", together
    return context.text(
        f"figure.admissions_vs_target.{key}",
        admitted=row["admitted_n"],
        target=against["target_n"],
        attained=against["attainment_pct"],
        attained_n=against["admitted_n"],
        **years,
    )


def _one_bar(row: pd.Series, finding: str, context: Context) -> Block:
    """Return the number admitted as a bar under its target: of one point no line can be drawn."""
    rows = pd.DataFrame([row]).assign(place_name=context.place, label=context.against_target(row.to_dict()))
    return context.figure(
        "admissions_vs_target",
        bars(rows, "place_name", "admitted_n", "label", target="target_n"),
        context.table(
            rows, {"place_name": "text", "admitted_n": "count", "target_n": "count", "attainment_pct": "pct"}
        ),
        finding,
        notes=context.coverage,
    )


def admissions_compared(compared: pd.DataFrame, context: Context) -> Block:
    """What was admitted beside the period compared with, in a sentence; why there is none to compare with.

    Shows: whether more were admitted. Read it: the index is 100 where as many were admitted. Act on it: see by year.
    """
    heading, block_id = context.text("figure.admissions_compared.heading"), "admissions-compared"
    if len(compared) < 2:
        return Findings(context.language.code, block_id, heading, (context.compared_with,))
    before, now = compared.iloc[0], compared.iloc[1]
    if compared["is_hidden"].any() or compared["admitted_n"].isna().any():
        sentence = context.text("figure.hidden")
    else:
        no_index = "no_base" if pd.isna(now["between_n"]) else "holds_before"
        key = "sentence" if pd.notna(now["index_pct"]) else no_index
        sentence = context.text(
            f"figure.admissions_compared.{key}",
            now=now["admitted_n"],
            before=before["admitted_n"],
            change=now["change_n"],
            index=now["index_pct"],
        )
    return Findings(context.language.code, block_id, heading, (context.compared_with, sentence))


def admissions_by_year(years: pd.DataFrame, context: Context) -> Block:
    """The same cumulative period of every year, with the share of each year's target.

    Shows: whether this year runs ahead. Read it: one bar a year, to the same day unless marked as a part.
    Act on it: a falling index calls for a look at the sectors below.
    """
    if years.empty or not years["admitted_n"].fillna(0).any():
        key = "figure.hidden" if years["is_hidden"].any() else "figure.admissions_by_year.none"
        return context.nothing_to_show("admissions_by_year", key)
    words = context.language
    rows = years.assign(
        year_name=[
            context.text(
                "figure.admissions_by_year.part" if part else "figure.admissions_by_year.whole",
                year=year,
                first=first,
                last=last,
            )
            for year, part, first, last in zip(
                years["year"], years["is_part"], years["start_date"], years["data_date"], strict=True
            )
        ],
        label=[context.against_target(row) for row in years.to_dict("records")],
    )
    kinds = {
        "year_name": "text",
        "start_date": "date",
        "data_date": "date",
        "admitted_n": "count",
        "target_n": "count",
        "attainment_pct": "pct",
        "index_pct": "dec2",
    }
    notes: tuple[str, ...] = (words.text("note.target_mark"),) if rows["target_n"].notna().any() else ()
    notes += (words.text("note.part_year"),) if rows["is_part"].any() else ()
    return context.figure(
        "admissions_by_year",
        bars(rows, "year_name", "admitted_n", "label", target="target_n"),
        context.table(rows, kinds),
        _finding_of_years(rows, context),
        notes=notes + context.hidden_note(rows) + context.coverage,
    )


def admissions_by_sector(sectors: pd.DataFrame, context: Context) -> Block:
    """Admissions by sector group, with the rate per 100 members at the start of the period.

    Shows: where admissions come from. Read it: the bar is people, the rate beside it allows for the size of the sector.
    Act on it: a large sector with a low rate has room.
    """
    shown = sectors[sectors["admitted_n"].fillna(0) > 0]
    if shown.empty:
        key = "figure.hidden" if sectors["is_hidden"].any() else "figure.admissions_by_sector.none"
        return context.nothing_to_show("admissions_by_sector", key)
    if len(sectors) == 1:
        return context.nothing_to_show("admissions_by_sector", "figure.one_sector")
    words = context.language
    rows = sectors.sort_values("admitted_n", ascending=False, kind="stable", na_position="last")
    rows = rows.assign(
        sector_name=rows["sector_group"].map(context.sector_name),
        label=[
            words.text("words.hidden")
            if hidden
            else context.text("figure.admissions_by_sector.label", admitted=count, rate=rate)
            for count, rate, hidden in zip(rows["admitted_n"], rows["per_100_pct"], rows["is_hidden"], strict=True)
        ],
    )
    first = rows.iloc[0]
    is_level = (rows["admitted_n"] == first["admitted_n"]).sum() > 1
    finding = context.text(
        f"figure.admissions_by_sector.{'finding_level' if is_level else 'finding'}",
        sector=context.leaders(rows, "admitted_n"),
        admitted=first["admitted_n"],
        share=first["share_pct"],
    )
    kinds = {
        "sector_name": "text",
        "admitted_n": "count",
        "share_pct": "pct",
        "members_start_n": "count",
        "per_100_pct": "dec2",
    }
    return context.figure(
        "admissions_by_sector",
        bars(rows, "sector_name", "admitted_n", "label"),
        context.table(rows, kinds),
        finding,
        notes=context.hidden_note(rows) + context.coverage,
    )


def _finding_of_years(rows: pd.DataFrame, context: Context) -> str:
    """Return what the last year says: its own index, or why it has none; of a part, that of the last whole year."""
    last, compared = rows.iloc[-1], rows[rows["index_pct"].notna()]
    whole = last if compared.empty or not last["is_part"] else compared.iloc[-1]
    if last["is_hidden"]:
        key = "finding_hidden"
    elif last["is_part"]:
        key = "finding_first" if compared.empty else "finding_part" if _is_whole(whole) else "finding_part_of_part"
    else:
        key = "finding" if pd.notna(last["index_pct"]) else _why_no_index(rows.iloc[:-1])
    return context.text(
        f"figure.admissions_by_year.{key}",
        admitted=last["admitted_n"],
        year=_named_with_days(last, context),
        whole=whole["admitted_n"],
        whole_year=_named_with_days(whole, context),
        base_year=whole["year"] - 1,
        first=last["start_date"],
        last=last["data_date"],
        index=whole["index_pct"],
    )


def _why_no_index(earlier: pd.DataFrame) -> str:
    before = earlier.tail(1)
    if before["is_hidden"].any():
        return "finding_hidden_base"
    return "finding_zero_base" if before["admitted_n"].eq(0).any() and not before["is_part"].any() else "finding_first"


def _named_with_days(row: pd.Series, context: Context) -> str:
    """Return the year of a row, with its days where they are not the whole year: 2023 (01/01–30/09)."""
    days = {"first": row["start_date"], "last": row["data_date"]}
    key = "whole" if _is_whole(row) else "part"
    return context.text(f"figure.admissions_by_year.{key}", year=row["year"], **days)


def _is_whole(row: pd.Series) -> bool:
    first, last = row["start_date"], row["data_date"]
    return (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)


def _has_target(row: Mapping[Hashable, Any] | pd.Series) -> bool:
    """Tell whether there is a target to compare with: one of 0 means closed to new members."""
    return pd.notna(row["target_n"]) and row["target_n"] > 0
