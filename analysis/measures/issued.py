"""Headline figures that a page states, and how they differ from what was issued of them before.

Input: tables of the dataset, and the figures that were issued (data/issued.csv). Output: figures, one row per period
and measure, and revisions. A figure is the same one where dataset, period, sector and measure are. Suppress the
figures before they are compared, and the revisions before anything is said of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from analysis.language import PERCENT_DIGITS
from analysis.measures.classification import measure_grades
from analysis.measures.headline import count_headline
from analysis.measures.ratio import percent_of
from analysis.periods import Window
from analysis.tables.issued import KEY
from analysis.tables.read import empty_table
from analysis.tables.schema import ISSUED

FIGURE = ["count_n", "of_n"]


def state_figures(
    measures: Sequence[str],
    tables: Mapping[str, pd.DataFrame],
    windows: Mapping[str, Window],
    years: Sequence[int] = (),
) -> pd.DataFrame:
    """Return headline figures, one row per measure and period (of grades: per year).

    measures: of ISSUED_MEASURES · windows: the days of each period, as it is written in params/ · years: those graded.
    Columns: period, measure, count_n (people or organisations; of `graded` members graded good or better), of_n
    (members rated), data_date (NA for grades).
    """
    rows = [
        {
            "period": period,
            "measure": measure,
            "count_n": count_headline(measure, tables, window),
            "data_date": pd.Timestamp(window.end),
        }
        for period, window in windows.items()
        for measure in measures
        if measure != "graded"
    ]
    if "graded" in measures:
        rows += _graded(tables["classification"], years)
    blank = empty_table(ISSUED.name)[["period", "measure", *FIGURE, "data_date"]]
    return pd.DataFrame(rows, columns=blank.columns).astype(blank.dtypes)


def measure_revisions(stated: pd.DataFrame, issued: pd.DataFrame) -> pd.DataFrame:
    """Return what was issued otherwise than it is stated now, one row per figure and other value, the oldest first.

    stated: suppressed, with the columns of KEY; a hidden figure has no revision. Shares are told apart as far as pages
    write them.
    Columns: KEY, count_n, of_n, data_date (as stated now), issued_n, issued_of_n, issued_date (how far the data
    reached), issued_on, edition (of the first issue of that value), now_pct, issued_pct (of shares), change_n,
    of_change_n.
    """
    earlier = issued.sort_values("edition", kind="stable").rename(
        columns={"count_n": "issued_n", "of_n": "issued_of_n", "data_date": "issued_date"}
    )
    both = stated[[*KEY, *FIGURE, "data_date"]].merge(earlier, on=KEY, how="inner", validate="1:m")
    both = both.assign(
        now_pct=_share(both["count_n"], both["of_n"]), issued_pct=_share(both["issued_n"], both["issued_of_n"])
    )
    now, before = both["now_pct"].fillna(both["count_n"]), both["issued_pct"].fillna(both["issued_n"])
    revised = both.assign(shown=before)[(now != before).fillna(False)].drop_duplicates([*KEY, "shown"])
    return revised.drop(columns="shown").assign(
        change_n=revised["count_n"] - revised["issued_n"], of_change_n=revised["of_n"] - revised["issued_of_n"]
    )


def issued_anew(stated: pd.DataFrame, issued: pd.DataFrame) -> pd.DataFrame:
    """Return the stated figures that were never issued, or last with another value; columns of `stated`."""
    last = issued.sort_values("edition", kind="stable").drop_duplicates(KEY, keep="last")
    both = stated.merge(last[[*KEY, *FIGURE]], on=KEY, how="left", suffixes=("", "_last"), validate="1:1")
    same = (both["count_n"] == both["count_n_last"]).fillna(False)
    same &= (both["of_n"] == both["of_n_last"]).fillna(False) | (both["of_n"].isna() & both["of_n_last"].isna())
    return stated[~same.to_numpy(dtype=bool)]


def _share(count: pd.Series, of: pd.Series) -> pd.Series:
    return percent_of(count, of).round(PERCENT_DIGITS)


def _graded(classification: pd.DataFrame, years: Sequence[int]) -> list[dict[str, object]]:
    grades = measure_grades(classification, "member", years)
    better = grades[grades["level"].isin(("excellent", "good"))]
    counts = better.groupby("year").agg(count_n=("count_n", "sum"), of_n=("rated_n", "first"))
    return [
        {"period": str(year), "measure": "graded", "count_n": row["count_n"], "of_n": row["of_n"]}
        for year, row in counts.to_dict("index").items()
    ]
