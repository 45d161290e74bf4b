"""Admission targets as they were assigned, revised or left out. Rules B.12 to B.15 and E.4, E.5 (docs/rules.md).

Input: tables targets, organisations, membership. Targets of organisations are those of grassroots organisations: what
these hand on to their own cells is part of it, and never added (rule C.7).
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from analysis.measures.ratio import percent_of
from analysis.measures.rows import grassroots_as_of, organisations_last_known, rows_on
from analysis.params import SECTOR_GROUPS
from analysis.periods import Window
from analysis.tables.codes import GRASSROOTS_KINDS

KEY = ["level", "scope", "year", "org_id"]


def targets_in_force(targets: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return the admission-count targets that hold on a day: for each key the latest assigned on or before it."""
    return _counts_assigned(targets, day).drop_duplicates(KEY, keep="last")


def headline_target(targets: pd.DataFrame, scope: str, year: int | None, day: date) -> tuple[int | None, date | None]:
    """Return the target (people) for the term or one year as it held on a day, and when it was assigned last.

    Of the whole Khối it is its own target. A table without any of these is that of a sector or an organisation, or of a
    Khối for which none was recorded: its target is the sum of what was assigned to organisations.
    """
    held = _of_scope(targets_in_force(targets, day), scope, year)
    level = "organisation" if _is_of_a_part(targets) else "bloc"
    held = held[(held["level"] == level) & (held["org_id"].notna() == (level == "organisation"))]
    if held.empty:
        return None, None
    return int(held["target"].sum()), held["assigned_on"].max().date()


def compare_assigned(targets: pd.DataFrame, organisations: pd.DataFrame, covered: Window) -> pd.DataFrame:
    """Return the headline target beside the sum assigned to organisations: one row for the term, one per year begun.

    covered: from the Congress to the data date, on which the targets hold.
    Columns: scope (term, year), year (NA for the term), day (31 December of the year, or the data date before it),
    target_n (people: the Khối's own; NA where none, and always for a sector or an organisation),
    assigned_sum_n (people; NA where nothing was assigned), difference_n (people: assigned less headline; need not be 0,
    rule B.14), assigned_pct (of the headline), assigned_organisations_n (with a target, 0 included), zero_n (of them
    with a target of 0: closed to new members), standing_n (grassroots organisations on `day`), without_n (of these
    without a target).
    """
    years = range(covered.start.year, covered.end.year + 1)
    rows = pd.DataFrame([_assigned_row(targets, organisations, covered, year) for year in (None, *years)])
    rows = rows.astype({name: "Int64" for name in rows.columns if name == "year" or name.endswith("_n")})
    return rows.assign(
        difference_n=rows["assigned_sum_n"] - rows["target_n"],
        assigned_pct=percent_of(rows["assigned_sum_n"], rows["target_n"]),
    )


def target_revisions(targets: pd.DataFrame, organisations: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return the admission targets that were assigned more than once by a day, one row per target.

    Columns: level, scope, year, org_id, org_name (both NA for the Khối's own), assignments_n, first_target_n,
    first_date, last_target_n, last_date, change_n (people: last less first).
    On public pages: only count_revisions of it.
    """
    assigned = _counts_assigned(targets, day)
    grouped = assigned.groupby(KEY, dropna=False, sort=False)
    rows = grouped.agg(
        assignments_n=("target", "size"),
        first_target_n=("target", "first"),
        first_date=("assigned_on", "first"),
        last_target_n=("target", "last"),
        last_date=("assigned_on", "last"),
    ).reset_index()
    rows = rows[rows["assignments_n"] > 1].sort_values(["scope", "year", "level", "org_id"], kind="stable")
    rows = rows.astype({"assignments_n": "Int64", "first_target_n": "Int64", "last_target_n": "Int64"})
    return rows.assign(
        org_name=rows["org_id"].map(organisations_last_known(organisations, day).set_index("org_id")["name"]),
        change_n=rows["last_target_n"] - rows["first_target_n"],
    ).reset_index(drop=True)


def count_revisions(revisions: pd.DataFrame) -> pd.DataFrame:
    """Return revised targets without naming an organisation: one row for the term and each year that has any.

    Columns: scope, year, first_target_n, first_date, last_target_n, last_date, change_n (people: of the Khối's own
    target; NA where it was not revised), revised_n, raised_n, lowered_n (targets of organisations).
    """
    own = revisions[(revisions["level"] == "bloc") & revisions["org_id"].isna()]
    own = own[["scope", "year", "first_target_n", "first_date", "last_target_n", "last_date", "change_n"]]
    theirs = revisions[revisions["level"] == "organisation"]
    counts = theirs.assign(raised=theirs["change_n"] > 0, lowered=theirs["change_n"] < 0)
    counts = counts.groupby(["scope", "year"], dropna=False, as_index=False).agg(
        revised_n=("org_id", "size"), raised_n=("raised", "sum"), lowered_n=("lowered", "sum")
    )
    rows = own.merge(counts, on=["scope", "year"], how="outer", validate="1:1")
    whole = {"revised_n": 0, "raised_n": 0, "lowered_n": 0}
    rows = rows.fillna(whole).astype(dict.fromkeys(whole, "Int64"))
    return rows.sort_values(["scope", "year"], kind="stable").reset_index(drop=True)


def organisations_without_target(
    targets: pd.DataFrame, organisations: pd.DataFrame, membership: pd.DataFrame, day: date
) -> pd.DataFrame:
    """Return the grassroots organisations of a day that have no admission target for its year, one row each.

    Columns: year, org_id, org_name, kind, sector_group, members_n (people; NA where it did not report on the day),
    non_members_left (yes, no, NA: whether anybody is left to admit). By sector, the largest first. Internal only.
    """
    held = _of_scope(_assigned_to_grassroots(targets, organisations, day), "year", day.year)
    standing = grassroots_as_of(organisations, day)
    missing = standing[~standing["org_id"].isin(held["org_id"])]
    reported = rows_on(membership, day)[["org_id", "closing_n", "non_members_left"]]
    rows = missing.merge(reported, on="org_id", how="left", validate="1:1")
    rows = rows.rename(columns={"name": "org_name", "closing_n": "members_n"})
    rows = rows.assign(
        year=day.year, place=rows["sector_group"].map({group: place for place, group in enumerate(SECTOR_GROUPS)})
    )
    rows = rows.sort_values(["place", "members_n", "org_id"], ascending=[True, False, True], kind="stable")
    columns = ["year", "org_id", "org_name", "kind", "sector_group", "members_n", "non_members_left"]
    return rows[columns].reset_index(drop=True)


def _counts_assigned(targets: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return every assignment of an admission count on or before a day, the oldest first."""
    counts = targets[(targets["measure"] == "admitted") & (targets["assigned_on"] <= pd.Timestamp(day))]
    return counts.sort_values("assigned_on", kind="stable")


def _of_scope(held: pd.DataFrame, scope: str, year: int | None) -> pd.DataFrame:
    of_scope = held[held["scope"] == scope]
    return of_scope[of_scope["year"] == year] if scope == "year" else of_scope


def _is_of_a_part(targets: pd.DataFrame) -> bool:
    """Tell whether the table has no row of the Khối itself: that of a sector or organisation, or of them alone."""
    return not (targets["level"].eq("bloc") & targets["org_id"].isna()).any()


def _assigned_to_grassroots(targets: pd.DataFrame, organisations: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return the targets of grassroots organisations that hold on a day; those that have ended keep theirs."""
    grassroots = organisations.loc[organisations["kind"].isin(GRASSROOTS_KINDS), "org_id"]
    held = targets_in_force(targets, day)
    return held[(held["level"] == "organisation") & held["org_id"].isin(grassroots)]


def _assigned_row(
    targets: pd.DataFrame, organisations: pd.DataFrame, covered: Window, year: int | None
) -> dict[str, object]:
    scope = "term" if year is None else "year"
    day = covered.end if year is None else min(covered.end, date(year, 12, 31))
    held = _of_scope(_assigned_to_grassroots(targets, organisations, covered.end), scope, year)
    standing = grassroots_as_of(organisations, day)["org_id"]
    headline = None if _is_of_a_part(targets) else headline_target(targets, scope, year, covered.end)[0]
    return {
        "scope": scope,
        "year": pd.NA if year is None else year,
        "day": pd.Timestamp(day),
        "target_n": pd.NA if headline is None else headline,
        "assigned_sum_n": pd.NA if held.empty else int(held["target"].sum()),
        "assigned_organisations_n": len(held),
        "zero_n": int((held["target"] == 0).sum()),
        "standing_n": len(standing),
        "without_n": int((~standing.isin(held["org_id"])).sum()),
    }
