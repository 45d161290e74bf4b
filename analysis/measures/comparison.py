"""Printed figures of Party bodies side by side, and the article's facts beside a dataset.

Input: data/published/figures.csv. A printed value is never corrected; bounds stay bounds.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from analysis.measures.ratio import percent_of

# Body, measure and column of the headline that answers it: the facts that the sample was fitted to.
ARTICLE_BODY = "Đảng bộ Khối Cơ quan và Doanh nghiệp tỉnh (tỉnh không nêu tên)"
# The article counts from the Congress to its day of publication; the monthly dataset reads to 31/05/2023.
ARTICLE_PERIOD = "term:2023-06-02"
ARTICLE_FACTS = {
    "admissions": "admitted_n",
    "admissions_target": "target_n",
    "admissions_pct_of_target": "attainment_pct",
    "orgs_total": "organisations_n",
    "party_committees": "party_committees_n",
    "cells": "cells_n",
    "members_total": "members_n",
    "new_orgs": "founded_cells_n",
    "new_orgs_nonstate": "founded_non_state_n",
}


def figures_until(figures: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return the printed figures whose period ended on or before a day.

    A partial date ("2022-09", "2022") counts by the last day that it can mean.
    """
    ends = figures["period_end"].map(_last_day)
    return figures[ends <= pd.Timestamp(day)]


def printed_attainment(figures: pd.DataFrame) -> pd.DataFrame:
    """Return printed percentages of a year's admission target, one row per figure, largest first.

    Columns: figure_id, body, period_kind, period_end, value_pct, value_as_printed, is_exact, publisher, url.
    Only years: the share that a half-year or a running term has of its full target is another measure.
    """
    rows = figures[(figures["measure"] == "admissions_pct_of_target") & (figures["period_kind"] == "year")]
    rows = rows.assign(value_pct=rows["value"], is_exact=rows["value_bound"] == "exact")
    columns = [
        "figure_id",
        "body",
        "period_kind",
        "period_end",
        "value_pct",
        "value_as_printed",
        "is_exact",
        "publisher",
        "url",
    ]
    return rows.sort_values(["value_pct", "figure_id"], ascending=[False, True])[columns].reset_index(drop=True)


def members_per_organisation(figures: pd.DataFrame) -> pd.DataFrame:
    """Return members per grassroots organisation where one body printed both for the same day, one row per body.

    Columns: body, level, period_end, members_n, organisations_n, members_per_organisation_n (two decimals, half up),
    is_exact (neither value is a bound). Of several days the latest is kept.
    """
    key = ["body", "level", "period_end"]
    stock = figures[figures["period_kind"] == "stock"]
    sides = {
        name: stock[stock["measure"] == measure].drop_duplicates(key, keep="last")
        for name, measure in (("members", "members_total"), ("organisations", "orgs_total"))
    }
    both = sides["members"].merge(sides["organisations"], on=key, suffixes=("_m", "_o"), validate="1:1")
    both = both.assign(
        members_n=both["value_m"].astype("Int64"),
        organisations_n=both["value_o"].astype("Int64"),
        is_exact=(both["value_bound_m"] == "exact") & (both["value_bound_o"] == "exact"),
    )
    ratio = percent_of(both["members_n"], 100 * both["organisations_n"])
    latest = (
        both.assign(members_per_organisation_n=ratio).sort_values("period_end").drop_duplicates("body", keep="last")
    )
    columns = [*key, "members_n", "organisations_n", "members_per_organisation_n", "is_exact"]
    return latest.sort_values(["members_per_organisation_n", "body"], ascending=[False, True])[columns].reset_index(
        drop=True
    )


def article_beside_dataset(figures: pd.DataFrame, headline: pd.DataFrame) -> pd.DataFrame:
    """Return the article's facts beside the same numbers of a dataset, one row per fact.

    headline: one row of measure_headline for the article's date.
    Columns: measure, unit, value_basis (printed or derived), printed_value, dataset_value, is_equal,
    data_date (up to which the dataset was read).
    """
    facts = figures[figures["body"] == ARTICLE_BODY].drop_duplicates("measure").set_index("measure")
    row = headline.iloc[0]
    known = [measure for measure in ARTICLE_FACTS if measure in facts.index]
    table = pd.DataFrame(
        {
            "measure": known,
            "unit": [facts.loc[measure, "unit"] for measure in known],
            "value_basis": [facts.loc[measure, "value_basis"] for measure in known],
            "printed_value": facts["value"].reindex(known).array,
            "dataset_value": pd.array([row[ARTICLE_FACTS[measure]] for measure in known], dtype="Float64"),
        }
    )
    return table.assign(
        is_equal=(table["printed_value"] == table["dataset_value"]).fillna(False), data_date=row["data_date"]
    )


def _last_day(text: str) -> pd.Timestamp:
    frequency = {4: "Y", 7: "M", 10: "D"}[len(text)]
    return pd.Period(text, freq=frequency).end_time.normalize()
