"""The facts of the source article beside what a dataset gives at that date.

Input: printed figures, the headline of the article's date, and the register. A printed value is never corrected.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from analysis.measures.rows import grassroots_as_of

# Body, measure and column of the headline that answers it: the facts that the sample was fitted to.
ARTICLE_BODY = "Đảng bộ Khối Cơ quan và Doanh nghiệp tỉnh (tỉnh không nêu tên)"
# The article counts from the Congress to its day of publication; the monthly dataset reads to 31/05/2023.
ARTICLE_DAY = date(2023, 6, 2)
ARTICLE_PERIOD = f"term:{ARTICLE_DAY}"
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
# The article's three types of unit, as the groups of form 5 (rule C.12; that agencies are 4 and 5 is believed).
ARTICLE_TYPES = {
    "agencies": ("party_mass", "state_agency"),
    "service_units": ("service_unit",),
    "enterprises": ("state_capital", "non_state"),
}


def article_numbers(figures: pd.DataFrame, headline: pd.DataFrame) -> pd.DataFrame:
    """Return the article's numbers beside the same numbers of a dataset, one row per fact.

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


def article_types(organisations: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return how many grassroots organisations of a dataset have each type that the article names without a number.

    One row per type. Columns: type (key of ARTICLE_TYPES), organisations_n.
    """
    groups = grassroots_as_of(organisations, day)["sector_group"]
    counts = [int(groups.isin(members).sum()) for members in ARTICLE_TYPES.values()]
    return pd.DataFrame({"type": list(ARTICLE_TYPES), "organisations_n": pd.array(counts, dtype="Int64")})
