"""Who was admitted: partitions that sum to all admitted, and lines that overlap. Rules: B.18 to B.20, F.7.

Input: tables membership, organisations, admissions, composition. Output: rows of two populations, those admitted in a
window and all members on the last day on which they were counted, so that small counts of both can be hidden alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from analysis.measures.ratio import percent_of
from analysis.measures.rows import organisations_as_of, rows_on, rows_within
from analysis.periods import Window
from analysis.tables.codes import GRASSROOTS_KINDS, OVERLAPS, PARTITIONS

TABLES = ("membership", "organisations", "admissions", "composition")
# Sex is shown once, as the overlapping line of women: two views of one number could be hidden differently.
SHOWN_PARTITIONS = ("age", "occupation", "education", "professional_level")
SENSITIVE_LINES = ("ethnic_minority", "religion")
NOT_STATED = "not_stated"


@dataclass(frozen=True)
class Returns:
    """The tables that say who was admitted.

    scoped: TABLES, with the rows of the report's place · whole: admissions and composition of the whole dataset, which
    tell what is collected at all and on which days members were counted: in the place, no row may simply mean 0.
    """

    scoped: Mapping[str, pd.DataFrame]
    whole: Mapping[str, pd.DataFrame]


def measure_partition(returns: Returns, dimension: str, window: Window) -> pd.DataFrame:
    """Return those admitted and all members by category, one row per population and category in the order of the list.

    Columns: dimension, population (admitted, members), category, people_n, share_pct (percent of the population; the
    shares of a population sum to 100), organisations_n (with somebody in the category; NA where members were counted
    for the Khối as a whole), composition_date (day of the count; empty for those admitted).
    Who is admitted in no listed category stands as `not_stated`, so that the rows sum to membership.admitted_n.
    A population that the dataset does not divide so has no rows. Source: rules B.18, B.20.
    """
    admitted = _admitted_by_category(returns, dimension, window)
    categories = PARTITIONS[dimension] if admitted.empty else tuple(admitted["category"])
    members = _members_by_category(returns, dimension, categories, window.end)
    rows = pd.concat([admitted, members], ignore_index=True).astype(_COUNTS)
    totals = rows.groupby("population")["people_n"].transform("sum")
    rows = rows.assign(dimension=pd.Series(dimension, index=rows.index, dtype="str"))
    return rows.assign(share_pct=percent_of(rows["people_n"], totals))[list(_PARTITION)]


def measure_partitions(returns: Returns, window: Window) -> pd.DataFrame:
    """Return the rows of `measure_partition` for every partition that a report shows: age to professional level."""
    return pd.concat([measure_partition(returns, name, window) for name in SHOWN_PARTITIONS], ignore_index=True)


def measure_overlaps(returns: Returns, window: Window) -> pd.DataFrame:
    """Return each overlapping line and its complement, two rows per population and line in the order of the list.

    Columns: population (admitted, members), line, part (yes, rest), people_n, total_n (people in the population),
    share_pct (percent of total_n), organisations_n (with somebody in the part; NA where members were counted for the
    Khối as a whole), is_sensitive, composition_date (day of the count; empty for those admitted).
    A line that the dataset does not collect has no rows. Lines are never stacked or summed; a line is a partition only
    with its own complement. Source: rules B.19, F.7.
    """
    parts = [*_admitted_by_line(returns, window), *_members_by_line(returns, window.end)]
    rows = pd.DataFrame(
        parts, columns=["population", "line", "part", "people_n", "organisations_n", "composition_date"]
    )
    rows = rows.astype({**_COUNTS, "population": "str", "line": "str", "part": "str"})
    totals = rows.groupby(["population", "line"])["people_n"].transform("sum")
    return rows.assign(
        total_n=totals,
        share_pct=percent_of(rows["people_n"], totals),
        is_sensitive=rows["line"].isin(SENSITIVE_LINES),
    )[list(_OVERLAP)]


_COUNTS = {"people_n": "Int64", "organisations_n": "Int64", "composition_date": "datetime64[us]"}
_PARTITION = (
    "dimension",
    "population",
    "category",
    "people_n",
    "share_pct",
    "organisations_n",
    "composition_date",
)
_OVERLAP = (
    "population",
    "line",
    "part",
    "people_n",
    "total_n",
    "share_pct",
    "organisations_n",
    "is_sensitive",
    "composition_date",
)


def _admitted_by_category(returns: Returns, dimension: str, window: Window) -> pd.DataFrame:
    if not _is_collected(returns, "admissions", dimension):
        return _tally(_of(returns.whole["admissions"], dimension), "admitted_n", (), "admitted")
    rows = rows_within(_of(returns.scoped["admissions"], dimension), window)
    listed = rows[rows["category"].isin(PARTITIONS[dimension])]
    tally = _tally(listed, "admitted_n", PARTITIONS[dimension], "admitted")
    people, organisations = _left_over(_admitted_by_body(returns, window), _by_body(listed, "admitted_n"))
    if people <= 0:
        return tally
    rest = tally.tail(1).assign(category=NOT_STATED, people_n=people, organisations_n=organisations)
    return pd.concat([tally, rest], ignore_index=True)


def _members_by_category(returns: Returns, dimension: str, categories: Sequence[str], day: date) -> pd.DataFrame:
    counted_on = _last_count(returns, dimension, day)
    rows = _members_on(returns, dimension, counted_on)
    tally = _tally(rows, "members_n", categories if len(rows) else (), "members").assign(composition_date=counted_on)
    return tally if _is_by_body(returns, rows["org_id"]) else tally.assign(organisations_n=None)


def _admitted_by_line(returns: Returns, window: Window) -> list[list[object]]:
    """Return both parts of every line that is collected of those admitted."""
    totals = _admitted_by_body(returns, window)
    rows = rows_within(returns.scoped["admissions"], window)
    return [
        row
        for line in OVERLAPS
        if _is_collected(returns, "admissions", line)
        for row in _both_parts("admitted", line, totals, _by_body(_of(rows, line), "admitted_n"))
    ]


def _members_by_line(returns: Returns, day: date) -> list[list[object]]:
    """Return both parts of every line that is collected of all members, each on the last day it was counted."""
    counted_on = {line: _last_count(returns, line, day) for line in OVERLAPS}
    totals = {moment: _all_members_on(returns, moment) for moment in set(counted_on.values())}
    return [
        [*row[:4], row[4] if _is_by_body(returns, rows["org_id"], totals[moment].index) else pd.NA, moment]
        for line, moment in counted_on.items()
        if totals[moment].sum()
        for rows in (_members_on(returns, line, moment),)
        for row in _both_parts("members", line, totals[moment], _by_body(rows, "members_n"))
    ]


def _both_parts(population: str, line: str, totals: pd.Series, yes: pd.Series) -> list[list[object]]:
    rest, rest_bodies = _left_over(totals, yes)
    return [
        [population, line, "yes", int(yes.sum()), int((yes > 0).sum()), pd.NaT],
        [population, line, "rest", rest, rest_bodies, pd.NaT],
    ]


def _tally(rows: pd.DataFrame, count: str, categories: Sequence[str], population: str) -> pd.DataFrame:
    """Return people and organisations by category, one row per category asked for; no row means 0."""
    by_category = rows[rows[count] > 0].groupby("category")
    order = list(categories)
    return pd.DataFrame(
        {
            "population": pd.Series([population] * len(order), dtype="str"),
            "category": pd.Series(order, dtype="str"),
            "people_n": by_category[count].sum().reindex(order, fill_value=0).astype("Int64").array,
            "organisations_n": by_category["org_id"].nunique().reindex(order, fill_value=0).astype("Int64").array,
            "composition_date": pd.Series(pd.NaT, index=range(len(order)), dtype="datetime64[us]"),
        }
    )


def _left_over(totals: pd.Series, parts: pd.Series) -> tuple[int, int]:
    """Return how many people of a total no part names, and in how many organisations."""
    left = totals.sub(parts, fill_value=0)
    return int(left.sum()), int((left > 0).sum())


def _by_body(rows: pd.DataFrame, count: str) -> pd.Series:
    return rows.groupby("org_id")[count].sum()


def _admitted_by_body(returns: Returns, window: Window) -> pd.Series:
    return _by_body(rows_within(returns.scoped["membership"], window), "admitted_n")


def _all_members_on(returns: Returns, day: pd.Timestamp) -> pd.Series:
    """Return all members by organisation: by the partitions of that day, else by the list of that day."""
    divided = {name: _by_body(_members_on(returns, name, day), "members_n") for name in PARTITIONS}
    largest = max(divided.values(), key=lambda sums: int(sums.sum()))
    return largest if largest.sum() else _by_body(rows_on(returns.scoped["membership"], day), "closing_n")


def _members_on(returns: Returns, dimension: str, day: pd.Timestamp) -> pd.DataFrame:
    """Return the count of one day by grassroots organisations; that of the Khối as a whole where they have none.

    Lower bodies are counted with their grassroots organisation, and the Khối holds them all: never both (C.7).
    """
    rows = rows_on(_of(returns.scoped["composition"], dimension), day)
    kinds = organisations_as_of(returns.scoped["organisations"], day).set_index("org_id")["kind"]
    kind = rows["org_id"].map(kinds)
    own = rows[kind.isin(GRASSROOTS_KINDS)]
    return own if len(own) else rows[kind == "bloc"]


def _is_by_body(returns: Returns, *org_ids: pd.Series | pd.Index) -> bool:
    """Tell whether members were counted by organisation, and not only for the Khối as a whole."""
    organisations = returns.scoped["organisations"]
    blocs = organisations.loc[organisations["kind"] == "bloc", "org_id"]
    return not any(ids.isin(blocs).any() for ids in org_ids)


def _last_count(returns: Returns, dimension: str, day: date) -> pd.Timestamp:
    """Return the last day, up to the one given, on which members were counted by a dimension; NaT where none."""
    days = _of(returns.whole["composition"], dimension)["period_end"]
    return days[days <= pd.Timestamp(day)].max()


def _is_collected(returns: Returns, table: str, dimension: str) -> bool:
    return bool((returns.whole[table]["dimension"] == dimension).any())


def _of(rows: pd.DataFrame, dimension: str) -> pd.DataFrame:
    return rows[rows["dimension"] == dimension]
