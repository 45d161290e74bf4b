"""What all comparisons of printed figures share: partial dates, which of several figures holds, bounds of a ratio.

Input: data/published/figures.csv. A printed value is never corrected; bounds stay bounds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

import pandas as pd

from analysis.language import alphabet_key
from analysis.tables.codes import CONFIDENCES
from analysis.tables.spelling import one_spelling

# What travels with every printed value: who published it, when, how its date was established, how sure it is, where.
SOURCE_COLUMNS = ["publisher", "published_on", "date_basis", "confidence", "url"]
# Two provinces may have a district of one name.
BODY = ["body", "province"]
# A comparison of one body with itself is none.
FEWEST_BODIES = 2

_PLURAL = re.compile(r"(\d+|các|những|tập thể|nhóm)\s", re.IGNORECASE)

_LOWER_ENDS = {("at_least", "exact"), ("at_least", "at_most"), ("exact", "at_most")}
_UPPER_ENDS = {("at_most", "exact"), ("at_most", "at_least"), ("exact", "at_least")}


def figures_until(figures: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return the printed figures whose period ended on or before a day.

    A partial date ("2022-09", "2022") counts by the last day that it can mean.
    """
    ends = figures["period_end"].map(last_day)
    return figures[ends <= pd.Timestamp(day)]


def with_places(figures: pd.DataFrame) -> pd.DataFrame:
    """Return figures with names in one spelling (rule E.12) and an empty text where no province is named: a key."""
    spelt = {column: figures[column].fillna("").map(one_spelling).astype("str") for column in BODY}
    # Whatever the case of its letters, a body is one: it keeps the letters of its first figure.
    alike = {column: names.groupby(names.str.casefold()) for column, names in spelt.items()}
    return figures.assign(**{column: groups.transform("first") for column, groups in alike.items()})


def comparable(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the figures of single bodies, with names as `with_places` spells them.

    What is printed of a group (20 xã biên giới, các đảng bộ trực thuộc, tập thể cấp ủy) is of parts of bodies or of
    several: beside a body it would count some people or organisations twice, or stand on another base.
    """
    named = with_places(figures)
    return named[~named["body"].map(is_group).astype(bool)]


def is_group(body: str) -> bool:
    """Tell whether a name is that of several: it begins with their number or with a word of the plural."""
    return _PLURAL.match(body) is not None


def count_bodies(rows: pd.DataFrame) -> int:
    """Return how many different bodies rows are about."""
    return len(rows[BODY].drop_duplicates())


def first_day(text: str) -> pd.Timestamp:
    """Return the first day that a partial date can mean."""
    return _meant(text).start_time.normalize()


def last_day(text: str) -> pd.Timestamp:
    """Return the last day that a partial date can mean."""
    return _meant(text).end_time.normalize()


def newest(figures: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    """Return one figure for each key: the latest period; of the same period the surest, then the latest published.

    Two sources may print the same fact differently: the reconciliation says so, a comparison needs one of them.
    """
    sureness = {confidence: -place for place, confidence in enumerate(CONFIDENCES)}
    ranks = pd.DataFrame(
        {
            "end": figures["period_end"].map(last_day),
            "sureness": figures["confidence"].map(sureness),
            "published_on": figures["published_on"],
            "figure_id": figures["figure_id"],
        }
    ).sort_values(["end", "sureness", "published_on", "figure_id"], na_position="first")
    return figures.loc[ranks.index].drop_duplicates(list(key), keep="last")


def countable(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the figures that a ratio can be computed from: whole numbers, no range and no share."""
    is_whole = (figures["value"] % 1 == 0) & (figures["unit"] != "percent")
    return figures[is_whole & (figures["value_bound"] != "range")]


def ratio_bound(part: str, whole: str) -> str:
    """Return how exact part/whole is, from the bounds of both; "about" where they pull to both sides."""
    if part == whole == "exact":
        return "exact"
    if (part, whole) in _LOWER_ENDS:
        return "at_least"
    return "at_most" if (part, whole) in _UPPER_ENDS else "about"


def exact_first(rows: pd.DataFrame, value: str) -> pd.DataFrame:
    """Return rows by value, largest first; bounds and approximate values after the exact ones, never among them."""
    ranked = rows.assign(is_exact=rows["value_bound"] == "exact")
    order = [False, False, True, True]
    return ranked.sort_values(["is_exact", value, *BODY], ascending=order, key=alphabetical).reset_index(drop=True)


def alphabetical(column: pd.Series) -> pd.Series:
    """Return what a column is sorted by: names as the Vietnamese alphabet has them, other values as they are."""
    return column.map(alphabet_key, na_action="ignore") if pd.api.types.is_string_dtype(column) else column


def _meant(text: str) -> pd.Period:
    frequency = {4: "Y", 7: "M", 10: "D"}[len(text)]
    return pd.Period(text, freq=frequency)
