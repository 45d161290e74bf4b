"""Small counts of people are taken out before anything is drawn (docs/rules.md, section on disclosure).

Input: measured rows in which counts of people form a partition of a total that is known.
Output: the same rows with `is_hidden` and `hidden_cells`; hidden counts, and every number built on them, are NA.
hidden_cells names the columns of a row that were blanked, so that a number taken out is told from one that never was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

# Fewer units than this behind a count give one of them away (the rule of Statistics Portugal, a project decision here).
FEWEST_ORGANISATIONS = 3
# What tells of a revision by how much it was.
REVISED = ("issued_n", "issued_of_n", "issued_pct", "change_n", "of_change_n")


@dataclass(frozen=True)
class Thresholds:
    """From how many people a count is shown: ordinary lines, and lines that touch on sensitive facts."""

    ordinary: int
    sensitive: int


def suppress_small(
    rows: pd.DataFrame, count: str, thresholds: Thresholds, *, within: Sequence[str] = (), derived: Sequence[str] = ()
) -> pd.DataFrame:
    """Return rows with small counts of people hidden, and a second one where a single gap could be worked out.

    count: the column of counts; its rows within one value of `within` add up to a total that readers can know.
    derived: columns that would give the count away; they are hidden with it.
    A row with `is_sensitive` true is held to the sensitive threshold. Zeros name nobody, and stay where they can.
    A row of fewer than three organisations (`organisations_n`) is hidden whatever its size: with one or two, the count
    is an organisation's own, or can be worked out by the other. So is a row that `is_exposed` for another reason.
    Signed counts are judged by their size.
    """
    sizes, limits = rows[count].abs(), limits_of(rows, thresholds)
    small = are_small(rows, sizes, limits)
    hidden = small.copy()
    groups = [group for _, group in rows.groupby(list(within), sort=False)] if within else [rows]
    for group in groups:
        index = group.index
        hidden.loc[index] = _with_second(sizes.loc[index], small.loc[index], limits.loc[index])
    return blank_cells(rows, hidden, (count, *derived))


def suppress_bodies(rows: pd.DataFrame, thresholds: Thresholds, derived: Sequence[str]) -> pd.DataFrame:
    """Return counts of organisations without the groups that would name one: of one or two, or of which all are meant.

    Columns needed: by (the groups of one value add up), standing_n, none_n, some_n, admitted_n (people of the group).
    Thresholds count people, and organisations are not people; but one of which it is known that it admitted nobody
    stands in a bad light (rule F.10). Where all of a group admitted somebody, and hardly more people than they are
    organisations, each of them is known to have admitted few.
    """
    named = (rows["none_n"] == rows["standing_n"]) & (rows["none_n"] > 0) & (rows["by"] != "total")
    most_of_one = rows["admitted_n"] - rows["standing_n"] + 1
    counted = (rows["some_n"] == rows["standing_n"]) & (most_of_one < thresholds.ordinary)
    exposed = named | counted | rows.get("is_exposed", False)
    few = Thresholds(FEWEST_ORGANISATIONS, FEWEST_ORGANISATIONS)
    return suppress_small(rows.assign(is_exposed=exposed), "standing_n", few, within=["by"], derived=derived)


def blank_cells(rows: pd.DataFrame, hidden: pd.Series, columns: Sequence[str]) -> pd.DataFrame:
    """Return rows with the columns blank where hidden; what was hidden before stays so."""
    blanked = {column: rows[column].mask(hidden) for column in columns}
    taken = pd.DataFrame({column: hidden & rows[column].notna() for column in columns}, index=rows.index)
    earlier = rows["hidden_cells"] if "hidden_cells" in rows else [()] * len(rows)
    cells = [
        (*before, *(column for column, is_taken in zip(columns, row, strict=True) if is_taken))
        for before, row in zip(earlier, taken.itertuples(index=False), strict=True)
    ]
    return rows.assign(
        **blanked,
        is_hidden=hidden | rows.get("is_hidden", False),
        hidden_cells=pd.Series(cells, index=rows.index, dtype="object"),
    )


def limits_of(rows: pd.DataFrame, thresholds: Thresholds) -> pd.Series:
    """Return from how many people each row is shown."""
    sensitive = rows["is_sensitive"] if "is_sensitive" in rows else pd.Series(False, index=rows.index)
    return sensitive.map({True: thresholds.sensitive, False: thresholds.ordinary})


def are_small(rows: pd.DataFrame, sizes: pd.Series, limits: pd.Series) -> pd.Series:
    """Tell which rows are to be hidden for their own sake."""
    small = ((sizes > 0) & (sizes < limits)).fillna(False).astype(bool)
    if "organisations_n" in rows:
        small |= ((rows["organisations_n"] < FEWEST_ORGANISATIONS) & (sizes > 0)).fillna(False).astype(bool)
    return small | rows["is_exposed"] if "is_exposed" in rows else small


def blank_after_hidden(rows: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Return suppressed rows without the numbers that were computed from a hidden row before them.

    An index of 200 after a hidden year would give the year away.
    """
    after = rows["is_hidden"].shift(fill_value=False)
    return blank_cells(rows, after, columns).assign(is_hidden=rows["is_hidden"])


def suppress_pairs(pairs: pd.DataFrame, thresholds: Thresholds) -> pd.DataFrame:
    """Return pairs of counts of people (measures.changes) with `is_hidden`; nothing of a hidden pair may be said.

    A pair is hidden where either of its counts is, in the partition that its part is, and where few people lie between
    them: two periods of which one holds the other differ by people. Sensitive lines are never pointed at.
    """
    hidden = pairs["is_sensitive"].copy()
    none = pd.Series(pd.NA, index=pairs.index, dtype="Int64")
    bodies = {"now_n": pairs["organisations_n"], "before_n": pairs["before_organisations_n"], "between_n": none}
    for count, organisations_n in bodies.items():
        rows = pairs[["part", "is_sensitive", count]].assign(organisations_n=organisations_n)
        hidden |= suppress_small(rows, count, thresholds, within=["part"])["is_hidden"]
    numbers = ["now_n", "before_n", "now_pct", "before_pct", "between_n", "surplus"]
    return pairs.assign(**{column: pairs[column].mask(hidden) for column in numbers}, is_hidden=hidden)


def suppress_better(better: pd.DataFrame, grades: pd.DataFrame) -> pd.DataFrame:
    """Return good or better by year (measures.classification) without the years of which one of its levels is hidden.

    grades: the levels, suppressed. The sum beside the level that is shown would give the hidden one away.
    """
    shut = grades[grades["is_hidden"] & grades["level"].isin(("excellent", "good"))]
    return blank_cells(better, better["year"].isin(shut["year"]), ("good_or_better_n", "share_pct"))


def suppress_revisions(revisions: pd.DataFrame, thresholds: Thresholds) -> pd.DataFrame:
    """Return revisions of counts of people (measures.issued) without the values that lie a few people from another.

    Judged from the newest back, so that of values close to each other the newest is told; the number stated now
    always is.
    """
    hidden = pd.Series(False, index=revisions.index)
    for _, own in revisions.groupby(["period", "measure"], sort=False):
        told = [(own["count_n"].iloc[0], own["of_n"].iloc[0])]
        for index, counts in zip(own.index[::-1], own[["issued_n", "issued_of_n"]].to_numpy()[::-1], strict=True):
            if any(_are_close(counts, other, thresholds.ordinary) for other in told):
                hidden.loc[index] = True
            else:
                told.append(tuple(counts))
    return blank_cells(revisions, hidden, REVISED)


def show_all(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with `is_hidden` false throughout: the internal edition hides nothing."""
    return rows.assign(is_hidden=False, hidden_cells=pd.Series([()] * len(rows), index=rows.index, dtype="object"))


def merge_small_steps(rows: pd.DataFrame, cumulative: str, thresholds: Thresholds) -> pd.DataFrame:
    """Return a running total without the points between which only a few people were added.

    The last point is the headline and always stays; a point is kept where it lies at least the ordinary threshold
    above the one kept before it (or level with it) and below the last. The other rows are left out whole, so that
    no difference of two shown values is a small count. Every row says in `is_thinned` whether any was left out.
    """
    limit = thresholds.ordinary
    values = rows[cumulative].tolist()
    kept: list[int] = []
    previous = 0
    for position, value in enumerate(values[:-1]):
        step, rest = value - previous, values[-1] - value
        if (step == 0 or step >= limit) and (rest == 0 or rest >= limit):
            kept.append(position)
            previous = value
    thinned = rows.iloc[[*kept, len(values) - 1]] if values else rows
    return thinned.assign(is_thinned=len(thinned) < len(rows))


def drop_between_hidden(rows: pd.DataFrame, years: pd.DataFrame) -> pd.DataFrame:
    """Return a running total without the points from which a hidden year could be worked out.

    years: the counts of the same days by year, suppressed (columns year, is_hidden). Readers know the years that are
    shown, so a point between the first and the last hidden one tells what lies before it. The last point, the
    headline, always stays.
    """
    hidden = years.loc[years["is_hidden"], "year"]
    if hidden.empty:
        return rows
    inside = rows["period_end"].dt.year.between(hidden.min(), hidden.max())
    inside.iloc[-1:] = False
    return rows[~inside]


def close_over_parts(cells: pd.DataFrame) -> pd.Series:
    """Tell which cells to hide so that none can be worked out from the other parts or from the other cells of its part.

    cells: one row per part and cell. Columns: part, cell (the cells of one name add up to what the whole shows), line
    (the cells of one part and line add up to a total that is shown), people_n, limit, is_small, and is_fixed (may not
    be chosen).
    Small cells get a second one beside them, in their part and among the parts, until nothing more has to be hidden.
    """
    hidden, free = cells["is_small"].copy(), ~cells["is_fixed"]
    before = None
    while before is None or (hidden != before).any():
        before = hidden.copy()
        for keys in (["part", "line"], ["cell"]):
            for _, group in cells.groupby(keys, sort=False):
                own = group.index[free[group.index] | hidden[group.index]]
                hidden.loc[own] = _with_second(cells.loc[own, "people_n"], hidden[own], cells.loc[own, "limit"])
    return hidden


def _are_close(counts: Sequence[int], others: Sequence[int], limit: int) -> bool:
    """Tell whether two figures, each a count and of a share its whole, differ by a few people in either."""
    pairs = zip(counts, others, strict=True)
    return any(not (pd.isna(one) or pd.isna(other)) and 0 < abs(one - other) < limit for one, other in pairs)


def _with_second(sizes: pd.Series, small: pd.Series, limits: pd.Series) -> pd.Series:
    """Return the cells to hide: the small ones, and the smallest others until nobody can work them out.

    Zeros come last: they tell on nobody, and are hidden only where nothing else stands beside a lone cell.
    """
    hidden = small.copy()
    others = sizes[~small].sort_values(kind="stable")
    for index in (*others[others > 0].index, *others[others == 0].index):
        if not hidden.any() or _is_covered(sizes[hidden], limits[hidden]):
            break
        hidden.loc[index] = True
    return hidden


def _is_covered(sizes: pd.Series, limits: pd.Series) -> bool:
    """Tell whether hidden cells cover one another, for a reader who knows their sum.

    One cell alone is the total less the others; cells that together are few are few each; and cells that add up to
    no more than one each are one each.
    """
    together = sizes.sum()
    return len(sizes) > 1 and together >= limits.max() and together > len(sizes)
