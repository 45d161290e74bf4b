"""Figures on printed numbers of Party bodies: real ones, each with its source. Input: rows of measures.comparison."""

from __future__ import annotations

import pandas as pd

from analysis.figures.block import Block
from analysis.figures.charts import bars
from analysis.figures.context import Context
from analysis.wording import partial_day


def printed_attainment(rows: pd.DataFrame, context: Context) -> Block:
    """Printed shares of a year's or term's admission target, by body.

    Shows: how far other bodies came. Read it: the mark is the target; the label is what was printed, bounds included.
    Act on it: follow the source before quoting.
    """
    if len(rows) < 2:
        return context.nothing_to_show("printed_attainment", "figure.published.too_few")
    named = rows.assign(
        period_end=[partial_day(end, context.language) for end in rows["period_end"]],
        full_pct=100.0,
        body_name=[
            context.text("figure.printed_attainment.body", body=body, end=partial_day(end, context.language))
            for body, end in zip(rows["body"], rows["period_end"], strict=True)
        ],
        label=rows["value_as_printed"],
    )
    finding = context.text(
        "figure.printed_attainment.finding", reached=int((rows["value_pct"] >= 100).sum()), bodies=len(rows)
    )
    table = context.table(
        named,
        {
            "body": "text",
            "period_end": "text",
            "value_pct": "pct",
            "value_as_printed": "text",
            "publisher": "text",
            "url": "url",
        },
    )
    notes = (context.text("note.target_mark"),)
    return context.figure(
        "printed_attainment",
        bars(named, "body_name", "value_pct", "label", target="full_pct"),
        table,
        finding,
        notes=notes,
    )


def members_per_organisation(rows: pd.DataFrame, context: Context) -> Block:
    """Members per grassroots organisation where a body printed both for the same day.

    Shows: how large grassroots organisations are elsewhere. Read it: computed from two printed numbers.
    Act on it: compare bodies of the same level only.
    """
    if len(rows) < 2:
        return context.nothing_to_show("members_per_organisation", "figure.published.too_few")
    named = rows.assign(
        period_end=[partial_day(end, context.language) for end in rows["period_end"]],
        body_name=[
            context.text("figure.printed_attainment.body", body=body, end=partial_day(end, context.language))
            for body, end in zip(rows["body"], rows["period_end"], strict=True)
        ],
        label=[
            _bounded(context.language.decimal(value, 1), exact, context)
            for value, exact in zip(rows["members_per_organisation_n"], rows["is_exact"], strict=True)
        ],
    )
    first, last = rows.iloc[0], rows.iloc[-1]
    finding = context.text(
        "figure.members_per_organisation.finding",
        bodies=len(rows),
        low=last["members_per_organisation_n"],
        high=first["members_per_organisation_n"],
    )
    table = context.table(
        named,
        {
            "body": "text",
            "period_end": "text",
            "members_n": "count",
            "organisations_n": "count",
            "members_per_organisation_n": "dec1",
        },
    )
    return context.figure(
        "members_per_organisation", bars(named, "body_name", "members_per_organisation_n", "label"), table, finding
    )


def article_beside_dataset(rows: pd.DataFrame, context: Context) -> Block:
    """The source article's facts beside what the dataset gives at that date.

    Shows: that the synthetic data were fitted to the article. Read it: equal by construction, so it proves nothing.
    Act on it: do not quote the dataset's other numbers as real.
    """
    if rows.empty or rows["dataset_value"].isna().all():
        return context.nothing_to_show("article_beside_dataset", "figure.article_beside_dataset.none")
    words = context.language
    named = rows.assign(
        measure_name=[context.text(f"printed_measure.{measure}") for measure in rows["measure"]],
        basis_name=[context.text(f"basis.{basis}") for basis in rows["value_basis"]],
        printed_value=[
            _written(value, unit, context) for value, unit in zip(rows["printed_value"], rows["unit"], strict=True)
        ],
        dataset_value=[
            _written(value, unit, context) for value, unit in zip(rows["dataset_value"], rows["unit"], strict=True)
        ],
        equal_name=[words.text("words.equal" if equal else "words.differs") for equal in rows["is_equal"]],
    )
    finding = context.text("figure.article_beside_dataset.finding", equal=int(rows["is_equal"].sum()), facts=len(rows))
    table = context.table(
        named,
        {
            "measure_name": "text",
            "printed_value": "text",
            "basis_name": "text",
            "dataset_value": "text",
            "equal_name": "text",
        },
    )
    return context.figure(
        "article_beside_dataset",
        None,
        table,
        finding,
        notes=(context.text("note.fitted"),),
        data_date=rows["data_date"].iloc[0],
    )


def _written(value: object, unit: str, context: Context) -> str:
    return context.language.percent(value) if unit == "percent" else context.language.count(value)


def _bounded(written: str, is_exact: bool, context: Context) -> str:
    return written if is_exact else context.text("words.about", value=written)
