"""Small counts of people are taken out before anything is drawn (docs/rules.md, section on disclosure).

Input: measured rows in which counts of people form a partition of a total that is known.
Output: the same rows with `is_hidden`; hidden counts, and every number built on them, are NA.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

# Fewer units than this behind a count give one of them away (the rule of Statistics Portugal, a project decision here).
FEWEST_ORGANISATIONS = 3


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
    is an organisation's own, or can be worked out by the other.
    Signed counts are judged by their size.
    """
    sizes = rows[count].abs()
    sensitive = rows["is_sensitive"] if "is_sensitive" in rows else pd.Series(False, index=rows.index)
    limits = sensitive.map({True: thresholds.sensitive, False: thresholds.ordinary})
    small = ((sizes > 0) & (sizes < limits)).fillna(False).astype(bool)
    if "organisations_n" in rows:
        small |= ((rows["organisations_n"] < FEWEST_ORGANISATIONS) & (sizes > 0)).fillna(False).astype(bool)
    hidden = small.copy()
    groups = [group for _, group in rows.groupby(list(within), sort=False)] if within else [rows]
    for group in groups:
        index = group.index
        hidden.loc[index] = _with_second(sizes.loc[index], small.loc[index], limits.loc[index])
    blank = {column: rows[column].mask(hidden) for column in (count, *derived)}
    return rows.assign(**blank, is_hidden=hidden)


def blank_after_hidden(rows: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Return suppressed rows without the numbers that were computed from a hidden row before them.

    An index of 200 after a hidden year would give the year away.
    """
    after = rows["is_hidden"].shift(fill_value=False)
    return rows.assign(**{column: rows[column].mask(after) for column in columns})


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


def show_all(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with `is_hidden` false throughout: the internal edition hides nothing."""
    return rows.assign(is_hidden=False)


def merge_small_steps(rows: pd.DataFrame, cumulative: str, thresholds: Thresholds) -> pd.DataFrame:
    """Return a running total without the points between which only a few people were added.

    The last point is the headline and always stays; a point is kept where it lies at least the ordinary threshold
    above the one kept before it (or level with it) and below the last. The other rows are left out whole, so that
    no difference of two shown values is a small count.
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
    return rows.iloc[[*kept, len(values) - 1]] if values else rows


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
